import { describe, expect, test } from '@jest/globals'
import { FILE, scene, text } from '../scene.ts'

describe('a pull request', () => {
  test('a writer opens a pull request with the commits beyond the base', () => {
    const { world, repository, author, change } = scene()
    const [first, second] = [change('topic', { a: 'a\n' }), change('topic', { b: 'b\n' })]
    change('main', { c: 'c\n' })
    const pr = world.openPullRequest({ actor: author, repository, branch: 'topic' })
    expect(pr).toMatchObject({ number: 1, base: 'main', authorId: author.id, state: 'open' })
    expect(world.commitsOf(pr)).toEqual([first, second])
    expect(world.changedFilesOf(pr).map(({ path, status }) => [path, status])).toEqual([
      ['a', 'added'],
      ['b', 'added'],
    ])
  })

  test('a pull request shows its files against the merge base, whatever the base branch became', () => {
    const { world, change, propose } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }), 'README.md': null })
    change('main', { [FILE]: text({ nine: 'nueve' }) })
    expect(world.changedFilesOf(pr).map(({ path, status }) => [path, status])).toEqual([
      ['README.md', 'removed'],
      [FILE, 'modified'],
    ])
  })

  test('a pull request is refused without changes, without common history, or if it is open already', () => {
    const { world, repository, author, propose } = scene()
    const open = (branch: string) => () =>
      world.openPullRequest({ actor: author, repository, branch })
    world.push({ actor: author, repository, branch: 'same', commit: world.tipOf(repository) })
    expect(open('same')).toThrow('no commits between')
    const root = world.commit({ parent: null, files: { a: 'a\n' } })
    world.push({ actor: author, repository, branch: 'root', commit: root })
    expect(open('root')).toThrow('no common history')
    propose('topic', { a: 'a\n' })
    expect(open('topic')).toThrow('open already')
    expect(open('nowhere')).toThrow('branch nowhere was not found')
  })

  test('a pull request needs write access to one of its two branches', () => {
    const { world, repository, change } = scene()
    change('topic', { a: 'a\n' })
    const jane = world.addUser('jane')
    const open = () => world.openPullRequest({ actor: jane, repository, branch: 'topic' })
    expect(open).toThrow('was not found')
    world.addCollaborator(repository, jane, 'read')
    expect(open).toThrow('no write access')
  })

  test('a closed pull request keeps head and commits, and follows its branch when it is reopened', () => {
    const { world, reviewer, author, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const first = pr.headCommit
    world.close(pr, reviewer)
    const second = change('topic', { a: 'b\n' })
    expect([world.headOf(pr), world.commitsOf(pr)]).toEqual([first, [first]])
    world.reopen(pr, author)
    expect([world.headOf(pr), world.commitsOf(pr)]).toEqual([second, [first, second]])
  })

  test('a pull request cannot be reopened after its branch was rewritten or deleted, or after its merge', () => {
    const { world, repository, author, owner, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    world.close(pr, author)
    const commit = world.commit({ repository, files: { a: 'c\n' }, author })
    world.push({ actor: author, repository, branch: 'topic', commit, force: true })
    expect(() => world.reopen(pr, author)).toThrow('force-pushed')
    world.deleteBranch(repository, 'topic', author)
    expect(() => world.reopen(pr, author)).toThrow('branch topic was not found')
    const other = propose('other', { a: 'a\n' })
    world.merge(other, owner, 'merge')
    expect(() => world.reopen(other, author)).toThrow('is merged')
    expect(() => world.close(other, author)).toThrow('is merged')
  })

  test('a pull request is closed only by its author or a writer', () => {
    const { world, repository, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const jane = world.addUser('jane')
    world.addCollaborator(repository, jane, 'read')
    expect(() => world.close(pr, jane)).toThrow('no write access')
  })

  test('a pull request may change its base, and the timeline has that', () => {
    const { world, repository, author, change, propose } = scene()
    change('release', { r: 'r\n' })
    const pr = propose('topic', { a: 'a\n' })
    world.changeBase(pr, author, 'release')
    expect(pr).toMatchObject({ base: 'release', baseCommit: world.tipOf(repository, 'release') })
    expect(pr.timeline).toMatchObject([{ kind: 'baseChanged', from: 'main', to: 'release' }])
    expect(() => world.changeBase(pr, author, 'release')).toThrow('already')
    world.push({ actor: author, repository, branch: 'holds', commit: pr.headCommit })
    expect(() => world.changeBase(pr, author, 'holds')).toThrow('no commits between')
  })

  test('a pull request into another branch is merged into that branch only', () => {
    const { world, repository, author, owner, change } = scene()
    change('below', { a: 'a\n' })
    world.push({
      actor: author,
      repository,
      branch: 'top',
      commit: world.tipOf(repository, 'below'),
    })
    change('top', { b: 'b\n' })
    const pr = world.openPullRequest({ actor: author, repository, base: 'below', branch: 'top' })
    const main = world.tipOf(repository)
    const commit = world.merge(pr, owner, 'merge')
    expect([world.tipOf(repository), world.tipOf(repository, 'below')]).toEqual([main, commit])
  })

  test('a pull request has comments', () => {
    const { world, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    world.comment(pr, reviewer, 'Looks fine.')
    expect(pr.comments).toMatchObject([{ authorId: reviewer.id, body: 'Looks fine.' }])
  })
})
