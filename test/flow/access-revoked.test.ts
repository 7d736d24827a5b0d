// Runs after a revocation: access stays revoked, also if the record is lost, until a change of the request file is approved and
// merged after it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace, bindingsOfGrants, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace, Pair } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const SECRET = '/api/v1/namespaces/apps/secrets/jane-tls'
const RECORD = '/api/v1/namespaces/countersign/configmaps/countersign-acme-certs-jane'
const READS = '/api/v1/namespaces/apps/configmaps'

describe.each(GUARDED)('%s: runs after a revocation', kind => {
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

  const codeOf = (pair: Pair): Promise<number> => codeFor(pair, READS, at.place)
  const isRefused = async (acme: Acme): Promise<void> => {
    const ran = await acme.apply()
    expect(ran).toMatchObject({ code: 1, outputs: { 'issued-count': '0', 'renewed-count': '0' } })
    expect(ran.result.outcomes).toMatchObject([
      { kind: 'refused', problems: [{ code: 'ACCESS_REVOKED' }] },
    ])
    expect(await bindingsOfGrants(at.place)).toEqual([])
  }

  test('access stays revoked with and without the record, and a later approved change grants it again', async () => {
    const { config, place } = at
    const files = { 'countersign.yaml': config, 'policies/people.yaml': POLICY }
    await withAcme(place, { files }, async acme => {
      acme.merges(1, { [JANE]: { access: ACCESS } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const before = await pairOf(place, 'jane')
      expect(await codeOf(before)).toBe(200)
      await revoker.revokes('jane')
      expect(await codeOf(before)).toBe(403)

      // The certificate is good for days, so there is nothing to issue.
      expect((await acme.apply()).result.outcomes).toMatchObject([{ kind: 'kept' }])
      expect(await bindingsOfGrants(place)).toEqual([])
      const identity = at.cluster.with(place.credential)
      const removed = async (path: string): Promise<void> =>
        expect((await identity.delete(path)).code).toBe(200)
      const { body } = await place.admin.get(SECRET)
      await removed(SECRET)
      await isRefused(acme)
      // The record is lost, and the Secret still holds the approved certificate.
      const { name, labels, annotations } = body.metadata
      const { type, data } = body
      const again = { metadata: { name, labels, annotations }, type, data }
      await identity.created('/api/v1/namespaces/apps/secrets', again)
      await removed(RECORD)
      await isRefused(acme)
      await removed(RECORD)
      await removed(SECRET)
      await isRefused(acme)
      expect(await codeOf(before)).toBe(403)

      // The people at GitHub live in the past: this change landed before the revocation.
      acme.merges(2, { [JANE]: { access: ACCESS, reissue: 1 } })
      await isRefused(acme)

      // Pushed, opened, approved and merged, each a minute after the other: approved after the revocation.
      acme.stage.world.state.now = new Date(Date.now() - 119_000)
      acme.merges(3, { [JANE]: { access: ACCESS, reissue: 2 } })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const after = await pairOf(place, 'jane')
      expect([await codeOf(after), await codeOf(before)]).toEqual([200, 403])
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '0' } })
      expect(await codeOf(after)).toBe(200)
      await revoker.revokes('--login', 'author')
      expect(await codeOf(after)).toBe(403)
    })
  })
})
