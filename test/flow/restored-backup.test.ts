// A cluster restored from a backup of before a revocation, as docs/how-to/incidents.md describes it.
import { cpSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { marksName } from '../../src/domain/cluster/cluster-marks.ts'
import { REVOKES_LABEL } from '../../src/domain/cluster/revocation.ts'
import {
  Revoker,
  accessPlace,
  bindingsOfGrants,
  codeFor,
  liveBindings,
  pairOf,
  pathOfBinding,
} from '../build/access-place.ts'
import type { AccessPlace, ShownBinding } from '../build/access-place.ts'
import type { ApiObject } from '../build/api-object.ts'
import { withAcme } from '../build/at-acme.ts'
import { MAY_READ } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED, inForce } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import type { Place } from '../build/place.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const TOKEN = 'github_pat_pull_mode'
const MARKS = `${MAPS}/${marksName('acme-certs')}`
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
const REVOCATIONS = `${MAPS}?labelSelector=${REVOKES_LABEL}%3Dacme-certs`

const describeReal = hasRealSubject ? describe : describe.skip

describe.each(GUARDED)('%s: a restored backup', kind => {
  let at: AccessPlace
  let revoker: Revoker

  beforeEach(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace(kind, { roles: { 'cs-reader': rules } })
    revoker = await Revoker.in(at)
  })
  afterEach(async () => {
    revoker?.end()
    await at?.end()
  })

  test('a backup from before a revocation gives the access back, a run without a memory does not report it, and revoke ends it again', async () => {
    const { config, place } = at
    const files = { 'countersign.yaml': config, 'policies/people.yaml': POLICY }
    await withAcme(place, { files }, async acme => {
      acme.merges(1, { [JANE]: { access: ACCESS } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const pair = await pairOf(place, 'jane')
      const access = () => codeFor(pair, READS, place)
      const backup = [...(await bindingsOfGrants(place)), ...(await liveBindings(place))]
      expect(backup).toHaveLength(2)
      await revoker.revokes('jane')
      expect([await access(), await bindingsOfGrants(place)]).toEqual([403, []])

      await restores(at, backup, {})
      const ran = await acme.apply()
      expect(ran).toMatchObject({ code: 0, result: { outcomes: [{ kind: 'kept' }] } })
      expect(JSON.stringify(ran)).not.toMatch(/revoked/i)
      expect(await access()).toBe(200)

      await revoker.revokes('jane')
      expect(await access()).toBe(403)
    })
  })

  test('after a restore nothing is done in the cluster, every command reports it, and countersign restore ends the access that came back', async () => {
    const { config, place, cluster } = at
    const files = { 'countersign.yaml': config, 'policies/people.yaml': POLICY }
    const workshop = new Workshop()
    for (const [path, changes] of Object.entries({ ...files, [JANE]: { access: ACCESS } }))
      workshop.write(path, usualFile(path, changes))
    workshop.useKubeconfig(place, cluster.backend.admin)
    const installGuard = async (): Promise<void> => {
      await cluster.apply((await workshop.run(['manifests', 'guard', '--cluster', 'prod'])).stdout)
      await inForce(place.admin)
    }
    await installGuard()
    await withAcme(place, { files }, async acme => {
      const pullMode = await pullModeOf(acme, place, workshop)
      acme.merges(1, { [JANE]: { access: ACCESS } })
      expect(await pullMode()).toMatchObject({ code: 0 })
      expect(await pullMode()).toMatchObject({ code: 0 })
      const unchanged = (await place.admin.get(MARKS)).text
      expect(await pullMode()).toMatchObject({ code: 0 })
      expect((await place.admin.get(MARKS)).text).toBe(unchanged)
      const pair = await pairOf(place, 'jane')
      const access = () => codeFor(pair, READS, place)
      const backup = [...(await bindingsOfGrants(place)), ...(await liveBindings(place))]
      const maps = { [MARKS]: (await place.admin.get(MARKS)).body }
      await revoker.revokes('jane')
      expect([(await pullMode()).code, await access()]).toEqual([0, 403])

      await restores(at, backup, maps)
      expect(await access()).toBe(200)
      const stopped = await pullMode()
      expect(stopped.code).toBe(2)
      expect(stopped.said).toMatch(/CLUSTER_RESTORED/)
      expect(stopped.said).toMatch(/revocations that are gone: .*jane/)
      // The pull-mode run wrote into the cluster what it found.
      expect((await pullMode({})).said).toMatch(/CLUSTER_RESTORED/)
      expect(JSON.stringify(await acme.apply())).toMatch(/CLUSTER_RESTORED/)
      for (const command of ['plan', 'status', 'doctor']) {
        const { stdout, stderr } = await workshop.run([command])
        expect([command, stdout + stderr]).toEqual([
          command,
          expect.stringContaining('CLUSTER_RESTORED'),
        ])
      }
      expect(await access()).toBe(200)

      const asked = await workshop.run(['restore', '--cluster', 'prod'])
      expect([asked.code, await access()]).toEqual([1, 200])
      // A restored guard is an older one.
      expect((await place.admin.delete(`${BINDINGS}/countersign-acme-certs-writes`)).code).toBe(200)
      const unguarded = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
      expect([unguarded.code, await access()]).toEqual([1, 200])
      expect(unguarded.stdout).toMatch(/countersign manifests guard --cluster prod/)
      await installGuard()
      const confirmed = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
      expect(`${confirmed.stdout}${confirmed.stderr}`).toMatch(/the restore is confirmed/)
      expect([confirmed.code, await access()]).toEqual([0, 403])
      expect(await pullMode()).toMatchObject({ code: 0 })
      expect(await acme.apply()).toMatchObject({ code: 0 })
      expect(await access()).toBe(403)
    })
    workshop.end()
  })
})

describeReal('etcd itself', () => {
  test('a snapshot of etcd from before a revocation is reported by pull mode, and countersign restore ends the access', async () => {
    const roles = {
      'cs-reader': [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
    }
    const at = await accessPlace('real kube-apiserver', { roles })
    const { config, place, cluster } = at
    const revoker = await Revoker.in(at)
    const files = { 'countersign.yaml': config, 'policies/people.yaml': POLICY }
    const workshop = new Workshop()
    for (const [path, changes] of Object.entries(files))
      workshop.write(path, usualFile(path, changes))
    workshop.useKubeconfig(place, cluster.backend.admin)
    await cluster.apply((await workshop.run(['manifests', 'guard', '--cluster', 'prod'])).stdout)
    await inForce(place.admin)
    await withAcme(place, { files }, async acme => {
      const pullMode = await pullModeOf(acme, place, workshop)
      acme.merges(1, { [JANE]: { access: ACCESS } })
      expect(await pullMode()).toMatchObject({ code: 0 })
      expect(await pullMode()).toMatchObject({ code: 0 })
      const pair = await pairOf(place, 'jane')
      const access = () => codeFor(pair, READS, place)
      await cluster.restart(etcd => cpSync(etcd, `${etcd}-snapshot`, { recursive: true }))
      expect(await pullMode()).toMatchObject({ code: 0 })
      await revoker.revokes('jane')
      expect([(await pullMode()).code, await access()]).toEqual([0, 403])

      await cluster.restart(etcd => {
        rmSync(etcd, { recursive: true })
        cpSync(`${etcd}-snapshot`, etcd, { recursive: true })
      })
      await inForce(place.admin)
      expect(await access()).toBe(200)
      const stopped = await pullMode()
      expect([stopped.code, stopped.said]).toEqual([2, expect.stringMatching(/CLUSTER_RESTORED/)])
      expect((await pullMode({})).said).toMatch(/CLUSTER_RESTORED/)
      const confirmed = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
      expect(confirmed.stdout).toMatch(/the restore is confirmed/)
      expect([(await pullMode()).code, await access()]).toEqual([0, 403])
    })
    workshop.end()
    revoker.end()
    await at.end()
  })
})

/** Runs pull mode at acme with the memory of this workshop, or with other variables. */
async function pullModeOf(acme: Acme, place: Place, workshop: Workshop) {
  const account = personOf('owner').id
  acme.github.tokens.set(TOKEN, { as: { account }, permissions: MAY_READ })
  const digest = await acme.digest()
  return async (memory: object = { XDG_STATE_HOME: workshop.folder }) => {
    const args = ['apply', '--prove', '--repository', 'acme/certs', '--trusted-config', digest]
    const login = { KUBECONFIG_PROD: place.kubeconfig, GITHUB_TOKEN: TOKEN }
    const env = { ...login, GITHUB_API_URL: acme.url, ...memory }
    const ran = await workshop.run([...args, '-o', 'json'], { env })
    return { ...ran, said: `${ran.stdout}${ran.stderr}` }
  }
}

/** Writes what a restore of etcd brings back. Only the apply identity may do that. `maps`: ConfigMaps by their path. */
async function restores(
  { cluster, place }: AccessPlace,
  backup: readonly ShownBinding[],
  maps: Readonly<Record<string, ApiObject>>,
): Promise<void> {
  const identity = cluster.with(place.credential)
  for (const { metadata } of (await place.admin.get(REVOCATIONS)).body.items)
    expect((await identity.delete(`${MAPS}/${metadata.name}`)).code).toBe(200)
  const there = [...(await bindingsOfGrants(place)), ...(await liveBindings(place))]
  const known = new Set(there.map(({ metadata }) => metadata.name))
  for (const { metadata, ...binding } of backup) {
    const { name, labels, annotations } = metadata
    if (known.has(name)) continue
    const folder = pathOfBinding({ metadata }).slice(0, -name.length - 1)
    await identity.created(folder, { ...binding, metadata: { name, labels, annotations } })
  }
  for (const [path, { metadata, ...map }] of Object.entries(maps)) {
    const { name, labels } = metadata
    expect((await identity.put(path, { ...map, metadata: { name, labels } })).code).toBe(200)
  }
}
