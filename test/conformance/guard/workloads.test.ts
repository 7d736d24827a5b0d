// The guard in the namespace of the controller, on API servers: who runs pods as its service accounts, who changes their workloads, and
// who enters its pods. The embedded cluster has pods only, and no controllers that create them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { approverManifests } from '../../../src/setup/rbac/approver-identity.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import type { ApiClient } from '../../build/api-client.ts'
import { EVERYTHING, GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'
import type { Rule } from '../../build/subjects.ts'

const POLICY = 'countersign-acme-certs-workloads'
const CORE = '/api/v1/namespaces/countersign'
const APPS = '/apis/apps/v1/namespaces/countersign'
const BATCH = '/apis/batch/v1/namespaces/countersign'
const KUBE_SYSTEM = 'system:serviceaccount:kube-system:'
const ACCOUNTS = ['countersign-apply', 'countersign-approver']
const { cluster: prod } = installation()
const installed = installation({
  cluster: { ...prod, auth: { kind: 'inCluster' } },
  approver: {
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
    signers: ['kubernetes.io/kubelet-serving'],
  },
})
/** Every right on workloads, and no other. */
const EDITOR: readonly Rule[] = ['', 'apps', 'batch'].map(group => ({
  apiGroups: [group],
  resources: ['*'],
  verbs: ['*'],
}))

const CREATORS = [
  'replicaset-controller',
  'job-controller',
  'replication-controller',
  'statefulset-controller',
  'daemon-set-controller',
  'default',
]
/** On the real cluster most of them have this right anyway. */
const CREATORS_MAY = stringify({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'creators' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'creators' },
  subjects: CREATORS.map(name => ({
    kind: 'ServiceAccount',
    namespace: 'kube-system',
    name,
  })),
}).concat(
  '---\n',
  stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'creators' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }],
  }),
)

const containers = [{ name: 'c', image: 'registry.invalid/c' }]
const matchLabels = { app: 'c' }
const podSpec = (serviceAccountName: string): object => ({ serviceAccountName, containers })
const template = (account: string, more: object = {}): object => ({
  metadata: { labels: matchLabels },
  spec: { ...podSpec(account), ...more },
})
const once = { restartPolicy: 'Never' }
const selected = (account: string): object => ({
  selector: { matchLabels },
  template: template(account),
})

/** Path → the spec that uses an account. */
const WORKLOADS: Readonly<Record<string, (account: string) => object>> = {
  [`${CORE}/pods`]: podSpec,
  [`${CORE}/replicationcontrollers`]: account => ({
    selector: matchLabels,
    template: template(account),
  }),
  [`${APPS}/deployments`]: selected,
  [`${APPS}/replicasets`]: selected,
  [`${APPS}/statefulsets`]: account => ({ ...selected(account), serviceName: 'c' }),
  [`${APPS}/daemonsets`]: selected,
  [`${BATCH}/jobs`]: account => ({ template: template(account, once) }),
  [`${BATCH}/cronjobs`]: account => ({
    schedule: '41 * * * *',
    jobTemplate: { spec: { template: template(account, once) } },
  }),
}

