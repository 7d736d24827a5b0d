// Random histories, judged twice: by countersign, and by an oracle that only knows who did what. No step may be approved that
// the oracle does not find approved, and none refused except where countersign is stricter on purpose.
// COUNTERSIGN_MODEL_SEED and COUNTERSIGN_MODEL_RUNS choose others; a seed alone repeats one history.
import { describe, expect, test } from '@jest/globals'
import { historyYaml, playRandom, replay } from '../../build/model/play.ts'
import type { Counts } from '../../build/model/play.ts'
import { shrunk } from '../../build/model/shrink.ts'

const LONGEST = 40
const SEED = Number(process.env['COUNTERSIGN_MODEL_SEED'] ?? 1)
const RUNS = Number(process.env['COUNTERSIGN_MODEL_RUNS'] ?? 5000)

describe('countersign and the oracle agree', () => {
  test(`on ${RUNS} random histories from seed ${SEED}`, async () => {
    const total: Counts = new Map()
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const { disagreements, history, counts } = await playRandom(seed, LONGEST)
      if (disagreements.length > 0) await tell(seed, history)
      for (const [word, count] of counts) total.set(word, (total.get(word) ?? 0) + count)
    }
    // A generator that never gets anything approved would prove nothing.
    expect(total.get('approved') ?? 0).toBeGreaterThan(RUNS / 8)
  }, 600_000)
})

async function tell(seed: number, history: Parameters<typeof replay>[0]): Promise<never> {
  const small = await shrunk(history, async each => (await replay(each)).disagreements.length > 0)
  const { disagreements } = await replay(small)
  throw new Error(`seed ${seed}:\n${disagreements.join('\n')}\n\n${historyYaml(small)}`)
}
