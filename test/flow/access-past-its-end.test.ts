// Attempts to have access after the end that was approved, which fail.
import { describe, expect, test } from '@jest/globals'
import { bindingsOfGrants, liveBindings } from '../build/access-place.ts'
import { scene } from '../build/controller-scene.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { AWAY, MINUTE, emergency } from '../build/emergency-scene.ts'
import { ACCESS, JANE, PEOPLE, untilScene } from '../build/until-scene.ts'
import type { Files, UntilScene } from '../build/until-scene.ts'

const OTHER = 'requests/people/alice.yaml'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const SECRETS = '/api/v1/namespaces/apps/secrets'
const RECORD = `${MAPS}/countersign-acme-certs-jane`
const SECRET = `${SECRETS}/jane-tls`
const NAMESPACES = '/apis/rbac.authorization.k8s.io/v1/namespaces'

/** A certificate until 240, and after 20 minutes another until 60. */
async function lowered(played: UntilScene) {
  played.merges(0, played.jane(240))
  await played.applies(0)
  const first = await played.pair()
  played.merges(20, played.jane(60))
  await played.applies(20)
  const second = await played.pair()
  expect(played.endOf(second)).toBeLessThanOrEqual(60)
  return { first, second }
}

async function nothingIsLeft(played: UntilScene): Promise<void> {
  expect(await bindingsOfGrants(played.at.place)).toEqual([])
  expect(await liveBindings(played.at.place)).toEqual([])
}

/** The earlier request in another file. */
function again(played: UntilScene): Files {
  const named = { metadata: { name: 'jane' }, commonName: 'jane' }
  const earlier = { access: ACCESS, until: played.time(240) }
  return { 'requests/people/again.yaml': { ...earlier, ...named } }
}

/** With the login of apply: the guard refuses it to others, as etcd does not. */
async function deleted({ at }: UntilScene, path: string): Promise<void> {
  expect((await at.cluster.with(at.place.credential).delete(path)).code).toBe(200)
}

/** As a restored backup would. */
async function putBack({ at }: UntilScene, path: string, object: object): Promise<void> {
  const { metadata, ...rest } = object as { readonly metadata: Files }
  const { name, labels, annotations } = metadata
  const client = at.cluster.with(at.place.credential)
  await client.created(path, { ...rest, metadata: { name, labels, annotations } })
}

describe('after an end was lowered, nothing that nobody approved raises it', () => {
  test.each<readonly [string, (played: UntilScene) => readonly Files[]]>([
    ['the earlier bytes', played => [played.jane(240)]],
    ['no end', () => [{ [JANE]: { access: ACCESS } }]],
    [
      'a withdrawal and the earlier bytes',
      played => [played.jane(60, { withdraw: true }), played.jane(240)],
    ],
    ['a removal and the earlier bytes', played => [{ [JANE]: 'removed' }, played.jane(240)]],
    ['a move and the earlier bytes', played => [{ [JANE]: 'removed', ...again(played) }]],
    ['a second file of the name', played => [again(played)]],
    ['a typo', () => [{ [JANE]: 'apiVersion: [' }]],
  ])('%s', (_, changes) =>
    untilScene(async played => {
      const { first } = await lowered(played)
      for (const change of changes(played)) played.pushes(25, change)
      for (const minutes of [26, 40, 61, 62]) await played.applies(minutes)
      expect(await played.code(first)).toBe(403)
      await nothingIsLeft(played)
      const stored = await played.pair().catch(() => null)
      if (stored !== null) expect(played.endOf(stored)).toBeLessThanOrEqual(60)
    }),
  )
})

