import { describe, expect, test } from '@jest/globals'
import { LookUps } from '../../../../src/workflows/prove/look-up-facts.ts'
import type { Comparison, ShownDiff } from '../../../../src/domain/proof/shown-diff.ts'
import { comparisonKey } from '../../../../src/domain/proof/shown-diff.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { GONE } from '../../../../src/domain/proof/git-history.ts'
import type { FileAt } from '../../../../src/domain/proof/git-history.ts'
import { standIn } from '../../../build/stand-in.ts'
import { proofFacts } from '../../../build/proof.ts'

const PAIR: Comparison = { base: 'root', head: 'h1' }
const DIFF: ShownDiff = { ...PAIR, files: [], isCut: false }
const BYTES = new Map<string, Uint8Array>([
  ['text', new TextEncoder().encode('\uFEFFname: jane\n')],
  ['binary', Uint8Array.of(0xff, 0xfe)],
])

/** A repository with these files that counts how often each was requested. */
function repository(diffs: readonly ShownDiff[] = [DIFF]) {
  const asked: string[] = []
  const source = standIn<ReviewedRepository>({
    comparisons: async (pairs: readonly Comparison[]) => {
      asked.push(...pairs.map(comparisonKey))
      return new Map(diffs.map(planSteps => [comparisonKey(planSteps), planSteps]))
    },
    blobs: async (ids: readonly string[]) => {
      asked.push(...ids)
      return BYTES
    },
    blobsAt: async (files: readonly FileAt[]) => {
      asked.push(...files.map(({ commit, path }) => `${commit}:${path}`))
      return ({ path }: FileAt) => (path === 'jane' ? 'b' : null)
    },
    listings: async (trees: readonly string[]) => {
      asked.push(...trees)
      return new Map(trees.map(tree => [tree, [{ path: 'jane', mode: '100644', blob: 'b' }]]))
    },
  })
  return { asked, source }
}

describe('facts that a decision asks for', () => {
  test('every diff and text is requested once', async () => {
    const { asked, source } = repository()
    const lookUps = new LookUps(source)
    const decided = await lookUps.decideKnowing(proofFacts(), ({ diffOf, textOf }) => {
      const isShown = diffOf(PAIR) !== null && diffOf(PAIR) !== null
      return isShown ? textOf('text') : null
    })
    expect(decided).toBe('\uFEFFname: jane\n')
    expect(asked).toEqual(['root...h1', 'text'])
  })

  test('a decision sees how many of its questions have no answer yet', async () => {
    const { source } = repository()
    const open: number[] = []
    await new LookUps(source).decideKnowing(proofFacts(), ({ textOf, unanswered }) => {
      const before = unanswered()
      textOf('text')
      open.push(unanswered() - before)
    })
    expect(open).toEqual([1, 0])
  })

  test('a fact from an earlier decision is not requested again', async () => {
    const { asked, source } = repository()
    const lookUps = new LookUps(source)
    for (let time = 0; time < 2; time++)
      await lookUps.decideKnowing(proofFacts(), ({ textOf }) => textOf('text'))
    expect(asked).toEqual(['text'])
  })

  test('every place and folder is requested once', async () => {
    const { asked, source } = repository()
    const lookUps = new LookUps(source)
    const found = await lookUps.decideKnowing(proofFacts(), ({ fileAt, kindsIn }) => ({
      blobs: [fileAt({ commit: 'h1', path: 'jane' }), fileAt({ commit: 'h1', path: 'joe' })],
      kinds: kindsIn('tree', 'requests'),
    }))
    expect(found).toEqual({ blobs: ['b', null], kinds: new Map([['requests/jane', '100 b']]) })
    expect(asked).toEqual(['h1:jane', 'h1:joe', 'tree'])
  })

  test('a place that was not read yet counts as gone', async () => {
    const { source } = repository()
    const seen: unknown[] = []
    await new LookUps(source).decideKnowing(proofFacts(), ({ fileAt }) =>
      seen.push(fileAt({ commit: 'h1', path: 'jane' })),
    )
    expect(seen).toEqual([GONE, 'b'])
  })

  test('the name of a request is read once for each file and blob', async () => {
    const { asked, source } = repository()
    const text =
      'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nmetadata: {name: jane}\nspec: {commonName: jane}\n'
    BYTES.set('named', new TextEncoder().encode(text))
    const lookUps = new LookUps(source)
    const name = (blob: string) =>
      lookUps.decideKnowing(
        proofFacts(),
        () => lookUps.request('requests/a.yaml', blob, 'requests')?.name ?? null,
      )
    expect(await name('named')).toBe('jane')
    expect(await name('named')).toBe('jane')
    expect(await name('binary')).toBeNull()
    expect(asked).toEqual(['named', 'binary'])
  })

  test('a known file is not requested', async () => {
    const { asked, source } = repository()
    const bytes = new TextEncoder().encode('known')
    const lookUps = new LookUps(source, [{ blob: 'text', bytes }])
    expect(await lookUps.decideKnowing(proofFacts(), ({ textOf }) => textOf('text'))).toBe('known')
    expect(asked).toEqual([])
  })

  test('a decision is made though GitHub lacks a fact', async () => {
    const { asked, source } = repository([])
    const lookUps = new LookUps(source)
    const decided = await lookUps.decideKnowing(proofFacts(), ({ diffOf, textOf }) => [
      diffOf(PAIR),
      textOf('lost'),
    ])
    expect(decided).toEqual([null, null])
    expect(asked).toEqual(['root...h1', 'lost'])
  })
})

test('bytes that are not UTF-8 have no text', async () => {
  const lookUps = new LookUps(repository().source)
  expect(await lookUps.decideKnowing(proofFacts(), ({ textOf }) => textOf('binary'))).toBeNull()
  expect(lookUps.bytesOf('binary')).toEqual(BYTES.get('binary'))
})
