// The port SetupObjects against API servers: reads, dry runs that write nothing, and writes that notice other writers.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kubernetesSetupObjects } from '../../../src/adapters/kubernetes/objects/setup-object-client.ts'
import type { Manifest } from '../../../src/domain/cluster/manifest.ts'
import type { SetupObjects, StoredObject } from '../../../src/ports/setup-objects.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { failureOf, transportTo } from '../../build/connected.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { describeSubjects } from '../../build/subjects.ts'

const RULES = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }]

describeSubjects('setup objects', subject => {
  const transports: { close(): void }[] = []
  let objects: SetupObjects
  const path = (name: string): string =>
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${subject().namespace}/roles/${name}`
  const role = (name: string, more: object = {}): Manifest => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name, namespace: subject().namespace },
    rules: RULES,
    ...more,
  })
  const stored = async (object: Manifest): Promise<StoredObject> => {
    const found = await objects.read(object)
    if (found === null || found === 'hidden') throw new Error('the object cannot be read')
    return found
  }

  beforeAll(() => {
    const transport = transportTo(subject().backend, subject().backend.admin)
    transports.push(transport)
    objects = kubernetesSetupObjects(transport)
  })
  afterAll(() => transports.forEach(each => each.close()))

  test('an object is created, read, replaced and deleted', async () => {
    const object = role('whole')
    expect(await objects.read(object)).toBeNull()
    expect(await objects.write({ verb: 'create', object })).toBe('done')
    const live = await stored(object)
    expect(live).toMatchObject({ kind: 'Role', metadata: { name: 'whole' }, rules: RULES })
    const next = role('whole', { rules: [] })
    expect(await objects.write({ verb: 'update', object: next, live })).toBe('done')
    expect((await stored(object))['rules'] ?? []).toEqual([])
    expect(await objects.write({ verb: 'delete', live })).toBe('done')
    expect(await objects.read(object)).toBeNull()
    expect(await objects.write({ verb: 'delete', live })).toBe('done')
  })

  test('an object says what was applied, as kubectl apply writes it, and keeps annotations of others', async () => {
    const LAST = 'kubectl.kubernetes.io/last-applied-configuration'
    const object = role('applied')
    await objects.write({ verb: 'create', object })
    expect((await stored(object)).metadata.annotations).toEqual({ [LAST]: JSON.stringify(object) })
    await subject().admin.patch(
      path('applied'),
      { metadata: { annotations: { a: 'b' } } },
      MERGE_PATCH,
    )
    const next = role('applied', { rules: [] })
    await objects.write({ verb: 'update', object: next, live: await stored(object) })
    const { annotations } = (await stored(object)).metadata
    expect(annotations).toEqual({ a: 'b', [LAST]: JSON.stringify(next) })
  })

  test('a replaced object keeps labels that others gave it', async () => {
    const object = role('labelled')
    await objects.write({ verb: 'create', object })
    await subject().admin.patch(path('labelled'), { metadata: { labels: { a: 'b' } } }, MERGE_PATCH)
    const live = await stored(object)
    await objects.write({ verb: 'update', object: role('labelled', { rules: [] }), live })
    expect((await stored(object)).metadata.labels).toEqual({ a: 'b' })
  })

  test('writes of others since the read are conflicts, and nothing is written', async () => {
    const object = role('contested')
    await objects.write({ verb: 'create', object })
    expect(await objects.write({ verb: 'create', object: role('contested', { rules: [] }) })).toBe(
      'conflict',
    )
    const live = await stored(object)
    await subject().admin.patch(
      path('contested'),
      { metadata: { labels: { a: 'b' } } },
      MERGE_PATCH,
    )
    const next = role('contested', { rules: [] })
    expect(await objects.write({ verb: 'update', object: next, live })).toBe('conflict')
    expect((await stored(object))['rules']).toEqual(RULES)
    await subject().admin.delete(path('contested'))
    expect(await objects.write({ verb: 'update', object: next, live })).toBe('conflict')
    await objects.write({ verb: 'create', object })
    expect(await objects.write({ verb: 'delete', live })).toBe('conflict')
    expect(await objects.read(object)).not.toBeNull()
  })

  test('a dry run writes nothing', async () => {
    const object = role('tried')
    expect(await objects.rehearse({ verb: 'create', object })).toBeNull()
    expect(await objects.read(object)).toBeNull()
    await objects.write({ verb: 'create', object })
    const live = await stored(object)
    expect(
      await objects.rehearse({ verb: 'update', object: role('tried', { rules: [] }), live }),
    ).toBeNull()
    expect(await objects.rehearse({ verb: 'delete', live })).toBeNull()
    expect(await stored(object)).toEqual(live)
  })

  test('a namespace that does not exist yet is no refusal', async () => {
    const metadata = { name: 'early', namespace: subject().name('missing') }
    expect(
      await objects.rehearse({ verb: 'create', object: { ...role('early'), metadata } }),
    ).toBeNull()
  })

  test('objects of one name, or of any, are found in every namespace, and the ConfigMaps of a namespace without their data', async () => {
    const name = subject().name('anywhere')
    await objects.write({ verb: 'create', object: role(name) })
    const found = await objects.named('Role', name)
    expect(found).toMatchObject([{ kind: 'Role', metadata: { namespace: subject().namespace } }])
    expect(await objects.named('Role', null)).toContainEqual(found[0])
    const map = { metadata: { name: 'holds' }, data: { key: 'text' } }
    await subject().admin.created(`/api/v1/namespaces/${subject().namespace}/configmaps`, map)
    const maps = await objects.inNamespace('ConfigMap', subject().namespace)
    expect(maps).toContainEqual({ kind: 'ConfigMap', name: 'holds', labels: {}, subjects: [] })
  })

  test('the role bindings of a namespace are listed with their subjects', async () => {
    const { namespace } = subject()
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'whole' }
    const subjects = [{ kind: 'ServiceAccount', name: 'account', namespace }]
    for (const [name, more] of Object.entries({ bound: { subjects }, unbound: {} })) {
      const object = { ...role(name), kind: 'RoleBinding' as const, roleRef, ...more }
      await objects.write({ verb: 'create', object })
    }
    const found = await objects.inNamespace('RoleBinding', namespace)
    const kind = 'RoleBinding'
    expect(found).toContainEqual({ kind, name: 'bound', labels: {}, subjects })
    expect(found).toContainEqual({ kind, name: 'unbound', labels: {}, subjects: [] })
  })

  test('a login without rights sees that objects are hidden, and why a write is refused', async () => {
    const credential = await subject().backend.user(subject().name('nobody'), [], [])
    const transport = transportTo(subject().backend, credential)
    transports.push(transport)
    const theirs = kubernetesSetupObjects(transport)
    const object = role('whole')
    expect(await theirs.read(object)).toBe('hidden')
    expect(await theirs.named('Role', 'whole')).toBe('hidden')
    expect(await theirs.inNamespace('ConfigMap', subject().namespace)).toBe('hidden')
    expect(await theirs.rehearse({ verb: 'create', object })).toContain(
      'cannot create resource "roles"',
    )
    const failed = await failureOf(theirs.write({ verb: 'create', object }))
    expect(failed).toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  })
})

describe('an API server without a kind', () => {
  test('a dry run of a kind that the API server does not have is refused', async () => {
    const odd = await startOddServer(answering(404, '404 page not found'))
    const transport = transportTo({ server: odd.server, caPem: '' }, {})
    try {
      const object: Manifest = { kind: 'ValidatingAdmissionPolicy', metadata: { name: 'a' } }
      const objects = kubernetesSetupObjects(transport)
      expect(await objects.rehearse({ verb: 'create', object })).toBe('404 page not found')
    } finally {
      transport.close()
      await odd.close()
    }
  })
})
