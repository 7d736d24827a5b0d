// The one issue that says who has to act: apply opens, updates and closes it, and changes no other issue.
import { describe, expect, test } from '@jest/globals'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { MAY_NOTIFY } from '../build/github-run.ts'
import { rendered } from '../build/rendered.ts'

const JANE = 'requests/people/jane.yaml'
const MARK = 'requests/people/mark.yaml'
const NOTIFY = { permissions: MAY_NOTIFY }
const SKIP_SLEEPS = ['test/build/skip-sleeps.mjs']

/** Rows of the notice without the table head. */
const rowsOf = ({ acme }: Scene): readonly (readonly string[])[] =>
  rendered(acme.issues()[0]?.body ?? '').rows.slice(1)

test('the notice is opened, updated and closed as requests wait for approvals', () =>
  atAcme(async ({ acme }) => {
    acme.does('author pushes to add-both', { [JANE]: 'usual', [MARK]: 'usual' })
    acme.does('author opens PR1 from add-both')
    acme.does('author merges PR1 (squash)')
    const first = await acme.apply(NOTIFY)
    expect(first.code).toBe(1)
    expect(acme.issues()).toMatchObject([
      { title: 'countersign: 2 requests need attention', state: 'open' },
    ])
    expect(acme.issues()[0]?.body).toMatch(/jane.*no certificate in use.*APPROVAL_MISSING/)
    // The notice is number 2.
    acme.merges(3, { [JANE]: 'removed' })
    acme.merges(4, { [JANE]: 'usual' })
    await acme.apply(NOTIFY)
    expect(acme.issues()).toMatchObject([
      { title: 'countersign: 1 request needs attention', state: 'open' },
    ])
    acme.merges(5, { [MARK]: 'removed' })
    acme.merges(6, { [MARK]: 'usual' })
    expect((await acme.apply(NOTIFY)).code).toBe(0)
    expect(acme.issues()).toMatchObject([
      { title: 'countersign: no request needs attention', state: 'closed' },
    ])
    await acme.apply(NOTIFY)
    expect(acme.issues()).toHaveLength(1)
  }))

test('an issue of somebody else with the same marker stays unchanged', () =>
  atAcme(async ({ acme }) => {
    const { repository, world } = acme.stage
    const author = [...world.state.accounts.values()].find(({ login }) => login === 'author')
    const { now } = world.state
    const theirs = {
      id: 1,
      number: 99,
      authorId: author?.id ?? 0,
      title: 'countersign: 7 requests need attention',
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
    expect(acme.issues()[1]).toMatchObject({ title: 'countersign: 1 request needs attention' })
    acme.merges(102, { [JANE]: 'removed' })
    acme.merges(103, { [JANE]: 'usual' })
    await acme.apply(NOTIFY)
    expect(repository.issues[0]).toEqual(theirs)
    expect(acme.issues()[1]).toMatchObject({ state: 'closed' })
  }))

describe('a blocked request with a valid certificate', () => {
  const UNTIL = /^\d{4}-\d\d-\d\d \d\d:\d\dZ, in 6d 23h$/

  /** jane has a certificate, and the owner approves another change. */
  const changed = async (scene: Scene, files: Readonly<Record<string, unknown>>) => {
    const { acme } = scene
    acme.merges(1, { [JANE]: 'usual' })
    expect((await acme.apply(NOTIFY)).code).toBe(0)
    acme.does('author pushes to other', files)
    acme.does('author opens PR2 from other')
    acme.does('owner approves PR2')
    acme.does('author merges PR2 (squash)')
    await acme.apply(NOTIFY, 'schedule')
    return rowsOf(scene)
  }

  test.each([
    ['a policy denies', { 'policies/people.yaml': { sinks: [] } }, 'jane on prod', 'POLICY_SINK'],
    ['has an unreadable file', { [JANE]: 'kind: [' }, JANE, 'FILE_YAML'],
  ])('the notice shows until when a certificate is valid that %s', (_, files, name, code) =>
    atAcme(async scene => {
      const [row, ...others] = await changed(scene, files)
      const why = expect.stringContaining(code)
      expect(row).toEqual([name, expect.stringMatching(UNTIL), why, expect.any(String)])
      expect(others).toEqual([])
    }),
  )

  test('the notice shows an unknown expiry for an unreachable cluster', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      expect((await acme.apply(NOTIFY)).code).toBe(0)
      cluster.faults.plan({ path: '/version' }, { kind: 'reset', when: 'before' }, 1000)
      expect((await acme.apply({ ...NOTIFY, preload: SKIP_SLEEPS }, 'schedule')).code).toBe(2)
      expect(rowsOf(scene).map(([name, until]) => [name, until])).toEqual([
        ['jane on prod', 'unknown'],
      ])
    }))
})

