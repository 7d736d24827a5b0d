import { describe, expect, test } from '@jest/globals'
import { FILE, scene, text } from '../scene.ts'

describe('a review', () => {
  test('a review is for the current head', () => {
    const { world, reviewer, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const seen = world.headOf(pr)
    const given = world.review(pr, reviewer, 'APPROVED')
    change('topic', { a: 'b\n' })
    expect(given).toMatchObject({ authorId: reviewer.id, state: 'APPROVED', commit: seen })
    expect(world.review(pr, reviewer, 'COMMENTED').commit).toBe(world.headOf(pr))
  })

  test('a review may name an earlier commit of the pull request, and no other', () => {
    const { world, repository, reviewer, change, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const earlier = world.headOf(pr)
    change('topic', { a: 'b\n' })
    expect(world.review(pr, reviewer, 'APPROVED', earlier).commit).toBe(earlier)
    const main = world.tipOf(repository)
    expect(() => world.review(pr, reviewer, 'APPROVED', main)).toThrow('not part')
  })

  test('a review by the author may only comment', () => {
    const { world, author, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    expect(() => world.review(pr, author, 'APPROVED')).toThrow('their own')
    expect(() => world.review(pr, author, 'CHANGES_REQUESTED')).toThrow('their own')
    expect(world.review(pr, author, 'COMMENTED').state).toBe('COMMENTED')
  })

  test('a review is open to everybody with read access', () => {
    const { world, repository, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const jane = world.addUser('jane')
    expect(() => world.review(pr, jane, 'APPROVED')).toThrow('not found')
    world.addCollaborator(repository, jane, 'read')
    expect(world.review(pr, jane, 'APPROVED').authorId).toBe(jane.id)
  })

  test('a review can be submitted after the merge', () => {
    const { world, owner, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    world.merge(pr, owner, 'squash')
    world.tick(60)
    const given = world.review(pr, reviewer, 'APPROVED')
    expect(given.commit).toBe(pr.headCommit)
    expect(given.at > (pr.mergedAt ?? given.at)).toBe(true)
  })

  test('a dismissed review loses its state, and the timeline keeps it, also after the merge', () => {
    const { world, owner, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const given = world.review(pr, reviewer, 'APPROVED')
    world.merge(pr, owner, 'merge')
    world.dismiss(pr, given, owner)
    expect(given.state).toBe('DISMISSED')
    expect(pr.timeline.at(-1)).toMatchObject({
      kind: 'reviewDismissed',
      review: given.id,
      was: 'APPROVED',
      actorId: owner.id,
    })
    expect(() => world.dismiss(pr, given, owner)).toThrow('cannot be dismissed')
  })

  test('a review is dismissed by writers only', () => {
    const { world, repository, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const given = world.review(pr, reviewer, 'APPROVED')
    const jane = world.addUser('jane')
    world.addCollaborator(repository, jane, 'triage')
    expect(() => world.dismiss(pr, given, jane)).toThrow('no write access')
  })
})

describe('the commit of a review', () => {
  /** Whether an approval of the head moves when the base is merged in, by the change of the base. */
  const afterUpdate = (commitIdMoves: 'never' | 'patch-identical' | 'always', base: string) => {
    const { world, author, reviewer, change, propose } = scene({ commitIdMoves })
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    const given = world.review(pr, reviewer, 'APPROVED')
    const seen = given.commit
    change('main', { [FILE]: base })
    world.updateBranch(pr, author)
    return given.commit === seen ? 'stays' : 'moves'
  }

  test.each([
    ['never', text({ nine: 'nueve' }), 'stays'],
    // The blob has changed, and the patch reads the same.
    ['patch-identical', text({ nine: 'nueve' }), 'moves'],
    ['patch-identical', text({ three: 'tres' }), 'stays'],
    ['always', text({ three: 'tres' }), 'moves'],
  ] as const)(
    'the commit of a review follows the setting %s when the base is merged in (case %#)',
    (knob, base, expected) => expect(afterUpdate(knob, base)).toBe(expected),
  )

  test.each([
    ['never', 'stays', 'stays'],
    ['patch-identical', 'moves', 'stays'],
    ['always', 'moves', 'moves'],
  ] as const)(
    'the commit of a review with the setting %s %s when the head is rewritten with the same file',
    (commitIdMoves, same, other) => {
      for (const [file, expected] of [
        ['a\n', same],
        ['b\n', other],
      ] as const) {
        const { world, repository, author, reviewer, propose } = scene({ commitIdMoves })
        const pr = propose('topic', { a: 'a\n' })
        const given = world.review(pr, reviewer, 'APPROVED')
        const seen = given.commit
        const commit = world.commit({ repository, files: { a: file }, author, message: 'again' })
        world.push({ actor: author, repository, branch: 'topic', commit, force: true })
        expect(given.commit === seen ? 'stays' : 'moves').toBe(expected)
      }
    },
  )

  test('the commit of a review of an earlier head stays with patch-identical', () => {
    const { world, author, reviewer, change, propose } = scene({
      commitIdMoves: 'patch-identical',
    })
    const pr = propose('topic', { a: 'a\n' })
    const earlier = world.review(pr, reviewer, 'APPROVED')
    const seen = earlier.commit
    change('topic', { a: 'b\n' })
    change('main', { b: 'b\n' })
    world.updateBranch(pr, author)
    expect(earlier.commit).toBe(seen)
  })

  test('the commit of a review never moves when another branch is merged in', () => {
    const { world, repository, author, reviewer, change, propose } = scene({
      commitIdMoves: 'always',
    })
    const pr = propose('topic', { a: 'a\n' })
    const side = change('side', { s: 's\n' })
    const given = world.review(pr, reviewer, 'APPROVED')
    const seen = given.commit
    const commit = world.commit({ parents: [seen, side], files: { s: 's\n' }, author })
    world.push({ actor: author, repository, branch: 'topic', commit })
    expect([given.commit, world.headOf(pr)]).toEqual([seen, commit])
  })

  test('the commit of a review never moves with a commit on top', () => {
    const { world, reviewer, change, propose } = scene({ commitIdMoves: 'always' })
    const pr = propose('topic', { a: 'a\n' })
    const given = world.review(pr, reviewer, 'APPROVED')
    const seen = given.commit
    change('topic', { b: 'b\n' })
    expect(given.commit).toBe(seen)
  })
})
