// What plan sees of a cluster before apply creates anything, and that apply stops there: once for each cause, and with the same words.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import { startFaultProxy } from '../build/fault-proxy.ts'
import type { FaultProxy } from '../build/fault-proxy.ts'
import { applyOnServer, inForce } from '../build/guarded-cluster.ts'
import { ownCluster } from '../build/own-cluster.ts'
import type { OwnCluster } from '../build/own-cluster.ts'
import { authority, pemOf } from '../build/issued.ts'
import type { Authority } from '../build/issued.ts'
import { configure, requestText } from '../build/request-text.ts'
import { rulesOf } from '../build/workshop.ts'
import type { Rule } from '../build/subjects.ts'

const OWNER = 'gaps'
const NAMES = ['a', 'b', 'c']

const ADMISSION = '/apis/admissionregistration.k8s.io/v1/validatingadmission'

let own: OwnCluster
let proxy: FaultProxy

beforeAll(async () => {
  own = await ownCluster(OWNER)
  const { cluster } = own
  proxy = await startFaultProxy(cluster, cluster.clientFor('admin', ['system:masters']))
  for (const name of NAMES) own.workshop.write(`requests/${name}.yaml`, requestText({ name }))
})
afterAll(async () => {
  await proxy?.close()
  await own?.end()
})
beforeEach(() => {
  const { workshop, cluster } = own
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  configure(workshop, { owner: OWNER, namespace: 'apps' })
  proxy.rules = []
})

/** What a command prints as problems: each once, with its hint. */
function problemsIn(text: string): readonly string[] {
  return text.split('\n').filter(line => line.includes('error: '))
}

/** Plan and apply print the same one problem; apply ends with 1 and creates nothing. */
async function expectStopped(says: string, planCode = 1): Promise<string> {
  const { workshop, cluster } = own
  const planned = await workshop.run(['plan'])
  const begun = cluster.log.length
  const applied = await workshop.run(['apply', '--yes'])
  const writes = cluster.log
    .slice(begun)
    .filter(({ method, path }) => method !== 'GET' && !/dryRun=All|review/.test(path))
  expect(writes).toEqual([])
  expect([planned.code, applied.code]).toEqual([planCode, planCode])
  expect(problemsIn(planned.stdout)).toEqual([expect.stringContaining(says)])
  expect(problemsIn(applied.stdout)).toEqual(problemsIn(planned.stdout))
  expect(planned.stdout).toMatch(/✗ {2}3 requests {2}refused/)
  return planned.stdout
}

function logInAs(user: string, rules: readonly Rule[]): void {
  const { workshop, cluster } = own
  cluster.allow({ user }, rules)
  workshop.useKubeconfig(cluster, cluster.clientFor(user))
}

