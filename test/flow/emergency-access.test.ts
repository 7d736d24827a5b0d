// Emergencies and access: what the ordinary pass refuses, an emergency does not issue, and it changes nothing of what a later pass compares.
import { expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../build/api-client.ts'
import { AWAY, JANE, MAPS, MINUTE, emergency } from '../build/emergency-scene.ts'
import type { Emergency } from '../build/emergency-scene.ts'

const codes = (problems: readonly { readonly code: string }[]): readonly string[] => [
  ...new Set(problems.map(({ code }) => code)),
]
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const INSTALLED = {
  accessRoles: ['pod-reader'],
  accessPlaces: [{ clusterRoles: ['pod-reader'], namespaces: ['tools'] }],
}
const rules = (...verbs: readonly string[]) => [{ apiGroups: [''], resources: ['pods'], verbs }]

/** jane has the role in the namespace tools; a changed role is refused. */
async function withAccess({ acme, place, setNow }: Emergency): Promise<void> {
  await place.admin.post('/api/v1/namespaces', { metadata: { name: 'tools' } })
  await place.admin.created(`${RBAC}/clusterroles`, {
    metadata: { name: 'pod-reader' },
    rules: rules('list'),
  })
  setNow()
  const access = [{ clusterRoles: ['pod-reader'], namespaces: ['tools'], roleChanges: 'refuse' }]
  acme.does('author pushes to change-1', { 'policies/people.yaml': { access } })
  acme.does('author opens PR1 from change-1')
  acme.does('owner approves PR1')
  acme.does('author merges PR1 (squash)')
  const asked = { access: [{ clusterRole: 'pod-reader', namespaces: ['tools'] }] }
  acme.merges(2, { [JANE]: { ...asked, duration: '12h', renewBefore: '6h' } })
}

test('a role that changed is refused in an emergency, and by the pass after it', async () => {
  await emergency(
    async given => {
      const { acme, clock, place, ask, begin, certificates } = given
      await withAccess(given)
      const controller = await begin()
      expect(controller.done()).toEqual(['issued jane'])
      acme.github.faults.push(AWAY)
      await ask('jane', '1h')
      await clock.passes(3 * MINUTE)
      expect(controller.done()).toEqual(['issued jane', 'issued jane'])
      const wider = { rules: rules('list', 'create', 'delete') }
      await place.admin.patch(`${RBAC}/clusterroles/pod-reader`, wider, MERGE_PATCH)
      await ask('jane', '1h')
      await clock.passes(3 * MINUTE)
      expect(controller.done().at(-1)).toBe('refused jane ACCESS_ROLE_CHANGED')
      acme.github.faults.clear()
      await clock.passes(30 * MINUTE)
      expect(controller.done().at(-1)).toBe('refused jane ACCESS_ROLE_CHANGED')
      expect(await certificates()).toBe(2)
    },
    { installed: INSTALLED },
  )
})

test('a namespace that was made again is refused in an emergency', async () => {
  await emergency(
    async given => {
      const { acme, clock, place, ask, begin, certificates } = given
      await withAccess(given)
      const controller = await begin()
      await place.admin.delete('/api/v1/namespaces/tools')
      await clock.passes(MINUTE)
      await place.admin.post('/api/v1/namespaces', { metadata: { name: 'tools' } })
      acme.github.faults.push(AWAY)
      await ask('jane')
      await clock.passes(3 * MINUTE)
      expect(controller.done().at(-1)).toBe('failed jane ACCESS_NAMESPACE_CHANGED')
      expect(await certificates()).toBe(1)
    },
    { installed: INSTALLED },
  )
})

test('after an emergency a change of a comment lifts no revocation', async () => {
  await emergency(async ({ acme, place, clock, setNow, ask, begin, record, revoke }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    await ask('jane', '4h')
    await clock.passes(3 * MINUTE)
    await revoke('jane')
    await clock.passes(20 * MINUTE)
    acme.github.faults.clear()
    setNow()
    acme.merges(2, { [JANE]: { duration: '12h', comment: 'a better word' } })
    await clock.passes(20 * MINUTE)
    expect(controller.done().at(-1)).toBe('refused jane ACCESS_REVOKED')
    expect((await record()).issued.proof.kind).toBe('emergency')
    const { items } = (await place.admin.get(MAPS)).body
    expect(items.map(({ metadata }) => metadata.name).join()).toContain('revoked')
  })
})

test('a request that the pass refused, because its author was revoked, is not issued in an emergency', async () => {
  await emergency(async ({ acme, clock, setNow, begin, ask, revoke, certificates }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    setNow()
    acme.proposes(2, { 'requests/people/web.yaml': { duration: '12h', commonName: 'web' } })
    acme.does('reviewer approves PR2')
    await revoke('jane')
    await clock.passes(20 * MINUTE)
    setNow()
    acme.does('author merges PR2 (squash)')
    await clock.passes(3 * MINUTE)
    expect(controller.done().at(-1)).toBe('refused web ACCESS_REVOKED')
    acme.github.faults.push(AWAY)
    await ask('web')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_REQUEST')
    expect(await certificates()).toBe(1)
  })
})