describe('after an end was lowered', () => {
  test('runs of both commits at the same time leave no certificate that ends later', () =>
    untilScene(async played => {
      played.merges(0, played.jane(240))
      const commit = played.acme.stage.tip('main')
      await played.applies(0)
      const first = await played.pair()
      played.merges(20, played.jane(60))
      await deleted(played, SECRET)
      await Promise.all([played.applies(20, 0, { commit }), played.applies(20)])
      await played.applies(30)
      expect(played.endOf(await played.pair())).toBeLessThanOrEqual(60)
      await played.applies(61)
      expect(await played.code(first)).toBe(403)
      await nothingIsLeft(played)
    }))

  test('a deleted record gives the certificate before no access again', () =>
    untilScene(async played => {
      const { first } = await lowered(played)
      await deleted(played, RECORD)
      await played.applies(30)
      expect(await played.code(first)).toBe(403)
      await played.applies(61)
      await nothingIsLeft(played)
    }))

  test('the Secret of the certificate before, put back without the record, is not taken', () =>
    untilScene(async played => {
      played.merges(0, played.jane(240))
      await played.applies(0)
      const first = await played.pair()
      const { body } = await played.at.place.admin.get(SECRET)
      played.merges(20, played.jane(60))
      await played.applies(20)
      await deleted(played, RECORD)
      await deleted(played, SECRET)
      await putBack(played, SECRETS, body)
      expect(await played.pair()).toEqual(first)
      await played.applies(30)
      expect(played.endOf(await played.pair())).toBeLessThanOrEqual(60)
      expect(await played.code(first)).toBe(403)
      await played.applies(61)
      await nothingIsLeft(played)
    }))

  test('the record, the Secret and the bindings of before, put back after the end, give nothing', () =>
    untilScene(async played => {
      const { admin } = played.at.place
      played.merges(0, played.jane(240))
      await played.applies(0)
      const first = await played.pair()
      const [record, secret] = [(await admin.get(RECORD)).body, (await admin.get(SECRET)).body]
      const { place } = played.at
      const bindings = [...(await bindingsOfGrants(place)), ...(await liveBindings(place))]
      played.merges(20, played.jane(60))
      await played.applies(20)
      await played.applies(61)
      await nothingIsLeft(played)
      for (const path of [RECORD, SECRET]) await deleted(played, path)
      await putBack(played, MAPS, record)
      await putBack(played, SECRETS, secret)
      for (const each of bindings)
        await putBack(played, `${NAMESPACES}/${each.metadata.namespace}/rolebindings`, each)
      expect(await played.code(first)).toBe(200)
      await played.applies(63)
      expect(await played.code(first)).toBe(403)
      await nothingIsLeft(played)
    }))
})

describe.each(GUARDED)('%s', kind => {
  test('an end that was lowered to a time that has passed ends the access with the next run', () =>
    untilScene(
      async played => {
        played.merges(0, played.jane(240))
        await played.applies(0)
        const pair = await played.pair()
        expect(await played.code(pair)).toBe(200)
        played.merges(0, played.jane(-1))
        expect(await played.applies(0)).toEqual([0, expect.stringContaining('withdrawn')])
        expect(await played.code(pair)).toBe(403)
        await nothingIsLeft(played)
      },
      { kind },
    ))

  test('after an end was lowered, a run of the commit before, and the earlier bytes, issue nothing', () =>
    untilScene(
      async played => {
        played.merges(0, played.jane(240))
        const commit = played.acme.stage.tip('main')
        await played.applies(0)
        const first = await played.pair()
        played.merges(0, played.jane(60))
        await played.applies(0)
        const second = await played.pair()
        expect(played.endOf(second)).toBeLessThanOrEqual(60)
        await played.applies(0, 0, { commit })
        played.pushes(0, played.jane(240))
        expect(await played.applies(0)).toEqual([1, expect.stringContaining('APPROVAL_')])
        expect(await played.pair()).toEqual(second)
        expect(await played.code(first)).toBe(403)
      },
      { kind },
    ))
})

describe('a run that lowers an end', () => {
  test.each([
    'after PUT /configmaps\\b 1',
    'after PUT /approval$ 1',
    'after PUT /rolebindings\\b 1',
    'before PUT /configmaps\\b 3',
  ])('and is killed %s leaves nothing after the end', KILL_AT =>
    untilScene(async played => {
      played.merges(0, played.jane(240))
      await played.applies(0)
      const first = await played.pair()
      played.merges(20, played.jane(60))
      const words = { env: { KILL_AT }, preload: ['test/build/kill-at.mjs'] }
      expect((await played.applies(20, 0, words))[0]).not.toBe(0)
      await played.applies(61)
      await played.applies(62)
      expect(await played.code(first)).toBe(403)
      await nothingIsLeft(played)
    }),
  )
})

