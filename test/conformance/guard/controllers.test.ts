// Kubernetes next to the guard, on a real control plane: kube-controller-manager in both modes, kubelets that join by a bootstrap token,
// garbage collection, and administrators with kubectl and Helm. The embedded cluster has no such controllers.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { grantGroup } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import type { Installation } from '../../../src/domain/cluster/installation.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import type { ApiClient } from '../../build/api-client.ts'
import { refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../../build/signing-requests.ts'
import { hasRealSubject } from '../../build/subjects.ts'

const OWNER = 'acme-certs'
const CORE = '/api/v1/namespaces/countersign'
const APPS = '/apis/apps/v1/namespaces/countersign'
const BATCH = '/apis/batch/v1/namespaces/countersign'
const RBAC = 'rbac.authorization.k8s.io'
const CLUSTER = `/apis/${RBAC}/v1/clusterrolebindings`
const KUBELET_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const { cluster: prod } = installation()
const INSTALLED: Installation = installation({
  cluster: { ...prod, auth: { kind: 'inCluster' } },
  signers: [
    { name: 'example.com/signer', maxDurationSeconds: 3600 },
    { name: KUBELET_SIGNER, maxDurationSeconds: null },
  ],
  accessRoles: ['view'],
})
const CONTROLLERS = 'deployment,replicaset,job,cronjob,garbagecollector,clusterrole-aggregation'
const MODES = [
  ['with credentials of its service accounts', false],
  ['under one name', true],
] as const

const describeReal = hasRealSubject ? describe : describe.skip
describeReal.each(MODES)(
  'kube-controller-manager %s, next to the guard',
  (_title, sharedManager) => {
    let cluster: GuardedCluster
    let admin: ApiClient
    let count = 0

    beforeAll(async () => {
      cluster = await startGuarded(INSTALLED, {}, 'real kube-apiserver', {
        real: {
          sharedManager,
          controllerManagerFlags: [`--controllers=${CONTROLLERS}`],
          apiserverFlags: ['--enable-bootstrap-token-auth=true'],
        },
      })
      admin = cluster.admin
    })
    afterAll(() => cluster?.end())

    const exists = async (path: string): Promise<boolean> => (await admin.get(path)).code === 200
    const template = {
      metadata: { labels: { app: 'c' } },
      spec: {
        serviceAccountName: 'countersign-apply',
        containers: [{ name: 'c', image: 'registry.invalid/c' }],
      },
    }
    const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } }
    const pods = async (): Promise<readonly string[]> =>
      (await admin.get(`${CORE}/pods`)).body.items.map(({ metadata }) => metadata.name)

    test('controllers start the pods of a Deployment, a Job and a CronJob with the account of countersign', async () => {
      const name = `d${++count}`
      await admin.created(`${APPS}/deployments`, {
        metadata: { name },
        spec: { replicas: 1, selector: { matchLabels: { app: 'c' } }, template },
      })
      await admin.created(`${BATCH}/jobs`, {
        metadata: { name: `j${name}` },
        spec: { template: once },
      })
      await admin.created(`${BATCH}/cronjobs`, {
        metadata: { name: `c${name}` },
        spec: { schedule: '* * * * *', jobTemplate: { spec: { template: once } } },
      })
      for (const each of [name, `j${name}`, `c${name}`])
        await until(async () => (await pods()).some(pod => pod.startsWith(`${each}-`)))
      // Garbage collection of the ReplicaSet and its pod.
      expect((await admin.delete(`${APPS}/deployments/${name}`)).code).toBe(200)
      await until(async () => (await admin.get(`${APPS}/replicasets`)).body.items.length === 0)
      for (const path of [`${BATCH}/jobs/j${name}`, `${BATCH}/cronjobs/c${name}`])
        await admin.delete(`${path}?propagationPolicy=Background`)
    })

    test('kube-controller-manager writes the tokens of Secrets that an administrator creates', async () => {
      for (const name of ['default', 'countersign-apply']) {
        const metadata = {
          name: `t-${name}`,
          annotations: { 'kubernetes.io/service-account.name': name },
        }
        const secret = { metadata, type: 'kubernetes.io/service-account-token' }
        await admin.created(`${CORE}/secrets`, secret)
        await until(async () => {
          const { data } = (await admin.get(`${CORE}/secrets/t-${name}`)).body as { data?: object }
          return data !== undefined
        })
      }
    })

    test('a new namespace gets its account and its CA, and a role its aggregated rules', async () => {
      await admin.created('/api/v1/namespaces', { metadata: { name: 'fresh' } })
      const fresh = '/api/v1/namespaces/fresh'
      await until(() => exists(`${fresh}/serviceaccounts/default`))
      await until(() => exists(`${fresh}/configmaps/kube-root-ca.crt`))
      const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }
      const rules = [{ apiGroups: ['example.com'], resources: ['things'], verbs: ['get'] }]
      const roles = `/apis/${RBAC}/v1/clusterroles`
      await admin.created(roles, { metadata: { name: 'things', labels }, rules })
      await until(async () => (await admin.get(`${roles}/view`)).text.includes('example.com'))
    })

    test('a kubelet joins with a bootstrap token, and renews its certificate', async () => {
      const [id, secret] = ['abcdef', '0123456789abcdef']
      const encoded = (text: string): string => Buffer.from(text).toString('base64')
      await admin.created('/api/v1/namespaces/kube-system/secrets', {
        metadata: { name: `bootstrap-token-${id}` },
        type: 'bootstrap.kubernetes.io/token',
        data: {
          'token-id': encoded(id),
          'token-secret': encoded(secret),
          'usage-bootstrap-authentication': encoded('true'),
        },
      })
      const csr = 'system:certificates.k8s.io:certificatesigningrequests'
      const bound = [
        ['system:node-bootstrapper', 'system:bootstrappers'],
        [`${csr}:nodeclient`, 'system:bootstrappers'],
        [`${csr}:selfnodeclient`, 'system:nodes'],
      ] as const
      for (const [name, group] of bound)
        await admin.created(CLUSTER, {
          metadata: { name: `kubeadm-${++count}` },
          roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
          subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
        })
      const { base64, keyPem } = opensslRequest({ subject: '/O=system:nodes/CN=system:node:n1' })
      const usages = ['client auth', 'digital signature']
      const signed = async (client: ApiClient): Promise<string> => {
        const asked = signingRequest(`node-${++count}`, {
          request: base64,
          signerName: KUBELET_SIGNER,
          usages,
        })
        await until(async () => (await client.post(SIGNING_REQUESTS, asked)).code !== 403)
        const path = `${SIGNING_REQUESTS}/node-${count}`
        const seen = async (): Promise<string | undefined> =>
          (await admin.get(path)).body.status?.certificate
        await until(async () => (await seen()) !== undefined)
        return Buffer.from((await seen()) ?? '', 'base64').toString('utf8')
      }
      const joining = cluster.with({ token: `${id}.${secret}` })
      await until(async () => (await joining.get('/api/v1/nodes')).code === 403)
      const certificatePem = await signed(joining)
      await signed(cluster.with({ certificatePem, keyPem }))
    })

    test('the garbage collector removes a binding of a grant in the foreground, and releases a Secret of a sink', async () => {
      const apply = await cluster.serviceAccount('countersign', 'countersign-apply')
      const group = grantGroup(OWNER, 'a'.repeat(20))
      const made = await apply.created(CLUSTER, {
        metadata: { name: bindingName(group, 'view') },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
      })
      const path = `${CLUSTER}/${made.metadata.name}`
      expect((await admin.delete(`${path}?propagationPolicy=Foreground`)).code).toBe(200)
      await until(async () => !(await exists(path)))
      const apps = '/api/v1/namespaces/apps'
      const parent = await admin.created(`${apps}/configmaps`, { metadata: { name: 'parent' } })
      const { uid } = parent.metadata as { uid?: string }
      const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'parent', uid }]
      const labels = { 'countersign.dev/owner': OWNER }
      for (const name of ['one', 'two'])
        await apply.created(`${apps}/secrets`, { metadata: { name, labels, ownerReferences } })
      await admin.delete(`${apps}/configmaps/parent?propagationPolicy=Orphan`)
      await until(async () => !(await admin.get(`${apps}/secrets/one`)).text.includes('ownerRef'))
    })

    test('an administrator applies the manifests again, and Helm stores its releases', async () => {
      await cluster.apply(guardManifests(INSTALLED, { approvers: [] }))
      const release = { metadata: { name: 'sh.helm.release.v1.c.v1' }, type: 'helm.sh/release.v1' }
      const answer = await admin.post(`${CORE}/secrets`, release)
      expect([answer.code, refusedBy(answer)]).toEqual([201, null])
    })

    test('an administrator deletes the namespace of the records, and the namespace ends', async () => {
      const apply = await cluster.serviceAccount('countersign', 'countersign-apply')
      await apply.created(`${CORE}/configmaps`, { metadata: { name: `countersign-${OWNER}-jane` } })
      for (const pod of await pods()) await admin.delete(`${CORE}/pods/${pod}?gracePeriodSeconds=0`)
      expect((await admin.delete(CORE)).code).toBe(200)
      await until(async () => (await admin.get(CORE)).code === 404)
    })
  },
)
