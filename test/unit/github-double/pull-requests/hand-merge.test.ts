import { describe, expect, test } from '@jest/globals'
import { commitAt } from '../../../github-double/git/git-objects.ts'
import { FILE, scene, text } from '../scene.ts'

describe('a merge by hand', () => {
  test('a merge by hand is a push, and merges the pull request', () => {
    const { world, repository, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const before = world.tipOf(repository)
    const commit = world.mergeByHand(pr, reviewer)
    expect(pr).toMatchObject({ state: 'merged', mergeCommit: commit, mergedById: reviewer.id })
    expect(repository.activity.at(-1)).toMatchObject({ kind: 'push', before, after: commit })
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      parents: [before, pr.headCommit],
      committer: { accountId: reviewer.id },
      isSignedByGitHub: false,
    })
  })

  test('a merge by hand may have content that neither side had', () => {
    const { world, reviewer, propose, read } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const commit = world.mergeByHand(pr, reviewer, { resolution: { a: 'evil\n', b: 'more\n' } })
    expect([read(commit, 'a'), read(commit, 'b')]).toEqual(['evil\n', 'more\n'])
  })

  test('a merge by hand needs a resolution for a conflict', () => {
    const { world, reviewer, change, propose, read } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    change('main', { [FILE]: text({ one: 'eins' }) })
    expect(() => world.mergeByHand(pr, reviewer)).toThrow('conflict')
    expect(read(world.mergeByHand(pr, reviewer, { resolution: { [FILE]: 'both\n' } }))).toBe(
      'both\n',
    )
  })

  test('a pull request with later commits on top has the merge that brought its head', () => {
    const { world, repository, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const merge = world.commit({ parents: [world.tipOf(repository), pr.headCommit], files: {} })
    const later = world.commit({ parent: merge, files: { z: 'z\n' } })
    world.push({ actor: reviewer, repository, branch: 'main', commit: later })
    expect(pr.mergeCommit).toBe(merge)
  })
})
