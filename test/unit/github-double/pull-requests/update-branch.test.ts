import { describe, expect, test } from '@jest/globals'
import { commitAt } from '../../../github-double/git/git-objects.ts'
import { WEB_FLOW_ID } from '../../../github-double/people.ts'
import { FILE, scene, text } from '../scene.ts'

/** A pull request with a base that has moved on since. */
function behind(
  files = { a: 'a\n' } as Record<string, string>,
  base = { b: 'b\n' } as typeof files,
) {
  const all = scene()
  const pr = all.propose('topic', files)
  all.change('main', base)
  return { ...all, pr, head: pr.headCommit, base: all.world.tipOf(all.repository) }
}

describe('the button Update branch', () => {
  test('the button merges the base into the head, committed by GitHub', () => {
    const { world, repository, reviewer, pr, head, base } = behind()
    const commit = world.updateBranch(pr, reviewer)
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      parents: [head, base],
      author: { accountId: reviewer.id },
      committer: { accountId: WEB_FLOW_ID },
      isSignedByGitHub: true,
      message: "Merge branch 'main' into topic",
    })
    expect(repository.activity.at(-1)).toMatchObject({
      kind: 'push',
      branch: 'topic',
      actorId: reviewer.id,
      before: head,
      after: commit,
    })
    expect(world.commitsOf(pr)).toEqual([head, commit])
    expect(world.changedFilesOf(pr).map(({ path }) => path)).toEqual(['a'])
  })

  test('the button refuses a conflict, and a head that has the base already', () => {
    const { world, author, pr } = behind({ [FILE]: 'x\n' }, { [FILE]: 'y\n' })
    expect(() => world.updateBranch(pr, author)).toThrow('conflict')
    const fresh = scene()
    const other = fresh.propose('topic', { a: 'a\n' })
    expect(() => fresh.world.updateBranch(other, fresh.author)).toThrow('no new commits on main')
  })

  test('the button is open to writers of the head, or of the base where the head is in a fork', () => {
    const { world, pr } = behind()
    expect(() => world.updateBranch(pr, world.addUser('jane'))).toThrow('was not found')
  })
})

describe('the base merged by hand', () => {
  test('a merge of the base by hand may change any file, unsigned', () => {
    const { world, author, pr, head, base, read } = behind()
    const commit = world.mergeBaseByHand(pr, author, { resolution: { [FILE]: text({ one: '!' }) } })
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      parents: [head, base],
      committer: { accountId: author.id },
      isSignedByGitHub: false,
    })
    expect(read(commit)).toBe(text({ one: '!' }))
    expect(world.changedFilesOf(pr).map(({ path }) => path)).toContain(FILE)
  })
})

describe('a rebase by hand', () => {
  test('a rebase by hand creates the commits again on the base and force-pushes them', () => {
    const { world, repository, reviewer, author, pr, head, base } = behind()
    const commit = world.rebaseBranch(pr, reviewer)
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      parents: [base],
      author: { accountId: author.id },
      committer: { accountId: reviewer.id },
    })
    expect(repository.activity.at(-1)).toMatchObject({ kind: 'force_push', before: head })
    expect(pr.timeline).toMatchObject([{ kind: 'headForcePushed', before: head, after: commit }])
    expect(world.commitsOf(pr)).toEqual([commit])
    expect(() => world.rebaseBranch(pr, reviewer)).toThrow('on top of main already')
  })

  test('a rebase by hand removes the signature of GitHub', () => {
    const { world, repository, author, change } = scene()
    const edit = { actor: author, repository, branch: 'main', files: { a: 'a\n' } }
    world.editOnWeb({ ...edit, newBranch: 'topic' })
    const pr = world.openPullRequest({ actor: author, repository, branch: 'topic' })
    change('main', { b: 'b\n' })
    const commit = world.rebaseBranch(pr, author)
    expect(commitAt(world.state.objects, commit).isSignedByGitHub).toBe(false)
  })

  test('a rebase by hand resolves conflicts, and drops changes that the base has', () => {
    const { world, author, pr, change, read } = behind({ [FILE]: 'x\n' }, { [FILE]: 'y\n' })
    expect(() => world.rebaseBranch(pr, author)).toThrow('conflict')
    const commit = world.rebaseBranch(pr, author, { resolution: { [FILE]: 'z\n', other: 'no\n' } })
    expect([read(commit), read(commit, 'other')]).toEqual(['z\n', null])
    change('main', { [FILE]: 'z\n' })
    world.rebaseBranch(pr, author)
    expect(pr.state).toBe('closed')
  })
})
