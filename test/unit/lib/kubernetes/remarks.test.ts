// What a signer will leave out or shorten: told as warnings, refused by nobody.
import { describe, expect, test } from '@jest/globals'
import type { SignerConfig } from '../../../../src/domain/request/config.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { signerProblems } from '../../../../src/lib/kubernetes/kubernetes-rules.ts'
import { octetString } from '../../../../src/lib/x509/der-write.ts'
import { extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { bytes, named, requestFor } from '../x509/build.ts'
import { asked, own, told } from './build.ts'

const YEAR = 8760 * 3600
const TEAM = 'example.com/team'

function remarks(parts: Partial<EffectiveRequest>, maxDurationSeconds: number | null = null) {
  const request = asked(parts)
  const signer: SignerConfig = {
    name: request.signerName,
    certificateAuthority: null,
    maxDurationSeconds,
  }
  const { problems, warnings } = signerProblems(request, signer)
  expect(problems).toEqual([])
  return { told: told(warnings, request), messages: warnings.map(({ message }) => message) }
}

describe('a signer drops', () => {
  test('an attribute that Go has no field for', () => {
    const { told, messages } = remarks({ subject: named('CN=jane', 'emailAddress=jane@a.example') })
    expect(told).toEqual(['SIGNER_DROPS at '])
    expect(messages[0]).toContain('emailAddress=jane@a.example will not be in the certificate')
  })

  test('a name that Go has no field for', () => {
    const registeredId = { kind: 'registeredId', der: bytes('88 02 2a 03') } as const
    const { told, messages } = remarks({ sans: [registeredId] })
    expect(told).toEqual(['SIGNER_DROPS at '])
    expect(messages[0]).toContain('RID:1.2.3')
  })

  test('an extension of an own PKCS#10', () => {
    const policies = extension('2.5.29.32', false, octetString(bytes('01')))
    const { told, messages } = remarks({ ...own(requestFor(policies)) })
    expect(told).toEqual(['SIGNER_DROPS at request'])
    expect(messages[0]).toContain('the extension certificatePolicies')
  })

  test('nothing that anybody knows of, where it is not one of Kubernetes', () =>
    expect(
      remarks({ signerName: TEAM, subject: named('CN=jane', 'emailAddress=a@b.example') }).told,
    ).toEqual([]))

  test('nothing of a request in its own form', () => expect(remarks({}).told).toEqual([]))
})

describe('a signer shortens', () => {
  test.each([
    ['more than its cap', {}, 86_400, ['SIGNER_SHORTENS at duration']],
    ['nothing up to its cap', {}, 604_800, []],
    [
      'more than a year, where no cap is configured',
      { durationSeconds: YEAR + 1 },
      null,
      ['SIGNER_SHORTENS at duration'],
    ],
    ['no year', { durationSeconds: YEAR }, null, []],
    [
      'nothing longer, where a longer cap is configured',
      { durationSeconds: 2 * YEAR },
      2 * YEAR,
      [],
    ],
    [
      'nothing that anybody knows of, where it is not one of Kubernetes',
      { signerName: TEAM, durationSeconds: 2 * YEAR },
      null,
      [],
    ],
  ] as const)('%s', (_, parts, cap, problems) => expect(remarks(parts, cap).told).toEqual(problems))
})
