import { describe, expect, test } from '@jest/globals'
import type { Claim, RequestRecord } from '../../../../src/domain/cluster/record.ts'
import {
  newRecord,
  recordedProof,
  released,
  withAbandoned,
  withWithdrawn,
} from '../../../../src/core/plan/record-state.ts'
import {
  TAKEOVER_AFTER_SECONDS,
  claimNextName,
  decideClaim,
  claimToWithdraw,
  withClaimExpired,
  unrecordedAttempt,
} from '../../../../src/core/plan/claim-rules.ts'
import type { Claimant } from '../../../../src/core/plan/claim-rules.ts'
import { approvedStep } from '../../../build/approved.ts'
import { evidence, OWNER } from '../../../build/evidence.ts'
import { requestRecord } from '../../../build/issued.ts'

const NOON = new Date('2026-03-01T12:00:00Z')

function at(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1000)
}

function claimant(changes: Partial<Claimant> = {}): Claimant {
  return {
    holder: 'second',
    now: NOON,
    budgetSeconds: 120,
    objectName: n => `cs-jane-00000000-${n}`,
    isOfStep: name => name.startsWith('cs-jane-00000000-'),
    isGone: () => false,
    keyStays: false,
    grant: null,
    ...changes,
  }
}

function heldBy(holder: string, deadline: Date): RequestRecord {
  const claim: Claim = { holder, n: 3, objectName: 'cs-jane-00000000-3', deadline, grant: null }
  return { ...newRecord('jane', 'prod'), n: 3, claim }
}

describe('a claim of a record', () => {
  test('a free record is claimed for the next attempt, until the end of the budget', () => {
    const answer = decideClaim(newRecord('jane', 'prod'), claimant())
    expect(answer).toMatchObject({
      kind: 'claim',
      left: null,
      record: {
        n: 1,
        claim: { holder: 'second', n: 1, objectName: 'cs-jane-00000000-1', deadline: at(120) },
      },
    })
  })

  test.each([
    ['before its deadline', 1],
    ['until nearly two minutes after its deadline', -TAKEOVER_AFTER_SECONDS + 6],
  ])('a record that another run claimed is not free %s', (_, secondsLeft) => {
    const answer = decideClaim(heldBy('first', at(secondsLeft)), claimant())
    expect(answer).toMatchObject({
      kind: 'claimedByOther',
      freeAt: at(secondsLeft + TAKEOVER_AFTER_SECONDS),
    })
  })

  test.each([
    ['two minutes after its deadline', claimant({ now: at(TAKEOVER_AFTER_SECONDS) }), at(0)],
    [
      'at once when its holder is gone',
      claimant({ isGone: holder => holder === 'first' }),
      at(500),
    ],
  ])('a record is taken over %s, and the abandoned attempt is returned', (_, taker, deadline) => {
    const answer = decideClaim(heldBy('first', deadline), taker)
    expect(answer).toMatchObject({
      kind: 'claim',
      record: { n: 4 },
      claim: { n: 4 },
      left: { n: 3 },
    })
  })

  test('a claim for a stored key resumes the same attempt', () => {
    const answer = decideClaim(heldBy('first', at(-999)), claimant({ keyStays: true }))
    expect(answer).toMatchObject({
      kind: 'claim',
      record: { n: 3 },
      claim: { n: 3, holder: 'second' },
      left: null,
    })
  })

  test('a resumed attempt keeps its grant, which is in the request that was created, and a new one has its own', () => {
    const held = heldBy('first', at(-999))
    const record = { ...held, claim: held.claim && { ...held.claim, grant: 'first grant' } }
    const grant = 'second grant'
    expect(decideClaim(record, claimant({ keyStays: true, grant }))).toMatchObject({
      claim: { n: 3, grant: 'first grant' },
    })
    expect(decideClaim(record, claimant({ grant }))).toMatchObject({ claim: { n: 4, grant } })
  })

  test('an attempt that is resumed after a withdrawal that failed keeps its grant', () => {
    const held = heldBy('first', at(-999))
    const record = { ...held, claim: held.claim && { ...held.claim, grant: 'first grant' } }
    const withdrawing = claimToWithdraw(record, record.claim!, claimant())
    if (withdrawing.kind !== 'claim') throw new Error('not claimed')
    const left = withClaimExpired(withdrawing.record, NOON)
    const resumed = decideClaim(left, claimant({ keyStays: true, grant: 'second grant' }))
    expect(resumed).toMatchObject({ claim: { n: 3, grant: 'first grant' }, left: null })
  })

  test('a claim for a stored key starts a new attempt where the effective request changed', () => {
    const other = claimant({ keyStays: true, isOfStep: () => false })
    expect(decideClaim(heldBy('first', at(-999)), other)).toMatchObject({
      kind: 'claim',
      claim: { n: 4 },
      left: { n: 3 },
    })
  })

  test('a claim with a deadline beyond the limit is ignored', () => {
    const longest = 600 + TAKEOVER_AFTER_SECONDS
    expect(decideClaim(heldBy('first', at(longest)), claimant())).toMatchObject({
      kind: 'claimedByOther',
    })
    for (const deadline of [at(longest + 1), new Date('9999-01-01T00:00:00Z')])
      expect(decideClaim(heldBy('first', deadline), claimant())).toMatchObject({ kind: 'claim' })
  })

  test('a claim lasts ten minutes at most', () => {
    const answer = decideClaim(newRecord('jane', 'prod'), claimant({ budgetSeconds: 9999 }))
    expect(answer).toMatchObject({ claim: { deadline: at(600) } })
  })
})

