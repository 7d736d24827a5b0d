// A year of the planner itself, as a controller runs it: every hour a pass plans and renews what the limits allow. All certificates were
// issued in one moment, the worst case; one in 30 lives for 24 hours. year.test.ts has nightly runs that are late or missing. docs/performance.md has the figures of a year for 10,000 requests (COUNTERSIGN_TEST=all RUNS=10000).
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { EffectiveRequest } from '../../../src/domain/request/request.ts'
import type { RequestRecord } from '../../../src/domain/cluster/record.ts'
import { planSteps } from '../../../src/core/plan/plan-steps.ts'
import { enforceLimits } from '../../../src/core/plan/run-limits.ts'
import { DAY, config, effective, subject } from '../../build/effective.ts'
import { ASKED_RUNS, extent } from '../../build/extent.ts'
import {
  NOW,
  authority,
  issuedRecord,
  pemOf,
  requestRecord,
  secondsAfter,
} from '../../build/issued.ts'

const REQUESTS = ASKED_RUNS ?? 300
const DAYS = extent(365, 30)
const HOUR = 3600
/** 24 hours, 30 or 90 days. */
const lifetimeOf = (index: number): number => (index % 30 === 0 ? 1 : index % 2 === 0 ? 90 : 30)
/** Renewals of one pass under a limit that is this much above the mean. */
const TIGHT = 1.3
const AUTHORITY = authority()

interface Simulated {
  /** Renewals of each pass. */
  readonly renewals: readonly number[]
  /** How many certificates ended before they were renewed. */
  readonly expired: number
  /** How many renewals the limit left for a later pass. */
  readonly postponed: number
  /** The longest wait for the limit, as a part of the time from a renewal to the end of its certificate. */
  readonly longestWait: number
}

const ALL = Array.from({ length: REQUESTS }, (_, index) => {
  const name = `r${index}`
  const durationSeconds = lifetimeOf(index) * DAY
  return effective({ name, subject: subject(`CN=${name}`), durationSeconds, renewBefore: null })
})

/** `maxRenew`: renewals of one pass. */
function simulated(jitterPercent: number, maxRenew: number): Simulated {
  const { limits } = config()
  const settings = config({
    rotation: { jitterPercent, window: null },
    limits: { ...limits, maxRenew: { kind: 'count', count: maxRenew } },
  })
  const records = new Map<EffectiveRequest, RequestRecord>()
  /** When the plan has to look at a request again: a plan is the same until then. */
  const dueAt = new Map<EffectiveRequest, Date>()
  const waitsSince = new Map<EffectiveRequest, Date>()
  const renewals: number[] = []
  let [expired, postponed, longestWait] = [0, 0, 0]

  const plan = (requests: readonly EffectiveRequest[], now: Date) =>
    planSteps({
      requests,
      refused: [],
      warnings: new Map(),
      config: settings,
      now,
      records: new Map([['prod', requests.flatMap(request => records.get(request) ?? [])]]),
    }).steps

  const issue = (requests: readonly EffectiveRequest[], now: Date): void => {
    // Certificates of one lifetime and one pass differ in their names only, which a plan does not read.
    const signed = new Map<number, string>()
    for (const request of requests) {
      const { durationSeconds } = request
      const notAfter = secondsAfter(now, durationSeconds)
      const certificate =
        signed.get(durationSeconds) ?? pemOf(AUTHORITY.issue({ notBefore: now, notAfter }))
      signed.set(durationSeconds, certificate)
      const known = records.get(request)?.issued ?? issuedRecord(request)
      records.set(request, requestRecord(request, { issued: { ...known, certificate } }))
    }
    for (const step of plan(requests, now)) {
      if (step.kind !== 'keep' || step.renewAt === null) throw new Error(`${step.kind}: not kept`)
      dueAt.set(step.request, step.renewAt)
    }
  }

  issue(ALL, NOW)
  for (let second = HOUR; second <= DAYS * DAY; second += HOUR) {
    const now = secondsAfter(NOW, second)
    const due = ALL.filter(request => (dueAt.get(request) ?? NOW) <= now)
    const steps = plan(due, now)
    const options = { maxIssue: null, requests: ALL.length, now, isHeld: () => false }
    const { allowed, later } = enforceLimits(steps, settings.limits, options)
    const renewed = allowed.flatMap(step => (step.kind === 'renew' ? [step] : []))
    expect(renewed.length + later.length).toBe(due.length)
    expired += renewed.filter(({ because }) => because === 'CertificateExpired').length
    postponed += later.length
    for (const { request } of later) waitsSince.set(request, waitsSince.get(request) ?? now)
    for (const { request, until } of renewed) {
      const since = waitsSince.get(request) ?? now
      const waited = (now.getTime() - since.getTime()) / (until.getTime() - since.getTime())
      longestWait = Math.max(longestWait, waited)
      waitsSince.delete(request)
    }
    const again = renewed.map(({ request }) => request)
    issue(again, now)
    renewals.push(again.length)
  }
  return { renewals, expired, postponed, longestWait }
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, each) => sum + each, 0) / list.length
}

/** Prints the figures of a long run. */
function figuresOf(name: string, act: () => Simulated): Simulated {
  const started = performance.now()
  const found = act()
  const { renewals, ...rest } = found
  const figures = {
    seconds: Math.round((performance.now() - started) / 1000),
    renewals: renewals.reduce((sum, each) => sum + each, 0),
    mean: mean(renewals),
    most: Math.max(...renewals),
    ...rest,
  }
  if (DAYS === 365) process.stderr.write(`${name}: ${JSON.stringify(figures)}\n`)
  return found
}

describe(`${DAYS} days of ${REQUESTS} certificates that were issued in one moment`, () => {
  let free: Simulated
  beforeAll(() => {
    free = figuresOf('no limit', () => simulated(10, REQUESTS))
  })

  test('none expires', () => expect(free).toMatchObject({ expired: 0, postponed: 0 }))

  test('no pass renews more than a tenth of them, because the jitter spreads renewals', () =>
    expect(Math.max(...free.renewals)).toBeLessThanOrEqual(REQUESTS / 10))

  test('none expires with a limit of renewals that is 30 % above the mean', () => {
    const most = Math.ceil(TIGHT * mean(free.renewals))
    const limited = figuresOf(`${most} in one pass`, () => simulated(10, most))
    expect(limited.expired).toBe(0)
    expect(limited.postponed).toBeGreaterThan(0)
    expect(Math.max(...limited.renewals)).toBe(most)
  })
})
