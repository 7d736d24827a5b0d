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

  test.each(['merge', 'squash', 'rebase'] as const)('(%s) are known for what landed', method => {
    const { world, owner, pr, of } = two()
    const main = pr.baseCommit
    world.merge(pr, owner, method)
    expect(pr.landed.map(of)).toEqual(pr.landed.map(() => [1]))
    expect(pr.commits?.map(of)).toEqual([[1], [1]])
    expect(of(main)).toEqual([])
  })

  test('are the open ones that hold it, and not the closed ones', () => {
    const { world, author, pr, of } = two()
    const head = world.headOf(pr)
    expect(of(head)).toEqual([1])
    world.close(pr, author)
    expect(of(head)).toEqual([])
  })

  test('of the default branch are merged ones only', () => {
    const { world, repository, reviewer, change, pr, of } = two()
    const [first = ''] = world.commitsOf(pr)
    world.push({ actor: reviewer, repository, branch: 'main', commit: first })
    expect([of(first), of(change('main', { c: 'c\n' }))]).toEqual([[], []])
  })

  test('of the default branch are no open ones, though they bring it elsewhere', () => {
    const { world, repository, author, change } = scene()
    world.push({ actor: author, repository, branch: 'old', commit: world.tipOf(repository) })
    const commit = change('main', { a: 'a\n' })
    const pr = world.openPullRequest({ actor: author, repository, base: 'old', branch: 'main' })
    expect(world.commitsOf(pr)).toEqual([commit])
    expect(world.associatedPullRequests(repository, commit)).toEqual([])
  })

  test('are all those that brought it on its way, stacked or in a queue', () => {
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
