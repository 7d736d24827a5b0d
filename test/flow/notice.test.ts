// The one issue that says who must do something: opened, rewritten and closed by apply, and never anybody else's.
import { expect, jest, test } from '@jest/globals'
import { atAcme } from '../build/at-acme.ts'
import { MAY_NOTIFY } from '../build/github-run.ts'

jest.setTimeout(60_000)

const JANE = 'requests/people/jane.yaml'
const MARK = 'requests/people/mark.yaml'
const NOTIFY = { permissions: MAY_NOTIFY }

test('the notice is opened with who waits for what, rewritten, and closed when nothing is left', () =>
  atAcme(async ({ acme }) => {
    acme.does('author pushes to add-both', { [JANE]: 'usual', [MARK]: 'usual' })
    acme.does('author opens PR1 from add-both')
    acme.does('author merges PR1 (squash)')
    const first = await acme.apply(NOTIFY)
    expect(first.code).toBe(1)
    expect(acme.issues()).toMatchObject([{ title: 'countersign: 2 need you', state: 'open' }])
    expect(acme.issues()[0]?.body).toMatch(/jane.*no certificate yet.*APPROVAL_MISSING/)
    // The notice has number 2.
    acme.merges(3, { [JANE]: { comment: 'looked at' } })
    await acme.apply(NOTIFY)
    expect(acme.issues()).toMatchObject([{ title: 'countersign: 1 needs you', state: 'open' }])
    acme.merges(4, { [MARK]: { comment: 'looked at' } })
    expect((await acme.apply(NOTIFY)).code).toBe(0)
    expect(acme.issues()).toMatchObject([
      { title: 'countersign: nothing needs you', state: 'closed' },
    ])
    await acme.apply(NOTIFY)
    expect(acme.issues()).toHaveLength(1)
  }))

test('an issue of somebody else under the same marker is left alone', () =>
  atAcme(async ({ acme }) => {
    const { repository, world } = acme.stage
    const author = [...world.state.accounts.values()].find(({ login }) => login === 'author')
    const { now } = world.state
    const theirs = {
      id: 1,
      number: 99,
      authorId: author?.id ?? 0,
      title: 'countersign: 7 need you',
      body: '<!-- countersign:notice -->\nnothing to see',
      state: 'open' as const,
      createdAt: now,
      updatedAt: now,
    }
    repository.issues.push({ ...theirs })
    acme.does('author pushes to add-jane', { [JANE]: 'usual' })
    acme.does('author opens PR100 from add-jane')
    acme.does('author merges PR100 (squash)')
    await acme.apply(NOTIFY)
    expect(repository.issues[0]).toEqual(theirs)
    expect(acme.issues()[1]).toMatchObject({ title: 'countersign: 1 needs you' })
    acme.merges(102, { [JANE]: { comment: 'looked at' } })
    await acme.apply(NOTIFY)
    expect(repository.issues[0]).toEqual(theirs)
    expect(acme.issues()[1]).toMatchObject({ state: 'closed' })
  }))
