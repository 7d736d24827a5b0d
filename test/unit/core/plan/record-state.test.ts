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
  claimRecord,
  leftForNextRun,
  unrecordedAttempt,
} from '../../../../src/core/plan/record-claim.ts'
import type { Claimant } from '../../../../src/core/plan/record-claim.ts'
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
    isGone: () => false,
    keyStays: false,
    ...changes,
  }
}

function heldBy(holder: string, deadline: Date): RequestRecord {
  const claim: Claim = { holder, n: 3, objectName: 'cs-jane-00000000-3', deadline }
  return { ...newRecord('jane', 'prod'), n: 3, claim }
}

describe('claimRecord: a record', () => {
  test('that is free is claimed for the next attempt, until the budget is used up', () => {
    const answer = claimRecord(newRecord('jane', 'prod'), claimant())
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
    ['until two minutes after its deadline', -TAKEOVER_AFTER_SECONDS + 1],
  ])('held by another run stays held %s', (_, secondsLeft) => {
    const answer = claimRecord(heldBy('first', at(secondsLeft)), claimant())
    expect(answer).toMatchObject({ kind: 'held', freeAt: at(secondsLeft + TAKEOVER_AFTER_SECONDS) })
  })

  test.each([
    ['two minutes after its deadline', claimant({ now: at(TAKEOVER_AFTER_SECONDS) }), at(0)],
    [
      'at once when its holder is gone',
      claimant({ isGone: holder => holder === 'first' }),
      at(500),
    ],
  ])('is taken over %s, and the attempt left behind is told', (_, taker, deadline) => {
    const answer = claimRecord(heldBy('first', deadline), taker)
    expect(answer).toMatchObject({
      kind: 'claim',
      record: { n: 4 },
      claim: { n: 4 },
      left: { n: 3 },
    })
  })

  test('for a key that may stay goes on with the same attempt', () => {
    const answer = claimRecord(heldBy('first', at(-999)), claimant({ keyStays: true }))
    expect(answer).toMatchObject({
      kind: 'claim',
      record: { n: 3 },
      claim: { n: 3, holder: 'second' },
      left: null,
    })
  })

  test('for a key that may stay starts anew when the meaning changed', () => {
    const other = claimant({ keyStays: true, objectName: n => `cs-jane-11111111-${n}` })
    expect(claimRecord(heldBy('first', at(-999)), other)).toMatchObject({
      kind: 'claim',
      claim: { n: 4 },
      left: { n: 3 },
    })
  })

  test('is not believed to be held for longer than anybody may hold it', () => {
    const longest = 600 + TAKEOVER_AFTER_SECONDS
    expect(claimRecord(heldBy('first', at(longest)), claimant())).toMatchObject({ kind: 'held' })
    for (const deadline of [at(longest + 1), new Date('9999-01-01T00:00:00Z')])
      expect(claimRecord(heldBy('first', deadline), claimant())).toMatchObject({ kind: 'claim' })
  })

  test('is never claimed for more than ten minutes', () => {
    const answer = claimRecord(newRecord('jane', 'prod'), claimant({ budgetSeconds: 9999 }))
    expect(answer).toMatchObject({ claim: { deadline: at(600) } })
  })
})

describe('handedOn: a claim whose holder ended its work', () => {
  test('is free at once, and its attempt is gone on with', () => {
    const record = leftForNextRun(heldBy('first', at(500)), at(0))
    expect(claimRecord(record, claimant({ now: at(0), keyStays: true }))).toMatchObject({
      kind: 'claim',
      claim: { n: 3, holder: 'second' },
    })
    expect(claimRecord(record, claimant({ now: at(0) }))).toMatchObject({ left: { n: 3 } })
  })

  test('is nothing where there is none', () => {
    const record = newRecord('jane', 'prod')
    expect(leftForNextRun(record, at(0))).toBe(record)
  })
})

describe('claimNextName: a claim whose object name is taken', () => {
  test('moves on to the next attempt in record and claim alike', () => {
    const record = heldBy('second', at(60))
    const next = claimNextName(record, record.claim!, n => `cs-jane-00000000-${n}`)
    expect(next.record.n).toBe(4)
    expect(next.claim).toMatchObject({ n: 4, objectName: 'cs-jane-00000000-4' })
    expect(next.record.claim).toEqual(next.claim)
  })
})

describe('withAbandoned: the list of lost attempts', () => {
  const attempt = (n: number, sha256: string | null = null) => ({
    n,
    objectName: `cs-${n}`,
    sha256,
    notAfter: null,
  })

  test('says of one attempt what was learnt last', () => {
    const record = withAbandoned(
      withAbandoned(newRecord('jane', 'prod'), attempt(1)),
      attempt(1, 'ab'),
    )
    expect(record.abandoned).toEqual([attempt(1, 'ab')])
  })

  test('is cut down to what works and the newest twenty when the record is claimed', () => {
    let record = newRecord('jane', 'prod')
    for (let n = 1; n <= 25; n++) record = withAbandoned(record, attempt(n))
    const answer = claimRecord(record, claimant())
    expect(answer.kind === 'claim' ? answer.record.abandoned.length : 0).toBe(20)
  })
})

describe('unrecordedAttempt: of a record', () => {
  const signed = (n: number) => ({ n, objectName: `cs-${n}`, sha256: 'ab', notAfter: NOON })
  const attempted = (n: number): RequestRecord =>
    withAbandoned({ ...newRecord('jane', 'prod'), n }, signed(n))

  test('that nothing was issued by, it is the last that was signed', () => {
    expect(unrecordedAttempt(attempted(2))).toMatchObject({ n: 2 })
    expect(unrecordedAttempt(newRecord('jane', 'prod'))).toBeNull()
  })

  test('that was withdrawn, it is one that was made since', () => {
    const withdrawn = withWithdrawn(attempted(2), NOON)
    expect(unrecordedAttempt(withdrawn)).toBeNull()
    expect(unrecordedAttempt(withAbandoned({ ...withdrawn, n: 3 }, signed(3)))).toMatchObject({
      n: 3,
    })
  })

  test('that says what stands, it is none but a claim', () => {
    const { issued } = requestRecord()
    expect(unrecordedAttempt({ ...attempted(2), issued })).toBeNull()
    expect(unrecordedAttempt({ ...heldBy('first', NOON), issued })).toMatchObject({ n: 3 })
  })
})

describe('released: a record given back', () => {
  test('has no claim and still counts its attempts', () => {
    expect(released(heldBy('second', NOON))).toMatchObject({ claim: null, n: 3 })
  })
})

describe('recordedProof: what is remembered', () => {
  test('of a proof at a terminal is the person', () => {
    const { proof } = approvedStep()
    expect(recordedProof(proof)).toEqual({
      kind: 'terminal',
      by: 'owner',
      digest: proof.digest,
      evidence: null,
    })
  })

  test('of a review is who approved, and all it rests on', () => {
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