describe('the end of a certificate', () => {
  test.each<readonly [string, (end: Date) => string]>([
    ['in Kathmandu', end => zoned(end, '+05:45')],
    ['in the last zone', end => zoned(end, '+23:59')],
    ['in the first zone', end => zoned(end, '-23:59')],
    ['without seconds', end => `${end.toISOString().slice(0, 16)}Z`],
    ['with a fraction', end => end.toISOString().replace(/\.\d+Z/, '.9Z')],
  ])('is not later than one %s', (_, spelled) =>
    untilScene(async played => {
      const until = spelled(new Date(played.time(60)))
      played.merges(0, { [JANE]: { access: ACCESS, until } })
      expect((await played.applies(0))[0]).toBe(0)
      const end = played.start + played.endOf(await played.pair()) * 60_000
      expect(end).toBeLessThanOrEqual(Date.parse(until))
      expect(played.endOf(await played.pair())).toBeGreaterThan(55)
      await played.applies(61)
      await nothingIsLeft(played)
    }),
  )

  test.each(['9999-12-31T23:59-23:59', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00+23:59'])(
    'of %s is no end of another year',
    until =>
      untilScene(async played => {
        played.merges(0, { [JANE]: { access: ACCESS, until } })
        const [code, output] = await played.applies(0)
        expect([code, output.includes('REQUEST_UNTIL')]).toEqual(
          until.startsWith('9') ? [0, false] : [1, true],
        )
      }),
  )

  test('that was raised on the branch after the approval is refused', () =>
    untilScene(async played => {
      const { acme } = played
      acme.proposes(1, played.jane(60))
      acme.does('reviewer approves PR1')
      acme.does('author pushes to change-1', played.jane(240))
      acme.does('author merges PR1 (squash)')
      const [code, output] = await played.applies(0)
      expect([code, output]).toEqual([1, expect.stringContaining('APPROVAL_OTHER_CONTENT')])
      await expect(played.pair()).rejects.toThrow()
    }))
})

function zoned(end: Date, zone: string): string {
  const [, sign = '', hours = '', minutes = ''] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? []
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return new Date(end.getTime() + shift * 60_000).toISOString().replace('Z', zone)
}

test('while GitHub is away, a request that maxUntil does not allow any more is not renewed', () =>
  scene(
    async ({ acme, clock, start, setNow }) => {
      const until = new Date(clock.now().getTime() + 20 * 3_600_000).toISOString()
      setNow()
      acme.merges(1, { [JANE]: { duration: '3h', renewBefore: '1h', until } })
      const controller = await start({
        pace: { look: 300, renew: 300, giveUp: 600, duration: 900 },
      })
      await clock.passes(15 * 60)
      setNow()
      const sinks = [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }]
      acme.proposes(2, { [PEOPLE]: { sinks, maxUntil: '4h' } })
      acme.does('owner approves PR2')
      acme.lands(2)
      await clock.passes(60 * 60)
      expect(controller.done().at(-1)).toBe('refused jane POLICY_UNTIL')
      acme.github.faults.push({ kind: 'reset', when: 'before', times: 1_000_000 })
      await clock.passes(7 * 3600)
      expect(controller.done().filter(each => each.startsWith('renewed'))).toEqual([])
    },
    {
      approval: { configuration: { required: 1 }, requests: { required: 1 }, offlineGrace: '20h' },
      rotation: { jitter: '0%' },
    },
  ))

