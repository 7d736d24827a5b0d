// A simulated year: all certificates are issued in one night, and then renewed by daily runs that are late or missing.
import { describe, expect, test } from '@jest/globals'
import type { RenewStep } from '../../../src/domain/cluster/plan-step.ts'
import { enforceLimits } from '../../../src/core/plan/run-limits.ts'
import { renewalTime } from '../../../src/core/plan/renewal-time.ts'
import { limits } from '../../../src/core/config/limit-schema.ts'
import { standIn } from '../../build/stand-in.ts'
import { rows } from '../../build/extent.ts'

const REQUESTS = 2000
const DAY = 86_400
const HOUR = 3600
const ROTATION = { jitterPercent: 10, window: null }
const START = Date.UTC(2026, 0, 1, 2) / 1000
/** How far the signer backdates a certificate, in seconds. */
const BACKDATED = 300

/** Numbers in [0, 1), determined by a seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Held {
  readonly name: string
  readonly lifetime: number
  notAfter: number
  /** The time from which on a run renews it. */
  due: number
}

function issue(held: Held, at: number): void {
  held.notAfter = at + held.lifetime
  const certificate = {
    notBefore: new Date((at - BACKDATED) * 1000),
    notAfter: new Date(held.notAfter * 1000),
  }
  const renewed = { owner: 'acme', cluster: 'prod', name: held.name }
  held.due =
    renewalTime(certificate, null, ROTATION, renewed, certificate.notBefore).getTime() / 1000
}

/** The steps that the limits of one run let through; those that expire first come first, as in apply. */
function paced(due: readonly Held[]): readonly Held[] {
  const steps = due.map(({ notAfter }) =>
    standIn<RenewStep>({ kind: 'renew', until: new Date(notAfter * 1000) }),
  )
  const all = { maxIssue: null, requests: REQUESTS, now: null, isHeld: () => false }
  const { later } = enforceLimits(steps, limits.parse({}), all)
  const left = new Set(later)
  return steps.flatMap((step, at) => (left.has(step) ? [] : due.slice(at, at + 1)))
}

/** The time of each nightly run: up to 12 h late; 5 % are missing, and never two in a row. */
function nights(random: () => number): readonly (number | null)[] {
  let wasDropped = false
  return Array.from({ length: 365 }, (_, day) => {
    const late = random() * 12 * HOUR
    wasDropped = !wasDropped && random() < 0.05
    return wasDropped ? null : START + (day + 1) * DAY + late
  })
}

function liveThrough(seed: number) {
  const random = chance(seed)
  const all = Array.from({ length: REQUESTS }, (_, index): Held => {
    const lifetime = Math.floor((7 + random() * (365 - 7)) * DAY)
    const held = { name: `request-${index}`, lifetime, notAfter: 0, due: 0 }
    issue(held, START)
    return held
  })
  const renewals: number[] = []
  let expired = 0
  for (const now of nights(random)) {
    if (now === null) continue
    expired += all.filter(({ notAfter }) => notAfter <= now).length
    const renewed = paced(all.filter(({ due }) => due <= now))
    for (const held of renewed) issue(held, now)
    renewals.push(renewed.length)
  }
  const mean = renewals.reduce((sum, count) => sum + count, 0) / renewals.length
  return { expired, busiest: Math.max(...renewals), mean, nights: renewals.length }
}

describe('a year of 2,000 requests, all issued in the first night, 7 to 365 days each', () => {
  test.each(rows([1, 2, 3, 2026, 4711], seed => seed === 1))(
    'no certificate expires with seed %d, and the busiest night renews at most four times the mean',
    seed => {
      const { expired, busiest, mean, nights: count } = liveThrough(seed)
      const figures = `seed ${seed}: ${count} nights, mean ${mean.toFixed(1)}, busiest ${busiest}, expired ${expired}`
      process.stdout.write(`${figures}\n`)
      expect({ figures, expired }).toEqual({ figures, expired: 0 })
      expect(busiest / mean).toBeLessThanOrEqual(4)
    },
  )
})
