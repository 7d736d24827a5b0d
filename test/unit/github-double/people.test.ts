import { describe, expect, test } from '@jest/globals'
import { accountOf, WEB_FLOW_ID } from '../../github-double/people.ts'
import { World } from '../../github-double/world.ts'
import { scene } from './scene.ts'

describe('an account', () => {
  test('an account keeps its id when it gets another login', () => {
    const world = new World()
    const jane = world.addUser('jane')
    world.rename(jane, 'jane-at-work')
    expect(accountOf(world.state, 'jane-at-work')).toMatchObject({ id: jane.id })
    expect(accountOf(world.state, 'jane')).toBeNull()
  })

  test.each(['owner', 'OWNER'])('an account cannot take the login %s of another', login => {
    const { world } = scene()
    expect(() => world.addUser(login)).toThrow('is taken')
    expect(() => world.addOrganization(login)).toThrow('is taken')
  })

  test('a new account may take an abandoned login, with its own id', () => {
    const world = new World()
    const first = world.addUser('jane')
    world.rename(first, 'janet')
    const second = world.addUser('jane')
    world.deleteAccount(second)
    const third = world.addUser('jane')
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    expect(accountOf(world.state, 'jane')?.id).toBe(third.id)
  })

  test('a renamed account keeps its repositories', () => {
    const { world, owner, repository } = scene()
    world.rename(owner, 'boss')
    expect(repository.owner).toBe('boss')
  })

  test('a deleted account loses rights, memberships and repositories, and cannot act', () => {
    const { world, author, reviewer, owner, repository, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const team = world.addTeam(world.addOrganization('org'), 'pki')
    world.join(team, reviewer)
    world.deleteAccount(reviewer)
    expect(world.rightOf(repository, reviewer)).toBeNull()
    expect(repository.collaborators.has(reviewer.id)).toBe(false)
    expect(team.members.has(reviewer.id)).toBe(false)
    expect(() => world.review(pr, reviewer, 'APPROVED')).toThrow('deleted')
    expect(world.state.accounts.get(reviewer.id)?.isDeleted).toBe(true)
    const fork = world.fork(repository, author)
    world.deleteAccount(author)
    expect(world.state.repositories.has(fork.id)).toBe(false)
    world.deleteAccount(owner)
    expect(world.state.repositories.size).toBe(0)
  })

  test('the account of GitHub exists from the start', () =>
    expect(new World().state.accounts.get(WEB_FLOW_ID)).toMatchObject({
      login: 'web-flow',
      type: 'User',
    }))
})

test('ids are counted, so that the same history has the same ids', () => {
  const histories = [scene(), scene()].map(({ propose, repository, world }) => {
    propose('topic', { a: 'a\n' })
    return JSON.stringify([
      repository.activity,
      repository.pullRequests,
      [...world.state.objects.keys()],
    ])
  })
  expect(histories[0]).toBe(histories[1])
})