describe('a claim that is left for the next run', () => {
  test('a claim that is left for the next run is free at once, and its attempt is resumed', () => {
    const record = withClaimExpired(heldBy('first', at(500)), at(0))
    expect(decideClaim(record, claimant({ now: at(0), keyStays: true }))).toMatchObject({
      kind: 'claim',
      claim: { n: 3, holder: 'second' },
    })
    expect(decideClaim(record, claimant({ now: at(0) }))).toMatchObject({ left: { n: 3 } })
  })

  test('it is free too for a run that reads an earlier time from the API server', () => {
    const record = withClaimExpired(heldBy('first', at(500)), at(0))
    const behind = claimant({ now: at(-2), keyStays: true })
    expect(decideClaim(record, behind)).toMatchObject({ kind: 'claim', claim: { n: 3 } })
  })

  test('a record without a claim is left as it is', () => {
    const record = newRecord('jane', 'prod')
    expect(withClaimExpired(record, at(0))).toBe(record)
  })
})

describe('a claim with an object name that is taken', () => {
  test('a claim moves to the next attempt in record and claim alike', () => {
    const record = heldBy('second', at(60))
    const next = claimNextName(record, record.claim!, n => `cs-jane-00000000-${n}`)
    expect(next.record.n).toBe(4)
    expect(next.claim).toMatchObject({ n: 4, objectName: 'cs-jane-00000000-4' })
    expect(next.record.claim).toEqual(next.claim)
  })
})

describe('the list of abandoned attempts', () => {
  const attempt = (n: number, sha256: string | null = null) => ({
    n,
    objectName: `cs-${n}`,
    sha256,
    notAfter: null,
  })

  test('an abandoned attempt keeps the latest details', () => {
    const record = withAbandoned(
      withAbandoned(newRecord('jane', 'prod'), attempt(1)),
      attempt(1, 'ab'),
    )
    expect(record.abandoned).toEqual([attempt(1, 'ab')])
  })

  test('the list keeps valid certificates and the newest twenty when the record is claimed', () => {
    let record = newRecord('jane', 'prod')
    for (let n = 1; n <= 25; n++) record = withAbandoned(record, attempt(n))
    const answer = decideClaim(record, claimant())
    expect(answer.kind === 'claim' ? answer.record.abandoned.length : 0).toBe(20)
  })
})

describe('the unrecorded attempt of a record', () => {
  const signed = (n: number) => ({ n, objectName: `cs-${n}`, sha256: 'ab', notAfter: NOON })
  const attempted = (n: number): RequestRecord =>
    withAbandoned({ ...newRecord('jane', 'prod'), n }, signed(n))

  test('a record without an issued certificate has its last signed attempt as unrecorded', () => {
    expect(unrecordedAttempt(attempted(2))).toMatchObject({ n: 2 })
    expect(unrecordedAttempt(newRecord('jane', 'prod'))).toBeNull()
  })

  test('a withdrawn record has an attempt after the withdrawal as unrecorded', () => {
    const withdrawn = withWithdrawn(attempted(2), NOON)
    expect(unrecordedAttempt(withdrawn)).toBeNull()
    expect(unrecordedAttempt(withAbandoned({ ...withdrawn, n: 3 }, signed(3)))).toMatchObject({
      n: 3,
    })
  })

  test('a record with an issued certificate has only a claimed attempt as unrecorded', () => {
    const { issued } = requestRecord()
    expect(unrecordedAttempt({ ...attempted(2), issued })).toBeNull()
    expect(unrecordedAttempt({ ...heldBy('first', NOON), issued })).toMatchObject({ n: 3 })
  })
})

describe('a released record', () => {
  test('a released record has no claim and keeps its count of attempts', () => {
    expect(released(heldBy('second', NOON))).toMatchObject({ claim: null, n: 3 })
  })
})

describe('the proof in a record', () => {
  test('the record of a proof at a terminal names the person', () => {
    const { proof } = approvedStep()
    expect(recordedProof(proof)).toEqual({
      kind: 'terminal',
      by: 'owner',
      digest: proof.digest,
      evidence: null,
    })
  })

  test('the record of a proof by review names the reviewers and the evidence', () => {
    const approvals = evidence().approvals.flatMap(one => [one, { ...one, reviewer: OWNER }])
    const given = evidence({ approvals })
    const digest = '7'.repeat(64)
    expect(recordedProof({ kind: 'review', evidence: given, at: NOON, digest })).toEqual({
      kind: 'review',
      by: 'reviewer, owner',
      digest,
      evidence: given,
    })
  })
})
