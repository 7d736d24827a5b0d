// Random histories, judged by countersign and by an oracle that only knows who did what. countersign may approve only steps
// that the oracle approves, and may refuse an approved step only where it is stricter on purpose.
// COUNTERSIGN_MODEL_SEED is the first seed, COUNTERSIGN_MODEL_RUNS the number of histories: a seed and 1 repeat one history.
import { describe, expect, test } from '@jest/globals'
import { Sockets } from '../../build/history/over-sockets.ts'
import { historyYaml, playRandom, replay } from '../../build/model/play-and-compare.ts'
import type { Counts } from '../../build/model/play-and-compare.ts'
import { shrunk } from '../../build/model/shrink-history.ts'
import { runs } from '../../build/extent.ts'

const LONGEST = 40
const SEED = Number(process.env['COUNTERSIGN_MODEL_SEED'] ?? 1)
const RUNS = Number(process.env['COUNTERSIGN_MODEL_RUNS'] ?? runs(5000, 60))
const RUNS_OVER_SOCKETS = Math.min(RUNS, runs(100, 2))

describe('countersign and the oracle agree', () => {
  test(`countersign and the oracle agree on ${RUNS} random histories from seed ${SEED}`, async () => {
    const total: Counts = new Map()
    for (let seed = SEED; seed < SEED + RUNS; seed++)
      for (const [word, count] of await countsOf(seed))
        total.set(word, (total.get(word) ?? 0) + count)
    // A generator of histories that are all approved, or all refused, would prove nothing.
    if (RUNS < 5000) return
    expect(total.get('approved') ?? 0).toBeGreaterThan(RUNS / 8)
    expect([...total.keys()]).toEqual(expect.arrayContaining([...OFTEN]))
  })

  test(`countersign and the oracle agree on ${RUNS_OVER_SOCKETS} histories with GitHub asked over sockets`, async () => {
    for (let seed = SEED; seed < SEED + RUNS_OVER_SOCKETS; seed++) {
      const sockets = new Sockets()
      const { counts, disagreements } = await playRandom(seed, LONGEST, sockets.reach)
      const problems = await sockets.close()
      expect({ seed, counts, disagreements, problems }).toEqual({
        seed,
        counts: await countsOf(seed),
        disagreements: [],
        problems: [],
      })
    }
  })
})

/** Verdicts that thousands of random histories must include. */
const OFTEN = [
  'APPROVAL_CHANGES_REQUESTED',
  'APPROVAL_DIRECT_PUSH',
  'APPROVAL_DISMISSED',
  'APPROVAL_MERGED_BY_PUSH',
  'APPROVAL_MISSING',
  'APPROVAL_MIXED',
  'APPROVAL_NOT_SHOWN',
  'APPROVAL_NO_TRUST_ROOT',
  'APPROVAL_OTHER_BASE',
  'APPROVAL_OTHER_CONTENT',
  'APPROVAL_HISTORY_REWRITTEN',
  'APPROVAL_REVIEWER_NOT_ELIGIBLE',
  'APPROVAL_RULES_UNREADABLE',
  'APPROVAL_SELF',
  'APPROVAL_UNATTRIBUTED',
] as const

async function countsOf(seed: number): Promise<Counts> {
  const { disagreements, history, counts } = await playRandom(seed, LONGEST).catch(cause => {
    throw new Error(`seed ${seed}: the proof ends with an error`, { cause })
  })
  if (disagreements.length === 0) return counts
  const small = await shrunk(history, async each => (await replay(each)).disagreements.length > 0)
  const { disagreements: left } = await replay(small)
  throw new Error(`seed ${seed}:\n${left.join('\n')}\n\n${historyYaml(small)}`)
}
