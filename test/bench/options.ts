// The options of npm run bench.
import { parseArgs } from 'node:util'

export const SUBJECTS = [
  'issue',
  'default-signer',
  'plan',
  'issued',
  'pull-request',
  'start',
] as const
export type SubjectName = (typeof SUBJECTS)[number]

/** How much one subject measures. */
export interface Extent {
  readonly requests: number
  readonly rounds: number
  readonly profileFolder: string | null
}

export interface BenchOptions {
  readonly only: readonly SubjectName[]
  readonly issue: Extent
  readonly signer: Extent
  readonly plan: Extent & { readonly sizes: readonly number[] }
  readonly issued: Extent & { readonly sizes: readonly number[] }
  readonly pullRequest: Extent & { readonly sizes: readonly number[] }
  readonly json: string | null
  readonly isWritten: boolean
}

export const USAGE = `usage: npm run bench -- [options]
  --only SUBJECT   issue, default-signer, plan, issued, pull-request or start; may be repeated (default: all)
  --rounds N       rounds of each subject (default 5; default-signer 2)
  --requests N     requests of issue (default 500) and default-signer (default 1000)
  --quick          small numbers, to see that it works
  --profile DIR    one more run of countersign for each subject but start, with a CPU profile
  --json FILE      writes the figures
  --write          writes docs/performance.md and docs/performance.json`

/** The first is only a warm-up of a process: what it costs to start. */
const SIZES = [1, 100, 1000, 10_000, 20_000]
const QUICK_SIZES = [1, 20, 100, 200]
const ISSUED_SIZES = [1000, 10_000]
const PULL_REQUEST_SIZES = [1, 300, 500]

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      requests: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const { only, quick, write } = values
  const names = only.map(name => {
    const subject = SUBJECTS.find(each => each === name)
    if (subject === undefined) throw new TypeError(`--only must be a subject (got ${name})`)
    return subject
  })
  if (write && (quick || only.length > 0))
    throw new TypeError('--write needs all subjects in full: without --only and --quick')
  const profileFolder = values.profile ?? null
  const extent = (requests: number, rounds: number): Extent => ({
    requests: positive('--requests', values.requests) ?? requests,
    rounds: positive('--rounds', values.rounds) ?? (quick ? 1 : rounds),
    profileFolder,
  })
  return {
    only: names.length === 0 ? SUBJECTS : names,
    issue: extent(quick ? 20 : 500, 5),
    signer: extent(quick ? 50 : 1000, 2),
    plan: { ...extent(0, 5), sizes: quick ? QUICK_SIZES : SIZES },
    issued: { ...extent(0, 5), sizes: quick ? [20] : ISSUED_SIZES },
    pullRequest: { ...extent(0, 5), sizes: quick ? [1] : PULL_REQUEST_SIZES },
    json: values.json ?? null,
    isWritten: write,
  }
}

function positive(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new TypeError(`${option} must be a whole number above 0 (got ${text})`)
}
