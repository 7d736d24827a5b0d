// The goals of docs/performance.md, each with its figure.
import type { Measured, PlanSize, Report } from './report.ts'
import { growthExponent, median, ratioByRound, stepCosts } from './statistics.ts'
import type { Point } from './statistics.ts'

export interface Goal {
  readonly goal: string
  /** Null if it was not measured. */
  readonly figure: string | null
  readonly isMet: boolean
}

export const COUNTERSIGN = 'countersign'
/**
 * The calls of runs of so many requests are compared: more than the steps that run at once, since each of those may look at its request when
 * the watch begins, and far apart, since how many do differs.
 */
export const COMPARED = { few: 20, more: 120 }
/** What a person would type instead, without records, requests and approvals. */
export const BY_HAND = 'kubectl and openssl'
/** Certificates of the goal for commands that find nothing due, and MB of heap in which they have to fit. */
export const ISSUED = 1000
export const SMALL_HEAP = 128
const ISSUED_SECONDS = { node20: 2.5, newer: 1.5 }
/** Requests of the goal for the plan of a pull request. */
const PULL_REQUEST = 500
const SECONDS = 5
const MEGABYTES = 250
/** Files of the goal for time and memory. */
const FILES = 10_000
/** A further file costs at most this many times what it costs among the first ones. */
const FLAT = 1.25

interface Times {
  readonly than: string
  readonly least: number
  readonly words: string
}

const TIMES: readonly Times[] = [
  { than: 'Go client, same calls', least: 0.8, words: 'of a Go client that makes the same calls' },
  { than: 'openssl and kubectl', least: 25, words: 'times openssl and kubectl by hand' },
  { than: 'cert-manager', least: 4, words: "times cert-manager's controllers" },
]

export function goalsOf(report: Report): readonly Goal[] {
  const { issue, plan, issued, pullRequests, start, versions } = report
  const isOld = versions['Node']?.startsWith('20.') === true
  return [
    signerGoal(report),
    ...TIMES.map(({ than, least, words }): Goal => {
      const ratio = issue === undefined ? null : ratioOf(issue.participants, than)
      return atLeast(`no limit of the signer: at least ${least} ${words}`, ratio, least)
    }),
    ...(['validate', 'plan'] as const).flatMap(command => planGoals(command, plan?.[command])),
    ...(issued ?? []).flatMap(({ command, certificates, seconds }): readonly Goal[] => {
      if (certificates !== ISSUED || command === BY_HAND) return []
      const most = isOld ? ISSUED_SECONDS.node20 : ISSUED_SECONDS.newer
      const goal = `${command} with ${ISSUED.toLocaleString('en')} certificates issued: at most ${most} s`
      const taken = median(seconds)
      return [{ goal, figure: `${taken.toFixed(2)} s`, isMet: taken <= most }]
    }),
    ...(pullRequests ?? []).flatMap(({ requests, seconds }): readonly Goal[] => {
      if (requests !== PULL_REQUEST) return []
      const goal = `pull request with ${requests} requests, event to comment: at most ${SECONDS} s`
      const taken = median(seconds)
      return [{ goal, figure: `${taken.toFixed(2)} s`, isMet: taken <= SECONDS }]
    }),
    ...(start ?? []).flatMap(({ what, ratio, most }): readonly Goal[] =>
      most === null
        ? []
        : [
            {
              goal: `start, ${what}: at most ${most} times an empty Node program`,
              ...atMost(ratio, most),
            },
          ],
    ),
  ]
}

function signerGoal({ defaultSigner }: Report): Goal {
  const goal =
    "Kubernetes' limit of 20 a second, with access: at least 0.95 of the signer's own rate"
  if (defaultSigner === undefined) return atLeast(goal, null, 0.95)
  const rates = (rounds: typeof defaultSigner.own): readonly number[] =>
    rounds.map(({ signingSeconds }) => defaultSigner.certificates / signingSeconds)
  return atLeast(
    goal,
    ratioByRound(rates(defaultSigner.countersign), rates(defaultSigner.own)),
    0.95,
  )
}

/** Certificates a second of each round, by the whole process. */
export function ratesOf({ certificates, seconds }: Measured): readonly number[] {
  return seconds.map(each => certificates / each)
}

/** The same without the process with one certificate: what each further certificate takes. */
export function furtherRatesOf({
  certificates,
  seconds,
  secondsOfOne,
}: Measured): readonly number[] {
  return seconds.map((each, round) => (certificates - 1) / (each - secondsOfOne[round]!))
}

/** The rate of countersign as a multiple of another one; null if there is no such participant. */
export function ratioOf(
  participants: readonly Measured[],
  than: string,
  rates: (measured: Measured) => readonly number[] = ratesOf,
): number | null {
  const ours = participants.find(({ name }) => name === COUNTERSIGN)
  const others = participants.find(({ name }) => name === than)
  return ours === undefined || others === undefined
    ? null
    : ratioByRound(rates(ours), rates(others))
}

function planGoals(command: string, sizes: readonly PlanSize[] | undefined): readonly Goal[] {
  const words = `${command}: a further file costs at most ${FLAT} times as much in a large repository as in a small one`
  const limits = `${command} of ${FILES.toLocaleString('en')} files: at most ${SECONDS} s and less than ${MEGABYTES} MB`
  const none = { figure: null, isMet: false }
  if (sizes === undefined) return [words, limits].map(goal => ({ goal, ...none }))
  const costs = stepCosts(pointsOf(sizes))
  const [first, ...later] = costs.slice(1).map(({ cost }) => cost)
  const largest = Math.max(...later) / (first ?? NaN)
  const large = sizes.find(({ files }) => files === FILES)
  const [seconds, megabytes] = [median(large?.seconds ?? [NaN]), median(large?.megabytes ?? [NaN])]
  const limited =
    large === undefined
      ? none
      : {
          figure: `${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`,
          isMet: seconds <= SECONDS && megabytes < MEGABYTES,
        }
  return [
    { goal: words, ...atMost(largest, FLAT) },
    { goal: limits, ...limited },
  ]
}

export function pointsOf(sizes: readonly PlanSize[]): readonly Point[] {
  return sizes.map(({ files, seconds }) => ({ size: files, cost: median(seconds) }))
}

/** Of the time without the start of the process, which is that of the smallest size. */
export function exponentOf(sizes: readonly PlanSize[]): number {
  const [smallest, ...others] = pointsOf(sizes)
  return growthExponent(
    others.map(({ size, cost }) => ({
      size: size - smallest!.size,
      cost: Math.max(cost - smallest!.cost, Number.EPSILON),
    })),
  )
}

function atLeast(goal: string, ratio: number | null, least: number): Goal {
  return ratio === null
    ? { goal, figure: null, isMet: false }
    : { goal, figure: ratio.toFixed(2), isMet: ratio >= least }
}

function atMost(ratio: number, most: number): Pick<Goal, 'figure' | 'isMet'> {
  return { figure: ratio.toFixed(2), isMet: ratio <= most }
}
