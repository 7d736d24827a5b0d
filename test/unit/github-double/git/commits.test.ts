import { describe, expect, test } from '@jest/globals'
import { commitAt } from '../../../github-double/git/git-objects.ts'
import { WEB_FLOW_ID } from '../../../github-double/people.ts'
import { authorsOf } from '../../../github-double/git/signatures.ts'
import { FILE, scene, text } from '../scene.ts'

describe('a commit', () => {
  test('a commit moves no branch', () => {
    const { world, repository, author } = scene()
    const before = world.tipOf(repository)
    world.commit({ repository, files: { a: 'a' }, author })
    expect(world.tipOf(repository)).toBe(before)
  })

  test('author and committer of a commit are linked by account, or to no account', () => {
    const { world, repository, author, reviewer } = scene()
    const { objects } = world.state
    const known = world.commit({ repository, files: { a: 'a' }, author, committer: reviewer })
    expect(commitAt(objects, known)).toMatchObject({
      author: { accountId: author.id, email: `${author.id}+author@users.noreply.github.com` },
      committer: { accountId: reviewer.id },
    })
    const unknown = world.commit({ repository, files: { a: 'b' }, author: null })
    expect(commitAt(objects, unknown)).toMatchObject({ author: { accountId: null } })
    const free = { name: 'author', email: 'author@example.com' }
    const forged = world.commit({ repository, files: { a: 'c' }, author: free })
    expect(commitAt(objects, forged)).toMatchObject({
      author: { name: 'author', accountId: null },
    })
  })

  test('a commit may have any date, and the clock does not change', () => {
    const { world, repository, author } = scene()
    const date = new Date('2001-02-03T04:05:06Z')
    const now = world.state.now
    const commit = world.commit({ repository, files: { a: 'a' }, author, date })
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      author: { at: date },
      committer: { at: date },
    })
    expect(world.state.now).toBe(now)
  })

  test('a commit may name web-flow as committer, and differs from one that GitHub signed', () => {
    const { world, repository, author } = scene()
    const committer = world.state.accounts.get(WEB_FLOW_ID) ?? null
    const input = { repository, files: { a: 'a' }, author, committer }
    const forged = world.commit(input)
    const real = world.commit({ ...input, signedByGitHub: true })
    const { objects } = world.state
    expect(commitAt(objects, forged)).toMatchObject({
      committer: { accountId: WEB_FLOW_ID, email: 'noreply@github.com' },
      isSignedByGitHub: false,
    })
    expect(commitAt(objects, real).isSignedByGitHub).toBe(true)
    expect(forged).not.toBe(real)
  })

  test('co-authors are in trailers, linked by their addresses', () => {
    const { world, repository, author, reviewer } = scene()
    const commit = world.commit({
      repository,
      files: { a: 'a' },
      author,
      coAuthors: [reviewer, null, author],
    })
    expect(commitAt(world.state.objects, commit).message).toContain(
      `\nCo-authored-by: reviewer <${reviewer.id}+reviewer@users.noreply.github.com>\n`,
    )
    expect(authorsOf(world.state, commit).map(({ accountId }) => accountId)).toEqual([
      author.id,
      reviewer.id,
      null,
    ])
  })

  test('a trailer in the middle of a message is no co-author', () => {
    const { world, repository, author, reviewer } = scene()
    const message = `Change\n\nCo-authored-by: x <${reviewer.id}+x@users.noreply.github.com>\n\nEnd\n`
    const commit = world.commit({ repository, files: { a: 'a' }, author, message })
    expect(authorsOf(world.state, commit)).toHaveLength(1)
  })

  test('a commit stays linked to a renamed account', () => {
    const { world, repository, author, reviewer } = scene()
    const coAuthors = [reviewer]
    const commit = world.commit({ repository, files: { a: 'a' }, author, coAuthors })
    world.rename(reviewer, 'someone')
    world.addUser('reviewer')
    expect(authorsOf(world.state, commit)[1]?.accountId).toBe(reviewer.id)
  })

  test('a commit adds files with modes, links and submodules, and removes files', () => {
    const { world, repository } = scene()
    const commit = world.commit({
      repository,
      files: {
        [FILE]: null,
        'run.sh': { bytes: '#!/bin/sh\n', mode: '100755' },
        link: { bytes: 'README.md', mode: '120000' },
        bytes: Uint8Array.of(0, 255),
        module: { submodule: world.tipOf(repository) },
      },
    })
    expect(world.blobAt(commit, FILE)).toBeNull()
    expect(world.blobAt(commit, 'requests')).toBeNull()
    expect(world.blobAt(commit, 'module')).toBe(world.tipOf(repository))
    expect(world.blobAt(commit, 'link/x')).toBeNull()
    expect(world.blobAt(commit, 'run.sh')).not.toBeNull()
  })

  test('a commit replaces a folder by a file, and a file by a folder', () => {
    const { world, repository, read } = scene()
    const file = world.commit({ repository, files: { requests: 'now a file\n' } })
    expect([read(file, 'requests'), read(file)]).toEqual(['now a file\n', null])
    const alike = { requests: 'now a file\n', 'README.md': 'hello\n' }
    expect(world.treeAt(file)).toBe(world.treeAt(world.commit({ parent: null, files: alike })))
    const folder = world.commit({ parent: file, files: { [FILE]: 'back\n' } })
    expect([read(folder, 'requests'), read(folder)]).toEqual([null, 'back\n'])
  })

  test.each(['', '/a', 'a//b', '.git/config', 'a/../b', 'a/.GIT/x'])(
    'the path "%s" is refused',
    path => {
      const { world, repository } = scene()
      expect(() => world.commit({ repository, files: { [path]: 'x' } })).toThrow('cannot be a path')
    },
  )
})

test('a renamed file keeps its blob', () => {
  const { world, repository } = scene()
  const tip = world.tipOf(repository)
  const commit = world.commit({
    parent: tip,
    files: world.renameFile(tip, FILE, 'requests/j.yaml'),
  })
  expect(world.blobAt(commit, 'requests/j.yaml')).toBe(world.blobAt(tip, FILE))
  expect(world.blobAt(commit, FILE)).toBeNull()
})

test('a revert restores the files of the commit before', () => {
  const { world, repository, change } = scene()
  const before = world.tipOf(repository)
  const bad = change('main', {
    [FILE]: text({ one: 'uno' }),
    'new.txt': 'new\n',
    'README.md': null,
  })
  const undone = world.commit({ parent: bad, files: world.revertCommitFiles(bad) })
  expect(world.treeAt(undone)).toBe(world.treeAt(before))
})
