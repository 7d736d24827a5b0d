// The port Cluster against API servers: identity, rights, the clock of the server, and logins with a new credential.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { holdToPin, requirePin } from '../../../src/adapters/kubernetes/login/pinned-server.ts'
import type { KubernetesCluster } from '../../../src/adapters/kubernetes/objects/cluster-client.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { clusterAt, credentialOf, failureOf, quickClock } from '../../build/connected.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { startRelay } from '../../build/relay.ts'
import { describeSubjects, describeTruest, hasRealSubject } from '../../build/subjects.ts'

describeSubjects('a cluster', subject => {
  let open: KubernetesCluster

  beforeAll(() => {
    open = clusterAt(subject().backend, subject().backend.admin)
  })
  afterAll(() => open.close())

  test('API servers that are no pods, or whose pods may not be listed, have no command lines', async () => {
    const credential = await subject().backend.user(subject().name('reader'), [], [])
    const reader = clusterAt(subject().backend, credential)
    for (const { administration } of [open, reader])
      expect(await administration.apiServerArguments()).toEqual([])
    await reader.close()
  })

  test('the cluster reports its version and its clock', async () => {
    expect(await open.version()).toMatch(/^v1\.\d+\.\d+/)
    const before = Date.now()
    const told = (await open.now()).getTime()
    expect(told).toBeGreaterThan(before - 5000)
    expect(told).toBeLessThan(Date.now() + 5000)
  })

  test('whoAmI returns the name and the groups of the login', async () => {
    const name = subject().name('somebody')
    const as = clusterAt(subject().backend, await subject().backend.user(name, ['developers'], []))
    const { username, groups } = await as.whoAmI()
    expect(username).toBe(name)
    expect(groups).toEqual(expect.arrayContaining(['developers', 'system:authenticated']))
    await as.close()
  })

  test('may answers for each right and name', async () => {
    const rule = {
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: ['example.com/team'],
      verbs: ['approve'],
    }
    const user = await subject().backend.user(subject().name('approver'), [], [rule])
    const as = clusterAt(subject().backend, user)
    const right = { group: 'certificates.k8s.io', resource: 'signers', verb: 'approve' }
    expect(await as.may({ ...right, name: 'example.com/team' })).toBe(true)
    expect(await as.may({ ...right, name: 'example.com/other' })).toBe(false)
    await as.close()
  })

  test('lacks returns the rights that no rule gives, at the cluster and in each namespace', async () => {
    const { backend, namespace } = subject()
    const signers = {
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: ['example.com/*'],
      verbs: ['approve'],
    }
    const rules = [
      signers,
      { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['a'],
        verbs: ['get', 'patch'],
        namespaces: [namespace],
      },
    ]
    const user = await backend.user(subject().name('some-rights'), [], rules)
    const as = clusterAt(backend, user)
    const secret = { group: '', resource: 'secrets', namespace, name: 'a' }
    const approval = { group: 'certificates.k8s.io', resource: 'signers', verb: 'approve' }
    const given = [
      { group: '', resource: 'nodes', verb: 'get' },
      { ...secret, verb: 'get' },
      { ...secret, verb: 'patch' },
      { ...approval, name: 'example.com/team' },
    ]
    const missing = [
      { group: '', resource: 'nodes', verb: 'list' },
      { ...secret, verb: 'create' },
      { ...secret, verb: 'get', name: 'b' },
      { ...secret, verb: 'get', namespace: 'nowhere-at-all' },
      { ...approval, name: 'example.org/team' },
    ]
    const found = await as.lacks([...given, ...missing])
    expect(new Set(found)).toEqual(new Set(missing))
    expect(await open.lacks([...given, ...missing])).toEqual([])
    await as.close()
  })

  test('a wrong token is CLUSTER_UNAUTHORIZED, and no message holds it', async () => {
    const nobody = clusterAt(subject().backend, { token: 'a-token-that-is-wrong' })
    expect(await failureOf(nobody.whoAmI(), ['a-token-that-is-wrong'])).toEqual({
      code: 'CLUSTER_UNAUTHORIZED',
      at: null,
      message: 'could not log in: the API server does not accept the credential (401)',
      hint: 'the client certificate or token is expired or of another cluster; get a new one, then run again',
    })
    await nobody.close()
  })

  test('the client CA is readable with the right to read it, and null without', async () => {
    expect(await open.clientCa()).toContain('-----BEGIN CERTIFICATE-----')
    const user = await subject().backend.user(subject().name('plain'), [], [])
    const as = clusterAt(subject().backend, user)
    expect(await as.clientCa()).toBeNull()
    await as.close()
  })

  test('a new certificate logs in, and a certificate of another cluster is rejected', async () => {
    const name = subject().name('new')
    const user = await subject().backend.user(name, ['developers'], [])
    const key = new Secret(user.keyPem ?? '')
    expect(await open.logIn(user.certificatePem ?? '', key)).toMatchObject({ username: name })
    const strange = await startSandboxCluster()
    const stranger = strange.clientFor('jane')
    const logIn = open.logIn(stranger.certificatePem, new Secret(stranger.keyPem))
    expect(await logIn).toBeNull()
    await strange.close()
  })

  test('the connection that logged in with a new certificate also asks for its rights', async () => {
    const relay = await startRelay(subject().backend.server)
    const { admin } = subject().backend
    const through = clusterAt({ ...subject().backend, server: relay.server }, admin)
    const user = await subject().backend.user(subject().name('holder'), [], [])
    const [certificate, key] = [user.certificatePem ?? '', new Secret(user.keyPem ?? '')]
    await through.logIn(certificate, key)
    const right = { group: '', resource: 'pods', verb: 'list' }
    expect(await through.mayAs(certificate, key, right)).toBe(false)
    expect(relay.connections).toBe(1)
    const other = through.logIn(certificate, new Secret(admin.keyPem ?? ''))
    expect((await failureOf(other, [admin.keyPem ?? ''])).code).toBe('CLUSTER_UNREACHABLE')
    await through.close()
    await relay.close()
  })

  test('a login with the key of another certificate is CLUSTER_UNREACHABLE', async () => {
    const user = await subject().backend.user(subject().name('mixed'), [], [])
    const { admin } = subject().backend
    const logIn = open.logIn(user.certificatePem ?? '', new Secret(admin.keyPem ?? ''))
    expect((await failureOf(logIn, [admin.keyPem ?? ''])).code).toBe('CLUSTER_UNREACHABLE')
  })

  test('a closed cluster sends no more requests', async () => {
    const gone = clusterAt(subject().backend, subject().backend.admin)
    const waiting = gone.signingRequests.read('x')
    await gone.close()
    expect((await failureOf(waiting)).code).toBe('CLUSTER_UNREACHABLE')
    expect((await failureOf(gone.version())).code).toBe('CLUSTER_UNREACHABLE')
  })
})

