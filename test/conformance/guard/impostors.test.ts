// The guard and users who act under the name of another, on API servers: with `edit` in the namespaces of the records and of Kubernetes,
// by impersonation, by a certificate with the name of a service account, and by tokens that they ask for.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { grantGroup } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import type { Installation } from '../../../src/domain/cluster/installation.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import { approverManifests } from '../../../src/setup/rbac/approver-identity.ts'
import { revokerManifests } from '../../../src/setup/rbac/least-rights.ts'
import { APPLY_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient } from '../../build/api-client.ts'
import { EVERYTHING, GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import {
  SIGNING_REQUESTS,
  condition,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'
import type { Rule } from '../../build/subjects.ts'

const OWNER = 'acme-certs'
const SIGNER = 'example.com/signer'
const KUBELET_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const RBAC = 'rbac.authorization.k8s.io'
const CLUSTER = `/apis/${RBAC}/v1/clusterrolebindings`
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const ACCOUNTS = '/api/v1/namespaces/countersign/serviceaccounts'
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system'
const SECRETS = '/api/v1/namespaces/apps/secrets'
const CREDENTIAL_ID = 'impersonate-extra-authentication.kubernetes.io%2Fcredential-id'
const policyOf = (about: string): string => `countersign-${OWNER}-${about}`
const account = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`
const OURS = ['countersign-apply', 'countersign-approver', 'countersign-revoker'] as const
const TOKEN = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: { expirationSeconds: 600 },
}

const { cluster: prod } = installation()
const INSTALLED: Installation = installation({
  cluster: { ...prod, auth: { kind: 'inCluster' } },
  signers: [SIGNER, KUBELET_SIGNER].map(name => ({ name, maxDurationSeconds: 3600 })) as never,
  secrets: [{ namespace: 'apps', names: null }],
  secretPlaces: [{ namespaces: ['app*'], names: ['*-tls', 'exact.name'] }],
  accessRoles: ['cs-reader'],
  approver: {
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
    signers: ['kubernetes.io/kubelet-serving'],
  },
})

/** What the ClusterRole `edit` gives in a namespace, of what matters here. */
const EDIT: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'secrets', 'pods', 'serviceaccounts', 'serviceaccounts/token'],
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'],
    namespaces: ['countersign', 'kube-system'],
  },
  {
    apiGroups: [''],
    resources: ['serviceaccounts'],
    verbs: ['impersonate'],
    namespaces: ['countersign', 'kube-system'],
  },
]

/** Rights of Kubernetes' controllers, which the embedded cluster has not. */
const CONTROLLERS = ['certificate-controller', 'namespace-controller'].flatMap(name => [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `test-${name}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'everything' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name }],
  },
])

