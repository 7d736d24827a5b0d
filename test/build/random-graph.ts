// Random histories for property tests: commits c0, c1, … with older commits as parents, and moves of a branch over them.
import * as fc from 'fast-check'
import type { Ancestry, BranchMove, ObjectId } from '../../src/domain/proof/git-history.ts'
import { at } from './proof.ts'

export interface RandomGraph {
  readonly commits: Ancestry
  readonly ids: readonly ObjectId[]
}

/** Up to twelve commits; each has up to three parents. */
export const graphs: fc.Arbitrary<RandomGraph> = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map(rows => {
    const ids = rows.map((_, index) => `c${index}`)
    const commits = rows.map((picks, index) => {
      const parents = index === 0 ? [] : [...new Set(picks.map(pick => `c${pick % index}`))]
      return { id: `c${index}`, parents, objects: new Map<string, string>() }
    })
    return { ids, commits: new Map(commits.map(commit => [commit.id, commit])) }
  })

/** Moves of one branch from tip to tip, one per minute. */
export const movedGraphs: fc.Arbitrary<RandomGraph & { readonly moves: readonly BranchMove[] }> = fc
  .tuple(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }))
  .map(([graph, picks]) => {
    const tips = picks.map(pick => graph.ids[pick % graph.ids.length] ?? 'c0')
    const moves = tips.map((after, index): BranchMove => {
      return { at: at(index), by: null, before: tips[index - 1] ?? null, after, kind: 'push' }
    })
    return { ...graph, moves }
  })
