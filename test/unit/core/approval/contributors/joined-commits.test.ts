import { describe, expect, test } from '@jest/globals'
import type { BranchMove } from '../../../../../src/domain/proof/git-history.ts'
import { joinedCommits } from '../../../../../src/core/approval/contributors/joined-commits.ts'
import { branchLine } from '../../../../../src/core/approval/merges/branch-history.ts'
import { at, graph, move, proofFacts } from '../../../../build/proof.ts'

/** Commits below `before` that were pushed to a pull request first. Moves are those of the default branch. */
function joined(
  commits: string,
  before: string | null,
  moves: readonly (string | BranchMove)[] | null,
  pushes: readonly (string | BranchMove)[] | null,
): readonly string[] {
  const ancestry = graph(commits)
  const moveOf = (each: string | BranchMove) => (typeof each === 'string' ? move(each) : each)
  const known = moves?.map(moveOf) ?? null
  const line = before === null ? [] : branchLine(ancestry, before, known)
  const facts = { ...proofFacts(), ancestry, line, moves: known }
  const head = { branch: 'add-jane', repositoryId: 42, commit: 'h' }
  const pull = { pushes: pushes?.map(moveOf) ?? null, forcePushes: [], runs: null, head }
  return [...joinedCommits(pull, before, facts)]
}

describe('commits that a pull request and then the default branch got', () => {
  const ONE = 'root:\n a < root: x=1\n h < a: y=1'
  const push = '10 branchCreation 0 > h'

  test('a commit of a pull request that is pushed to the default branch later stays a part of the pull request', () => {
    const moves = ['0 branchCreation 0 > root', '20 push root > a']
    expect(joined(ONE, 'a', moves, [push])).toEqual(['a'])
  })

  test('a commit that the default branch got in the second of the push is a part of the pull request', () => {
    const moves = ['0 branchCreation 0 > root', '10 push root > a']
    expect(joined(ONE, 'a', moves, [push])).toEqual(['a'])
  })

  test('a commit that the default branch can have got after a push that was written late is a part of the pull request', () => {
    const moves = ['0 branchCreation 0 > root', '8 push root > a']
    const late = { ...move(push), earliest: at(7) }
    expect(joined(ONE, 'a', moves, [late])).toEqual(['a'])
    expect(joined(ONE, 'a', moves, [{ ...late, earliest: at(9) }])).toEqual([])
  })

  test('a commit that the default branch may have lost by a force push before a late push is a part of the pull request', () => {
    const moves = ['0 branchCreation 0 > root', '5 push root > a', '20 push root > a']
    const back = { ...move('8 forcePush a > root'), earliest: at(6) }
    const late = { ...move(push), earliest: at(7) }
    expect(joined(ONE, 'a', [...moves.slice(0, 2), back, ...moves.slice(2)], [late])).toEqual(['a'])
    expect(joined(ONE, 'a', moves, [late])).toEqual([])
  })

  test('a commit that the default branch had before the push is no part of the pull request', () => {
    const moves = ['0 branchCreation 0 > root', '5 push root > a', '20 push a > b']
    expect(joined(`${ONE}\n b < a: z=1`, 'b', moves, [push])).toEqual([])
  })

  test('a commit pushed before the first known move of the default branch stays a part of the pull request', () => {
    expect(joined(ONE, 'a', ['20 push root > a'], [push])).toEqual(['a'])
  })

  test('a commit that an earlier merge brought is no part of a later pull request, though both have it again', () => {
    const commits = `
      root:
      s < root: x=1
      m < root s: x=1
      t < s: y=1
      h < t: z=1
      n < m t: y=1
    `
    const moves = [
      '0 branchCreation 0 > root',
      '5 pullRequestMerge root > m',
      '20 pullRequestMerge m > n',
    ]
    expect(joined(commits, 'n', moves, [push])).toEqual(['t'])
  })

  test.each<[string, readonly string[] | null, readonly string[] | null]>([
    ['the moves of the default branch', null, [push]],
    ['the pushes', ['0 branchCreation 0 > root', '20 push root > m'], null],
  ])(
    'a commit that the default branch got beside its first parents stays a part if %s are not known',
    (_, moves, pushes) => {
      const commits = 'root:\n a < root: x=1\n h < a: y=1\n m < root a: z=1'
      expect(joined(commits, 'm', moves, pushes)).toEqual(['a'])
    },
  )

  test('a commit on the first parents is no part if the moves or the pushes are not known', () => {
    const moves = ['0 branchCreation 0 > root', '20 push root > a']
    expect(joined(ONE, 'a', moves, null)).toEqual([])
    expect(joined(ONE, 'a', null, [push])).toEqual([])
  })

  test('no commit is joined to nothing', () => {
    expect(joined(ONE, null, ['0 branchCreation 0 > root'], [push])).toEqual([])
  })
})
