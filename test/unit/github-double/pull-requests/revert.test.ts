import { describe, expect, test } from '@jest/globals'
import { FILE, scene, text } from '../scene.ts'

describe('the Revert button', () => {
  test.each(['merge', 'squash', 'rebase'] as const)(
    'the Revert button reverts a merge by %s',
    method => {
      const { world, repository, owner, change, propose, read } = scene()
      const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
      change('topic', { new: 'new\n' })
      world.merge(pr, owner, method)
      change('main', { [FILE]: text({ one: 'uno', nine: 'nueve' }) })
      const revert = world.revertPullRequest(pr, owner)
      expect(revert).toMatchObject({ title: 'Revert "Add topic"', headBranch: 'revert-1-topic' })
      world.merge(revert, owner, method)
      const tip = world.tipOf(repository)
      expect([read(tip), read(tip, 'new')]).toEqual([text({ nine: 'nueve' }), null])
    },
  )

  test('the Revert button refuses a conflict with later changes, and an open pull request', () => {
    const { world, owner, change, propose } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    expect(() => world.revertPullRequest(pr, owner)).toThrow('not found')
    world.merge(pr, owner, 'merge')
    change('main', { [FILE]: text({ one: 'eins' }) })
    expect(() => world.revertPullRequest(pr, owner)).toThrow('conflict')
  })
})
