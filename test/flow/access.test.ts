// A request that says what its holder may do: planned, granted, reduced, withdrawn; with rights and guard as the commands print them.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import type { Answer } from '../build/api-client.ts'
import { GUARDED, startGuarded, until } from '../build/guarded-cluster.ts'
import type { GuardedCluster } from '../build/guarded-cluster.ts'
import { installation } from '../build/installation.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'

const OWNER = 'acme-certs'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const PODS = '/api/v1/namespaces/apps/pods'
const SPACES = '/api/v1/namespaces'
const ACCESS = `  access:
  - {clusterRoles: [pod-reader], namespaces: [apps]}
  - {clusterRoles: [space-reader], cluster: true}
`

describe.each(GUARDED)('access on the %s', kind => {
  const workshop = new Workshop()
  let cluster: GuardedCluster
  let holders: ApiClient[] = []

  const request = (name: string, ...more: string[]): void =>
    workshop.write(`requests/${name}.yaml`, requestText({ name, more }))
  const readers = [
    'access:',
    '- {clusterRole: pod-reader, namespaces: [apps]}',
    '- {clusterRole: space-reader, cluster: true}',
  ]
  const apply = async () => workshop.run(['apply', '--yes'])
  /** The holder of the certificate that is in the Secret now. */
  const holder = async (name: string): Promise<ApiClient> => {
    const { body } = await cluster.admin.get(`/api/v1/namespaces/apps/secrets/${name}-tls`)
    const text = (key: string): string =>
      Buffer.from(body.data?.[key] ?? '', 'base64').toString('utf8')
    const client = new ApiClient(cluster.backend, {
      certificatePem: text('tls.crt'),
      keyPem: text('tls.key'),
    })
    holders.push(client)
    return client
  }
  const bindings = async (): Promise<readonly string[]> => {
    const answers: readonly Answer[] = [
      await cluster.admin.get(`${RBAC}/clusterrolebindings`),
      await cluster.admin.get(`${RBAC}/rolebindings`),
    ]
    return answers
      .flatMap(({ body }) => body.items.map(({ metadata }) => metadata.name))
      .filter(name => name.startsWith(`countersign:${OWNER}:`) && !name.endsWith('-grants'))
      .map(name => name.replace(/:[a-z2-79][a-z2-7]{19}:/, ':…:'))
      .toSorted()
  }

  beforeAll(async () => {
    const { secrets } = installation()
    cluster = await startGuarded(
      installation({
        accessRoles: ['pod-reader', 'space-reader'],
        accessPlaces: [
          { clusterRoles: ['pod-reader'], namespaces: ['apps'] },
          { clusterRoles: ['space-reader'], namespaces: null },
        ],
        secrets,
      }),
      {},
      kind,
    )
    const roles = { 'pod-reader': 'pods', 'space-reader': 'namespaces' }
    for (const [name, resource] of Object.entries(roles)) {
      const rules = [{ apiGroups: [''], resources: [resource], verbs: ['list'] }]
      await cluster.admin.created(`${RBAC}/clusterroles`, { metadata: { name }, rules })
    }
    const account = '/api/v1/namespaces/countersign/serviceaccounts/countersign-apply/token'
    const made = await cluster.admin.created(account, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
    workshop.useKubeconfig(cluster.backend, { token: made.status.token })
    const config = configText({ owner: OWNER, namespace: 'apps' })
    workshop.write(
      'countersign.yaml',
      config.replace('recordNamespace: apps', 'recordNamespace: countersign'),
    )
    workshop.write('policies/everybody.yaml', policyText('apps') + ACCESS)
    workshop.commit()
  })
  afterAll(async () => {
    for (const client of holders) client.close()
    holders = []
    workshop.end()
    await cluster.end()
  })

  test('a plan shows the access, and a policy that does not list it denies the request', async () => {
    request('jane', ...readers)
    const { stdout } = await workshop.run(['plan', '-o', 'json'])
    expect(JSON.parse(stdout).steps).toMatchObject([
      {
        name: 'jane',
        request: { access: [{ namespace: 'apps' }, { clusterRole: 'space-reader' }] },
      },
    ])
    workshop.write('policies/everybody.yaml', policyText('apps'))
    const refused = await workshop.run(['validate'])
    expect(refused.stdout).toContain('POLICY_ACCESS')
    workshop.write('policies/everybody.yaml', policyText('apps') + ACCESS)
  })

  test('the holder can do what the roles say as soon as the Secret exists, and nothing else', async () => {
    const ran = await apply()
    expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('error')])
    const jane = await holder('jane')
    expect((await jane.get(PODS)).code).toBe(200)
    expect((await jane.get(SPACES)).code).toBe(200)
    expect((await jane.get('/api/v1/namespaces/apps/secrets')).code).toBe(403)
    expect((await jane.get('/api/v1/namespaces/default/pods')).code).toBe(403)
    expect(await bindings()).toEqual([
      'countersign:acme-certs:…:pod-reader',
      'countersign:acme-certs:…:space-reader',
    ])
  })

  test('doctor reports that the guard refuses a forbidden binding, and that no API server can be seen', async () => {
    const { stdout } = await workshop.run(['doctor'])
    expect(stdout).toContain(
      'the guard decided correctly in a dry run: refused to bind pod-reader to another group',
    )
    expect(stdout).toContain('! test         the flags of the API server cannot be seen')
  })

  test('reduced access is taken from the certificate before, too', async () => {
    const before = await holder('jane')
    request('jane', 'access:', '- {clusterRole: pod-reader, namespaces: [apps]}')
    expect((await apply()).code).toBe(0)
    await until(async () => (await before.get(SPACES)).code === 403)
    expect((await before.get(PODS)).code).toBe(200)
    expect((await (await holder('jane')).get(PODS)).code).toBe(200)
    expect(await bindings()).toEqual([
      'countersign:acme-certs:…:pod-reader',
      'countersign:acme-certs:…:pod-reader',
    ])
  })

  test('the next run ends the access of a reissued certificate, and the one after changes no binding', async () => {
    for (const ran of [await apply(), await apply()])
      expect([ran.code, await bindings()]).toEqual([0, ['countersign:acme-certs:…:pod-reader']])
    expect((await (await holder('jane')).get(PODS)).code).toBe(200)
  })

  test('status and audit show the roles that bindings give now, also while the file asks for others', async () => {
    request('jane', ...readers)
    const rolesIn = async (command: string): Promise<readonly (readonly string[])[]> => {
      const { stdout } = await workshop.run([command, '-o', 'json'])
      const { certificates } = JSON.parse(stdout) as {
        readonly certificates: readonly { readonly state: string; readonly roles: string[] }[]
      }
      return certificates.filter(({ state }) => state !== 'reissued').map(({ roles }) => roles)
    }
    const shown = await rolesIn('status')
    request('jane', 'access:', '- {clusterRole: pod-reader, namespaces: [apps]}')
    expect(shown).toEqual([expect.arrayContaining(['pod-reader in apps'])])
    expect(shown[0]?.join()).not.toContain('space-reader')
    expect(await rolesIn('audit')).toEqual(shown)
  })

  test('a withdrawal ends the access of every certificate of the request', async () => {
    const before = await holder('jane')
    request('jane', 'withdraw: true', 'access:', '- {clusterRole: pod-reader, namespaces: [apps]}')
    expect((await apply()).code).toBe(0)
    expect(await bindings()).toEqual([])
    await until(async () => (await before.get(PODS)).code === 403)
  })

  test('a removed file ends access at once, although its Secret stays until the certificate ends', async () => {
    request('other')
    request('robot', ...readers)
    workshop.commit()
    expect((await apply()).code).toBe(0)
    const robot = await holder('robot')
    workshop.remove('requests/robot.yaml')
    workshop.commit()
    expect((await apply()).code).toBe(0)
    expect(await bindings()).toEqual([])
    await until(async () => (await robot.get(PODS)).code === 403)
    const secret = await cluster.admin.get('/api/v1/namespaces/apps/secrets/robot-tls')
    expect(secret.code).toBe(200)
    // From now on it only waits.
    expect((await workshop.run(['plan'])).stdout).toMatch(/− +robot +withdraw +its file is removed/)
    expect((await workshop.run(['status'])).stdout).toMatch(/removed,\s[^→]*without/)
  })

  test('a file that is restored has a certificate without access, and the run says so', async () => {
    request('robot', ...readers)
    workshop.commit()
    const ran = await apply()
    expect([ran.code, await bindings()]).toEqual([0, []])
    expect(ran.stderr).toContain('ACCESS_ENDED')
    request('robot', 'reissue: 1', ...readers)
    const again = await apply()
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('ACCESS_ENDED')])
    expect(await bindings()).toHaveLength(2)
  })

  test('where a policy refuses changed roles, a renewal is refused until a reissue takes and shows the rules', async () => {
    const fixed = ACCESS.replace('[apps]}', '[apps], roleChanges: refuse}')
    workshop.write('policies/everybody.yaml', policyText('apps') + fixed)
    const explained = await workshop.run(['policy', 'explain', 'requests/robot.yaml'])
    expect(explained.stdout).toContain('by everybody; roleChanges: refuse for pod-reader\n')
    const path = `${RBAC}/clusterroles/pod-reader`
    const { body } = await cluster.admin.get(path)
    const rules = [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['list'] }]
    expect((await cluster.admin.put(path, { ...body, rules })).code).toBe(200)
    await cluster.admin.delete('/api/v1/namespaces/apps/secrets/robot-tls')
    const ran = await apply()
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([
      1,
      expect.stringMatching(/requests\/robot.yaml:\d+:\d+ +error: ACCESS_ROLE_CHANGED/),
    ])
    expect(await bindings()).toHaveLength(2)
    request('robot', 'reissue: 2', ...readers)
    const again = await apply()
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining(
        '  pod-reader: list pods, services (core)\n  space-reader: list namespaces (core)\n',
      ),
    ])
    workshop.write('policies/everybody.yaml', policyText('apps') + ACCESS)
    expect((await apply()).code).toBe(0)
    expect(await bindings()).toHaveLength(2)
  })

  test('bindings whose record was deleted are removed by the next run, which reports each', async () => {
    const maps = '/api/v1/namespaces/countersign/configmaps'
    const { items } = (await cluster.admin.get(maps)).body
    const record = items.find(({ data }) => JSON.stringify(data).includes('"robot'))
    expect(await bindings()).toHaveLength(2)
    const removed = await cluster.admin.delete(`${maps}/${record?.metadata.name}`)
    // The guard keeps records from everybody else, so the guard of records goes first.
    if (removed.code === 403) {
      const guard = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/countersign-${OWNER}-records`
      await cluster.admin.delete(guard)
      await until(
        async () => (await cluster.admin.delete(`${maps}/${record?.metadata.name}`)).code === 200,
      )
    }
    workshop.remove('requests/robot.yaml')
    const { stderr } = await apply()
    expect(await bindings()).toEqual([])
    expect(stderr).toMatch(
      /ACCESS_ENDED +the access of robot on \S+ was ended \(pod-reader in apps\)/,
    )
  })
})
