// The one issue that says who must do something: opened, rewritten and closed by apply, and never anybody else's.
import { describe, expect, test } from '@jest/globals'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { MAY_NOTIFY } from '../build/github-run.ts'
import { rendered } from '../build/rendered.ts'

const JANE = 'requests/people/jane.yaml'
const MARK = 'requests/people/mark.yaml'
const NOTIFY = { permissions: MAY_NOTIFY }
const HURRY = ['test/build/hurry.mjs']

/** Of the notice, without their head. */
const rowsOf = ({ acme }: Scene): readonly (readonly string[])[] =>
  rendered(acme.issues()[0]?.body ?? '').rows.slice(1)

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
    acme.merges(3, { [JANE]: 'removed' })
    acme.merges(4, { [JANE]: 'usual' })
    await acme.apply(NOTIFY)
    expect(acme.issues()).toMatchObject([{ title: 'countersign: 1 needs you', state: 'open' }])
    acme.merges(5, { [MARK]: 'removed' })
    acme.merges(6, { [MARK]: 'usual' })
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
    acme.merges(102, { [JANE]: 'removed' })
    acme.merges(103, { [JANE]: 'usual' })
    await acme.apply(NOTIFY)
    expect(repository.issues[0]).toEqual(theirs)
    expect(acme.issues()[1]).toMatchObject({ state: 'closed' })
  }))

describe('of a request that is blocked while a certificate stands', () => {
  const UNTIL = /^\d{4}-\d\d-\d\d \d\d:\d\dZ, in 6d 23h$/

  /** jane's certificate stands, and the owner approves another change. */
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
    ['a policy refuses', { 'policies/people.yaml': { sinks: [] } }, 'jane on prod', 'POLICY_SINK'],
    ['whose file cannot be read', { [JANE]: 'kind: [' }, JANE, 'REQUEST_YAML'],
  ])('and that %s, the notice says until when it works', (_, files, name, code) =>
    atAcme(async scene => {
      const [row, ...others] = await changed(scene, files)
      const why = expect.stringContaining(code)
      expect(row).toEqual([name, expect.stringMatching(UNTIL), why, expect.any(String)])
      expect(others).toEqual([])
    }),
  )

  test('in a cluster that does not answer, the notice knows no end', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      expect((await acme.apply(NOTIFY)).code).toBe(0)
      cluster.faults.plan({ path: '/version' }, { kind: 'reset', when: 'before' }, 1000)
      expect((await acme.apply({ ...NOTIFY, preload: HURRY }, 'schedule')).code).toBe(2)
      expect(rowsOf(scene).map(([name, until]) => [name, until])).toEqual([
        ['jane on prod', 'unknown'],
      ])
    }))
})

describe('where a run stops before it plans, so that nothing renews', () => {
  const opened = { title: 'countersign: 1 needs you', state: 'open' }
  const closed = { title: 'countersign: nothing needs you', state: 'closed' }

  test.each([
    ['a configuration that its owner did not approve', { people: [] }, 'APPROVAL_NO_TRUST_ROOT'],
    ['a configuration that cannot be read', 'kind: [', 'CONFIG_YAML'],
    ['no configuration', 'removed', 'CONFIG_MISSING'],
  ])('the notice is of the repository for %s, and closed when it heals', (_, content, code) =>
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
        'each as long as now, and none is renewed',
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

  test('the notice tells the digest that trusted-config lacks', () =>
    atAcme(async scene => {
      const { acme } = scene
      await acme.apply({ ...NOTIFY, inputs: { 'trusted-config': '' } }, 'schedule')
      expect(rowsOf(scene)[0]?.[3]).toContain(await acme.digest())
    }))

  test('a run of an older commit that plans leaves notice and comments to that of the newest', () =>
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

  test('a run of an older commit leaves the notice to that of the newest', () =>
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
    ['a right that the token lacks', { kind: 'forbidden' }, 1],
    ['a GitHub that is broken for a while', { kind: 'serverError', status: 503 }, 0],
  ] as const)('%s: %#', (_, fault, count) =>
    atAcme(async ({ acme }) => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.github.faults.push({
        ...fault,
        match: { operation: 'graphql', query: 'reviews' },
        times: 1000,
      })
      expect((await acme.apply({ ...NOTIFY, preload: HURRY })).code).toBe(2)
      expect(acme.issues()).toHaveLength(count)
      acme.github.faults.clear()
      expect((await acme.apply(NOTIFY)).code).toBe(0)
      expect(acme.issues().filter(({ state }) => state === 'open')).toEqual([])
    }),
  )
})
