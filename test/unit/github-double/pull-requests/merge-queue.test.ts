import { describe, expect, test } from '@jest/globals'
import { MERGE_QUEUE_ID } from '../../../github-double/people.ts'
import { FILE, scene, text } from '../scene.ts'

describe('the merge queue', () => {
  test.each(['merge', 'squash', 'rebase'] as const)(
    'the merge queue merges several pull requests by one move (%s)',
    method => {
      const { world, repository, owner, propose } = scene()
      const prs = ['one', 'two', 'three'].map(branch => propose(branch, { [branch]: 'x\n' }))
      const before = world.tipOf(repository)
      const rows = repository.activity.length
      world.queueMerge(prs, owner, method)
      const after = world.tipOf(repository)
      expect(repository.activity.slice(rows)).toMatchObject([
        { kind: 'merge_queue_merge', branch: 'main', actorId: MERGE_QUEUE_ID, before, after },
      ])
      const merges = prs.map(({ mergeCommit }) => mergeCommit ?? '')
      expect(new Set(merges).size).toBe(3)
      expect(merges.at(-1)).toBe(after)
      expect(prs.map(pr => [pr.state, pr.mergedById, pr.commits?.length])).toEqual(
        prs.map(() => ['merged', MERGE_QUEUE_ID, 1]),
      )
      expect(prs.map(({ baseCommit }) => baseCommit)).toEqual([before, ...merges.slice(0, 2)])
    },
  )

  test('the merge queue merges nothing where two pull requests conflict', () => {
    const { world, repository, owner, propose } = scene()
    const prs = [
      propose('one', { [FILE]: text({ one: 'uno' }) }),
      propose('two', { [FILE]: text({ one: 'eins' }) }),
    ]
    const before = world.tipOf(repository)
    expect(() => world.queueMerge(prs, owner)).toThrow('conflict')
    expect([world.tipOf(repository), ...prs.map(pr => pr.state)]).toEqual([before, 'open', 'open'])
  })

  test('the merge queue marks a pull request as merged that an earlier one brought', () => {
    const { world, repository, owner, author, change, propose } = scene()
    const below = propose('below', { a: 'a\n' })
    world.push({ actor: author, repository, branch: 'top', commit: below.headCommit })
    change('top', { b: 'b\n' })
    const top = world.openPullRequest({ actor: author, repository, branch: 'top' })
    world.queueMerge([top, below], owner)
    expect(below).toMatchObject({ state: 'merged', mergeCommit: top.mergeCommit })
  })
})
