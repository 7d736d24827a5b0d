// What retires with a CA: which certificates are renewed for it, and when it may go.
import { describe, expect, test } from '@jest/globals'
import { retiringAuthorities } from '../../../../src/core/plan/retiring-authority.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { config, clusterConfig, effective } from '../../../build/effective.ts'
import { NOW, authority, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'

const JANE = effective()
const LEO = effective({ name: 'leo', commonName: 'leo' })
const [OLD, NEW] = [authority('old-ca'), authority('new-ca')]
const SUB = OLD.authority('below')
const CLUSTER = clusterConfig({
  signers: [
    {
      name: JANE.signerName,
      certificateAuthority: [OLD, NEW].map(pemOf).join(''),
      retiring: pemOf(OLD),
      maxDurationSeconds: null,
    },
  ],
})

function pemOf({ certificate }: typeof OLD): string {
  return encodePem('CERTIFICATE', certificate.der)
}

function held(request: EffectiveRequest, by: typeof OLD, more: object = {}): RequestRecord {
  const leaf = encodePem('CERTIFICATE', by.issue({ request }).der)
  const certificate = by === SUB ? leaf + pemOf(SUB) : leaf
  return requestRecord(request, { issued: issuedRecord(request, { certificate, ...more }) })
}

function stepOf(record: RequestRecord, request = JANE): string {
  const records = new Map([['prod', [record]]])
  const compared = { refused: [], warnings: new Map(), config: config({ clusters: [CLUSTER] }) }
  const { steps } = planSteps({ ...compared, requests: [request], records, now: NOW })
  return steps.map(({ kind, because }) => `${kind} ${because}`).join()
}

describe('a certificate', () => {
  test.each([
    ['of the CA that retires', 'renew AuthorityRetires', OLD],
    ['of an authority below it', 'renew AuthorityRetires', SUB],
    ['of the other CA', 'keep UpToDate', NEW],
  ])('%s: the plan is %s', (_title, step, by) => {
    expect(stepOf(held(JANE, by))).toBe(step)
  })

  test('that ends with its request is renewed too, since nobody could log in with it', () => {
    const request = effective({ until: secondsAfter(NOW, 7 * 24 * 3600) })
    expect(stepOf(held(request, OLD), request)).toBe('renew AuthorityRetires')
    expect(stepOf(held(request, NEW), request)).toBe('keep LastCertificate')
  })
})

describe('the CA', () => {
  const saysOf = (records: readonly RequestRecord[]) =>
    retiringAuthorities(CLUSTER, { records, broken: [] }, NOW).map(({ message }) => message)

  test('is needed by the certificates that it signed, by name', () => {
    expect(saysOf([held(JANE, OLD), held(LEO, NEW)])).toEqual([
      expect.stringMatching(
        /^the CA CN=old-ca of .* retires on prod: 1 of 2 certificates in use are of it \(jane; the last until 2026-/,
      ),
    ])
  })

  test('may be needed by who keeps the key and did not fetch the new certificate', () => {
    const beforeUntil = secondsAfter(NOW, 3600)
    expect(saysOf([held(JANE, NEW, { beforeUntil })])).toEqual([
      expect.stringContaining(
        '0 of 1 certificates in use are of it; these may use an earlier or another one: jane',
      ),
    ])
  })

  test.each([
    ['no certificate', []],
    ['certificates of the other CA', [held(JANE, NEW)]],
    ['a certificate that was withdrawn', [{ ...held(JANE, OLD), withdrawnAt: NOW }]],
  ])('is not needed for %s', (_title, records) => {
    expect(saysOf(records)).toEqual([
      expect.stringMatching(
        /: no certificate in use is of it, by the records of this installation$/,
      ),
    ])
  })

  test('is not judged while a record cannot be read', () => {
    expect(
      retiringAuthorities(CLUSTER, { records: [held(JANE, NEW)], broken: [JANE] }, NOW),
    ).toEqual([])
  })

  test('is named once with the first ten of many', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      held(effective({ name: `u${index}` }), OLD),
    )
    expect(saysOf(many)).toEqual([
      expect.stringContaining(
        '12 of 12 certificates in use are of it (u0, u1, u2, u3, u4, u5, u6, u7, u8, u9 and 2 more;',
      ),
    ])
  })
})
