// The port Records against API servers: one ConfigMap per request, replaced under its version.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { RequestRecord } from '../../../src/domain/cluster/record.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { newRecord } from '../../../src/core/plan/record-state.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { shown } from '../../build/api-object.ts'
import { clusterAt, failureOf, quickClock } from '../../build/connected.ts'
import { effective, kubeconfigSink, secretSink } from '../../build/effective.ts'
import { requestRecord } from '../../build/issued.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { describeSubjects } from '../../build/subjects.ts'

const OWNER = 'acme'

function unstored(name: string): RequestRecord {
  return { ...requestRecord(effective({ name })), version: null }
}

describeSubjects('records', subject => {
  let open: Cluster
  const path = (name = ''): string =>
    `/api/v1/namespaces/${subject().namespace}/configmaps${name === '' ? '' : `/countersign-${OWNER}-${name}`}`

  beforeAll(() => {
    const { backend, namespace } = subject()
    open = clusterAt(backend, backend.admin, { owner: OWNER, namespace })
  })
  afterAll(() => open.close())

  async function written(record: RequestRecord): Promise<RequestRecord> {
    const answer = await open.records.write(record)
    if (answer.kind !== 'written') throw new Error('a conflict')
    return answer.record
  }

  test('a record is read back as it was written, with dates and sinks of every kind', async () => {
    const target = { name: 'x', format: null }
    const github = { kind: 'githubSecret', repository: 'a/b', environment: 'e', ...target } as const
    const artifact = { kind: 'artifact', recipients: ['age1'], ...target } as const
    const pkcs12 = { profile: 'Modern2023', passwordSecretRef: { name: 'p', key: 'k' } }
    const sinks = [
      secretSink({ labels: { a: 'b' }, keystores: { pkcs12 }, adopt: true }),
      github,
      artifact,
      { kind: 'file', path: 'out.pem', format: 'pem' },
      kubeconfigSink({ namespace: 'apps', name: 'kc' }),
      { kind: 'kubeconfig', into: github },
      { kind: 'kubeconfig', into: artifact },
    ] as const
    const deadline = new Date('2026-03-01T12:00:00.123Z')
    const record: RequestRecord = {
      ...unstored('full'),
      claim: { holder: 'owner@host 1 2', n: 2, objectName: 'cs-full-2', deadline, grant: 'g' },
      withdrawnAt: deadline,
      emptied: 1,
      abandoned: [
        { n: 1, objectName: 'cs-full-1', sha256: null, notAfter: null },
        { n: 2, objectName: 'cs-full-2', sha256: 'ab', notAfter: deadline },
      ],
    }
    const { issued } = record
    const full = { ...record, issued: issued === null ? null : { ...issued, sinks } }
    const stored = await written(full)
    expect({ ...stored, version: null }).toEqual(full)
    expect(await open.records.read('full')).toEqual(stored)
  })

  test('a missing record reads as null', async () => {
    expect(await open.records.read('nobody')).toBeNull()
  })

  test('a second create of a record is a conflict', async () => {
    await written(unstored('once'))
    expect(await open.records.write(unstored('once'))).toEqual({ kind: 'conflict' })
  })

  test('a record is replaced only under the version that was read', async () => {
    const first = await written(unstored('swap'))
    const second = await written({ ...first, n: 5 })
    expect(await open.records.write({ ...first, n: 6 })).toEqual({ kind: 'conflict' })
    expect(await open.records.read('swap')).toEqual(second)
  })

  test('one of eight concurrent writers wins', async () => {
    const first = await written(unstored('race'))
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => open.records.write({ ...first, n: n + 10 })),
    )
    expect(answers.filter(({ kind }) => kind === 'written')).toHaveLength(1)
  })

  test('a write to a deleted record is a conflict and does not create it', async () => {
    const first = await written(unstored('deleted'))
    await subject().admin.delete(path('deleted'))
    expect(await open.records.write(first)).toEqual({ kind: 'conflict' })
    expect(await open.records.read('deleted')).toBeNull()
  })

  test('a write to a record that was deleted and created again is a conflict', async () => {
    const first = await written(unstored('again'))
    await subject().admin.delete(path('again'))
    await written(unstored('again'))
    expect(await open.records.write({ ...first, n: 9 })).toEqual({ kind: 'conflict' })
  })

  test('the list leaves out records of other owners', async () => {
    const { backend, namespace } = subject()
    const other = clusterAt(backend, backend.admin, { owner: 'other', namespace })
    await other.records.write(unstored('theirs'))
    const mine = (await open.records.list()).records.map(({ request }) => request)
    expect(mine).toContain('once')
    expect(mine).not.toContain('theirs')
    expect((await other.records.list()).records.map(({ request }) => request)).toEqual(['theirs'])
    await other.close()
  })

  test.each<[string, object]>([
    ['without a record', { data: { 'record.json': null, x: 'y' } }],
    ['with text that is not JSON', { data: { 'record.json': 'hello' } }],
    ['with JSON that is no record', { data: { 'record.json': '{"version":7}' } }],
    ['with the label of another owner', { metadata: { labels: { 'countersign.dev/owner': 'x' } } }],
    ['without a label', { metadata: { labels: { 'countersign.dev/owner': null } } }],
  ])('a ConfigMap %s is CLUSTER_RECORD, with its name', async (what, patch) => {
    const name = `foreign-${what.replaceAll(/\W/g, '').toLowerCase()}`
    await written(unstored(name))
    await subject().admin.patch(path(name), patch, MERGE_PATCH)
    expect(await failureOf(open.records.read(name))).toEqual({
      code: 'CLUSTER_RECORD',
      at: null,
      message: `ConfigMap ${subject().namespace}/countersign-${OWNER}-${name} is not a record that countersign wrote for ${OWNER}`,
      hint: 'look at it, and delete it if nobody needs it: the next apply makes a new one',
    })
    await subject().admin.delete(path(name))
  })

  test('a record of a cluster that was renamed is CLUSTER_RECORD, and the hint is its name', async () => {
    await written({ ...unstored('renamed'), cluster: 'before' }).catch(() => undefined)
    expect(await failureOf(open.records.read('renamed'))).toMatchObject({
      code: 'CLUSTER_RECORD',
      hint: 'set the name of the cluster back to before',
    })
    await subject().admin.delete(path('renamed'))
  })

  test('a record of another version is CLUSTER_RECORD, and the message says so', async () => {
    await written(unstored('later'))
    const data = { 'record.json': '{"version":8}' }
    await subject().admin.patch(path('later'), { data }, MERGE_PATCH)
    const problem = {
      code: 'CLUSTER_RECORD',
      message: expect.stringContaining('has a record of version 8'),
    }
    expect(await failureOf(open.records.read('later'))).toMatchObject(problem)
    expect((await open.records.list()).broken).toMatchObject([{ request: 'later', problem }])
    await subject().admin.delete(path('later'))
  })

  test('a record with a thousand working certificates is accepted', async () => {
    const name = `full${'-of-certificates'.repeat(2)}`
    const facts = { serial: 'ab'.repeat(20), sha256: 'cd'.repeat(32), proof: 'ef'.repeat(32) }
    const at = new Date('2026-03-01T12:00:00Z')
    const life = { notBefore: at, notAfter: new Date('2099-03-01T12:00:00Z') }
    const history = Array.from({ length: 1000 }, (_, index) => ({
      n: index + 1,
      objectName: `cs-${name}-00000000-${index + 1}`,
      targets: [`Secret apps/${name}-tls`],
      grant: null,
      ended: { how: 'reissued', at } as const,
      subject: `CN=${name}`,
      sans: [],
      approval: null,
      ...facts,
      ...life,
    }))
    const record = { ...unstored(name), history }
    await written(record)
    expect((await open.records.read(name))?.history).toEqual(history)
    await subject().admin.delete(path(name))
  })

  test('a record of another version is CLUSTER_RECORD with the way out', async () => {
    await written(unstored('earlier'))
    const { body } = await subject().admin.get(path('earlier'))
    const content = { ...JSON.parse(body.data['record.json']), version: 5 }
    const data = { 'record.json': JSON.stringify(content) }
    await subject().admin.patch(path('earlier'), { data }, MERGE_PATCH)
    await expect(open.records.read('earlier')).rejects.toMatchObject({
      problem: {
        code: 'CLUSTER_RECORD',
        message: expect.stringMatching(
          /has a record of version 5, and this countersign reads version 7$/,
        ),
        hint: expect.stringMatching(/^use the countersign that wrote it, or delete the ConfigMap/),
      },
    })
    await subject().admin.delete(path('earlier'))
  })

  test('a record that was copied under another name is CLUSTER_RECORD, in a list too', async () => {
    await written(unstored('original'))
    const { body } = await subject().admin.get(path('original'))
    const metadata = { name: `countersign-${OWNER}-copy`, labels: body.metadata.labels }
    await subject().admin.created(path(), { metadata, data: body.data })
    const named = expect.stringContaining(`${subject().namespace}/countersign-${OWNER}-copy`)
    const problem = { code: 'CLUSTER_RECORD', message: named }
    expect(await failureOf(open.records.read('copy'))).toMatchObject(problem)
    const listed = await open.records.list()
    expect(listed.broken).toMatchObject([{ request: 'copy', cluster: 'prod', problem }])
    expect(listed.records.map(({ request }) => request)).toContain('original')
    await subject().admin.delete(path('copy'))
  })

  test('a record of another cluster is CLUSTER_RECORD', async () => {
    await written({ ...unstored('elsewhere'), cluster: 'staging' }).catch(() => undefined)
    expect((await failureOf(open.records.read('elsewhere'))).code).toBe('CLUSTER_RECORD')
    await subject().admin.delete(path('elsewhere'))
  })

  test('a rehearsal does not create a record, and says nothing of one that exists', async () => {
    const record = newRecord('rehearsed', 'prod')
    await open.records.rehearse(record)
    expect(await open.records.read('rehearsed')).toBeNull()
    await open.records.write(record)
    await open.records.rehearse(record)
  })

  test('the hint for a missing namespace is the command that creates it', async () => {
    const { backend } = subject()
    const nowhere = clusterAt(backend, backend.admin, { namespace: 'nowhere-at-all' })
    const record = newRecord('jane', 'prod')
    const problem = await failureOf(nowhere.records.write(record))
    expect(await failureOf(nowhere.records.rehearse(record))).toEqual(problem)
    expect(problem.code).toBe('CLUSTER_NOT_SET_UP')
    expect(problem.message).toContain('namespaces "nowhere-at-all" not found')
    expect(problem.hint).toBe('create the namespace first: kubectl create namespace nowhere-at-all')
    await nowhere.close()
  })

  test.each(['list', 'get', 'create', 'update'] as const)(
    'the hint for a missing right to %s records names the rule to add',
    async verb => {
      const { backend, namespace } = subject()
      const user = await backend.user(subject().name(`no-${verb}`), [], [])
      const as = clusterAt(backend, user, { owner: OWNER, namespace })
      const first = await open.records.read('once')
      const work = {
        list: () => as.records.list(),
        get: () => as.records.read('once'),
        create: () => as.records.write(unstored('once')),
        update: () => as.records.write(first ?? unstored('once')),
      }[verb]
      const problem = await failureOf(work(), [user.keyPem ?? ''])
      expect(problem.code).toBe('CLUSTER_FORBIDDEN')
      expect(problem.hint).toContain(
        `add this rule to a Role in namespace ${namespace} bound to that user:\n- {apiGroups: [""], resources: [configmaps], verbs: [${verb}]}\n`,
      )
      await as.close()
    },
  )
})