describe('what a cluster lacks stops all its requests once', () => {
  test('a missing namespace of sinks is one problem with the command that creates it', async () => {
    const { workshop } = own
    workshop.edit('countersign.yaml', 'secret: {namespace: apps', 'secret: {namespace: elsewhere')
    workshop.edit('policies/everybody.yaml', 'apps', 'elsewhere')
    const printed = await expectStopped(
      'CLUSTER_NOT_SET_UP  test is not set up for this run: there is no namespace elsewhere',
    )
    expect(printed).toContain('\n    kubectl create namespace elsewhere\n')
  })

  test('missing namespaces of records and sinks are one problem', async () => {
    configure(own.workshop, { owner: OWNER, namespace: 'nowhere' })
    const printed = await expectStopped('there is no namespace nowhere')
    expect(printed).not.toContain('nowhere, nowhere')
    expect(printed).toContain('if it existed before, its revocations are lost, too. Revoke again')
  })

  test('a login without rights is one problem, with the command that gives all of them', async () => {
    logInAs('nobody', [])
    const printed = await expectStopped(
      'CLUSTER_FORBIDDEN  this login cannot apply on test: "nobody" may not create, get, list, watch certificatesigningrequests; update certificatesigningrequests/approval; approve signers kubernetes.io/kube-apiserver-client; get, list, create, update configmaps in apps; get, create, patch secrets in apps',
      2,
    )
    expect(printed).toContain(
      '= a pull request shows its plan without this login; to let it apply,\n    with a kubeconfig of a cluster administrator in place of ADMIN:\n    countersign manifests rbac --user nobody --cluster test | kubectl --kubeconfig ADMIN apply -f -\n',
    )
    expect(printed).not.toContain('add this rule')
  })

  test('a login without rights that only looks is not advised the rights of apply', async () => {
    logInAs('nobody', [])
    const { workshop } = own
    for (const command of ['status', 'audit']) {
      const { code, stdout, stderr } = await workshop.run([command])
      expect([code, stdout + stderr]).toEqual([
        2,
        expect.stringContaining('resources: [configmaps], verbs: [list]'),
      ])
      expect(stdout + stderr).not.toMatch(/manifests|cannot apply/)
    }
  })

  test('the rights that manifests rbac prints are enough, and each one that is missing is named', async () => {
    const { workshop } = own
    const printed = await workshop.run(['manifests', 'rbac', '--user', 'exact'])
    const rules = rulesOf(printed.stdout)
    logInAs('exact', rules)
    expect((await workshop.run(['plan'])).code).toBe(0)
    logInAs(
      'less',
      rules.filter(({ resources }) => !resources.includes('signers')),
    )
    await expectStopped('"less" may not approve signers kubernetes.io/kube-apiserver-client')
  })

  test('a login that may only read sees the plan, with a warning; apply is refused at once', async () => {
    const { workshop } = own
    const resources = ['configmaps', 'secrets']
    logInAs('reader', [
      { apiGroups: [''], resources, verbs: ['get', 'list'], namespaces: ['apps'] },
    ])
    const planned = await workshop.run(['plan'])
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('3 to issue')])
    expect(planned.stdout).toContain('warning: CLUSTER_FORBIDDEN  this login cannot apply on test')
    const applied = await workshop.run(['apply', '--yes'])
    expect([applied.code, problemsIn(applied.stdout)]).toEqual([1, [expect.any(String)]])
    expect((await workshop.run(['status'])).stdout).not.toContain('CLUSTER_FORBIDDEN')
  })
})

