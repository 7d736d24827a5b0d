// The guard of writes on API servers: a user with a guarded grant writes only while that grant is live, also with every right and in
// system:masters. It takes nothing from others, and nobody but the apply identity makes a grant live.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  grantGroup,
  guardedGrant,
  liveAccount,
  liveRole,
  guardPolicyName,
} from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import { APPLY_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient, Credential } from '../../build/api-client.ts'
import { EVERYTHING, GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'

const OWNER = 'acme-certs'
const POLICY = guardPolicyName(OWNER, 'writes')
const BINDINGS_POLICY = `countersign-${OWNER}-bindings`
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const ROLE_BINDINGS = `${RBAC}/namespaces/countersign/rolebindings`
const MAPS = '/api/v1/namespaces/apps/configmaps'
const PODS = '/api/v1/namespaces/apps/pods'

const id = (letter: string): string => letter.repeat(20)
const [JANE, MASTER, TWO, OTHER] = ['j', 'm', 't', 'o'].map(each => guardedGrant(OWNER, id(each)))
const EARLIER = grantGroup(OWNER, id('e'))

/** The binding that makes a grant live. */
function live(grant = '', changes: object = {}): object {
  const account = liveAccount(OWNER, grant)
  return {
    metadata: { name: bindingName(grant, liveRole(OWNER)) },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: liveRole(OWNER),
    },
    subjects: [{ kind: 'ServiceAccount', namespace: 'countersign', name: account }],
    ...changes,
  }
}

const pathOf = (grant = ''): string => `${ROLE_BINDINGS}/${bindingName(grant, liveRole(OWNER))}`
const map = (name: string): object => ({ metadata: { name } })
const csr = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const admission = '/apis/admissionregistration.k8s.io/v1'
const tokenReview = { spec: { expirationSeconds: 600 } }

type Write = (as: ApiClient) => Promise<Answer>
/** Writes that each cluster can answer. */
const WRITES: Readonly<Record<string, Write>> = {
  create: as => as.post(`${MAPS}?dryRun=All`, map('new')),
  'create with a generated name': as => as.post(MAPS, { metadata: { generateName: 'note-' } }),
  replace: as => as.put(`${MAPS}/there`, { ...map('there'), data: { a: 'b' } }),
  'merge patch': as => as.patch(`${MAPS}/there`, { data: { a: 'c' } }, MERGE_PATCH),
  'server-side apply': as =>
    as.patch(
      `${MAPS}/there?fieldManager=jane&force=true`,
      { apiVersion: 'v1', kind: 'ConfigMap', ...map('there'), data: { b: 'c' } },
      APPLY_PATCH,
    ),
  delete: as => as.delete(`${MAPS}/there?dryRun=All`),
  'token of a service account': as =>
    as.post('/api/v1/namespaces/apps/serviceaccounts/robot/token', tokenReview),
  'role binding': as =>
    as.post(`${RBAC}/namespaces/apps/rolebindings?dryRun=All`, {
      ...map('b'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [],
    }),
  namespace: as => as.post('/api/v1/namespaces?dryRun=All', map('other')),
}
/** Writes to what only a real API server has. A call that no kubelet answers is no refusal. */
const REAL_WRITES: Readonly<Record<string, Write>> = {
  'deletion of a collection': as => as.delete(`${MAPS}?labelSelector=is=listed&dryRun=All`),
  'status of a pod': as => as.patch(`${PODS}/pod/status`, { status: {} }, MERGE_PATCH),
  exec: as => as.post(`${PODS}/pod/exec?command=id&stdout=true`, ''),
  attach: as => as.post(`${PODS}/pod/attach?stdout=true`, ''),
  'port-forward': as => as.post(`${PODS}/pod/portforward?ports=80`, ''),
  'proxy to a pod': as => as.get(`${PODS}/pod/proxy/`),
  'proxy to a service': as => as.get('/api/v1/namespaces/apps/services/web/proxy/'),
  'proxy to a node': as => as.get('/api/v1/nodes/node/proxy/'),
  'ephemeral containers': as =>
    as.patch(`${PODS}/pod/ephemeralcontainers?dryRun=All`, { spec: {} }, MERGE_PATCH),
  'binding to a node': as =>
    as.post(`${PODS}/pod/binding?dryRun=All`, { ...map('pod'), target: { name: 'none' } }),
  eviction: as =>
    as.post(`${PODS}/pod/eviction?dryRun=All`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'pod', namespace: 'apps' },
    }),
  lease: as =>
    as.post('/apis/coordination.k8s.io/v1/namespaces/apps/leases?dryRun=All', map('lease')),
  event: as =>
    as.post('/api/v1/namespaces/apps/events?dryRun=All', {
      ...map('event'),
      involvedObject: { namespace: 'apps' },
    }),
  'webhook configuration': as =>
    as.post(`${admission}/validatingwebhookconfigurations?dryRun=All`, map('hook')),
  APIService: as =>
    as.post('/apis/apiregistration.k8s.io/v1/apiservices?dryRun=All', {
      ...map('v1.example.com'),
      spec: {
        group: 'example.com',
        version: 'v1',
        groupPriorityMinimum: 10,
        versionPriority: 10,
        service: { namespace: 'apps', name: 'web' },
        insecureSkipTLSVerify: true,
      },
    }),
  'custom resource definition': as =>
    as.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All', {
      ...map('notes.example.com'),
      spec: {
        group: 'example.com',
        names: { plural: 'notes', kind: 'Note' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    }),
  'certificate signing request': async as => {
    const { body } = await as.get(`${csr}/developer-login`)
    const { request, usages } = body.spec
    const spec = { request, usages, signerName: 'example.com/other' }
    return as.post(`${csr}?dryRun=All`, { ...map('mine'), spec })
  },
}