describe('records of a busy cluster', () => {
  test('1001 records are listed in three pages', async () => {
    const cluster = await startSandboxCluster({ namespaces: ['records'] })
    const admin = cluster.clientFor('admin', ['system:masters'])
    const open = clusterAt(cluster, admin, { namespace: 'records', clock: quickClock() })
    await open.records.write(unstored('r-0'))
    // The others are copies of what was written, put there without a thousand calls.
    const name = `countersign-${OWNER}-r-0`
    const { metadata, data } = shown(cluster.objects.read('configmaps', 'records', name))
    const first = JSON.stringify({
      metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
      data,
    })
    for (let index = 1; index < 1001; index++)
      cluster.objects.create('configmaps', JSON.parse(first.replaceAll('r-0', `r-${index}`)))
    const before = cluster.log.length
    const names = new Set((await open.records.list()).records.map(({ request }) => request))
    expect(names.size).toBe(1001)
    expect(cluster.log.length - before).toBe(3)
    await open.close()
    await cluster.close()
  })

  test('a list that expires again and again ends with the message of the server', async () => {
    const page = { kind: 'List', metadata: { resourceVersion: '1', continue: 'more' }, items: [] }
    const gone = {
      kind: 'Status',
      code: 410,
      message: 'The provided continue parameter is too old',
    }
    const odd = await startOddServer((request, response) => {
      const isLater = request.url?.includes('continue') === true
      answering(isLater ? 410 : 200, isLater ? gone : page)(request, response)
    })
    const open = clusterAt({ server: odd.server, caPem: '' }, {})
    expect(await failureOf(open.records.list())).toMatchObject({
      code: 'CLUSTER_ANSWER',
      message: 'could not list the records: HTTP 410, The provided continue parameter is too old',
    })
    expect(odd.asked).toHaveLength(6)
    await open.close()
    await odd.close()
  })

  test('a create with a lost answer is a conflict, and the record is stored', async () => {
    const cluster = await startSandboxCluster({ namespaces: ['records'] })
    const admin = cluster.clientFor('admin', ['system:masters'])
    const open = clusterAt(cluster, admin, { namespace: 'records', clock: quickClock() })
    cluster.faults.plan({ method: 'POST', path: /configmaps/ }, { kind: 'reset', when: 'after' })
    const lost = unstored('lost')
    expect(await open.records.write(lost)).toEqual({ kind: 'conflict' })
    expect(await open.records.read('lost')).toMatchObject({ ...lost, version: {} })
    await open.close()
    await cluster.close()
  })
})
