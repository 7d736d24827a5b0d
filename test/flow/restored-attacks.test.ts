// Attacks on countersign restore. A failing test is a claim of docs/how-to/incidents.md that does not hold.
import { hash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { marksName } from '../../src/domain/cluster/cluster-marks.ts'
import { REVOKES_LABEL, revocationPrefix } from '../../src/domain/cluster/revocation.ts'
import { Revoker, accessPlace, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import { MAY_READ } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { inForce } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const MARKS = `${MAPS}/${marksName('acme-certs')}`
const TOKEN = 'github_pat_pull_mode'

describe('a restored cluster with a guard', () => {
  let at: AccessPlace
  let revoker: Revoker
  let workshop: Workshop

  beforeEach(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace('embedded cluster', { roles: { 'cs-reader': rules } })
    revoker = await Revoker.in(at)
    workshop = new Workshop()
    const files = { 'countersign.yaml': at.config, 'policies/people.yaml': POLICY }
    for (const [path, changes] of Object.entries({ ...files, [JANE]: { access: ACCESS } }))
      workshop.write(path, usualFile(path, changes))
    workshop.useKubeconfig(at.place, at.cluster.backend.admin)
    const guard = (await workshop.run(['manifests', 'guard', '--cluster', 'prod'])).stdout
    await at.cluster.apply(guard)
    await inForce(at.place.admin)
  })
  afterEach(async () => {
    workshop?.end()
    revoker?.end()
    await at?.end()
  })

  /** Pull mode saw the cluster, `changes` were made, pull mode saw these, and the marks and ConfigMaps were put back. */
  async function restoredAfter(changes: () => Promise<void>, then: (acme: Acme) => Promise<void>) {
    const { config, place, cluster } = at
    await withAcme(
      place,
      { files: { 'countersign.yaml': config, 'policies/people.yaml': POLICY } },
      async acme => {
        acme.github.tokens.set(TOKEN, {
          as: { account: personOf('owner').id },
          permissions: MAY_READ,
        })
        const digest = await acme.digest()
        const pullMode = async () => {
          const args = [
            'apply',
            '--prove',
            '--repository',
            'acme/certs',
            '--trusted-config',
            digest,
          ]
          const login = { KUBECONFIG_PROD: place.kubeconfig, GITHUB_TOKEN: TOKEN }
          const env = { ...login, GITHUB_API_URL: acme.url, XDG_STATE_HOME: workshop.folder }
          return workshop.run([...args, '-o', 'json'], { env })
        }
        acme.merges(1, { [JANE]: { access: ACCESS } })
        expect((await pullMode()).code).toBe(0)
        expect((await pullMode()).code).toBe(0)
        const marks = (await place.admin.get(MARKS)).body
        await changes()
        const seen = await pullMode()
        expect([seen.code, seen.stdout + seen.stderr]).toEqual([0, expect.anything()])
        const identity = cluster.with(place.credential)
        const query = `?labelSelector=${REVOKES_LABEL}%3Dacme-certs`
        for (const { metadata } of (await place.admin.get(`${MAPS}${query}`)).body.items)
          expect((await identity.delete(`${MAPS}/${metadata.name}`)).code).toBe(200)
        const { name, labels } = marks.metadata
        expect((await identity.put(MARKS, { ...marks, metadata: { name, labels } })).code).toBe(200)
        const stopped = await pullMode()
        const said = stopped.stdout + stopped.stderr
        expect(said).toMatch(/CLUSTER_RESTORED/)
        await then(acme)
      },
    )
  }

  /** A revocation as its name and labels must be, written by the revoker. */
  async function writesRevocation(what: string, value: string): Promise<void> {
    const { cluster } = at
    const by = 'system:serviceaccount:countersign:countersign-revoker'
    const digest = hash('sha256', `${what} ${value}`).slice(0, 16)
    const generateName = `${revocationPrefix('acme-certs')}${digest}-`
    const metadata = { generateName, labels: { [REVOKES_LABEL]: 'acme-certs' } }
    const client = await cluster.serviceAccount('countersign', 'countersign-revoker')
    const made = await client.post(MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { what, value, by },
    })
    expect(made.code).toBe(201)
  }

  test('without an odd revocation, restore confirms', async () => {
    await restoredAfter(
      async () => void (await revoker.revokes('jane')),
      async () => {
        const ran = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
        expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('is confirmed')])
        expect(await codeFor(await pairOf(at.place, 'jane'), READS, at.place)).toBe(403)
      },
    )
  })

  test.each([
    ['request', 'Not A Name'],
    ['grant', 'system:masters'],
  ])(
    'a login with the rights of the revoker, which wrote a revocation of the %s %s, does not prevent the confirmation',
    async (what, value) => {
      await restoredAfter(
        () => writesRevocation(what, value),
        async () => {
          const ran = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
          expect(ran.stdout).toMatch(/is confirmed/)
        },
      )
    },
  )

  test('restore ends with an exit code that is not 0 if a revocation is incomplete, as revoke does', async () => {
    const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }]
    const revokes = async (): Promise<void> => {
      const roleRef = {
        kind: 'ClusterRole',
        apiGroup: 'rbac.authorization.k8s.io',
        name: 'cs-reader',
      }
      const body = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'own' },
        subjects,
        roleRef,
      }
      expect((await at.place.admin.post(RBAC, body)).code).toBe(201)
      const { code } = await workshop.run(['revoke', 'jane', '--cluster', 'prod', '--yes'])
      expect(code).toBe(1)
    }
    await restoredAfter(revokes, async () => {
      const ran = await workshop.run(['restore', '--cluster', 'prod', '--yes'])
      const access = await codeFor(await pairOf(at.place, 'jane'), READS, at.place)
      expect(access).toBe(200)
      expect(ran.code).not.toBe(0)
    })
  })
})