describe('what refuses a write in a namespace is seen by a dry run', () => {
  const forbidden = (why: string): string => `secrets "a-tls" is forbidden: ${why}`

  // Sentences of Kubernetes 1.30 to 1.36.
  test.each([
    [
      'an exceeded quota',
      403,
      forbidden(
        'exceeded quota: objects, requested: secrets=1, used: secrets=2, limited: secrets=2',
      ),
      'CLUSTER_QUOTA',
      'kubectl describe resourcequota objects --namespace apps',
    ],
    [
      'a webhook of others',
      403,
      'admission webhook "rules.example.com" denied the request: no owner',
      'CLUSTER_ADMISSION',
      'kubectl get validatingwebhookconfigurations',
    ],
  ])('%s stops plan and apply, and has its own code', async (_, code, message, problem, hint) => {
    proxy.rules = [{ method: 'PATCH', path: /dryRun=All/, times: 2, instead: { code, message } }]
    own.workshop.useKubeconfig(proxy, {})
    expect(await expectStopped(problem)).toContain(hint)
  })

  test('the hint for the apply identity has no --cluster where the command has it already', async () => {
    const message = forbidden(
      "ValidatingAdmissionPolicy 'countersign-acme-marks' with binding 'b' denied request: no",
    )
    const instead = { code: 403, message }
    proxy.rules = [{ method: 'PATCH', path: /dryRun=All/, times: 9, instead }]
    own.workshop.useKubeconfig(proxy, {})
    const { stdout } = await own.workshop.run(['apply', '--yes', '--cluster', 'test'])
    expect(stdout).toContain(
      'add --kubeconfig ~/.countersign/apply-test.kubeconfig to your command',
    )
  })

  test('a namespace that is being deleted stops plan and apply', async () => {
    const { cluster, workshop } = own
    const metadata = { name: 'ending', finalizers: ['example.com/keep'] }
    cluster.objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
    cluster.objects.remove('namespaces', '', 'ending')
    workshop.edit('countersign.yaml', 'secret: {namespace: apps', 'secret: {namespace: ending')
    workshop.edit('policies/everybody.yaml', 'apps', 'ending')
    const printed = await expectStopped('CLUSTER_TERMINATING')
    expect(printed).toContain('kubectl wait --for=delete namespace/ending')
  })

  test('plan, status and apply say that the namespace of stored Secrets is being deleted', async () => {
    const { cluster, workshop } = own
    // Its records are of another owner, so the other tests do not withdraw them.
    configure(workshop, { owner: 'leaving', namespace: 'apps' })
    const metadata = { name: 'leaving', finalizers: ['example.com/keep'] }
    cluster.objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
    workshop.edit('policies/everybody.yaml', 'apps', '"*"')
    const sink = (namespace: string, name: string): string =>
      `- secret: {namespace: ${namespace}, name: ${name}-tls}`
    for (const [name, ...more] of [['alone'], ['copied', sink('apps', 'copied')]] as const)
      workshop.write(
        `requests/${name}.yaml`,
        requestText({ name, more: ['sinks:', sink('leaving', name), ...more] }),
      )
    expect((await workshop.run(['apply', '--yes', 'alone', 'copied'])).code).toBe(0)
    cluster.objects.remove('namespaces', '', 'leaving')
    for (const name of ['alone', 'copied'])
      cluster.objects.remove('secrets', 'leaving', `${name}-tls`)
    const says = 'CLUSTER_TERMINATING  namespace leaving is being deleted in test'
    for (const command of [['plan'], ['status'], ['apply', '--yes']]) {
      const ran = await workshop.run([...command, 'alone', 'copied'])
      expect(ran.stdout + ran.stderr).toContain(`warning: ${says}`)
      expect(ran.stdout + ran.stderr).toContain('kubectl wait --for=delete namespace/leaving')
      if (command[0] === 'status') {
        expect(ran.stdout).toMatch(/alone .* blocked\n {2}→ CLUSTER_TERMINATING: namespace leaving/)
        continue
      }
      expect(ran.stdout).toContain(`error: ${says}`)
      expect(ran.stdout).toMatch(/✗ {2}alone .*refused {2}CLUSTER_TERMINATING/)
    }
    for (const name of ['alone', 'copied']) workshop.remove(`requests/${name}.yaml`)
  })

  test('an admission policy of others stops plan and apply, for records and for Secrets', async () => {
    const { cluster } = own
    for (const resource of ['configmaps', 'secrets']) {
      const remove = await withPolicy(cluster, resource)
      const printed = await expectStopped('CLUSTER_ADMISSION')
      expect(printed).toContain(`kubectl get validatingadmissionpolicy no-${resource} -o yaml`)
      const { stdout } = await own.workshop.run(['plan', 'b'])
      expect(stdout).toMatch(/record of b\b|b-tls/)
      expect(stdout).not.toMatch(/record of a\b|a-tls/)
      await remove()
    }
  })

  test('a webhook that takes no dry runs stops nothing', async () => {
    const message = 'admission webhook "rules.example.com" does not support dry run'
    const instead = { code: 400, message }
    proxy.rules = [{ method: 'PATCH', path: /dryRun=All/, times: 9, instead }]
    own.workshop.useKubeconfig(proxy, {})
    const planned = await own.workshop.run(['plan'])
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('3 to issue')])
    // The proxy logs in upstream as one user, so the new certificates do not log in as theirs.
    const { stdout } = await own.workshop.run(['apply', '--yes'])
    expect(problemsIn(stdout)).toEqual(Array(3).fill(expect.stringContaining('SINK_LOGIN')))
  })
})

/** Denies every new object of a kind in the namespace. Returns its removal. */
async function withPolicy(
  cluster: OwnCluster['cluster'],
  resource: string,
): Promise<() => Promise<void>> {
  const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))
  const name = `no-${resource}`
  const rule = {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: [resource],
  }
  const policy = {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: 'false', message: 'not here' }],
  }
  await admin.created(`${ADMISSION}policies`, { metadata: { name }, spec: policy })
  const spec = { policyName: name, validationActions: ['Deny'] }
  await admin.created(`${ADMISSION}policybindings`, { metadata: { name }, spec })
  return async () => {
    for (const kind of ['policybindings', 'policies'])
      await admin.delete(`${ADMISSION}${kind}/${name}`)
    admin.close()
  }
}

