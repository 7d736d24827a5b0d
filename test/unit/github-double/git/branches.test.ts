import { describe, expect, test } from '@jest/globals'
import { FILE, scene, text } from '../scene.ts'

describe('a push to a branch', () => {
  test('a push records who moved which branch from where to where, at the time of the server', () => {
    const { world, repository, author, change } = scene()
    const before = world.tipOf(repository)
    const now = world.state.now
    const after = change('main', { a: 'a\n' })
    expect(repository.activity.at(-1)).toMatchObject({
      kind: 'push',
      branch: 'main',
      actorId: author.id,
      before,
      after,
      at: now,
    })
  })

  test('a push of a new branch is a creation, and a push of no commit a deletion', () => {
    const { world, repository, author, change } = scene()
    const commit = change('topic', { a: 'a\n' })
    world.push({ actor: author, repository, branch: 'topic', commit: null })
    expect(repository.activity.slice(-2)).toMatchObject([
      { kind: 'branch_creation', before: null, after: commit },
      { kind: 'branch_deletion', before: commit, after: null },
    ])
    expect(repository.branches.has('topic')).toBe(false)
  })

  test('a push that would lose commits is refused unless it is forced', () => {
    const { world, repository, author, change } = scene()
    change('main', { a: 'a\n' })
    const commit = world.commit({ parent: null, files: { b: 'b\n' } })
    const push = { actor: author, repository, branch: 'main', commit }
    expect(() => world.push(push)).toThrow('not a fast-forward')
    world.push({ ...push, force: true })
    expect(repository.activity.at(-1)?.kind).toBe('force_push')
  })

  test('a forced push that loses no commits is a normal push', () => {
    const { world, repository, author } = scene()
    const commit = world.commit({ repository, files: { b: 'b\n' } })
    world.push({ actor: author, repository, branch: 'main', commit, force: true })
    expect(repository.activity.at(-1)?.kind).toBe('push')
  })

  test('a push of the same commit changes nothing, and one of an unknown commit is refused', () => {
    const { world, repository, author } = scene()
    const rows = repository.activity.length
    world.push({ actor: author, repository, branch: 'main', commit: world.tipOf(repository) })
    expect(repository.activity).toHaveLength(rows)
    const unknown = { actor: author, repository, branch: 'main', commit: '0'.repeat(40) }
    expect(() => world.push(unknown)).toThrow('was not found')
  })

  test('a push cannot delete the default branch', () => {
    const { world, repository, owner } = scene()
    expect(() => world.deleteBranch(repository, 'main', owner)).toThrow('default branch')
  })
})