describe.each(GUARDED)('%s: the guard of workloads', kind => {
  const isReal = kind === 'real kube-apiserver'
  const testReal = isReal ? test : test.skip
  const paths = Object.keys(WORKLOADS).filter(path => isReal || path.endsWith('/pods'))
  let cluster: GuardedCluster
  let editor: ApiClient
  let root: ApiClient
  let count = 0

  beforeAll(async () => {
    const users = { editor: EDITOR, root: [EVERYTHING] }
    const controllerManagerFlags = ['--controllers=deployment,replicaset,job,statefulset']
    cluster = await startGuarded(installed, users, kind, { real: { controllerManagerFlags } })
    if (installed.approver !== null)
      await cluster.apply(approverManifests(installed, installed.approver))
    await cluster.apply(CREATORS_MAY)
    for (const name of CREATORS)
      await cluster.admin.post('/api/v1/namespaces/kube-system/serviceaccounts', {
        metadata: { name },
      })
    editor = cluster.as('editor')
    root = cluster.as('root')
    const pod = { metadata: { name: 'probe' }, spec: podSpec('countersign-apply') }
    await until(async () => refusedBy(await editor.post(`${CORE}/pods?dryRun=All`, pod)) === POLICY)
  })
  afterAll(() => cluster?.end())

  const object = (spec: object, metadata: object = {}): object => ({
    metadata: { name: `w-${++count}`, ...metadata },
    spec,
  })
  const specOf = (path: string, account: string): object => WORKLOADS[path]?.(account) ?? {}

  test.each(paths)(
    'only a user who may do everything creates a workload at %s with an account of countersign',
    async path => {
      for (const account of ACCOUNTS) {
        const answer = await editor.post(path, object(specOf(path, account)))
        expect(refusedBy(answer)).toBe(POLICY)
        expect(answer.body.message).toContain('may do everything starts them')
        expect((await root.post(path, object(specOf(path, account)))).code).toBe(201)
      }
      expect((await editor.post(path, object(specOf(path, 'default')))).code).toBe(201)
    },
  )

  test.each(paths)(
    'only a user who may do everything changes the spec of such a workload at %s, and others its labels',
    async path => {
      const made = await root.created(path, object(specOf(path, 'countersign-apply')))
      const at = `${path}/${made.metadata.name}`
      const spec = path.endsWith('/pods') ? { activeDeadlineSeconds: 60 } : changeOf(path)
      expect(refusedBy(await editor.patch(at, { spec }, MERGE_PATCH))).toBe(POLICY)
      const metadata = { labels: { seen: 'yes' } }
      expect((await editor.patch(at, { metadata }, MERGE_PATCH)).code).toBe(200)
      expect((await root.patch(at, { spec }, MERGE_PATCH)).code).toBe(200)
      expect((await editor.delete(at)).code).toBe(200)
    },
  )

  testReal('the old name of the field serviceAccountName is the same field', async () => {
    const old = { serviceAccount: 'countersign-apply', containers }
    expect(refusedBy(await editor.post(`${CORE}/pods`, object(old)))).toBe(POLICY)
    const deployment = object({
      selector: { matchLabels },
      template: { metadata: { labels: matchLabels }, spec: old },
    })
    expect(refusedBy(await editor.post(`${APPS}/deployments`, deployment))).toBe(POLICY)
  })

  test('only a user who may do everything makes a Secret that gets a token of an account of countersign', async () => {
    const secret = (account: string): object => ({
      metadata: {
        name: `s-${++count}`,
        annotations: { 'kubernetes.io/service-account.name': account },
      },
      type: 'kubernetes.io/service-account-token',
    })
    const path = `${CORE}/secrets`
    for (const account of ACCOUNTS) {
      const answer = await editor.post(path, secret(account))
      expect(refusedBy(answer)).toBe('countersign-acme-certs-identity')
      const made = await root.created(path, secret(account))
      // kube-controller-manager writes the token into it.
      if (isReal)
        await until(async () => {
          const { data } = (await root.get(`${path}/${made.metadata.name}`)).body
          return (data as object | undefined) !== undefined
        })
    }
    const plain = await editor.post(path, { metadata: { name: `s-${++count}` } })
    expect(plain.code).toBe(201)
  })

  testReal('a Secret with a token cannot change to an account of countersign', async () => {
    const name = 'kubernetes.io/service-account.name'
    const made = await editor.created(`${CORE}/secrets`, {
      metadata: { name: `s-${++count}`, annotations: { [name]: 'default' } },
      type: 'kubernetes.io/service-account-token',
    })
    const patch = { metadata: { annotations: { [name]: 'countersign-apply' } } }
    const answer = await editor.patch(`${CORE}/secrets/${made.metadata.name}`, patch, MERGE_PATCH)
    // The API server itself may forbid it.
    expect([403, 422]).toContain(answer.code)
  })

  test('a workload of another account cannot change to an account of countersign', async () => {
    if (!isReal) return
    const path = `${APPS}/deployments`
    const made = await editor.created(path, object(specOf(path, 'default')))
    const spec = { template: { spec: { serviceAccountName: 'countersign-approver' } } }
    const answer = await editor.patch(`${path}/${made.metadata.name}`, { spec }, MERGE_PATCH)
    expect(refusedBy(answer)).toBe(POLICY)
  })

  const owned = (ownerKind: string, controller: boolean): object => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind: ownerKind, name: 'o', uid: 'u', controller }],
  })
  test.each([
    ['replicaset-controller', 'ReplicaSet', true, true],
    ['job-controller', 'Job', true, true],
    ['replication-controller', 'ReplicationController', true, true],
    ['replicaset-controller', 'Job', true, false],
    ['replicaset-controller', 'ReplicaSet', false, false],
    ['statefulset-controller', 'StatefulSet', true, false],
    ['daemon-set-controller', 'DaemonSet', true, false],
    ['default', 'ReplicaSet', true, false],
  ])(
    'the account %s creates a pod that a %s owns (as its controller: %s): %s',
    async (account, ownerKind, isController, isAllowed) => {
      const pod = object(podSpec('countersign-apply'), owned(ownerKind, isController))
      const path = `${CORE}/pods?dryRun=All`
      const own = await cluster.serviceAccount('kube-system', account)
      const answer = await own.post(path, pod)
      expect([answer.code, refusedBy(answer)]).toEqual(isAllowed ? [201, null] : [403, POLICY])
      const headers = { 'impersonate-user': `${KUBE_SYSTEM}${account}` }
      expect(refusedBy(await cluster.admin.call('POST', path, pod, { headers }))).toBe(POLICY)
    },
  )

  test('an owner reference of an editor starts no pod', async () => {
    const pod = object(podSpec('countersign-apply'), owned('ReplicaSet', true))
    expect(refusedBy(await editor.post(`${CORE}/pods`, pod))).toBe(POLICY)
  })

  testReal(
    'controllers create the pods of a Deployment and a Job, and none of a StatefulSet',
    async () => {
      const created = async (path: string): Promise<string> => {
        const made = object({
          ...specOf(path, 'countersign-apply'),
          ...(path.endsWith('jobs') ? {} : { replicas: 1 }),
        })
        return (await root.created(path, made)).metadata.name
      }
      const stateful = await created(`${APPS}/statefulsets`)
      const names = [await created(`${APPS}/deployments`), await created(`${BATCH}/jobs`)]
      const pods = async (): Promise<readonly string[]> =>
        (await cluster.admin.get(`${CORE}/pods`)).body.items.map(({ metadata }) => metadata.name)
      for (const name of names)
        await until(async () => (await pods()).some(pod => pod.startsWith(`${name}-`)))
      expect((await pods()).filter(pod => pod.startsWith(`${stateful}-`))).toEqual([])
    },
  )

  testReal.each(['exec?command=id', 'attach', 'portforward'])(
    'only a user who may do everything enters a pod of the namespace by %s',
    async how => {
      const made = await editor.created(`${CORE}/pods`, object(podSpec('default')))
      const path = `${CORE}/pods/${made.metadata.name}/${how}`
      expect(refusedBy(await editor.post(path, {}))).toBe(POLICY)
      expect(refusedBy(await editor.get(path))).toBe(POLICY)
      // There is no kubelet, so the API server cannot connect.
      expect(refusedBy(await root.post(path, {}))).toBeNull()
    },
  )

  testReal(
    'only a user who may do everything adds an ephemeral container to a pod of the namespace',
    async () => {
      const made = await editor.created(`${CORE}/pods`, object(podSpec('default')))
      const path = `${CORE}/pods/${made.metadata.name}/ephemeralcontainers`
      const spec = { ephemeralContainers: [{ name: 'd', image: 'registry.invalid/d' }] }
      const type = 'application/strategic-merge-patch+json'
      expect(refusedBy(await editor.patch(path, { spec }, type))).toBe(POLICY)
      expect((await root.patch(path, { spec }, type)).code).toBe(200)
    },
  )

  testReal('other namespaces are not covered', async () => {
    const path = '/api/v1/namespaces/default/pods'
    const made = await editor.created(path, object({ containers }))
    expect(
      refusedBy(await editor.post(`${path}/${made.metadata.name}/exec?command=id`, {})),
    ).toBeNull()
  })
})

/** A change that each kind allows. */
function changeOf(path: string): object {
  if (path.endsWith('/jobs')) return { suspend: true }
  if (path.endsWith('/cronjobs')) return { suspend: true }
  return { minReadySeconds: 5 }
}
