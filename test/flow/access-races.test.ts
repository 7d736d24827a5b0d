// Two runs at once on the same requests with access, apply next to revoke, and a guard that somebody deleted.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AccessJudge } from '../build/access-judge.ts'
import {
  BOTH,
  LESS,
  NO_ACCESS,
  RECORDS,
  SITE_OWNER,
  startAccessSite,
} from '../build/access-site.ts'
import type { AccessSite } from '../build/access-site.ts'
import { until } from '../build/connected.ts'
import { rows, runs } from '../build/extent.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import type { Ran } from '../build/reuse/run.ts'

const SEEDS = Array.from({ length: runs(12, 1) }, (_, seed) => seed)
/** Audited writes of two requests with access that are issued. */
const WRITES = 16
/** How many of them come before the other run starts. */
const writesBefore = (seed: number): number => (seed * 5 + 6) % WRITES

describe.each(GUARDED)('%s: access, contested', kind => {
  let site: AccessSite
  beforeAll(async () => {
    site = await startAccessSite(kind)
  })
  afterAll(() => site?.end())

  /** Starts the second run when the first one has made so many writes. */
  const overlapping = async <T>(
    seed: number,
    first: () => Promise<T>,
    second: () => Promise<T>,
  ): Promise<readonly [T, T]> => {
    const enough = site.plane.audited().length + writesBefore(seed)
    let isOver = false
    const running = first().finally(() => {
      isOver = true
    })
    await until(() => isOver || site.plane.audited().length >= enough)
    return Promise.all([running, second()])
  }
  /** Two runs of apply at once, and one after them that has nothing left to repair. */
  const twice = async (seed: number, names: readonly string[]): Promise<void> => {
    const apply = (): Promise<Ran> => site.apply(names)
    await overlapping(seed, apply, apply)
    expect(await apply()).toMatchObject({ code: 0 })
  }
  const clear = (names: readonly string[]): void => {
    for (const name of names) site.workshop.remove(`requests/${name}.yaml`)
  }
  const expectSettled = (judge: AccessJudge, names: readonly string[]): void => {
    judge.replay(site.plane.audited())
    for (const name of names) judge.settle(name)
    expect(judge.faults).toEqual([])
  }

  test.each(SEEDS)(
    'two runs at once on the same requests grant each access once: %i',
    async seed => {
      const judge = site.judge()
      const names = ['jane', 'robot', 'deployer'].map(name => `${name}-${seed}`)
      for (const name of names) {
        site.ask(name, BOTH)
        judge.approve(name, BOTH.roles)
      }
      await twice(seed, names)
      expectSettled(judge, names)
      for (const name of names) {
        judge.approve(name, LESS.roles)
        site.ask(name, LESS)
      }
      await twice(seed, names)
      expectSettled(judge, names)
      clear(names)
    },
  )

  test.each(SEEDS)(
    'a request that is revoked while apply is at work has no access afterwards: %i',
    async seed => {
      const judge = site.judge({ isStrict: false })
      const names = ['jane', 'robot'].map(name => `${name}-contested-${seed}`)
      const [revoked = '', other = ''] = names
      for (const name of names) {
        site.ask(name, BOTH)
        judge.approve(name, BOTH.roles)
      }
      const [, ended] = await overlapping(
        seed,
        () => site.apply(names),
        () => site.revoke(revoked),
      )
      expect(ended).toMatchObject({ code: 0 })
      judge.replay(site.plane.audited())
      judge.ended(revoked)
      expect(judge.faults).toEqual([])
      await site.apply(names)
      judge.replay(site.plane.audited())
      judge.ended(revoked)
      judge.settle(other)
      expect(judge.faults).toEqual([])
      clear(names)
    },
  )

  test('a ConfigMap that is no revocation keeps no binding of a withdrawn request', async () => {
    const judge = site.judge()
    site.ask('deployer', BOTH)
    judge.approve('deployer', BOTH.roles)
    expect(await site.apply(['deployer'])).toMatchObject({ code: 0 })
    const labels = { 'countersign.dev/revokes': SITE_OWNER }
    const maps = `/api/v1/namespaces/${RECORDS}/configmaps`
    const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const { status } = await site.admin.created(reviews, {})
    const by = (status as { userInfo?: { username?: string } }).userInfo?.username
    await site.admin.created(maps, { metadata: { name: 'no-revocation', labels }, data: { by } })
    site.ask('deployer', BOTH, ['withdraw: true'])
    const ran = await site.apply(['deployer'])
    expect(ran.stdout + ran.stderr).toContain('CLUSTER_RECORD')
    judge.replay(site.plane.audited())
    expect(judge.rolesOf('deployer')).toEqual([])
    expect((await site.admin.delete(`${maps}/no-revocation`)).code).toBe(200)
    clear(['deployer'])
  })

  test.each(rows(['policy', 'binding'] as const, what => what === 'binding'))(
    'without the %s of the guard for bindings, no access is granted, and doctor reports it',
    async what => {
      const judge = site.judge()
      const [guarded, plain] = [`guarded-${what}`, `plain-${what}`]
      site.ask(guarded, BOTH)
      site.ask(plain, NO_ACCESS)
      judge.approve(guarded, BOTH.roles)
      await site.unguard(what)
      const ran = await site.apply([guarded, plain])
      expect(ran.code).toBe(2)
      expect(ran.stdout).toMatch(/ACCESS_UNGUARDED[^]*did not refuse/)
      expect(ran.stdout).toContain(`${plain}-tls`)
      judge.replay(site.plane.audited())
      expect(judge.rolesOf(guarded)).toEqual([])
      const doctor = await site.workshop.run(['doctor'])
      expect(doctor.stdout).toContain('countersign-acme-certs-bindings')
      await site.guard()
      expect(await site.apply([guarded])).toMatchObject({ code: 0 })
      expectSettled(judge, [guarded])
      clear([guarded, plain])
    },
  )
})