describe('a push to the head of a pull request', () => {
  test('a push to the head moves the head and starts a run', () => {
    const { world, repository, author, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const first = pr.headCommit
    const second = change('topic', { a: 'b\n' })
    expect(world.headOf(pr)).toBe(second)
    expect(world.commitsOf(pr)).toEqual([first, second])
    expect(repository.runs).toMatchObject([
      { event: 'pull_request', headCommit: first, headBranch: 'topic', actorId: author.id },
      { headCommit: second },
    ])
  })

  test('a push to the head starts no run in a conflict, or where the world has no runs', () => {
    const quiet = scene({ hasRuns: false })
    quiet.propose('topic', { a: 'a\n' })
    expect(quiet.repository.runs).toEqual([])
    const { repository, change, propose } = scene()
    propose('topic', { [FILE]: text({ one: 'uno' }) })
    change('main', { [FILE]: text({ one: 'eins' }) })
    change('topic', { [FILE]: text({ one: 'unus' }) })
    expect(repository.runs).toHaveLength(1)
  })

  test('a force push to the head is in the timeline', () => {
    const { world, repository, author, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const before = pr.headCommit
    const after = world.commit({ repository, files: { a: 'other\n' }, author })
    world.push({ actor: author, repository, branch: 'topic', commit: after, force: true })
    expect(pr.timeline).toMatchObject([
      { kind: 'headForcePushed', before, after, actorId: author.id, at: world.state.now },
    ])
  })

  test('a push that leaves nothing to merge closes the pull request', () => {
    const { world, repository, author, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const commit = world.tipOf(repository)
    world.push({ actor: author, repository, branch: 'topic', commit, force: true })
    expect(pr.state).toBe('closed')
  })

  test('a push to the head after the merge does not change the pull request', () => {
    const { world, owner, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const head = pr.headCommit
    world.merge(pr, owner, 'merge')
    change('topic', { a: 'later\n' })
    expect([world.headOf(pr), world.commitsOf(pr)]).toEqual([head, [head]])
  })

  test('a push to the head of a fork is allowed for its owner and for writers of the base', () => {
    const { world, repository, author, reviewer } = scene()
    const jane = world.addUser('jane')
    world.addCollaborator(repository, jane, 'read')
    const fork = world.fork(repository, jane)
    const push = (actor: typeof jane, content: string) =>
      world.push({
        actor,
        repository: fork,
        branch: 'topic',
        commit: world.commit({
          repository: fork,
          branch: fork.branches.has('topic') ? 'topic' : 'main',
          files: { a: content },
          author: actor,
        }),
      })
    push(jane, 'one')
    expect(() => push(reviewer, 'two')).toThrow('not found')
    const pr = world.openPullRequest({ actor: jane, repository, from: fork, branch: 'topic' })
    push(reviewer, 'two')
    expect(world.headOf(pr)).toBe(fork.branches.get('topic'))
    expect(fork.activity.map(({ actorId }) => actorId)).toEqual([jane.id, reviewer.id])
    expect(repository.runs).toHaveLength(2)
    world.deleteRepository(fork)
    expect(world.headOf(pr)).toBe(pr.headCommit)
    world.merge(pr, author, 'merge')
    expect(pr.state).toBe('merged')
  })
})

describe('a push to the base of a pull request', () => {
  test('a push to the base with the head merges the pull request for any pusher', () => {
    const { world, repository, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const commit = pr.headCommit
    world.push({ actor: reviewer, repository, branch: 'main', commit })
    expect(pr).toMatchObject({
      state: 'merged',
      mergedById: reviewer.id,
      mergedAt: world.state.now,
      mergeCommit: commit,
      commits: [commit],
    })
    expect(pr.timeline).toMatchObject([{ kind: 'merged', actorId: reviewer.id, commit }])
    expect(repository.activity.at(-1)?.kind).toBe('push')
  })

  test('a push to the base with only the first commit leaves the pull request open', () => {
    const { world, repository, reviewer, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const [first = ''] = world.commitsOf(pr)
    const second = change('topic', { b: 'b\n' })
    world.push({ actor: reviewer, repository, branch: 'main', commit: first })
    expect([pr.state, world.commitsOf(pr)]).toEqual(['open', [second]])
  })
})

describe('a deleted branch', () => {
  test('a deleted head branch closes its pull request', () => {
    const { world, repository, author, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const { headCommit } = pr
    world.deleteBranch(repository, 'topic', author)
    expect([pr.state, world.headOf(pr), world.commitsOf(pr)]).toEqual([
      'closed',
      headCommit,
      [headCommit],
    ])
  })

  test('a deleted base branch closes the pull request into it, unless it was merged itself', () => {
    const { world, repository, author, change } = scene()
    change('below', { a: 'a\n' })
    world.push({
      actor: author,
      repository,
      branch: 'top',
      commit: world.tipOf(repository, 'below'),
    })
    change('top', { b: 'b\n' })
    const pr = world.openPullRequest({ actor: author, repository, base: 'below', branch: 'top' })
    world.close(world.openPullRequest({ actor: author, repository, branch: 'below' }), author)
    world.deleteBranch(repository, 'below', author)
    expect([pr.state, pr.timeline]).toEqual(['closed', []])
  })

  test('a base branch that is deleted after its merge passes the pull request on to its own base', () => {
    const { world, repository, owner, author, change, propose } = scene()
    const below = propose('below', { a: 'a\n' })
    world.push({ actor: author, repository, branch: 'top', commit: below.headCommit })
    const commit = change('top', { b: 'b\n' })
    const top = world.openPullRequest({ actor: author, repository, base: 'below', branch: 'top' })
    expect(world.commitsOf(top)).toEqual([commit])
    world.merge(below, owner, 'squash', { deleteBranch: true })
    expect(top).toMatchObject({ state: 'open', base: 'main' })
    expect(top.timeline).toMatchObject([
      { kind: 'baseChangedAutomatically', from: 'below', to: 'main', actorId: owner.id },
    ])
    expect(world.commitsOf(top)).toEqual([below.headCommit, commit])
  })
})

describe('a commit outside all branches', () => {
  test('a collected commit is no longer served until it is pushed again', () => {
    const { world, repository, author, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const old = pr.headCommit
    expect(() => world.garbageCollect(repository, old)).toThrow('still held')
    const commit = world.commit({ repository, files: { a: 'b\n' }, author })
    world.push({ actor: author, repository, branch: 'topic', commit, force: true })
    world.garbageCollect(repository, old)
    expect([...repository.collected]).toEqual([old])
    world.push({ actor: author, repository, branch: 'again', commit: old })
    expect([...repository.collected]).toEqual([])
  })
})
