import { describe, expect, test } from '@jest/globals'
import { scene } from '../scene.ts'

describe('the pull requests of a commit', () => {
  const two = () => {
    const all = scene()
    const pr = all.propose('topic', { a: 'a\n' })
    all.change('topic', { b: 'b\n' })
    const of = (commit: string) =>
      all.world.associatedPullRequests(all.repository, commit).map(({ number }) => number)
    return { ...all, pr, of }
  }

  test.each(['merge', 'squash', 'rebase'] as const)(
    'the pull request of a landed commit is known (%s)',
    method => {
      const { world, owner, pr, of } = two()
      const main = pr.baseCommit
      world.merge(pr, owner, method)
      expect(pr.landed.map(of)).toEqual(pr.landed.map(() => [1]))
      expect(pr.commits?.map(of)).toEqual([[1], [1]])
      expect(of(main)).toEqual([])
    },
  )

  test('the pull requests of a commit are the open ones with it, and not the closed ones', () => {
    const { world, author, pr, of } = two()
    const head = world.headOf(pr)
    expect(of(head)).toEqual([1])
    world.close(pr, author)
    expect(of(head)).toEqual([])
  })

  test('the pull requests of a commit on the default branch are only merged ones', () => {
    const { world, repository, reviewer, change, pr, of } = two()
    const [first = ''] = world.commitsOf(pr)
    world.push({ actor: reviewer, repository, branch: 'main', commit: first })
    expect([of(first), of(change('main', { c: 'c\n' }))]).toEqual([[], []])
  })

  test('an open pull request into another branch is none of a commit on the default branch', () => {
    const { world, repository, author, change } = scene()
    world.push({ actor: author, repository, branch: 'old', commit: world.tipOf(repository) })
    const commit = change('main', { a: 'a\n' })
    const pr = world.openPullRequest({ actor: author, repository, base: 'old', branch: 'main' })
    expect(world.commitsOf(pr)).toEqual([commit])
    expect(world.associatedPullRequests(repository, commit)).toEqual([])
  })

  test('all pull requests that brought a commit are known, stacked or in a queue', () => {
    const { world, repository, author, owner, change, propose } = scene()
    const below = propose('below', { a: 'a\n' })
    world.push({ actor: author, repository, branch: 'top', commit: below.headCommit })
    const commit = change('top', { b: 'b\n' })
    const top = world.openPullRequest({ actor: author, repository, base: 'below', branch: 'top' })
    world.merge(top, owner, 'merge')
    world.queueMerge([below, propose('other', { o: 'o\n' })], owner)
    const numbers = world.associatedPullRequests(repository, commit).map(({ number }) => number)
    expect(numbers).toEqual([1, 2])
  })
})
