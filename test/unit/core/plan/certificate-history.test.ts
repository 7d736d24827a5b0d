import { describe, expect, test } from '@jest/globals'
import type { X509Certificate } from '../../../../src/domain/cluster/certificate.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import {
  earlierCertificates,
  isRecorded,
  pruned,
  recordedApproval,
  recordedCertificate,
  withCertificate,
  withRevoked,
} from '../../../../src/core/plan/certificate-history.ts'
import { withAbandoned, withIssued, withWithdrawn } from '../../../../src/core/plan/record-state.ts'
import { leafOf } from '../../../../src/core/plan/current-certificate.ts'
import { effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const JANE = effective({ name: 'jane' })
const LIFE = JANE.durationSeconds
const after = (seconds: number): Date => secondsAfter(NOW, seconds)

/** The certificate of attempt n, issued `at` seconds after NOW for ten minutes or for `seconds`. */
function issuedAt(n: number, at: number, changes: object = {}, seconds = 600) {
  const order = { notBefore: after(at), notAfter: after(at + seconds) }
  return issuedRecord(JANE, {
    n,
    objectName: `cs-jane-${n}`,
    issuedAt: after(at),
    order,
    ...changes,
  })
}

function leaf(record: RequestRecord): X509Certificate {
  const found = record.issued === null ? null : leafOf(record.issued)
  if (found === null) throw new Error('nothing is issued')
  return found
}

const ended = (record: RequestRecord, now: Date, isShown = true) =>
  earlierCertificates(record, now, isShown).map(each => [each.n, each.ended, each.endedAt])

const FIRST = requestRecord(JANE, { issued: issuedAt(1, 0) })

describe('an issued certificate', () => {
  test('a renewed certificate is listed until it expires', () => {
    const renewed = withIssued(FIRST, issuedAt(2, 400))
    expect(ended(renewed, after(599))).toEqual([[1, 'renewed', after(400)]])
    expect(ended(renewed, after(600))).toEqual([])
  })

  test('a renewed certificate is listed with serial, digest, names, dates, sinks, proof and approval', () => {
    const [known] = earlierCertificates(withIssued(FIRST, issuedAt(2, 400)), after(500), true)
    const { serial, sha256, notBefore, notAfter } = leaf(FIRST)
    expect(known).toEqual({
      grant: null,
      n: 1,
      objectName: 'cs-jane-1',
      serial,
      sha256,
      notBefore,
      notAfter,
      targets: ['Secret apps/jane-tls'],
      proof: '0'.repeat(64),
      subject: 'O=developers, CN=jane',
      sans: [],
      approval: recordedApproval(JANE, { by: 'owner', evidence: null }),
      ended: 'renewed',
      endedAt: after(400),
    })
  })

  test('a certificate is listed after a reissue and after a withdrawal', () => {
    const reissued = withIssued(FIRST, issuedAt(2, 100, { effective: 'other' }))
    expect(ended(reissued, after(200))).toEqual([[1, 'reissued', after(100)]])
    expect(ended(withWithdrawn(reissued, after(150)), after(200))).toEqual([
      [1, 'reissued', after(100)],
      [2, 'withdrawn', after(150)],
    ])
  })

  test('a withdrawn certificate stays withdrawn after another is issued', () => {
    const again = withIssued(withWithdrawn(FIRST, after(100)), issuedAt(2, 200))
    expect(ended(again, after(300))).toEqual([[1, 'withdrawn', after(100)]])
  })

  test('a certificate is withdrawn in a record from before the history', () => {
    const old = { ...FIRST, withdrawnAt: after(100) }
    expect(ended(old, after(200))).toEqual([[1, 'withdrawn', after(100)]])
  })

  test('a certificate in use is not listed unless no readable file requests it', () => {
    expect(ended(FIRST, after(100))).toEqual([])
    expect(ended(FIRST, after(100), false)).toEqual([[1, 'fileGone', null]])
  })

  test('a certificate that is written into a sink again is listed once', () => {
    const { issued } = FIRST
    if (issued === null) throw new Error('nothing is issued')
    const again = withIssued(withIssued(FIRST, issued), { ...issued, issuedAt: after(50) })
    expect(again.history).toMatchObject([{ n: 1, ended: null }])
  })
})

describe('a certificate that is recorded before it is stored', () => {
  const second = issuedAt(2, 100)
  const certificate = leafOf(second)
  if (certificate === null) throw new Error('no certificate')
  const issue = {
    n: 2,
    objectName: 'cs-jane-2',
    targets: [],
    proof: '',
    grant: null,
    approval: null,
  }
  const signed = withCertificate(FIRST, recordedCertificate(certificate, issue))

  test('a certificate is listed as unrecorded where its run was killed', () => {
    expect(isRecorded(FIRST, certificate)).toBe(false)
    expect(isRecorded(signed, certificate)).toBe(true)
    expect(ended(signed, after(200))).toEqual([[2, 'unrecorded', null]])
  })

  test('a certificate is the one in use once it is recorded as issued', () => {
    expect(ended(withIssued(signed, second), after(200))).toEqual([[1, 'renewed', second.issuedAt]])
  })

  test('a certificate with a lost key is abandoned, also after the next one', () => {
    const { sha256, notAfter } = certificate
    const attempt = { n: 2, objectName: 'cs-jane-2', sha256, notAfter }
    const lost = withAbandoned(signed, attempt)
    expect(ended(lost, after(200))).toEqual([[2, 'abandoned', null]])
    expect(ended(withIssued(lost, issuedAt(3, 300)), after(400))).toEqual([
      [2, 'abandoned', after(300)],
      [1, 'renewed', after(300)],
    ])
  })

  test('a certificate that was lost before it was recorded is listed with less detail', () => {
    const attempt = { n: 4, objectName: 'cs-jane-4', sha256: 'ab', notAfter: after(900) }
    const [known] = earlierCertificates(withAbandoned(FIRST, attempt), after(800), true)
    expect(known).toMatchObject({ n: 4, serial: null, sha256: 'ab', ended: 'abandoned' })
    expect(ended(withAbandoned(FIRST, attempt), after(900))).toEqual([])
  })
})

describe('the history of a request', () => {
  test('the history with ten minutes of life and a renewal every five keeps thirty expired certificates', () => {
    let record = FIRST
    for (let n = 2; n < 300; n++) {
      const at = (n - 1) * 300
      record = withIssued(pruned(record, after(at)), issuedAt(n, at))
      expect(record.history.length).toBe(Math.min(n, 32))
      expect(ended(record, after(at + 299))).toEqual([[n - 1, 'renewed', after(at)]])
    }
  })

  test('the history keeps every certificate that is valid, however often it was reissued', () => {
    let record = requestRecord(JANE, { issued: issuedAt(1, 0, {}, LIFE) })
    for (let n = 2; n <= 60; n++)
      record = withIssued(pruned(record, after(n)), issuedAt(n, n, { effective: `${n}` }, LIFE))
    expect(ended(pruned(record, after(LIFE - 1)), after(61))).toHaveLength(59)
  })
})

describe('a revocation of the request', () => {
  const renewed = withIssued(FIRST, issuedAt(2, 400))
  const revoked = (at: number, record = renewed) =>
    withRevoked(record, () => [{ at: after(at), by: 'owner' }]).history.map(each => each.ended)

  test('a revocation ends every certificate that works, with who revoked it', () => {
    const end = { how: 'revoked', at: after(500), by: 'owner' }
    expect(revoked(500)).toEqual([end, end])
  })

  test('a revocation leaves a certificate that had expired or was withdrawn before', () => {
    expect(revoked(700)).toMatchObject([{ how: 'renewed' }, { how: 'revoked' }])
    const withdrawn = withWithdrawn(renewed, after(450))
    expect(revoked(500, withdrawn)).toMatchObject([{ how: 'revoked' }, { how: 'withdrawn' }])
  })

  test('a revocation ends a reissued certificate that works, and leaves one whose grant had ended', () => {
    const reissued = withIssued(FIRST, issuedAt(2, 400, { effective: 'other' }))
    expect(revoked(500, reissued)[0]).toMatchObject({ how: 'revoked', at: after(500) })
    const history = reissued.history.map(each => ({ ...each, grant: 'countersign:acme:a' }))
    expect(revoked(500, { ...reissued, history })[0]).toMatchObject({ how: 'reissued' })
  })

  test('the first of several revocations counts', () => {
    const all = [700, 500, 600].map(at => ({ at: after(at), by: 'owner' }))
    expect(withRevoked(renewed, () => all).history[0]?.ended?.at).toEqual(after(500))
    expect(withRevoked(renewed, () => [])).toEqual(renewed)
  })
})

describe('the attempts of a request', () => {
  const attempt = (n: number, notAfter: Date | null) => ({
    n,
    objectName: `cs-${n}`,
    sha256: notAfter === null ? null : `${n}`,
    notAfter,
  })

  test('attempts are kept while their certificates are valid, and of the others the newest twenty', () => {
    let record = requestRecord(JANE)
    for (let n = 1; n <= 25; n++) record = withAbandoned(record, attempt(n, after(60)))
    for (let n = 26; n <= 50; n++) record = withAbandoned(record, attempt(n, null))
    const kept = (now: Date): readonly number[] => pruned(record, now).abandoned.map(({ n }) => n)
    const from = (first: number, count: number): number[] =>
      Array.from({ length: count }, (_, index) => first + index)
    expect(kept(after(59))).toEqual([...from(1, 25), ...from(31, 20)])
    expect(kept(after(60))).toEqual(from(31, 20))
  })
})
