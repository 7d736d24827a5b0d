import { describe, expect, test } from '@jest/globals'
import { scene } from './scene.ts'

describe('a right in a repository', () => {
  test('a right is granted and removed', () => {
    const { world, repository, author } = scene()
    expect(world.rightOf(repository, author)).toBe('write')
    world.removeCollaborator(repository, author)
    expect(world.rightOf(repository, author)).toBeNull()
  })

  test('the owner has admin rights, and everybody reads a public repository', () => {
    const { world, owner, repository, author } = scene()
    const open = world.createRepository({ owner: 'owner', name: 'open', visibility: 'public' })
    expect(world.rightOf(open, author)).toBe('read')
    expect(world.rightOf(repository, owner)).toBe('admin')
  })

  test.each([
    ['triage', 403],
    ['read', 403],
    [null, 404],
  ] as const)('the right %s is not enough to push (%i)', (right, status) => {
    const { world, repository, author } = scene()
    world.removeCollaborator(repository, author)
    if (right !== null) world.addCollaborator(repository, author, right)
    const commit = world.commit({ repository, files: { a: 'a' } })
    expect(() => world.push({ actor: author, repository, branch: 'main', commit })).toThrow(
      expect.objectContaining({ status }),
    )
  })
})

describe('a repository', () => {
  test('a repository starts with one commit on its default branch', () => {
    const { repository, owner } = scene()
    expect([...repository.branches.keys()]).toEqual(['main'])
    expect(repository.activity).toMatchObject([
      { kind: 'branch_creation', branch: 'main', actorId: owner.id, before: null },
    ])
  })

  test('a repository of an organization has its creator as admin', () => {
    const { world, author } = scene()
    world.addOrganization('org')
    const made = world.createRepository({ owner: 'org', name: 'pki', creator: author })
    expect(world.rightOf(made, author)).toBe('admin')
  })

  test('a fork has the branches, and its owner may write', () => {
    const { world, repository } = scene()
    const jane = world.addUser('jane')
    expect(() => world.fork(repository, jane)).toThrow('not found')
    world.addCollaborator(repository, jane, 'read')
    const fork = world.fork(repository, jane)
    expect(fork).toMatchObject({ owner: 'jane', name: 'certificates', forkOf: repository.id })
    expect(fork.branches).toEqual(repository.branches)
    expect(world.rightOf(fork, jane)).toBe('admin')
  })

  test('a ruleset blocks nothing in the double', () => {
    const { world, repository, owner, propose } = scene()
    world.addRuleset(repository, { requiredApprovals: 2 })
    const pr = propose('topic', { a: 'a\n' })
    world.merge(pr, owner, 'merge')
    expect([repository.rulesets[0]?.requiredApprovals, pr.state]).toEqual([2, 'merged'])
  })
})
