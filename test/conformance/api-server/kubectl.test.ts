// kubectl against API servers: apply on the client and on the server, tokens, and `auth can-i`. Skipped where no kubectl was built.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { until } from '../../build/guarded-cluster.ts'
import { describeSubjects } from '../../build/subjects.ts'
import { readyBinaries } from '../../control-plane/binaries.mjs'

const kubectl = readyBinaries()?.kubectl
// npm test runs without binaries of Kubernetes; .ci/run builds them, so nothing is skipped there.
const testKubectl = kubectl === undefined ? test.skip : test
const run = promisify(execFile)

describeSubjects('kubectl', subject => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-kubectl-'))
    const { server, caPem, admin } = subject().backend
    const data = (pem = ''): string => Buffer.from(pem).toString('base64')
    const user = {
      'client-certificate-data': data(admin.certificatePem),
      'client-key-data': data(admin.keyPem),
    }
    const cluster = { server, 'certificate-authority-data': data(caPem) }
    const { namespace } = subject()
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace } }],
      'current-context': 'c',
    }
    await writeFile(join(folder, 'config'), JSON.stringify(config), { mode: 0o600 })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Lines that kubectl prints, on both streams. Not synchronous: the embedded cluster runs in this process. */
  const ask = async (...args: readonly string[]): Promise<readonly string[]> => {
    const env = { KUBECONFIG: join(folder, 'config'), HOME: folder }
    const { stdout, stderr } = await run(kubectl ?? '', [...args], { env }).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => error,
    )
    return `${stdout}${stderr}`.split('\n').filter(line => line !== '')
  }
  const file = async (...objects: readonly object[]): Promise<string> => {
    const path = join(folder, `${objects.length}.yaml`)
    await writeFile(path, objects.map(object => stringify(object)).join('---\n'))
    return path
  }
  const GROUP = 'rbac.authorization.k8s.io'
  const role = (verbs: readonly string[]) => ({
    apiVersion: `${GROUP}/v1`,
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
  })
  const binding = {
    apiVersion: `${GROUP}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: GROUP, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
  }
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }
  const policy = (variables: Readonly<Record<string, string>>, spec: object = {}) => {
    const name = subject().name('kubectl')
    subject().later(`/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`)
    const rule = { apiGroups: ['x.example'], apiVersions: ['*'], resources: ['*'] }
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: [{ ...rule, operations: ['*'] }] },
        variables: Object.entries(variables).map(([key, expression]) => ({
          name: key,
          expression,
        })),
        validations: [{ expression: 'true' }],
        ...spec,
      },
    }
  }

  testKubectl(
    'kubectl applies roles, bindings and accounts, and sees what is unchanged',
    async () => {
      const first = await file(account, role(['get']), binding)
      const names = [
        'serviceaccount/robot',
        `role.${GROUP}/reader`,
        `rolebinding.${GROUP}/reader`,
      ] as const
      expect(await ask('apply', '-f', first)).toEqual(names.map(name => `${name} created`))
      expect(await ask('apply', '-f', first)).toEqual(names.map(name => `${name} unchanged`))
      const changed = await file(role(['get', 'list']))
      expect(await ask('apply', '-f', changed)).toEqual([`${names[1]} configured`])
      const onServer = ['apply', '--server-side', '--field-manager', 'other', '-f']
      const [conflict = ''] = await ask(...onServer, await file(role(['delete'])))
      expect(conflict).toContain(
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply"',
      )
      expect(await ask(...onServer, await file(role(['delete'])), '--force-conflicts')).toEqual([
        `${names[1]} serverside-applied`,
      ])
      expect(await ask('delete', '-f', first)).toEqual([
        `serviceaccount "robot" deleted from ${subject().namespace} namespace`,
        `role.${GROUP} "reader" deleted from ${subject().namespace} namespace`,
        `rolebinding.${GROUP} "reader" deleted from ${subject().namespace} namespace`,
      ])
    },
  )

  testKubectl(
    'kubectl merges the variables of a policy by name, in the order of the file',
    async () => {
      const stored = async (): Promise<unknown> => {
        const name = subject().name('kubectl')
        const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`
        return (await subject().admin.get(path)).body.spec
      }
      await ask('apply', '-f', await file(policy({ a: '1', b: '2', c: '3' })))
      await ask('apply', '-f', await file(policy({ d: '4', a: '5', c: '3' })))
      expect(await stored()).toMatchObject({
        variables: [
          { name: 'd', expression: '4' },
          { name: 'a', expression: '5' },
          { name: 'c', expression: '3' },
        ],
      })
    },
  )

  testKubectl('kubectl refuses a member that the kind does not have', async () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd' }, date: {} }
    const [line = ''] = await ask('apply', '-f', await file(map))
    expect(line).toContain('strict decoding error: unknown field "date"')
  })

  testKubectl('kubectl creates a token, and asks what its service account may do', async () => {
    await ask('apply', '-f', await file(account, role(['get']), binding))
    const [token = ''] = await ask('create', 'token', 'robot', '--duration', '600s')
    const client = subject().with({ token })
    const maps = `/api/v1/namespaces/${subject().namespace}/configmaps`
    await until(async () => (await client.get(`${maps}/none`)).code === 404)
    const robot = `system:serviceaccount:${subject().namespace}:robot`
    expect(await ask('auth', 'can-i', 'get', 'configmaps', '--as', robot)).toEqual(['yes'])
    expect(await ask('auth', 'can-i', 'list', 'configmaps', '--as', robot)).toEqual(['no'])
    const rules = await ask('auth', 'can-i', '--list', '--as', robot)
    expect(rules.map(line => line.split(/\s{2,}/))).toContainEqual([
      'configmaps',
      '[]',
      '[]',
      '[get]',
    ])
    expect(
      await ask('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}', '--as', 'jane'),
    ).toEqual(['jane'])
  })
})
