// What a signer drops or shortens: reported as warnings, never refused.
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
    retiring: null,
    maxDurationSeconds,
  }
  const { problems, warnings } = signerProblems(request, signer)
  expect(problems).toEqual([])
  return { told: told(warnings, request), messages: warnings.map(({ message }) => message) }
}

describe('the parts that a signer drops', () => {
  test('a warning names an attribute that Go drops', () => {
    const { told, messages } = remarks({ subject: named('CN=jane', 'emailAddress=jane@a.example') })
    expect(told).toEqual(['SIGNER_DROPS at '])
    expect(messages[0]).toContain('emailAddress=jane@a.example will not be in the certificate')
  })

  test('a warning names an alternative name that Go drops', () => {
    const registeredId = { kind: 'registeredId', der: bytes('88 02 2a 03') } as const
    const { told, messages } = remarks({ sans: [registeredId] })
    expect(told).toEqual(['SIGNER_DROPS at '])
    expect(messages[0]).toContain('RID:1.2.3')
  })

  test('a warning names an extension of an own PKCS#10', () => {
    const policies = extension('2.5.29.32', false, octetString(bytes('01')))
    const { told, messages } = remarks({ ...own(requestFor(policies)) })
    expect(told).toEqual(['SIGNER_DROPS at request'])
    expect(messages[0]).toContain('the extension certificatePolicies')
  })

  test('another signer has no warning', () =>
    expect(
      remarks({ signerName: TEAM, subject: named('CN=jane', 'emailAddress=a@b.example') }).told,
    ).toEqual([]))

  test('a request without PKCS#10 extensions has no warning', () =>
    expect(remarks({}).told).toEqual([]))
})

describe('the duration that a signer shortens', () => {
  test.each([
    ['a duration above the limit has a warning', {}, 86_400, ['SIGNER_SHORTENS at duration']],
    ['a duration up to the limit has none', {}, 604_800, []],
    [
      'a duration above a year has a warning without a configured limit',
      { durationSeconds: YEAR + 1 },
      null,
      ['SIGNER_SHORTENS at duration'],
    ],
    ['a duration of a year has none', { durationSeconds: YEAR }, null, []],
    [
      'a duration up to a configured limit of two years has none',
      { durationSeconds: 2 * YEAR },
      2 * YEAR,
      [],
    ],
    [
      'a duration for another signer has none',
      { signerName: TEAM, durationSeconds: 2 * YEAR },
      null,
      [],
    ],
  ] as const)('%s', (_, parts, cap, problems) => expect(remarks(parts, cap).told).toEqual(problems))
})
