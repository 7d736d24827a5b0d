// A cluster restored from a backup of before a revocation, as docs/how-to/incidents.md describes it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
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
import type { AccessPlace } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import { GUARDED } from '../build/guarded-cluster.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const REVOCATIONS = `${MAPS}?labelSelector=${REVOKES_LABEL}%3Dacme-certs`

describe.each(GUARDED)('%s: a restored backup', kind => {
  let at: AccessPlace
  let revoker: Revoker

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace(kind, { roles: { 'cs-reader': rules } })
    revoker = await Revoker.in(at)
  })
  afterAll(async () => {
    revoker?.end()
    await at?.end()
  })

  test('a backup from before a revocation gives the access back, no run reports it, and revoke ends it again', async () => {
    const { config, place, cluster } = at
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

      // Only the apply identity may do what a restore of etcd does.
      const identity = cluster.with(place.credential)
      for (const { metadata } of (await place.admin.get(REVOCATIONS)).body.items)
        expect((await identity.delete(`${MAPS}/${metadata.name}`)).code).toBe(200)
      for (const { metadata, ...binding } of backup) {
        const { name, labels, annotations } = metadata
        const folder = pathOfBinding({ metadata }).slice(0, -name.length - 1)
        await identity.created(folder, { ...binding, metadata: { name, labels, annotations } })
      }
      const ran = await acme.apply()
      expect(ran).toMatchObject({ code: 0, result: { outcomes: [{ kind: 'kept' }] } })
      expect(JSON.stringify(ran)).not.toMatch(/revoked/i)
      expect(await access()).toBe(200)

      await revoker.revokes('jane')
      expect(await access()).toBe(403)
    })
  })
})
