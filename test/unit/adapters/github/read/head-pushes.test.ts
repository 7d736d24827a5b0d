// The pushes of a head branch among all moves of branches with that name.
import { describe, expect, test } from '@jest/globals'
import { lifeOf } from '../../../../../src/adapters/github/read/branch-activity.ts'
import type { BranchMove } from '../../../../../src/domain/proof/git-history.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute))
const id = (letter: string) => letter.repeat(40)

/** `3 push a-b`: at minute 3, from a to b; `-` is no commit. */
function move(text: string): BranchMove {
  const [, minute = '', kind = '', before = '', after = ''] =
    /^(\d+) (\w+) ([a-f.])([a-f.])$/.exec(text) ?? []
  const end = (letter: string) => (letter === '.' ? null : id(letter))
  return {
    at: at(Number(minute)),
    by: null,
    before: end(before),
    after: end(after),
    kind: kind as BranchMove['kind'],
  }
}

/** Opened at minute 10 with `head` at its end; merged at minute `merged`. */
function life(moves: readonly string[], head: string, merged: number | null = 20) {
  const pull = {
    createdAt: at(10),
    head: { branch: 'b', repositoryId: 1, commit: id(head) },
    merged: merged === null ? null : { at: at(merged), by: null, commit: id('f') },
  }
  const rows = moves.map(move)
  return lifeOf(pull, rows, 0)?.map(found => moves[rows.indexOf(found)]) ?? null
}

describe('the pushes of a head branch', () => {
  test.each<[string, readonly string[], string, readonly string[] | null]>([
    [
      'are all moves of the branch',
      ['1 branchCreation .a', '12 push ab'],
      'b',
      ['1 branchCreation .a', '12 push ab'],
    ],
    [
      'begin at the last creation of the branch',
      ['1 branchCreation .a', '2 branchDeletion a.', '3 branchCreation .b', '12 push bc'],
      'c',
      ['3 branchCreation .b', '12 push bc'],
    ],
    [
      'include a branch that was deleted and created again since',
      ['1 branchCreation .a', '12 branchDeletion a.', '13 branchCreation .a', '14 push ab'],
      'b',
      ['1 branchCreation .a', '12 branchDeletion a.', '13 branchCreation .a', '14 push ab'],
    ],
    [
      'end with the merged head',
      ['1 branchCreation .a', '20 branchDeletion a.', '30 branchCreation .d'],
      'a',
      ['1 branchCreation .a'],
    ],
    [
      'exclude pushes after the merge',
      ['1 branchCreation .a', '25 push ab', '26 forcePush ba'],
      'a',
      ['1 branchCreation .a'],
    ],
    [
      'include a force push back to an earlier head',
      ['1 branchCreation .a', '12 push ab', '13 forcePush ba'],
      'a',
      ['1 branchCreation .a', '12 push ab', '13 forcePush ba'],
    ],
    ['are unknown without their beginning', ['5 push ab'], 'b', null],
    ['are unknown where they begin after the pull request', ['11 branchCreation .a'], 'a', null],
    ['are unknown with a gap', ['1 branchCreation .a', '12 push bc'], 'c', null],
    ['are unknown where they never reach the head', ['1 branchCreation .a'], 'b', null],
    ['are unknown where there are none', [], 'a', null],
  ])('the pushes %s', (_, moves, head, expected) => expect(life(moves, head)).toEqual(expected))

  test('the pushes of an open pull request continue until now', () => {
    const moves = ['1 branchCreation .a', '99 push ab']
    expect(life(moves, 'b', null)).toEqual(moves)
  })
})
