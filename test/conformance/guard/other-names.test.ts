// The guard and users who reach a trusted name in another way than by `edit` in the namespace of the records.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Installation } from '../../../src/domain/cluster/installation.ts'
import { revokerManifests } from '../../../src/setup/rbac/least-rights.ts'
import { approverManifests } from '../../../src/setup/rbac/approver-identity.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer } from '../../build/api-client.ts'
import { GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import {
  SIGNING_REQUESTS,
  condition,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

const OWNER = 'acme-certs'
const RBAC = 'rbac.authorization.k8s.io'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const KUBELET_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const MANAGER = 'system:kube-controller-manager'
const OURS = ['countersign-apply', 'countersign-approver', 'countersign-revoker'] as const
const TOKEN = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: { expirationSeconds: 600 },
}
const { cluster: prod } = installation()
const INSTALLED: Installation = installation({
  cluster: { ...prod, auth: { kind: 'inCluster' } },
  signers: ['example.com/signer', KUBELET_SIGNER].map(name => ({
    name,
    maxDurationSeconds: 3600,
  })) as never,
  accessRoles: ['cs-reader'],
  approver: {
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
    signers: [KUBELET_SIGNER],
  },
})

describe.each(GUARDED)('%s: the guard and other ways to a trusted name', kind => {
  let cluster: GuardedCluster
  let count = 0

  beforeAll(async () => {
    const tokens = { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }
    const users = {
      impersonator: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }],
      monitor: [
        {
          apiGroups: ['authentication.k8s.io'],
          resources: ['tokenreviews'],
          verbs: ['create'],
        },
        { ...tokens, namespaces: ['kube-system'] },
      ],
      writer: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
      asker: [
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['certificatesigningrequests'],
          verbs: ['create'],
        },
      ],
    }
    cluster = await startGuarded(INSTALLED, users, kind)
    // What kube-controller-manager may do in each cluster.
    await cluster.admin.created(`/apis/${RBAC}/v1/clusterroles`, {
      metadata: { name: 'test-manager' },
      rules: [tokens],
    })
    await cluster.admin.created(`/apis/${RBAC}/v1/clusterrolebindings`, {
      metadata: { name: 'test-manager' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'test-manager' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: MANAGER }],
    })
    await cluster.admin.post('/api/v1/namespaces/kube-system/serviceaccounts', {
      metadata: { name: 'certificate-controller' },
    })
    await cluster.apply(revokerManifests(INSTALLED.cluster, OWNER, null))
    if (INSTALLED.approver !== null)
      await cluster.apply(approverManifests(INSTALLED, INSTALLED.approver))
  })
  afterAll(() => cluster?.end())

  const asManager = (path: string, body: object): Promise<Answer> =>
    cluster
      .as('impersonator')
      .call('POST', path, body, { headers: { 'impersonate-user': MANAGER } })

  test.each(OURS)(
    'a user who impersonates kube-controller-manager by its name alone gets no token of %s',
    async name => {
      const path = `/api/v1/namespaces/countersign/serviceaccounts/${name}/token`
      const answer = await asManager(path, TOKEN)
      expect([answer.code, refusedBy(answer)]).toEqual([403, `countersign-${OWNER}-identity`])
    },
  )

  test('a user with the right to review tokens gets no token of a controller in kube-system', async () => {
    const path = '/api/v1/namespaces/kube-system/serviceaccounts/certificate-controller/token'
    const answer = await cluster.as('monitor').post(path, TOKEN)
    expect([answer.code, refusedBy(answer)]).toEqual([403, `countersign-${OWNER}-identity`])
  })

  test('a user who may write ConfigMaps does not change the CA that pods of countersign trust', async () => {
    const path = `${MAPS}/kube-root-ca.crt`
    const metadata = { name: 'kube-root-ca.crt' }
    // The embedded cluster has no controller that publishes it.
    if (kind === 'embedded cluster') await cluster.admin.created(MAPS, { metadata })
    await until(async () => (await cluster.admin.get(path)).code === 200)
    const writer = cluster.as('writer')
    const changed = await writer.patch(path, { data: { 'ca.crt': 'mine' } }, MERGE_PATCH)
    const deleted = await writer.delete(`${path}?dryRun=All`)
    expect([refusedBy(changed), refusedBy(deleted)]).toEqual([
      `countersign-${OWNER}-records`,
      `countersign-${OWNER}-records`,
    ])
  })

  test('a stolen approver approves no longer lifetime than the configuration allows', async () => {
    const approver = await cluster.serviceAccount('countersign', 'countersign-approver')
    const { base64 } = opensslRequest({ subject: '/O=system:nodes/CN=system:node:victim' })
    const asked = await cluster.as('asker').created(
      SIGNING_REQUESTS,
      signingRequest(`node-${++count}`, {
        request: base64,
        signerName: KUBELET_SIGNER,
        expirationSeconds: 31_536_000,
      }),
    )
    const path = `${SIGNING_REQUESTS}/${asked.metadata.name}/approval`
    const answer = await approver.put(path, withConditions(asked, condition('Approved')))
    expect([answer.code, refusedBy(answer)]).toEqual([403, `countersign-${OWNER}-approvals`])
    expect((await approver.put(path, withConditions(asked, condition('Denied')))).code).toBe(200)
  })
})