test('a certificate that the signer made longer than the request is neither stored nor bound', () =>
  scene(async ({ acme, clock, cluster, place, start, setNow }) => {
    const until = new Date(clock.now().getTime() + 3_600_000).toISOString()
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h', until } })
    cluster.signerFaults({ seconds: 3600 + 30 })
    const controller = await start({ pace: { look: 60, renew: 60, giveUp: 600, duration: 900 } })
    await clock.passes(3 * MINUTE)
    expect(controller.done()[0]).toBe('failed jane CERTIFICATE_DATES')
    expect((await place.admin.get(SECRET)).code).toBe(404)
  }))

test('what the comment says of a lowered end is true', () =>
  untilScene(async played => {
    played.merges(0, played.jane(240))
    await played.applies(0)
    const first = await played.pair()
    played.acme.proposes(2, played.jane(60))
    await played.acme.plan(2)
    const [{ body } = { body: '' }] = played.acme.comments(2)
    expect(body).toMatch(
      /\*\*ends at .*\*\*: no new certificate of it is valid after that, and the next run ends the access of earlier ones/,
    )
    played.acme.lands(2)
    await played.applies(20)
    await played.applies(62)
    expect(await played.code(first)).toBe(403)
  }))

test('an emergency gives nothing for an end that was lowered to so soon that nothing can be issued', () =>
  emergency(async ({ acme, clock, setNow, begin, ask, record }) => {
    const until = (minutes: number): string =>
      new Date(clock.now().getTime() + minutes * 60_000).toISOString()
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h', until: until(720) } })
    const controller = await begin()
    setNow()
    acme.merges(2, { [JANE]: { duration: '12h', until: until(9) } })
    await clock.passes(3 * MINUTE)
    expect(controller.done().at(-1)).toBe('refused jane REQUEST_UNTIL')
    acme.github.faults.push(AWAY)
    await clock.passes(10 * MINUTE)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect((await record()).issued.proof.kind).toBe('review')
  }))

describe('with the controller, after an end was lowered', () => {
  test('the access of the certificate before ends with it', () =>
    emergency(async ({ acme, clock, setNow, begin, record, place }) => {
      const until = (hours: number): string => new Date(begun + hours * 3_600_000).toISOString()
      const begun = clock.now().getTime()
      setNow()
      acme.merges(1, { [JANE]: { duration: '12h', until: until(12) } })
      const controller = await begin()
      setNow()
      acme.merges(2, { [JANE]: { duration: '12h', until: until(2) } })
      await clock.passes(5 * MINUTE)
      expect(controller.done().slice(0, 2)).toEqual(['issued jane', 'issued jane'])
      const grant = (await record()).history[0]?.grant ?? ''
      const live = async (): Promise<boolean> => {
        const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
        const { items } = (await place.admin.get(path)).body
        return items.some(({ metadata }) => metadata.name.startsWith(`${grant}:`))
      }
      expect(await live()).toBe(true)
      await clock.passes(2 * 3600 - 5 * MINUTE)
      expect(await live()).toBe(false)
    }))
})

describe.each(GUARDED)('%s: another request of its common name that nobody approved', kind => {
  test.each([
    ['an end that was lowered', (played: UntilScene) => played.jane(-1)],
    ['a withdrawal', (played: UntilScene) => played.jane(240, { withdraw: true })],
  ])('does not stop %s', (_, change) =>
    untilScene(
      async played => {
        played.merges(0, { ...played.jane(240), [OTHER]: {} })
        await played.applies(0)
        const pair = await played.pair()
        played.merges(0, change(played))
        played.pushes(0, { [OTHER]: { commonName: 'jane' } })
        await played.applies(0)
        expect(await played.code(pair)).toBe(403)
      },
      { kind },
    ),
  )
})

test('an approval that grew too old ends the access all the same', () =>
  untilScene(
    async played => {
      const day = 24 * 60
      played.merges(0, played.jane(6 * day))
      await played.applies(0)
      const pair = await played.pair()
      played.merges(2, played.jane(10))
      await played.applies(2)
      await played.applies(2 * day)
      expect(await played.code(pair)).toBe(403)
    },
    { config: { approval: { requests: { required: 1 }, maxAge: '24h' } } },
  ))
