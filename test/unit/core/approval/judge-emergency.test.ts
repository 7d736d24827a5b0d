// Decisions on asks of an emergency, and the proof that they give.
import { describe, expect, test } from '@jest/globals'
import { judgeAsk } from '../../../../src/core/approval/judge-emergency.ts'
import type { EmergencyFacts } from '../../../../src/core/approval/judge-emergency.ts'
import { proveByEmergency } from '../../../../src/core/approval/approved-step.ts'
import {
  recordedApproval,
  recordedCertificate,
} from '../../../../src/core/plan/certificate-history.ts'
import type { EmergencyAsk } from '../../../../src/domain/cluster/emergency.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { authority, requestRecord } from '../../../build/issued.ts'
import { valueOf } from '../../../build/request.ts'

const MADE = new Date('2026-12-01T12:00:00Z')
const after = (seconds: number): Date => new Date(MADE.getTime() + seconds * 1000)

function ask(changes: Partial<EmergencyAsk> = {}): EmergencyAsk {
  return {
    request: 'jane',
    seconds: 3600,
    reason: 'the forge is down',
    first: 'owner',
    second: 'reviewer',
    at: MADE,
    uid: 'u-1',
    version: '7',
    ...changes,
  }
}

function facts(changes: Partial<EmergencyFacts> = {}): EmergencyFacts {
  return {
    emergency: {
      people: ['owner', 'reviewer', 'maintainer'],
      maxDurationSeconds: 7200,
      requests: ['jane'],
    },
    record: null,
    guardedSince: after(-60),
    now: after(60),
    ...changes,
  }
}

const EFFECTIVE = 'f'.repeat(64)
const PROVING = { ...facts(), effective: EFFECTIVE }
const REQUEST = { ...effective(), name: 'jane', durationSeconds: 3600, until: after(4500) }

const codeOf = (asked: Partial<EmergencyAsk>, known: Partial<EmergencyFacts> = {}): string => {
  const judged = judgeAsk(ask(asked), facts(known))
  return judged.ok ? 'whole' : judged.problems.map(({ code }) => code).join(' ')
}

describe('an ask of an emergency', () => {
  test('of two people is whole, and its certificate ends 15 minutes after the asked time at the latest', () => {
    expect(judgeAsk(ask(), facts())).toEqual({
      ok: true,
      value: {
        emergency: {
          people: ['owner', 'reviewer'],
          reason: 'the forge is down',
          ask: 'u-1',
          askedAt: MADE,
        },
        until: after(3600 + 900),
      },
    })
  })

  test.each<readonly [string, Partial<EmergencyAsk>, Partial<EmergencyFacts>, string]>([
    ['without an emergency in the configuration', {}, { emergency: null }, 'EMERGENCY_REQUEST'],
    ['for another request', { request: 'root' }, {}, 'EMERGENCY_REQUEST'],
    ['of one person', { second: null }, {}, 'EMERGENCY_PERSON'],
    ['of one person twice', { second: 'owner' }, {}, 'EMERGENCY_PERSON'],
    ['whose first person left the configuration', { first: 'stranger' }, {}, 'EMERGENCY_PERSON'],
    ['whose second person left the configuration', { second: 'stranger' }, {}, 'EMERGENCY_PERSON'],
    ['for 599 seconds', { seconds: 599 }, {}, 'EMERGENCY_DURATION'],
    ['for 600 seconds', { seconds: 600 }, {}, 'whole'],
    ['for longer than maxDuration', { seconds: 7201 }, {}, 'EMERGENCY_DURATION'],
    ['for maxDuration', { seconds: 7200 }, {}, 'whole'],
    ['with less than 11 minutes left', {}, { now: after(3841) }, 'EMERGENCY_ENDED'],
    ['with 11 minutes left', {}, { now: after(3840) }, 'whole'],
    ['from 61 seconds ahead of the API server', {}, { now: after(-61) }, 'EMERGENCY_ENDED'],
    ['from 60 seconds ahead of the API server', {}, { now: after(-60) }, 'whole'],
    ['after maxDuration', { seconds: 7200 }, { now: after(7200) }, 'EMERGENCY_ENDED'],
    ['without a guard', {}, { guardedSince: null }, 'EMERGENCY_UNGUARDED'],
    ['from before the guard', {}, { guardedSince: after(5) }, 'EMERGENCY_UNGUARDED'],
    ['59 seconds after the guard', {}, { guardedSince: after(-59) }, 'EMERGENCY_UNGUARDED'],
    ['a minute after the guard', {}, { guardedSince: after(-60) }, 'whole'],
  ])('%s: %s', (_, asked, known, expected) => {
    expect(codeOf(asked, known)).toBe(expected)
  })

  test('that a certificate of the record was signed for is used', () => {
    const asked = valueOf(judgeAsk(ask(), facts())).emergency
    const emergency = { ...asked, effective: EFFECTIVE }
    const proof = { by: 'owner and reviewer', evidence: null, emergency }
    const leaf = authority('cluster').issue({ request: REQUEST })
    const signed = recordedCertificate(leaf, {
      n: 1,
      objectName: 'cs-jane-00000000-1',
      targets: [],
      proof: '',
      grant: null,
      approval: recordedApproval(REQUEST, proof),
    })
    const record = requestRecord(REQUEST, { history: [signed] })
    expect(codeOf({}, { record })).toBe('EMERGENCY_ENDED')
    expect(codeOf({ uid: 'u-2' }, { record })).toBe('whole')
    expect(codeOf({}, { record: requestRecord(REQUEST) })).toBe('whole')
    const { objectName, n } = signed
    const abandoned = [{ n, objectName, sha256: leaf.sha256, notAfter: leaf.notAfter }]
    expect(codeOf({}, { record: { ...record, abandoned } })).toBe('whole')
  })

  test('proves a step for the request that it names, for no longer than it asks', () => {
    const step = issueStep(REQUEST)
    const proved = proveByEmergency(step, ask(), PROVING)
    expect(proved).toMatchObject({ ok: true, value: { proof: { kind: 'emergency' } } })
    for (const changes of [
      { name: 'root' },
      { durationSeconds: 3601 },
      { until: after(4501) },
      { until: null },
    ])
      expect(() => proveByEmergency(issueStep({ ...REQUEST, ...changes }), ask(), PROVING)).toThrow(
        'is not what was asked',
      )
    expect(proveByEmergency(step, ask({ second: null }), PROVING).ok).toBe(false)
  })
})