describe.each(GUARDED)('%s: the guard of writes', kind => {
  const isReal = kind === 'real kube-apiserver'
  const writes = Object.entries({ ...WRITES, ...(isReal ? REAL_WRITES : {}) })
  let cluster: GuardedCluster
  let apply: ApiClient
  const users = new Map<string, Credential>()
  const as = (name: string): ApiClient => cluster.with(users.get(name) ?? {})

  beforeAll(async () => {
    const groups = {
      jane: ['developers', JANE],
      two: ['developers', TWO, OTHER],
      earlier: ['developers', EARLIER],
      developer: ['developers'],
    }
    cluster = await startGuarded(installation(), { intruder: [EVERYTHING] }, kind, {
      before: async backend => {
        for (const [name, all] of Object.entries(groups))
          users.set(name, await backend.user(name, all as readonly string[], [EVERYTHING]))
      },
    })
    const { admin } = cluster
    apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    await admin.created(MAPS, { metadata: { name: 'there' } })
    await admin.created(MAPS, { metadata: { name: 'listed', labels: { is: 'listed' } } })
    const accounts = '/api/v1/namespaces/apps/serviceaccounts'
    for (const name of ['robot', 'default']) await admin.post(accounts, map(name))
    if (!isReal) return
    const containers = [{ name: 'pod', image: 'example.com/pod' }]
    await admin.created(PODS, {
      ...map('pod'),
      spec: { automountServiceAccountToken: false, containers },
    })
    const ports = [{ port: 80 }]
    await admin.created('/api/v1/namespaces/apps/services', { ...map('web'), spec: { ports } })
    await admin.created('/api/v1/nodes', map('node'))
  })
  afterAll(() => cluster?.end())

  const isRefused = async (name: string): Promise<boolean> =>
    refusedBy(await as(name).post(`${MAPS}?dryRun=All`, map('new'))) === POLICY

  test('a grant without its binding writes nothing, one with it writes, and after the end it writes nothing again and still reads', async () => {
    const jane = as('jane')
    const refused = async (): Promise<readonly string[]> => {
      const names: string[] = []
      for (const [name, write] of writes)
        if (refusedBy(await write(jane)) === POLICY) names.push(name)
      return names
    }
    const all = writes.map(([name]) => name)
    expect(all.length).toBeGreaterThanOrEqual(isReal ? 26 : 9)
    expect(await refused()).toEqual(all)
    await apply.created(ROLE_BINDINGS, live(JANE))
    await until(async () => !(await isRefused('jane')))
    for (const [name, write] of writes)
      expect([name, refusedBy(await write(jane))]).toEqual([name, null])
    expect((await apply.delete(pathOf(JANE))).code).toBe(200)
    await until(() => isRefused('jane'))
    expect(await refused()).toEqual(all)
    expect((await jane.get(MAPS)).code).toBe(200)
    const own = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const review = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    expect((await jane.post(review, own)).code).toBe(201)
  })

  test('other members of its groups write, and so does a grant that was made before the guard', async () => {
    for (const name of ['developer', 'earlier']) expect(await isRefused(name)).toBe(false)
  })

  test('a grant of system:masters that is not live writes nothing', async () => {
    // The signer signs no certificate of that group.
    const headers = {
      'impersonate-user': 'master',
      'impersonate-group': ['system:masters', MASTER ?? ''],
    }
    const answer = await cluster.admin.post(`${MAPS}?dryRun=All`, map('new'), { headers })
    expect(refusedBy(answer)).toBe(POLICY)
  })

  test('a user with two grants writes nothing, although both are live', async () => {
    for (const grant of [TWO, OTHER]) await apply.created(ROLE_BINDINGS, live(grant))
    expect(await isRefused('two')).toBe(true)
    const subjects = (live(OTHER) as { readonly subjects: readonly object[] }).subjects
    expect(subjects).toHaveLength(1)
  })

  test('a subject of another namespace, another account, another role, another place and another name make no grant live', async () => {
    const subject = {
      kind: 'ServiceAccount',
      namespace: 'countersign',
      name: liveAccount(OWNER, JANE ?? ''),
    }
    const { metadata, roleRef } = live(JANE) as {
      readonly metadata: object
      readonly roleRef: object
    }
    const tried: readonly (readonly [string, object])[] = [
      [ROLE_BINDINGS, live(JANE, { subjects: [{ ...subject, namespace: 'apps' }] })],
      [
        ROLE_BINDINGS,
        live(JANE, { subjects: [{ ...subject, name: liveAccount(OWNER, MASTER ?? '') }] }),
      ],
      [ROLE_BINDINGS, live(JANE, { subjects: [{ ...subject, name: 'default' }] })],
      [ROLE_BINDINGS, live(JANE, { subjects: [subject, subject] })],
      [
        ROLE_BINDINGS,
        live(JANE, { roleRef: { ...roleRef, name: 'countersign-acme-certs-apply' } }),
      ],
      [ROLE_BINDINGS, live(JANE, { metadata: { name: bindingName(JANE ?? '', 'view') } })],
      [ROLE_BINDINGS, live(JANE, { metadata: { ...metadata, finalizers: ['example.com/x'] } })],
      [`${RBAC}/namespaces/apps/rolebindings`, live(JANE)],
    ]
    for (const [path, object] of tried) {
      const answer = await apply.post(`${path}?dryRun=All`, object)
      expect([JSON.stringify(object), answer.code]).toEqual([JSON.stringify(object), 403])
    }
  })

  test('a user with every right makes no grant live, in any form, and may end one', async () => {
    const intruder = cluster.as('intruder')
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'cluster-admin',
    }
    const everyAccount = {
      apiGroup: roleRef.apiGroup,
      kind: 'Group',
      name: 'system:serviceaccounts',
    }
    for (const object of [
      live(JANE),
      live(JANE, { metadata: { name: 'other' } }),
      live(JANE, { metadata: { name: 'other' }, roleRef }),
      live(JANE, { metadata: { name: 'other' }, subjects: [everyAccount] }),
    ])
      expect(refusedBy(await intruder.post(`${ROLE_BINDINGS}?dryRun=All`, object))).toBe(
        BINDINGS_POLICY,
      )
    expect((await intruder.delete(`${pathOf(TWO)}?dryRun=All`)).code).toBe(200)
  })
})
