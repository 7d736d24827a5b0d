import { describe, expect, test } from '@jest/globals'
import { LookUps } from '../../../../src/workflows/prove/look-up-facts.ts'
import type { Comparison, ShownDiff } from '../../../../src/domain/proof/shown-diff.ts'
import { comparisonKey } from '../../../../src/domain/proof/shown-diff.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { proofFacts } from '../../../build/proof.ts'

const PAIR: Comparison = { base: 'root', head: 'h1' }
const DIFF: ShownDiff = { ...PAIR, files: [], isCut: false }
const BYTES = new Map<string, Uint8Array>([
  ['text', new TextEncoder().encode('\uFEFFname: jane\n')],
  ['binary', Uint8Array.of(0xff, 0xfe)],
])

/** A repository that has these, and says how often it was asked for what. */
function repository(diffs: readonly ShownDiff[] = [DIFF]) {
  const asked: string[] = []
  const source = {
    comparisons: async (pairs: readonly Comparison[]) => {
      asked.push(...pairs.map(comparisonKey))
      return new Map(diffs.map(planSteps => [comparisonKey(planSteps), planSteps]))
    },
    blobs: async (ids: readonly string[]) => {
      asked.push(...ids)
      return BYTES
    },
  }
  return { asked, source: source as unknown as ReviewedRepository }
}

describe('a decision is made until nothing that it needs is missing', () => {
  test('with every diff and text asked for once', async () => {
    const { asked, source } = repository()
    const lookUps = new LookUps(source)
    const decided = await lookUps.settle(proofFacts(), ({ shown, textOf }) => {
      const isShown = shown(PAIR) !== null && shown(PAIR) !== null
      return isShown ? textOf('text') : null
    })
    expect(decided).toBe('\uFEFFname: jane\n')
    expect(asked).toEqual(['root...h1', 'text'])
  })

  test('with what was asked for by an earlier decision', async () => {
    const { asked, source } = repository()
    const lookUps = new LookUps(source)
    for (let time = 0; time < 2; time++)
      await lookUps.settle(proofFacts(), ({ textOf }) => textOf('text'))
    expect(asked).toEqual(['text'])
  })

  test('without asking for files that are known', async () => {
    const { asked, source } = repository()
    const bytes = new TextEncoder().encode('known')
    const lookUps = new LookUps(source, [{ blob: 'text', bytes }])
    expect(await lookUps.settle(proofFacts(), ({ textOf }) => textOf('text'))).toBe('known')
    expect(asked).toEqual([])
  })

  test('though GitHub does not have it', async () => {
    const { asked, source } = repository([])
    const lookUps = new LookUps(source)
    const decided = await lookUps.settle(proofFacts(), ({ shown, textOf }) => [
      shown(PAIR),
      textOf('lost'),
    ])
    expect(decided).toEqual([null, null])
    expect(asked).toEqual(['root...h1', 'lost'])
  })
})

test('bytes that are no UTF-8 have no text', async () => {
  const lookUps = new LookUps(repository().source)
  expect(await lookUps.settle(proofFacts(), ({ textOf }) => textOf('binary'))).toBeNull()
  expect(lookUps.bytesOf('binary')).toEqual(BYTES.get('binary'))
})
