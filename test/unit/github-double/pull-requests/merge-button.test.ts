import { describe, expect, test } from '@jest/globals'
import { commitAt } from '../../../github-double/git/git-objects.ts'
import { WEB_FLOW_ID } from '../../../github-double/people.ts'
import { authorsOf } from '../../../github-double/git/signatures.ts'
import { FILE, scene, text } from '../scene.ts'

const METHODS = ['merge', 'squash', 'rebase'] as const

describe('a merge by the merge button', () => {
  test.each(METHODS)('a merge closes the pull request and moves the base once (%s)', method => {
    const { world, repository, owner, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    change('topic', { b: 'b\n' })
    change('main', { c: 'c\n' })
    const [commits, head, before] = [world.commitsOf(pr), world.headOf(pr), world.tipOf(repository)]
    const rows = repository.activity.length
    const commit = world.merge(pr, owner, method)
    expect(pr).toMatchObject({
      state: 'merged',
      mergedById: owner.id,
      mergedAt: world.state.now,
      mergeCommit: commit,
      headCommit: head,
      baseCommit: before,
      commits,
    })
    expect(repository.activity.slice(rows)).toMatchObject([
      { kind: 'pr_merge', branch: 'main', actorId: owner.id, before, after: commit },
    ])
    expect(world.tipOf(repository)).toBe(commit)
    expect(pr.timeline.at(-1)).toMatchObject({ kind: 'merged', actorId: owner.id, commit })
    expect(['a', 'b', 'c'].map(path => world.blobAt(commit, path) !== null)).toEqual([
      true,
      true,
      true,
    ])
  })

  test.each(METHODS)('a merge refuses a conflict (%s)', method => {
    const { world, owner, change, propose } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    change('main', { [FILE]: text({ one: 'eins' }) })
    expect(() => world.merge(pr, owner, method)).toThrow(`conflict in ${FILE}`)
    expect(pr.state).toBe('open')
  })

  test.each(METHODS)('a merge combines the changes of both sides in one file (%s)', method => {
    const { world, owner, change, propose, read } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    change('main', { [FILE]: text({ nine: 'nueve' }) })
    const commit = world.merge(pr, owner, method)
    expect(read(commit)).toBe(text({ one: 'uno', nine: 'nueve' }))
  })

  test('a merge needs write access and no approval', () => {
    const { world, repository, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const jane = world.addUser('jane')
    world.addCollaborator(repository, jane, 'triage')
    expect(() => world.merge(pr, jane, 'merge')).toThrow('no write access')
    world.merge(pr, reviewer, 'merge')
    expect(() => world.merge(pr, reviewer, 'merge')).toThrow('is merged')
  })

  test('a merge refuses an unexpected head, and may delete the branch', () => {
    const { world, repository, owner, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const expectedHead = world.tipOf(repository)
    expect(() => world.merge(pr, owner, 'merge', { expectedHead })).toThrow('was modified')
    world.merge(pr, owner, 'merge', { expectedHead: pr.headCommit, deleteBranch: true })
    expect([pr.state, repository.branches.has('topic')]).toEqual(['merged', false])
  })

  test('a merge with the head of another pull request merges that, too', () => {
    const { world, repository, owner, author, change, propose } = scene()
    const below = propose('below', { a: 'a\n' })
    world.push({ actor: author, repository, branch: 'top', commit: below.headCommit })
    change('top', { b: 'b\n' })
    const top = world.openPullRequest({ actor: author, repository, branch: 'top' })
    const commit = world.merge(top, owner, 'merge')
    expect(below).toMatchObject({ state: 'merged', mergeCommit: commit, mergedById: owner.id })
  })
})

describe('a merge commit', () => {
  test('a merge commit has base and head as parents, and GitHub as committer', () => {
    const { world, repository, owner, propose } = scene()
    const before = world.tipOf(repository)
    const pr = propose('topic', { a: 'a\n' })
    const commit = commitAt(world.state.objects, world.merge(pr, owner, 'merge'))
    expect(commit).toMatchObject({
      parents: [before, pr.headCommit],
      author: { accountId: owner.id },
      committer: { accountId: WEB_FLOW_ID },
      isSignedByGitHub: true,
      message: 'Merge pull request #1 from owner/topic\n\nAdd topic',
    })
  })
})

describe('a squashed commit', () => {
  test('a squashed commit has the opener of the pull request as author, and the others in its trailers', () => {
    const { world, author, owner, reviewer, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    change('topic', { a: 'b\n' }, reviewer)
    change('topic', { a: 'c\n' }, reviewer)
    const before = change('main', { m: 'm\n' }, owner)
    world.updateBranch(pr, owner)
    const id = world.merge(pr, owner, 'squash')
    expect(commitAt(world.state.objects, id)).toMatchObject({
      parents: [before],
      committer: { accountId: WEB_FLOW_ID },
      isSignedByGitHub: true,
    })
    expect(authorsOf(world.state, id).map(({ accountId }) => accountId)).toEqual([
      author.id,
      reviewer.id,
    ])
  })
})

describe('rebased commits', () => {
  test('rebased commits are new, with their authors, committed by the person who merged, and unsigned', () => {
    const { world, repository, owner, author, reviewer, change, propose } = scene()
    const before = world.tipOf(repository)
    const pr = propose('topic', { a: 'a\n' })
    change('topic', { b: 'b\n' }, reviewer)
    const tip = world.merge(pr, owner, 'rebase')
    const { objects } = world.state
    const [first = '', second = ''] = pr.landed
    expect(second).toBe(tip)
    expect(commitAt(objects, second)).toMatchObject({
      parents: [first],
      author: { accountId: reviewer.id },
      committer: { accountId: owner.id },
      isSignedByGitHub: false,
    })
    expect(commitAt(objects, first)).toMatchObject({
      parents: [before],
      author: { accountId: author.id },
    })
    expect(pr.commits).not.toContain(first)
  })

  test('rebased commits exclude merges of the base, and are refused where such a merge changed files', () => {
    const { world, owner, author, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    change('main', { b: 'b\n' })
    world.updateBranch(pr, author)
    world.tick(60)
    const evil = propose('evil', { e: 'e\n' })
    world.merge(pr, owner, 'rebase')
    expect(pr.landed).toHaveLength(1)
    world.mergeBaseByHand(evil, author, { resolution: { hidden: 'hidden\n' } })
    expect(() => world.merge(evil, owner, 'rebase')).toThrow('other files')
  })
})