describe('a run that stops before its plan', () => {
  const opened = { title: 'countersign: 1 request needs attention', state: 'open' }
  const closed = { title: 'countersign: no request needs attention', state: 'closed' }

  test.each([
    ['an unapproved configuration', { people: [] }, 'APPROVAL_NO_TRUST_ROOT'],
    ['an unreadable configuration', 'kind: [', 'FILE_YAML'],
    ['a missing configuration', 'removed', 'CONFIG_MISSING'],
  ])(
    'the notice of the repository is opened for %s, and closed after the repair',
    (_, content, code) =>
      atAcme(async scene => {
        const { acme } = scene
        acme.merges(1, { 'countersign.yaml': content })
        const ran = await acme.apply(NOTIFY, 'schedule')
        expect(ran).toMatchObject({ code: 1 })
        expect(ran.result.problems[0]).toMatchObject({ code })
        expect(acme.issues()).toMatchObject([opened])
        const why = expect.stringContaining(`(${code})`)
        const row = [
          'acme/certs',
          'each keeps its present end, and none is renewed',
          why,
          expect.any(String),
        ]
        expect(rowsOf(scene)[0]).toEqual(row)
        const texts = ran.result.problems.map(({ message }) => message.split(' ')[0] ?? '')
        expect(rowsOf(scene).map(([, , why]) => why)).toEqual(
          texts.map(word => expect.stringContaining(word)),
        )
        await acme.apply(NOTIFY, 'schedule')
        expect(acme.issues()).toMatchObject([opened])

        acme.does('author reverts PR1 on back')
        acme.does('author opens PR3 from back')
        acme.does('owner approves PR3')
        const broken = acme.stage.tip('main')
        acme.does('author merges PR3 (squash)')
        expect(await acme.apply(NOTIFY, 'schedule')).toMatchObject({ code: 0 })
        expect(acme.issues()).toMatchObject([closed])
        expect(await acme.apply({ ...NOTIFY, commit: broken })).toMatchObject({ code: 1 })
        expect(acme.issues()).toMatchObject([closed])
      }),
  )

  test('the notice shows the digest that trusted-config lacks', () =>
    atAcme(async scene => {
      const { acme } = scene
      await acme.apply({ ...NOTIFY, inputs: { 'trusted-config': '' } }, 'schedule')
      expect(rowsOf(scene)[0]?.[3]).toContain(await acme.digest())
    }))

  test('a run of an older commit changes neither notice nor comments', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await acme.apply(NOTIFY)
      const older = acme.stage.tip('main')
      acme.merges(2, { [JANE]: { subject: { organizations: ['viewers'] } } })
      await acme.apply(NOTIFY)
      const [told, later] = [acme.comments(1), acme.comments(2)]
      const ran = await acme.apply({ ...NOTIFY, commit: older })
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'APPROVAL_FILE_MOVED' }] },
      ])
      expect([acme.comments(1), acme.comments(2)]).toEqual([told, later])
      expect(acme.issues()).toEqual([])

      acme.merges(3, { [JANE]: { usages: ['any'] } })
      await acme.apply(NOTIFY)
      const before = acme.issues()
      expect(before).toMatchObject([opened])
      await acme.apply({ ...NOTIFY, commit: older })
      expect(acme.issues()).toEqual(before)
    }))

  test('a run of an older commit with another configuration does not change the notice', () =>
    atAcme(async scene => {
      const { acme } = scene
      const older = acme.stage.tip('main')
      acme.merges(1, { 'countersign.yaml': { people: [] } })
      const ran = await acme.apply({ ...NOTIFY, commit: older })
      expect(ran).toMatchObject({ result: { problems: [{ code: 'APPROVAL_CONFIG_MOVED' }] } })
      expect(acme.issues()).toEqual([])
      await acme.apply(NOTIFY)
      const before = acme.issues()
      expect(before).toMatchObject([opened])
      await acme.apply({ ...NOTIFY, commit: older })
      expect(acme.issues()).toEqual(before)
    }))

  test.each([
    ['a missing right', { kind: 'forbidden' }, 1],
    ['an outage', { kind: 'serverError', status: 503 }, 0],
  ] as const)(
    'the notice is opened for a missing right and not for a GitHub outage: %s',
    (_, fault, count) =>
      atAcme(async ({ acme }) => {
        acme.merges(1, { [JANE]: 'usual' })
        acme.github.faults.push({
          ...fault,
          match: { operation: 'graphql', query: 'reviews' },
          times: 1000,
        })
        expect((await acme.apply({ ...NOTIFY, preload: SKIP_SLEEPS })).code).toBe(2)
        expect(acme.issues()).toHaveLength(count)
        acme.github.faults.clear()
        expect((await acme.apply(NOTIFY)).code).toBe(0)
        expect(acme.issues().filter(({ state }) => state === 'open')).toEqual([])
      }),
  )
})