describe.each(GUARDED)('%s: the guard and impostors', kind => {
  const isReal = kind === 'real kube-apiserver'
  const testReal = isReal ? test : test.skip
  let cluster: GuardedCluster
  let editor: ApiClient
  let apply: ApiClient
  let revoker: ApiClient
  let count = 0

  beforeAll(async () => {
    const users = {
      editor: EDIT,
      intruder: [EVERYTHING],
      janitor: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['delete'] }],
      writer: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
      namer: [{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }],
      delegator: [
        ...EDIT,
        {
          apiGroups: ['authentication.k8s.io', 'authorization.k8s.io'],
          resources: ['tokenreviews', 'subjectaccessreviews'],
          verbs: ['create'],
        },
      ],
      // Rights of kube-controller-manager.
      manager: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
      ],
    }
    cluster = await startGuarded(INSTALLED, users, kind)
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
    await cluster.admin.created(`/apis/${RBAC}/v1/clusterroles`, {
      metadata: { name: 'everything' },
      rules,
    })
    await cluster.admin.created(`/apis/${RBAC}/v1/clusterroles`, {
      metadata: { name: 'cs-reader' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    })
    for (const name of ['replicaset-controller', 'other'])
      await cluster.admin.post(`${KUBE_SYSTEM}/serviceaccounts`, { metadata: { name } })
    if (!isReal) {
      for (const name of ['certificate-controller', 'namespace-controller'])
        await cluster.admin.post(`${KUBE_SYSTEM}/serviceaccounts`, { metadata: { name } })
      await cluster.apply(CONTROLLERS.map(each => stringify(each)).join('---\n'))
    }
    await cluster.apply(revokerManifests(INSTALLED.cluster, OWNER, null))
    if (INSTALLED.approver !== null)
      await cluster.apply(approverManifests(INSTALLED, INSTALLED.approver))
    editor = cluster.as('editor')
    apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    revoker = await cluster.serviceAccount('countersign', 'countersign-revoker')
    await until(
      async () =>
        refusedBy(await editor.post(`${ACCOUNTS}/countersign-apply/token`, TOKEN)) ===
        policyOf('identity'),
    )
    // RBAC of the revoker.
    await until(async () => (await revoker.get(CLUSTER)).code === 200)
  })
  afterAll(() => cluster?.end())

  const grant = (): string => grantGroup(OWNER, 'a'.repeat(18) + letters(++count))
  const binding = (subject: object, name: string, role = 'cs-reader'): object => ({
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [subject],
  })
  const group = (name: string): object => ({ apiGroup: RBAC, kind: 'Group', name })
  const user = (name: string): object => ({ apiGroup: RBAC, kind: 'User', name })
  const as = (
    who: string,
    method: string,
    path: string,
    body?: object,
    client = editor,
    headers: Record<string, string> = {},
    type = 'application/json',
  ): Promise<Answer> =>
    client.call(method, path, body, { type, headers: { 'impersonate-user': who, ...headers } })
  const ownRequest = (name: string): object => ({
    ...signingRequest(name, { signerName: SIGNER, expirationSeconds: 600 }),
    metadata: { name, labels: { 'countersign.dev/owner': OWNER } },
  })
  const refused = (answer: Answer, about: string, says: string): void => {
    expect([answer.code, refusedBy(answer)]).toEqual([403, policyOf(about)])
    expect(answer.body.message).toContain(says)
  }
  const IMPOSTOR = 'acts with its own credential only'

  describe('a user with edit in the namespace of the records who impersonates the apply identity', () => {
    const who = account('countersign', 'countersign-apply')

    test('binds no role to itself, and deletes no binding of others', async () => {
      const made = binding(user('editor'), `mine-${++count}`)
      refused(await as(who, 'POST', CLUSTER, made), 'bindings', IMPOSTOR)
      const theirs = await cluster.admin.created(CLUSTER, binding(user('jane'), `team-${++count}`))
      const path = `${CLUSTER}/${theirs.metadata.name}`
      refused(await as(who, 'DELETE', path), 'bindings', IMPOSTOR)
      expect((await cluster.admin.get(path)).code).toBe(200)
    })

    test('writes and deletes no Secret of a sink', async () => {
      const metadata = { name: `s${++count}-tls` }
      const theirs = await cluster.admin.created(SECRETS, { metadata })
      const path = `${SECRETS}/${theirs.metadata.name}`
      refused(await as(who, 'DELETE', path), 'marks', IMPOSTOR)
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `s${++count}-tls` } }
      const at = `${SECRETS}/${body.metadata.name}?fieldManager=x`
      refused(await as(who, 'PATCH', at, body, editor, {}, APPLY_PATCH), 'marks', IMPOSTOR)
    })

    test('creates no request and no ConfigMap', async () => {
      const answer = await as(who, 'POST', SIGNING_REQUESTS, ownRequest(`cs-x-${++count}`))
      expect([policyOf('requests'), policyOf('marks')]).toContain(refusedBy(answer))
      const map = { metadata: { name: `free-${++count}` } }
      refused(await as(who, 'POST', MAPS, map), 'records', IMPOSTOR)
    })
  })

  test('a certificate with the name of the apply identity is not the apply identity', async () => {
    const who = account('countersign', 'countersign-apply')
    const forged = cluster.with(await cluster.backend.user(who, [], []))
    const answer = await forged.post(SIGNING_REQUESTS, ownRequest(`cs-x-${++count}`))
    expect([policyOf('requests'), policyOf('marks')]).toContain(refusedBy(answer))
    refused(await forged.post(CLUSTER, binding(group(grant()), 'x')), 'bindings', IMPOSTOR)
  })

  test('an invented credential id without a uid is not the apply identity, and both need two rights', async () => {
    const who = account('countersign', 'countersign-apply')
    const record = { metadata: { name: `countersign-${OWNER}-x${++count}` } }
    const id = { [CREDENTIAL_ID]: 'JTI=invented' }
    const intruder = cluster.as('intruder')
    refused(await as(who, 'POST', MAPS, record, intruder, id), 'records', IMPOSTOR)
    // A certificate may have a uid too.
    const certificate = { [CREDENTIAL_ID]: 'X509SHA256=invented', 'impersonate-uid': 'u' }
    refused(await as(who, 'POST', MAPS, record, intruder, certificate), 'records', IMPOSTOR)
    const both = { ...id, 'impersonate-uid': 'u' }
    expect((await as(who, 'POST', MAPS, record, intruder, both)).code).toBe(201)
    const refusedByRights = await as(who, 'POST', MAPS, record, editor, both)
    expect([refusedByRights.code, refusedBy(refusedByRights)]).toEqual([403, null])
  })

  describe('Kubernetes controllers', () => {
    test('a user who impersonates the certificate-controller approves no certificate of a kubelet', async () => {
      // The controller itself does not approve this subject.
      const { base64 } = opensslRequest({ subject: '/CN=plain' })
      const object = await cluster.admin.created(
        SIGNING_REQUESTS,
        signingRequest(`node-${++count}`, {
          request: base64,
          signerName: KUBELET_SIGNER,
          expirationSeconds: 600,
        }),
      )
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}/approval`
      const approved = withConditions(object, condition('Approved'))
      const who = account('kube-system', 'certificate-controller')
      refused(await as(who, 'PUT', path, approved), 'approvals', 'approved and denied by')
      const controller = await cluster.serviceAccount('kube-system', 'certificate-controller')
      expect((await controller.put(path, approved)).code).toBe(200)
    })

    test('a user who impersonates the namespace-controller deletes no record and no revocation', async () => {
      const made = await apply.created(MAPS, {
        metadata: { name: `countersign-${OWNER}-r${++count}` },
      })
      const revoked = await revoker.created(MAPS, revocation(REVOKER))
      const who = account('kube-system', 'namespace-controller')
      for (const each of [made, revoked]) {
        const answer = await as(who, 'DELETE', `${MAPS}/${each.metadata.name}`)
        expect(refusedBy(answer)).toBe(policyOf('records'))
      }
    })

    test.each(['certificate-controller', 'replicaset-controller'])(
      'a user with edit in kube-system gets no token of the %s, no Secret with one, and no pod',
      async name => {
        const path = `${KUBE_SYSTEM}/serviceaccounts/${name}/token`
        refused(await editor.post(path, TOKEN), 'identity', 'users who may do everything')
        const annotations = { 'kubernetes.io/service-account.name': name }
        const secret = {
          metadata: { name: `t-${++count}`, annotations },
          type: 'kubernetes.io/service-account-token',
        }
        expect(refusedBy(await editor.post(`${KUBE_SYSTEM}/secrets`, secret))).toBe(
          policyOf('identity'),
        )
        const containers = [{ name: 'c', image: 'registry.invalid/c' }]
        const pod = {
          metadata: { name: `p-${++count}` },
          spec: { serviceAccountName: name, containers },
        }
        expect(refusedBy(await editor.post(`${KUBE_SYSTEM}/pods?dryRun=All`, pod))).toBe(
          policyOf('identity'),
        )
        expect((await cluster.admin.post(path, TOKEN)).code).toBe(201)
      },
    )

    test('a user who may impersonate users gets no token in the name of kube-controller-manager', async () => {
      const who = 'system:kube-controller-manager'
      const namer = cluster.as('namer')
      const controller = `${KUBE_SYSTEM}/serviceaccounts/certificate-controller/token`
      const tokens = {
        apiGroups: [''],
        resources: ['serviceaccounts/token'],
        verbs: ['create'],
      }
      const manager = cluster.with(await cluster.backend.user(who, [], [tokens]))
      for (const path of [...OURS.map(name => `${ACCOUNTS}/${name}/token`), controller])
        refused(
          await as(who, 'POST', path, TOKEN, namer),
          'identity',
          'users who may do everything',
        )
      expect((await manager.post(controller, TOKEN)).code).toBe(201)
      // It makes tokens of its controllers only.
      const ours = `${ACCOUNTS}/countersign-apply/token`
      expect(refusedBy(await manager.post(ours, TOKEN))).toBe(policyOf('identity'))
    })

    test('in kube-system, only a user who lists everything makes tokens of controllers under another name', async () => {
      const path = `${KUBE_SYSTEM}/serviceaccounts/certificate-controller/token`
      const answer = await cluster.as('delegator').post(path, TOKEN)
      refused(answer, 'identity', 'users who may do everything')
      expect((await cluster.as('manager').post(path, TOKEN)).code).toBe(201)
      const ours = `${ACCOUNTS}/countersign-apply/token`
      expect(refusedBy(await cluster.as('manager').post(ours, TOKEN))).toBe(policyOf('identity'))
    })

    test('a user with edit in kube-system gets tokens of other accounts there', async () => {
      const path = `${KUBE_SYSTEM}/serviceaccounts/other/token`
      expect((await editor.post(path, TOKEN)).code).toBe(201)
    })
  })

  describe('tokens', () => {
    test.each(OURS)('a user with edit gets no token of %s', async name => {
      refused(
        await editor.post(`${ACCOUNTS}/${name}/token`, TOKEN),
        'identity',
        'users who may do everything',
      )
      expect((await cluster.admin.post(`${ACCOUNTS}/${name}/token`, TOKEN)).code).toBe(201)
    })

    test('a member of system:nodes gets a token as a kubelet only, and for a pod', async () => {
      const rule = {
        apiGroups: [''],
        resources: ['serviceaccounts/token'],
        verbs: ['create'],
        namespaces: ['countersign'],
      }
      const path = `${ACCOUNTS}/countersign-apply/token`
      const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'none', uid: 'none' }
      const bound = { ...TOKEN, spec: { ...TOKEN.spec, boundObjectRef } }
      // NodeRestriction and the authorizer of nodes also judge these on the real server.
      const person = cluster.with(await cluster.backend.user('in-nodes', ['system:nodes'], [rule]))
      for (const body of [TOKEN, bound])
        expect(refusedBy(await person.post(path, body))).toBe(policyOf('identity'))
      const named = cluster.with(await cluster.backend.user('system:node:n9', [], [rule]))
      expect(refusedBy(await named.post(path, bound))).toBe(policyOf('identity'))
      if (isReal) return
      const kubelet = cluster.with(
        await cluster.backend.user('system:node:n8', ['system:nodes'], [rule]),
      )
      const ofNode = { ...TOKEN.spec, boundObjectRef: { ...boundObjectRef, kind: 'Node' } }
      for (const body of [TOKEN, { ...TOKEN, spec: ofNode }])
        expect(refusedBy(await kubelet.post(path, body))).toBe(policyOf('identity'))
      expect(refusedBy(await kubelet.post(path, bound))).toBeNull()
    })

    testReal('a kubelet gets the token of the pod of countersign on its node', async () => {
      const pods = '/api/v1/namespaces/countersign/pods'
      const node = `n${++count}`
      await cluster.admin.created('/api/v1/nodes', { metadata: { name: node } })
      const containers = [{ name: 'c', image: 'registry.invalid/c' }]
      // NodeRestriction compares the audience with the volumes of the pod.
      const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }]
      const volumes = [{ name: 'login', projected: { sources } }]
      const spec = { serviceAccountName: 'countersign-apply', nodeName: node, containers, volumes }
      const pod = await cluster.admin.created(pods, { metadata: { name: `p${++count}` }, spec })
      const { name, uid } = pod.metadata as { name: string; uid: string }
      const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name, uid }
      const bound = { ...TOKEN, spec: { ...TOKEN.spec, boundObjectRef } }
      const kubelet = cluster.with(
        await cluster.backend.user(`system:node:${node}`, ['system:nodes'], []),
      )
      const path = `${ACCOUNTS}/countersign-apply/token`
      const asked = async (): Promise<Answer> => kubelet.post(path, bound)
      // The authorizer of nodes learns of the pod with a delay.
      await until(async () => (await asked()).code !== 403)
      const { status } = (await asked()).body as { status?: { token?: string } }
      const inPod = cluster.with({ token: status?.token ?? '' })
      const record = { metadata: { name: `countersign-${OWNER}-p${++count}` } }
      expect((await inPod.post(MAPS, record)).code).toBe(201)
      // There is no kubelet that ends it.
      await cluster.admin.delete(`${pods}/${name}?gracePeriodSeconds=0`)
    })
  })

  const REVOKER = account('countersign', 'countersign-revoker')
  const revocation = (by: string, changes: object = {}, metadata: object = {}): object => ({
    metadata: {
      name: `countersign.revoked.${OWNER}.${++count}`,
      labels: { 'countersign.dev/revokes': OWNER },
      ...metadata,
    },
    data: { what: 'request', value: 'jane', by, ...changes },
  })

  describe('revocations', () => {
    test('a user who may write ConfigMaps creates none, by name, by label or by adding the label', async () => {
      const writer = cluster.as('writer')
      const verb = 'the verb revoke on grants in countersign.dev'
      refused(await writer.post(MAPS, revocation('writer')), 'records', verb)
      const name = `plain-${++count}`
      refused(await writer.post(MAPS, revocation('writer', {}, { name })), 'records', verb)
      refused(await writer.post(MAPS, revocation('writer', {}, { labels: {} })), 'records', verb)
      await writer.created(MAPS, { metadata: { name } })
      const labels = { 'countersign.dev/revokes': OWNER }
      const label = await writer.patch(`${MAPS}/${name}`, { metadata: { labels } }, MERGE_PATCH)
      refused(label, 'records', 'are not changed')
    })

    test('the revoker and users with the right create small ones in their own name', async () => {
      expect((await revoker.post(MAPS, revocation(REVOKER))).code).toBe(201)
      const intruder = cluster.as('intruder')
      expect((await intruder.post(MAPS, revocation('intruder'))).code).toBe(201)
      refused(
        await intruder.post(MAPS, revocation('jane')),
        'records',
        'names the user who creates it',
      )
    })

    test.each([
      ['a long value', { value: 'x'.repeat(301) }, {}],
      ['a fourth value', { more: 'x' }, {}],
      ['a long annotation', {}, { annotations: { a: 'x'.repeat(200_000) } }],
      ['five annotations', {}, { annotations: { a: '', b: '', c: '', d: '', e: '' } }],
      ['a finalizer', {}, { finalizers: ['example.com/x'] }],
    ])('the guard refuses a revocation with %s', async (_title, changes, metadata) => {
      refused(
        await revoker.post(MAPS, revocation(REVOKER, changes, metadata)),
        'records',
        'three values',
      )
    })

    test('an administrator deletes what only has the label of a revocation, and no revocation', async () => {
      for (const [name, code] of [
        [`countersign.revoked.${OWNER}.${++count}`, 403],
        [`plain-${++count}`, 200],
      ] as const) {
        await cluster.as('intruder').created(MAPS, revocation('intruder', {}, { name }))
        expect((await cluster.admin.delete(`${MAPS}/${name}`)).code).toBe(code)
      }
    })

    test('the guard refuses a revocation of 1 MB in bytes', async () => {
      const body = { ...revocation(REVOKER), binaryData: { x: 'AAAA'.repeat(200_000) } }
      refused(await revoker.post(MAPS, body), 'records', 'three values')
    })
  })

  describe('the revoker', () => {
    test('takes away bindings of grants only', async () => {
      const own = grant()
      const made = await apply.created(CLUSTER, binding(group(own), bindingName(own, 'cs-reader')))
      expect((await revoker.delete(`${CLUSTER}/${made.metadata.name}`)).code).toBe(200)
      for (const role of ['everything', 'cs-reader']) {
        const theirs = await cluster.admin.created(
          CLUSTER,
          binding(user('jane'), `team-${++count}`, role),
        )
        const path = `${CLUSTER}/${theirs.metadata.name}`
        refused(await revoker.delete(path), 'bindings', 'of the grants of countersign')
        expect((await revoker.put(path, { ...theirs, subjects: [] })).code).toBe(403)
      }
    })

    test('is not impersonated, writes no other ConfigMap, and runs in no pod of others', async () => {
      refused(await as(REVOKER, 'POST', MAPS, revocation(REVOKER)), 'records', IMPOSTOR)
      refused(
        await revoker.post(MAPS, { metadata: { name: 'x' } }),
        'records',
        'its own objects only',
      )
      const containers = [{ name: 'c', image: 'registry.invalid/c' }]
      const spec = { serviceAccountName: 'countersign-revoker', containers }
      const pod = { metadata: { name: `p-${++count}` }, spec }
      refused(
        await editor.post('/api/v1/namespaces/countersign/pods', pod),
        'identity',
        'no pod runs as this account',
      )
    })
  })

  describe('a stolen apply identity', () => {
    test.each([
      ['of a type that gets a token', 'x-tls', 'kubernetes.io/service-account-token', false],
      ['of another name than the policies allow', 'other', 'Opaque', false],
      ['of a name that only resembles an allowed one', 'exactxname', 'Opaque', false],
      ['of an allowed pattern', 'web-tls', 'Opaque', true],
      ['of an allowed name', 'exact.name', 'kubernetes.io/tls', true],
    ])('creates a Secret %s (%s, %s): %s', async (_title, name, type, isAllowed) => {
      const annotations = { 'kubernetes.io/service-account.name': 'default' }
      const labels = { 'countersign.dev/owner': OWNER }
      const body = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, labels, annotations },
        type,
        data: { 'tls.crt': '', 'tls.key': '' },
      }
      const path = `${SECRETS}/${name}?fieldManager=x&dryRun=All`
      const answer = await apply.patch(path, body, APPLY_PATCH)
      if (isAllowed) expect(answer.code).toBe(201)
      else refused(answer, 'marks', 'create a Secret of this type or name')
    })

    test('deletes no Secret of others', async () => {
      const name = `s${++count}-tls`
      await cluster.admin.created(SECRETS, { metadata: { name } })
      refused(await apply.delete(`${SECRETS}/${name}`), 'marks', 'carries its own label')
      const own = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'own-tls', labels: { 'countersign.dev/owner': OWNER } },
      }
      await apply.patch(`${SECRETS}/own-tls?fieldManager=x`, own, APPLY_PATCH)
      expect((await apply.delete(`${SECRETS}/own-tls`)).code).toBe(200)
    })

    test('changes no ConfigMap of others in the namespace of the records', async () => {
      const name = 'root-ca'
      const body = await cluster.admin.created(MAPS, { metadata: { name } })
      const data = { 'ca.crt': 'mine' }
      refused(
        await apply.put(`${MAPS}/${name}`, { ...body, data }),
        'records',
        'its own objects only',
      )
    })
  })

  test('only a user who may do everything deletes the namespace of the records, and then nothing holds it', async () => {
    const path = '/api/v1/namespaces/countersign'
    refused(
      await cluster.as('janitor').delete(path),
      'records',
      'deleted by users who may do everything',
    )
    await cluster.admin.created('/api/v1/namespaces', { metadata: { name: 'free' } })
    expect((await cluster.as('janitor').delete('/api/v1/namespaces/free')).code).toBe(200)
    await apply.created(MAPS, { metadata: { name: `countersign-${OWNER}-last` } })
    await revoker.created(MAPS, revocation(REVOKER))
    expect((await cluster.as('intruder').delete(path)).code).toBe(200)
    await until(async () => (await cluster.admin.get(path)).code === 404)
  })

  test('each policy that cannot be evaluated refuses what it applies to, and an administrator still deletes it', async () => {
    const at = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic'
    const names = [...guardManifests(INSTALLED, { approvers: [] }).matchAll(/policyName: (\S+)/g)]
    const all = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }]
    for (const [, name = ''] of names) {
      const validations = [{ expression: "object.metadata.name.split('/')[7] == ''" }]
      const spec = { matchConstraints: { resourceRules: all }, matchConditions: null, validations }
      const broken = await cluster.admin.patch(`${at}ies/${name}`, { spec }, MERGE_PATCH)
      expect(broken.code).toBe(200)
      const bound = { spec: { matchResources: null } }
      await cluster.admin.patch(`${at}ybindings/${name}`, bound, MERGE_PATCH)
      const probe = '/api/v1/namespaces/apps/configmaps?dryRun=All'
      const map = { metadata: { name: 'probe' } }
      await until(async () => (await cluster.admin.post(probe, map)).code === 422)
      expect((await cluster.admin.delete(`${at}ybindings/${name}`)).code).toBe(200)
      expect((await cluster.admin.delete(`${at}ies/${name}`)).code).toBe(200)
      await until(async () => (await cluster.admin.post(probe, map)).code === 201)
    }
    expect(names).toHaveLength(7)
  })
})

function letters(value: number): string {
  const of = (index: number): string => 'abcdefghijklmnopqrstuvwxyz'.charAt(index)
  return of(Math.floor(value / 26)) + of(value % 26)
}