const describeReal = hasRealSubject ? describeTruest : () => undefined

// The embedded cluster has rules, and no RBAC objects.
describeReal('a cluster with bindings', subject => {
  test('bindingsOf lists the bindings of a user and of groups, and is null without the right to list', async () => {
    const [user, group] = [subject().name('bound'), subject().name('grouped')]
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const bind = async (path: string, name: string, who: object): Promise<void> => {
      subject().later(`${rbac}/${path}/${name}`)
      await subject().admin.created(`${rbac}/${path}`, {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', ...who }],
      })
    }
    const rolebindings = `namespaces/${subject().namespace}/rolebindings`
    await bind('clusterrolebindings', `${user}-all`, { kind: 'User', name: user })
    await bind(rolebindings, `${group}-here`, { kind: 'Group', name: group })
    await bind(rolebindings, `${user}-other`, { kind: 'Group', name: user })
    const asked = clusterAt(subject().backend, subject().backend.admin)
    const identity = { username: user, groups: [group, 'system:authenticated'] }
    expect(await asked.bindingsOf(identity)).toEqual([
      `ClusterRoleBinding ${user}-all (ClusterRole view)`,
      `RoleBinding ${subject().namespace}/${group}-here (ClusterRole view)`,
    ])
    expect(await asked.bindingsOf({ username: 'nobody-at-all', groups: [] })).toEqual([])
    const reader = await subject().backend.user(subject().name('blind'), [], [])
    const as = clusterAt(subject().backend, reader)
    expect(await as.bindingsOf(identity)).toBeNull()
    await asked.close()
    await as.close()
  })
})

test('now is the clock of the API server, even if it differs from the local clock', async () => {
  const cluster = await startSandboxCluster({ now: () => new Date('2031-05-01T00:00:00Z') })
  const admin = cluster.clientFor('admin', ['system:masters'])
  const open = clusterAt(cluster, admin, { clock: quickClock() })
  expect((await open.now()).toISOString()).toMatch(/^2031-05-01T00:00/)
  await open.close()
  await cluster.close()
})

test.each<[string, (open: Cluster) => Promise<unknown>, string]>([
  ['version', open => open.version(), 'ask for the version'],
  ['whoAmI', open => open.whoAmI(), 'ask who the credential belongs to'],
  [
    'may',
    open => open.may({ group: '', resource: 'x', verb: 'get' }),
    'ask which rights there are',
  ],
  [
    'lacks',
    open => open.lacks([{ group: '', resource: 'x', verb: 'get' }]),
    'ask which rights there are',
  ],
  ['clientCa', open => open.clientCa(), 'read the CA of client certificates'],
])('an answer of another shape to %s is CLUSTER_ANSWER', async (_, ask, doing) => {
  const odd = await startOddServer(answering(200, ['hello']))
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  expect(await failureOf(ask(open))).toMatchObject({
    code: 'CLUSTER_ANSWER',
    message: `could not ${doing}: the answer is not what Kubernetes documents`,
  })
  await open.close()
  await odd.close()
})

