import { describe, expect, test } from '@jest/globals'
import { effectiveRequests } from '../../../../src/core/config/apply-defaults.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import type { RequestSpec } from '../../../../src/domain/request/request.ts'
import { secretSink } from '../../../build/effective.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { certificateRequest, codesOf, config, valueOf } from '../../../build/request.ts'

const CONFIG = config('clusters: {prod: {}, staging: {}}', 'defaultCluster: prod')
const GRANT = grantGroup(CONFIG.owner, 'a'.repeat(20))
const COMPLETE: Partial<RequestSpec> = {
  signerName: 'example.com/signer',
  usages: ['client auth'],
  duration: 3_600,
  sinks: [secretSink()],
  access: [{ clusterRole: 'view', namespaces: ['apps'] }],
}

/** The request with a PKCS#10 of these groups. */
function own(...groups: readonly string[]): Partial<RequestSpec> {
  const subject = ['/CN=jane', ...groups.map(group => `/O=${group}`)].join('')
  const request = valueOf(readPkcs10(opensslRequest({ subject }).der))
  return { request, subject: request.subject, sinks: [] }
}

function codes(spec: Partial<RequestSpec>): readonly string[] {
  return codesOf(effectiveRequests(certificateRequest({ ...COMPLETE, ...spec }), CONFIG)).filter(
    code => code.startsWith('REQUEST_ACCESS'),
  )
}

describe('access that a request may have', () => {
  test.each<[string, Partial<RequestSpec>]>([
    ['with a key that countersign makes', {}],
    ['with a PKCS#10 that carries one grant', own('developers', GRANT)],
    ['left out, with any PKCS#10', { ...own('developers'), access: null }],
  ])('access %s has no fault', (_, spec) => expect(codes(spec)).toEqual([]))

  test('a grant of another owner is first asked for the earlier name of the configuration', () => {
    const spec = { ...COMPLETE, ...own(grantGroup('other', 'a'.repeat(20))) }
    const read = effectiveRequests(certificateRequest(spec), CONFIG)
    const hints = read.ok ? [] : read.problems.map(({ hint }) => hint)
    expect(hints).toContainEqual(
      expect.stringMatching(
        /^if countersign\.yaml had the name "other" before, set metadata\.name back; else for other groups/,
      ),
    )
  })

  test.each<[string, Partial<RequestSpec>, string]>([
    ['with a PKCS#10 without a grant', own('developers'), 'REQUEST_ACCESS_OWN_KEY'],
    [
      'with a PKCS#10 of two grants',
      own(GRANT, grantGroup(CONFIG.owner, 'b'.repeat(20))),
      'REQUEST_ACCESS_OWN_KEY',
    ],
    [
      'with a grant of another owner',
      own(grantGroup('other', 'a'.repeat(20))),
      'REQUEST_ACCESS_OWN_KEY',
    ],
    ['with a grant that is too short', own(GRANT.slice(0, -1)), 'REQUEST_ACCESS_OWN_KEY'],
    [
      'with a PKCS#10 for two clusters',
      { ...own(GRANT), clusters: ['prod', 'staging'] },
      'REQUEST_ACCESS_OWN_KEY',
    ],
    ['without client auth', { usages: ['server auth'] }, 'REQUEST_ACCESS_USAGE'],
  ])('access %s is refused', (_, spec, code) => expect(codes(spec)).toEqual([code]))
})