test('the status of a login that may not read Secrets has one rule for all of them', async () => {
  const { workshop } = own
  for (const name of ['kim', 'lee']) workshop.write(`requests/${name}.yaml`, requestText({ name }))
  expect((await workshop.run(['apply', '--yes', 'kim', 'lee'])).code).toBe(0)
  const resources = ['configmaps']
  logInAs('looker', [{ apiGroups: [''], resources, verbs: ['get', 'list'], namespaces: ['apps'] }])
  const { stdout, stderr } = await workshop.run(['status', 'kim', 'lee'])
  for (const name of ['kim', 'lee']) workshop.remove(`requests/${name}.yaml`)
  expect((stdout + stderr).match(/SINK_UNKNOWN/g)).toHaveLength(1)
  expect(stdout + stderr).toContain('resourceNames: ["kim-tls", "lee-tls"], verbs: [get]')
})

test('a revoked request that was never issued is refused by plan and apply, and listed by status', async () => {
  const { workshop } = own
  workshop.edit(
    'policies/everybody.yaml',
    '  opaque: allow',
    '  opaque: allow\n  access: [{clusterRoles: [view], namespaces: [apps]}]',
  )
  const more = ['access: [{clusterRole: view, namespaces: [apps]}]']
  workshop.write('requests/never.yaml', requestText({ name: 'never', more }))
  expect((await workshop.run(['revoke', 'never', '--yes'])).code).toBe(0)
  const [planned, shown, applied] = [
    await workshop.run(['plan', 'never']),
    await workshop.run(['status', 'never', '-o', 'json']),
    await workshop.run(['apply', '--yes', 'never']),
  ]
  workshop.remove('requests/never.yaml')
  expect(problemsIn(planned.stdout)).toEqual([
    expect.stringContaining('ACCESS_REVOKED  the access of never was revoked at '),
  ])
  expect(problemsIn(applied.stdout)).toEqual(problemsIn(planned.stdout))
  expect([planned.code, applied.code]).toEqual([1, 1])
  expect(JSON.parse(shown.stdout).certificates).toMatchObject([
    { name: 'never', state: 'blocked', next: expect.stringContaining('ACCESS_REVOKED') },
  ])
})

test('status says that no certificate is of a retiring CA only where the records are not lost', async () => {
  const { workshop } = own
  const data = (...cas: readonly Authority[]): string =>
    Buffer.from(pemOf(...cas.map(({ certificate }) => certificate))).toString('base64')
  const [old, next] = [authority('old'), authority('next')]
  const facts = `certificateAuthorityData: ${data(old, next)}, retiring: ${data(old)}`
  const statusOf = async (namespace: string): Promise<string> => {
    configure(workshop, { owner: 'retiring', namespace })
    const signers = `signers: {kubernetes.io/kube-apiserver-client: {${facts}}}`
    const records = `recordNamespace: ${namespace}`
    workshop.edit('countersign.yaml', records, `${records}, ${signers}`)
    const { stdout, stderr } = await workshop.run(['status'])
    return stdout + stderr
  }
  const retires =
    'PLAN_CA_RETIRING  the CA CN=old of kubernetes.io/kube-apiserver-client retires on'
  expect(await statusOf('apps')).toContain(retires)
  const lost = await statusOf('nowhere')
  expect(lost).toContain('there is no namespace nowhere in test, so there are no records')
  expect(lost).not.toContain('PLAN_CA_RETIRING')
})

test('with the guard, an administrator sees the plan with a warning; apply is refused at once', async () => {
  const { workshop, cluster } = own
  const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))
  try {
    await applyOnServer((await workshop.run(['manifests', 'guard'])).stdout, admin)
    await inForce(admin)
    workshop.write('requests/first.yaml', requestText({ name: 'first' }))
    const [planned, applied] = [
      await workshop.run(['plan', 'first']),
      await workshop.run(['apply', '--yes', 'first']),
    ]
    workshop.remove('requests/first.yaml')
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('1 to issue')])
    expect(planned.stdout).toContain('this login can plan, and not apply')
    expect([applied.code, problemsIn(applied.stdout)]).toEqual([
      1,
      [expect.stringContaining("ValidatingAdmissionPolicy 'countersign-gaps-records'")],
    ])
  } finally {
    for (const kind of ['policybindings', 'policies'])
      for (const { metadata } of (await admin.get(`${ADMISSION}${kind}`)).body.items)
        await admin.delete(`${ADMISSION}${kind}/${metadata.name}`)
    admin.close()
  }
})
