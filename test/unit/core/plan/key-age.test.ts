// Keys that are kept: until when they may be signed, and what happens then.
import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { withIncompleteDeliveries } from '../../../../src/workflows/plan/incomplete-deliveries.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { keyEnds, keyReminder, withKeyAges } from '../../../../src/core/plan/key-age.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { DAY, config, effective, secretSink } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { JANE_LINES, NOBODY, policy } from '../../../build/policy.ts'
import { valueOf } from '../../../build/request.ts'

const NEVER = {
  kind: 'generated',
  spec: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Never' },
} as const
const OWN = ownKey()
const DUE = secondsAfter(NOW, 6 * DAY)

function ownKey(): EffectiveRequest['key'] {
  const { der } = opensslRequest({ subject: '/O=developers/CN=jane' })
  return { kind: 'own', pkcs10: valueOf(readPkcs10(der)) }
}

function verdictOf(request: EffectiveRequest, ages: readonly (string | null)[]) {
  const policies = ages.map((age, at) =>
    policy([...JANE_LINES, ...(age === null ? [] : [`maxKeyAge: ${age}`])], `p${at}`),
  )
  return judge(request, policies, [], NOBODY)
}

interface State {
  readonly record?: RequestRecord
  readonly ages?: readonly (string | null)[]
  readonly now?: Date
}

function stepOf(request: EffectiveRequest, state: State) {
  const { record = recordOf(request), ages = ['30d'], now = DUE } = state
  const plan: Plan = planSteps({
    requests: [request],
    refused: [],
    warnings: new Map(),
    config: config(),
    records: new Map([['prod', [record]]]),
    now,
  })
  const verdicts = new Map([[request, verdictOf(request, ages)]])
  const [step] = withKeyAges(withIncompleteDeliveries(plan).steps, verdicts, now)
  return step
}

/** Issued at NOW for a key of the given age in days. */
function recordOf(request: EffectiveRequest, days = 60): RequestRecord {
  const keySince = secondsAfter(NOW, -days * DAY)
  return requestRecord(request, { issued: issuedRecord(request, { keySince }) })
}

const JANE = effective({ key: OWN })

describe('the renewal of an old key', () => {
  test.each([
    ["the requester's own key", OWN, 'makes both'],
    ['rotationPolicy: Never', NEVER, 'rotationPolicy: Always'],
  ])(
    'the renewal of %s beyond its greatest age is blocked, and the hint says what to do',
    (_, key, words) => {
      const request = effective({ key })
      expect(stepOf(request, {})).toMatchObject({
        kind: 'blocked',
        name: 'jane',
        validUntil: secondsAfter(NOW, 7 * DAY - 300),
        problems: [{ code: 'POLICY_KEY_AGE', hint: expect.stringContaining(words) }],
      })
      expect(stepOf(request, { ages: [null] })).toMatchObject({ kind: 'renew' })
    },
  )

  test('a renewal is allowed until the exact second of the greatest age', () => {
    const record = recordOf(JANE, 24)
    expect(stepOf(JANE, { record })).toMatchObject({ kind: 'renew' })
    expect(stepOf(JANE, { record, now: secondsAfter(DUE, 1) })).toMatchObject({ kind: 'blocked' })
  })

  test('a key that is generated for each renewal has no greatest age', () =>
    expect(stepOf(effective(), {})).toMatchObject({ kind: 'renew' }))

  test('the longest greatest age of the policies that allow the request applies', () => {
    expect(stepOf(JANE, { ages: ['30d', '90d'] })).toMatchObject({ kind: 'renew' })
    expect(stepOf(JANE, { ages: ['30d', null] })).toMatchObject({ kind: 'renew' })
    expect(stepOf(JANE, { ages: ['30d', '40d'] })).toMatchObject({ kind: 'blocked' })
  })
})

describe("the requester's own key", () => {
  test('an own key keeps its age after a withdrawal, and a deleted stored key does not', () => {
    const withdrawn = (request: EffectiveRequest) => ({
      record: { ...recordOf(request), withdrawnAt: NOW },
    })
    expect(stepOf(JANE, withdrawn(JANE))).toMatchObject({ kind: 'blocked' })
    const stored = effective({ key: NEVER })
    expect(stepOf(stored, withdrawn(stored))).toMatchObject({ kind: 'issue' })
  })

  test('an own key that replaces another is new', () => {
    const next = effective({ key: ownKey() })
    expect(stepOf(next, { record: recordOf(JANE) })).toMatchObject({ kind: 'reissue' })
  })

  test('an own key of another effective request is blocked, too', () => {
    const changed = effective({ key: OWN, reissue: 1 })
    expect(stepOf(changed, { record: recordOf(JANE) })).toMatchObject({ kind: 'blocked' })
  })

  test('a certificate of an old own key is written into a missing sink from another, and not signed again', () => {
    const sinks = [secretSink(), secretSink({ name: 'copy-tls' })]
    const request = effective({ key: OWN, sinks })
    const missing = (...incomplete: readonly string[]) => {
      const keySince = secondsAfter(NOW, -60 * DAY)
      const issued = issuedRecord(request, { keySince, incomplete })
      return { record: requestRecord(request, { issued }), now: NOW }
    }
    expect(stepOf(request, missing('Secret apps/copy-tls'))).toMatchObject({
      because: 'CertificateMissingFromSink',
    })
    expect(stepOf(request, missing('Secret apps/copy-tls', 'Secret apps/jane-tls'))).toMatchObject({
      kind: 'blocked',
    })
  })

  test('a reminder of the own key starts two weeks before its end, while its certificate is kept', () => {
    const reminded = (days: number, ages: readonly (string | null)[] = ['30d']) => {
      const step = stepOf(JANE, { record: recordOf(JANE, days), ages, now: NOW })
      if (step?.kind !== 'keep') throw new Error('not kept')
      return keyReminder(step, new Map([[JANE, verdictOf(JANE, ages)]]), NOW)
    }
    expect(reminded(15)).toBeNull()
    expect(reminded(16)).toMatchObject({ code: 'POLICY_KEY_AGE' })
    expect(reminded(29)?.message).toContain('is not signed for again after')
    expect(reminded(29, [null])).toBeNull()
  })

  test('a key without a greatest age never ends', () => {
    expect(keyEnds(JANE, recordOf(JANE), verdictOf(JANE, [null]))).toBeNull()
    expect(keyEnds(JANE, null, verdictOf(JANE, ['30d']))).toBeNull()
    expect(keyEnds(JANE, recordOf(JANE, 1), verdictOf(JANE, ['30d']))).toEqual(
      secondsAfter(NOW, 29 * DAY),
    )
  })
})
