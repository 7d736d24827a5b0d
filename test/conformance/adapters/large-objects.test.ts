// Objects that others made large: every list finds the others, and names what it left out.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { REVOKES_LABEL } from '../../../src/domain/cluster/revocation.ts'
import type { KubernetesCluster } from '../../../src/adapters/kubernetes/objects/cluster-client.ts'
import type { RequestRow } from '../../../src/ports/signing-requests.ts'
import { clusterAt } from '../../build/connected.ts'
import { effective } from '../../build/effective.ts'
import { extent } from '../../build/extent.ts'
import { requestRecord } from '../../build/issued.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { NO_SIGNER, SIGNING_REQUESTS } from '../../build/signing-requests.ts'
import { describeSubjects } from '../../build/subjects.ts'

/** JSON of an API server has `\u003c` for each. */
const FAT = '<'.repeat(250_000)
/** Kubernetes looks at the first block of PEM and takes what follows. */
const { pem } = opensslRequest({ subject: '/O=developers/CN=jane' })
/** More than 64 MiB of JSON, or more than a page in a short run. */
const REQUESTS = extent(40, 12)
const MAPS = extent(12, 4)
const BINDINGS = extent(45, 12)

describeSubjects('large objects', subject => {
  let open: KubernetesCluster
  let owner = ''

  beforeAll(() => {
    const { backend, namespace } = subject()
    owner = subject().name('large')
    open = clusterAt(backend, backend.admin, { owner, namespace })
  })
  afterAll(() => open.close())

  const fat = (kind: string): readonly string[] =>
    Array.from({ length: REQUESTS }, (_, at) => subject().name(`${kind}-${at + 10}`))
  const create = async (path: string, name: string, object: object): Promise<void> => {
    await subject().admin.created(path, object)
    subject().later(`${path}/${name}`)
  }

  test('a list of requests has all others, and names those that are too large', async () => {
    const names = fat('fat')
    const made = async (name: string, text: string, annotation: string): Promise<void> =>
      create(SIGNING_REQUESTS, name, {
        metadata: {
          name,
          labels: { 'countersign.dev/owner': owner },
          annotations: { x: annotation },
        },
        spec: {
          request: Buffer.from(`${pem}${text}`).toString('base64'),
          signerName: NO_SIGNER,
          usages: ['digital signature', 'client auth'],
        },
      })
    const small = [subject().name('a-first'), subject().name('z-last')]
    for (const name of small) await made(name, '', '')
    for (const name of names) await made(name, '#'.repeat(450_000), FAT)
    const { items, tooLarge } = await open.signingRequests.list(owner)
    expect(items.map(({ name }) => name).toSorted()).toEqual(small.toSorted())
    expect(tooLarge.toSorted()).toEqual(names.toSorted())
    const rows: RequestRow[] = []
    for await (const part of open.signingRequests.listRows(NO_SIGNER)) rows.push(...part)
    const found = rows.filter(({ name }) => [...small, ...names].includes(name))
    expect(found.map(({ name }) => name).toSorted()).toEqual([...small, ...names].toSorted())
    expect(new Set(found.map(each => `${each.isPending} ${each.isApproved}`))).toEqual(
      new Set(['true false']),
    )
    expect(found[0]?.username).toBe(items[0]?.username)
    expect(await open.signingRequests.readSmall(names[0] ?? '')).toEqual({
      tooLarge: names[0],
    })
    expect(await open.signingRequests.readSmall(small[0] ?? '')).toMatchObject({ name: small[0] })
  })

  const maps = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`
  const fatMap = (name: string, label: string) =>
    create(maps(), name, {
      metadata: { name, labels: { [label]: owner } },
      data: { x: '<'.repeat(1_000_000) },
    })

  test('a list of records has the others, and a large one blocks its own request', async () => {
    const record = { ...requestRecord(effective({ name: 'jane' })), version: null }
    expect(await open.records.write(record)).toMatchObject({ kind: 'written' })
    subject().later(`${maps()}/countersign-${owner}-jane`)
    const numbers = Array.from({ length: MAPS }, (_, at) => at + 10)
    for (const at of numbers)
      await fatMap(`countersign-${owner}-fat-${at}`, 'countersign.dev/owner')
    const { records, broken } = await open.records.list()
    expect(records.map(({ request }) => request)).toEqual(['jane'])
    expect(broken.map(({ request, problem }) => [request, problem.code])).toEqual(
      numbers.map(at => [`fat-${at}`, 'CLUSTER_TOO_LARGE']),
    )
  })

  test('a list of revocations has the true one, and names the large ones', async () => {
    await open.revocations.add({ what: 'request', value: 'jane' }, 'owner')
    for (let at = 0; at < MAPS; at++) await fatMap(subject().name(`forged-${at}`), REVOKES_LABEL)
    const { revocations, broken } = await open.revocations.list()
    expect(revocations).toMatchObject([{ value: 'jane', by: 'owner' }])
    subject().later(`${maps()}/${revocations[0]?.name}`)
    expect(broken).toMatchObject([
      { code: 'CLUSTER_TOO_LARGE', message: expect.stringContaining(`${MAPS} ConfigMaps: `) },
    ])
  })
})

describeSubjects('large bindings', subject => {
  test('a list of bindings of all namespaces finds all of them', async () => {
    const { backend, namespace, admin } = subject()
    const open = clusterAt(backend, backend.admin, { owner: 'acme', namespace })
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`
    if ((await admin.get(path)).code === 404) return
    const group = `countersign:acme:${'a'.repeat(20)}`
    const names = Array.from({ length: BINDINGS }, (_, at) => subject().name(`fat-${at + 10}`))
    for (const name of names) {
      await admin.created(path, {
        metadata: { name, annotations: { x: FAT } },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
      })
      subject().later(`${path}/${name}`)
    }
    const found = (await open.grants.list()).map(({ name }) => name)
    await open.close()
    expect(found).toEqual(expect.arrayContaining(names))
  })
})
