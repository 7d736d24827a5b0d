// The port IssuedNames against API servers: the names that an approver keeps, in ConfigMaps of the record namespace.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { IssuedName } from '../../../src/domain/cluster/pending-request.ts'
import { issuedNameMaps } from '../../../src/domain/cluster/controller-lease.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { clusterAt, failureOf } from '../../build/connected.ts'
import { describeSubjects } from '../../build/subjects.ts'

const UNTIL = new Date('2030-06-01T00:00:00.000Z')
const of = (node: string, ...names: readonly string[]): readonly IssuedName[] =>
  names.map(name => ({ name, commonName: `system:node:${node}`, until: UNTIL }))

describeSubjects('the names that an approver keeps', subject => {
  let open: Cluster
  beforeAll(() => {
    const { backend, namespace } = subject()
    open = clusterAt(backend, backend.admin, { owner: 'acme', namespace })
  })
  afterAll(() => open.close())

  test('they are read back as they were written, for many nodes, and only changed maps are written', async () => {
    const store = open.issuedNamesOf('countersign-acme-approver-a')
    const none = await store.list()
    expect(none.names).toEqual([])
    const nodes = Array.from({ length: 40 }, (_, at) => `n${at}.example.com`)
    const names = nodes.flatMap(node => of(node, `CN system:node:${node}`, `DNS ${node}`))
    await store.write(names, none)
    const kept = await store.list()
    const sorted = (all: readonly IssuedName[]) => all.map(each => JSON.stringify(each)).toSorted()
    expect(sorted(kept.names)).toEqual(sorted(names))
    await store.write([...kept.names, ...of('n0.example.com', 'IP 10.0.0.1')], kept)
    const after = await store.list()
    const changed = after.versions.filter((version, at) => version !== kept.versions[at])
    expect(changed).toHaveLength(1)
    expect(after.names).toHaveLength(names.length + 1)
  })

  test('another write since the list is CLUSTER_CHANGED, and nothing is lost', async () => {
    const store = open.issuedNamesOf('countersign-acme-approver-b')
    const none = await store.list()
    await store.write(of('n1', 'DNS n1'), none)
    const failure = await failureOf(store.write(of('n1', 'DNS other'), none))
    expect(failure.code).toBe('CLUSTER_CHANGED')
    expect((await store.list()).names).toEqual(of('n1', 'DNS n1'))
  })

  test.each(['no JSON', '{"DNS n1": "soon"}', '[]'])(
    'a map with %j is CLUSTER_RECORD, and says how to mend it',
    async text => {
      const lease = subject().name('lease')
      const [name = ''] = issuedNameMaps(lease)
      const path = `/api/v1/namespaces/${subject().namespace}/configmaps`
      await subject().admin.created(path, { metadata: { name }, data: { n1: text } })
      const { code, hint } = await failureOf(open.issuedNamesOf(lease).list())
      expect(code).toBe('CLUSTER_RECORD')
      expect(hint).toContain(`kubectl edit configmap ${name}`)
      await subject().admin.delete(`${path}/${name}`)
    },
  )
})