test('the command lines of API servers are those of pods with their label', async () => {
  const containers = [{ command: ['kube-apiserver', '--a=1'] }, { args: ['--b', '2'] }]
  const odd = await startOddServer(answering(200, { items: [{ spec: { containers } }] }))
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  expect(await open.administration.apiServerArguments()).toEqual([
    ['kube-apiserver', '--a=1', '--b', '2'],
  ])
  expect(odd.asked).toEqual([
    'GET /api/v1/namespaces/kube-system/pods?labelSelector=component%3Dkube-apiserver',
  ])
  await open.close()
  await odd.close()
})

test('the hint for a forbidden path names the rule to add', async () => {
  const message = 'forbidden: User "jane" cannot get path "/version"'
  const odd = await startOddServer(answering(403, { kind: 'Status', code: 403, message }))
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  expect((await failureOf(open.version())).hint).toContain(
    'add this rule to a ClusterRole bound to that user:\n- {nonResourceURLs: ["/version"], verbs: [get]}\n',
  )
  await open.close()
  await odd.close()
})

test('the hint of the guard for a service account begins with the guard, once whoAmI named it', async () => {
  const username = 'system:serviceaccount:countersign:countersign-apply'
  const message =
    "x is forbidden: ValidatingAdmissionPolicy 'countersign-acme-records' with binding 'b' denied request: no"
  const odd = await startOddServer((request, response) =>
    request.method === 'POST'
      ? answering(201, { status: { userInfo: { username } } })(request, response)
      : answering(403, { kind: 'Status', code: 403, message })(request, response),
  )
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  const hint = async () => (await failureOf(open.version())).hint
  expect(await hint()).toMatch(/refused it: log in as the apply identity/)
  await open.whoAmI()
  expect(await hint()).toMatch(/refused it\.\nIf countersign\.yaml or policies\/ changed/)
  await open.close()
  await odd.close()
})

describe('a pin', () => {
  const credential = credentialOf({ server: 'https://127.0.0.1:6443', caPem: 'A\nB\n' }, {})
  const pin = { name: 'prod', server: 'https://127.0.0.1:6443', certificateAuthority: 'A\r\nB' }
  const hold = async (changes: object) => holdToPin(credential, { ...pin, ...changes })

  test('a pin accepts the same server and CA, whatever the line ends', async () => {
    await expect(hold({})).resolves.toBeUndefined()
  })

  const isFor = 'is for https://127.0.0.1:6443, and countersign.yaml gives https://'

  test.each([
    ['another port', { server: 'https://127.0.0.1:6444' }, `${isFor}127.0.0.1:6444`],
    ['another host', { server: 'https://api.example.com' }, `${isFor}api.example.com`],
    ['another path', { server: 'https://127.0.0.1:6443/c/2/' }, `${isFor}127.0.0.1:6443/c/2`],
    [
      'another CA',
      { certificateAuthority: 'C' },
      'has another CA for https://127.0.0.1:6443 than countersign.yaml gives',
    ],
  ])(
    'a pin refuses %s before anything is sent, and names what differs',
    async (_, changes, what) => {
      expect(await failureOf(hold(changes))).toEqual({
        code: 'CONFIG_CLUSTER_DIFFERS',
        at: null,
        message: `the credential for prod ${what}`,
        hint: 'nothing was sent; check which kubeconfig or context is used',
      })
    },
  )

  test.each([
    [['lab'], 'lab'],
    [['lab', 'edge'], 'NAME'],
    [[], null],
  ])('the hint of a pin for a credential of the clusters %j names %s', async (names, named) => {
    const other = { ...pin, server: 'https://10.0.0.1:6443' }
    const fitting = names.map(name => ({ ...pin, name }))
    const open = { ...pin, name: 'open', server: null }
    const held = async () => holdToPin(credential, other, [other, open, ...fitting])
    expect((await failureOf(held())).hint).toMatch(
      new RegExp(named === null ? 'context is used$' : `--cluster ${named}$`),
    )
  })

  test.each([[{ server: null }], [{ certificateAuthority: null }]])(
    'a pin with %j is refused where a pin is required, and accepted elsewhere',
    async changes => {
      const required = async () => requirePin({ ...pin, ...changes })
      expect((await failureOf(required())).code).toBe('CONFIG_CLUSTER_UNPINNED')
      await expect(hold(changes)).resolves.toBeUndefined()
    },
  )
})
