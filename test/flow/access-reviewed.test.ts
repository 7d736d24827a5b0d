// A revocation that an approved change lifts, by code review: the grant before it has no bindings when the revocation is removed, and a
// run that is killed at any write in between ends whole with the next one.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AccessJudge } from '../build/access-judge.ts'
import { BOTH, SITE_OWNER, startAccessSite } from '../build/access-site.ts'
import type { AccessSite } from '../build/access-site.ts'
import { rows } from '../build/extent.ts'
import { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { CONFIG_PATH, POLICY_PATH, usualFile } from '../build/history/usual-files.ts'
import { killPoints } from '../build/kill-points.ts'
import type { ActionRan } from '../build/runner.ts'

const ACCESS = [
  { clusterRole: 'cs-reader', cluster: true },
  { clusterRole: 'cs-writer', namespaces: ['apps'] },
]
const POLICY = {
  access: [
    { clusterRoles: ['cs-reader', 'cs-writer'], namespaces: ['apps', 'tools'] },
    { clusterRoles: ['cs-reader'], cluster: true },
  ],
}
const SECOND_MS = 1000
/** The time that a sentence of a history takes. */
const PAUSE_MS = 60 * SECOND_MS
/** People begin this long before the first run. */
const EARLIER_MS = 10 * SECOND_MS

describe.each(GUARDED)('%s: access by code review', kind => {
  let site: AccessSite
  let judge: AccessJudge
  let acme: Acme
  let count = 0

  beforeAll(async () => {
    site = await startAccessSite(kind)
    judge = site.judge()
    const { backend, admin } = { ...site.plane, ...site }
    const { server, caPem } = backend
    const certificateAuthorityData = Buffer.from(caPem).toString('base64')
    const config = {
      clusters: { prod: { server, certificateAuthorityData } },
      defaults: [
        {
          paths: ['requests/**'],
          spec: {
            signerName: 'kubernetes.io/kube-apiserver-client',
            usages: ['digital signature', 'client auth'],
            duration: '24h',
            namespace: 'apps',
          },
        },
      ],
    }
    site.workshop.write(CONFIG_PATH, usualFile(CONFIG_PATH, config))
    const place = { server, caPem, admin, namespace: 'apps', owner: SITE_OWNER }
    acme = await Acme.open(
      { ...place, user: '', credential: {}, kubeconfig: site.applyLogin },
      { files: { [CONFIG_PATH]: config, [POLICY_PATH]: POLICY } },
    )
  })
  afterAll(async () => {
    const unanswered = await acme?.end()
    await site?.end()
    expect(unanswered).toEqual([])
  })

  const apply = (killAt?: string): Promise<ActionRan> =>
    killAt === undefined
      ? acme.apply()
      : acme.apply({ env: { KILL_AT: killAt }, preload: ['test/build/kill-at.mjs'] })
  /** A sentence of a history that happens now, and later than the one before. */
  const does = (sentence: string, files?: object, later = -EARLIER_MS): void => {
    const { state } = acme.stage.world
    const at = Math.max(state.now.getTime() + SECOND_MS, Date.now() + later)
    state.now = new Date(at - PAUSE_MS)
    acme.does(sentence, files as Readonly<Record<string, unknown>> | undefined)
  }
  /** A pull request that is merged: with a later `reissue` it is approved after everything that was done. */
  const merge = (name: string, spec: Readonly<Record<string, unknown>>): void => {
    count += 1
    does(`author pushes to change-${count}`, { [`requests/people/${name}.yaml`]: spec })
    does(`author opens PR${count} from change-${count}`)
    const later = 'reissue' in spec ? SECOND_MS : -EARLIER_MS
    does(`reviewer approves PR${count}`, undefined, later)
    does(`author merges PR${count} (squash)`, undefined, later)
  }
  const check = (): void => {
    judge.replay(site.plane.audited())
    expect(judge.faults.splice(0)).toEqual([])
  }
  /** A request with access that was revoked, and is approved again. */
  const prepare = async (name: string): Promise<void> => {
    merge(name, { access: ACCESS })
    judge.approve(name, BOTH.roles)
    expect(await apply()).toMatchObject({ code: 0 })
    judge.replay(site.plane.audited())
    judge.settle(name)
    expect(judge.rolesOf(name)).toEqual(BOTH.roles)
    expect(await site.revoke(name)).toMatchObject({ code: 0 })
    judge.replay(site.plane.audited())
    judge.ended(name)
    check()
  }

  test('a change that is approved after the revocation grants the access again, to another grant', async () => {
    await prepare('jane')
    const kept = await apply()
    expect(kept).toMatchObject({ code: 0 })
    judge.ended('jane')
    check()
    merge('jane', { access: ACCESS, reissue: 1 })
    expect(await apply()).toMatchObject({ code: 0 })
    check()
    judge.settle('jane')
    expect(judge.rolesOf('jane')).toEqual(BOTH.roles)
    check()
  })

  test('a run that is killed at any write after a lifted revocation ends whole with the next one', async () => {
    const lift = async (name: string, killAt?: string): Promise<ActionRan> => {
      await prepare(name)
      merge(name, { access: ACCESS, reissue: 1 })
      return apply(killAt)
    }
    const settled = (name: string): void => {
      check()
      judge.settle(name)
      expect({ name, roles: judge.rolesOf(name) }).toEqual({ name, roles: BOTH.roles })
      check()
    }
    await prepare('whole')
    merge('whole', { access: ACCESS, reissue: 1 })
    const from = site.plane.writes().length
    expect(await apply()).toMatchObject({ code: 0 })
    settled('whole')
    const all = killPoints(site.plane.writes().slice(from))
    // Each point takes five runs. What a killed grant leaves is tried at every write by access-killed; here it is the revocation.
    const isOfRevocation = (killAt: string): boolean => /DELETE|rolebindings/.test(killAt)
    const points = rows(
      all.filter((killAt, index) => isOfRevocation(killAt) || index % 4 === 0),
      killAt => killAt.startsWith('before POST /rolebindings'),
    )
    process.stdout.write(`lifted: ${points.join(', ')}\n`)
    for (const [index, killAt] of points.entries()) {
      const name = `lifted-${index}`
      const killed = await lift(name, killAt)
      expect({ killAt, ...killed }).toMatchObject({ killAt, signal: 'SIGKILL' })
      expect({ killAt, ...(await apply()) }).toMatchObject({ killAt, code: 0 })
      settled(name)
    }
  })
})
