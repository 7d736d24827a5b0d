// bootstrap at the command line: an empty cluster becomes one that countersign uses, a second run writes nothing, drift is repaired,
// a killed run is continued, and uninstall removes it. On the embedded cluster, and on a real control plane of its own.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { AccountState, RepositoryState } from '../github-double/state.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import { World } from '../github-double/world.ts'
import { MAY_BOOTSTRAP } from '../build/github-run.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import { ApiClient, MERGE_PATCH } from '../build/api-client.ts'
import { auditedCluster } from '../build/audited-cluster.ts'
import type { AuditedCluster } from '../build/audited-cluster.ts'
import { extent, testWhole } from '../build/extent.ts'
import { EVERYTHING, GUARDED } from '../build/guarded-cluster.ts'
import { openedSecret } from '../build/sealed.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
import type { Rule } from '../build/subjects.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
const OWNER = 'countersign-acme-certs'
const ROLE = `${RBAC}/clusterroles/${OWNER}-apply`
const BINDING = `${RBAC}/clusterrolebindings/${OWNER}-apply`
const GUARD = `${POLICIES}/${OWNER}-records`
const TOKEN = 'ghp_owner'
const READ: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }
const ALL = ['get', 'list', 'create', 'update', 'delete']
/** Everything that bootstrap writes, by a user who holds none of the rights that the roles give. */
const WRITES: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces', 'serviceaccounts'], verbs: ALL },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'],
    verbs: ALL,
  },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    verbs: ALL,
  },
]

/** Calls that create an object. */
const WRITTEN = '^((?!review|token).)*$'
/** Writes of each killed run. */
const STEP = extent(1, 24)

describe.each(GUARDED)('%s: bootstrap', kind => {
  let plane: AuditedCluster
  let admin: ApiClient
  let github: GithubServer
  let world: World
  let owner: AccountState
  let repository: RepositoryState
  let api = ''
  let workshop: Workshop
  const users = new Map<string, string>()

  beforeAll(async () => {
    plane = await auditedCluster(kind)
    admin = new ApiClient(plane.backend, plane.backend.admin)
    const rules = { reader: [READ], granter: WRITES, administrator: [EVERYTHING] }
    for (const [name, each] of Object.entries(rules))
      users.set(name, kubeconfig(plane.backend, await plane.backend.user(name, [], each)))
    // Secrets at GitHub have to be newer than the service account, whose time is that of this machine.
    world = new World({ now: new Date(Date.now() + 3_600_000) })
    world.addOrganization('acme')
    owner = world.addUser('owner', { id: 1001 })
    const reviewer = world.addUser('reviewer', { id: 1002 })
    repository = world.createRepository({
      owner: 'acme',
      name: 'certs',
      creator: owner,
      files: { a: 'b' },
    })
    world.addCollaborator(repository, reviewer, 'write')
    github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    github.tokens.set(TOKEN, { as: { account: owner.id }, permissions: MAY_BOOTSTRAP })
    api = (await github.start()).url
    workshop = new Workshop()
    workshop.write('README.md', 'certificates\n')
    workshop.commit()
  })
  afterAll(async () => {
    workshop?.end()
    admin?.close()
    await github?.stop()
    await plane?.stop()
  })
  beforeEach(() => workshop.useKubeconfig(plane.backend, plane.backend.admin))

  const bootstrap = (args: readonly string[], options: Parameters<Workshop['run']>[1] = {}) =>
    workshop.run(
      [
        'bootstrap',
        '--cluster=prod',
        '--repository=acme/certs',
        '--owners=owner=1001,reviewer=1002',
        ...args,
      ],
      { env: { GITHUB_API_URL: api, GITHUB_TOKEN: TOKEN }, ...options },
    )
  /** The run, and what it wrote. */
  const counted = async (args: readonly string[], options = {}) => {
    const [before, asked] = [plane.writes().length, github.requests.length]
    const ran = await bootstrap(args, options)
    const atGithub = github.requests
      .slice(asked)
      .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    return { ran, writes: plane.writes().slice(before), atGithub }
  }
  const stepsOf = ({ stdout }: Ran): readonly { id: string; state: string; outcome: string }[] =>
    JSON.parse(stdout).steps

  test('a dry run shows every object to create and writes nothing', async () => {
    const { ran, writes, atGithub } = await counted(['--dry-run'])
    expect([ran.code, writes, atGithub]).toEqual([0, [], []])
    expect(ran.stdout).toContain('  + Namespace countersign\n')
    expect(ran.stdout).toContain(`  + ValidatingAdmissionPolicyBinding ${OWNER}-marks\n`)
    expect(ran.stdout).toContain('  + environment countersign, deploys from main only\n')
    expect(ran.stdout).toMatch(/\d+ to create\n$/)
  })

  test.each(['reader', 'granter'])(
    'a login with the rights of a %s changes nothing in the cluster if it may not do everything, and gets the commands for an administrator',
    async user => {
      workshop.write('kubeconfig', users.get(user) ?? '')
      const { ran, writes } = await counted(['--yes'])
      expect([ran.code, writes]).toEqual([1, []])
      expect(ran.stdout).toContain(
        '  left for an administrator of cluster prod, with their login in place of this one:\n    countersign bootstrap --cluster prod --repository acme/certs --owners owner=1001,reviewer=1002\n',
      )
      expect(ran.stdout).toMatch(
        /✗ secret KUBECONFIG_PROD of the environment countersign\n +needs a token of the service account, after the blocked steps of the cluster\n/,
      )
    },
  )

  test('no step is blocked for an administrator who is not in system:masters', async () => {
    workshop.write('kubeconfig', users.get('administrator') ?? '')
    const states = stepsOf(await bootstrap(['--dry-run', '-o', 'json'])).map(each => each.state)
    expect(states).not.toContain('blocked')
  })

  test('any answer but yes changes nothing', async () => {
    const { ran, writes, atGithub } = await counted([], { stdin: 'y\n' })
    expect([ran.code, writes, atGithub]).toEqual([1, [], []])
    expect(ran.stderr).toMatch(/Set up these \d+\? Only yes is accepted: /)
  })

  test('in CI bootstrap is refused without --yes', async () => {
    const env = { GITHUB_API_URL: api, GITHUB_TOKEN: TOKEN, CI: 'true' }
    const { ran, writes } = await counted([], { env })
    expect([ran.code, writes]).toEqual([2, []])
    expect(ran.stderr).toContain('add --yes')
  })

  test('runs that are killed at each write end whole when bootstrap is run again', async () => {
    let killed = 0
    for (; ; killed++) {
      const moment =
        killed % 2 === 0 ? `after POST ${WRITTEN} ${STEP}` : `before POST ${WRITTEN} ${STEP + 1}`
      const { ran, writes } = await counted(['--yes'], { killAt: moment })
      if (ran.signal === null) {
        expect(ran.code).toBe(0)
        break
      }
      expect([ran.signal, writes.length]).toEqual(['SIGKILL', STEP])
    }
    expect(killed).toBeGreaterThan(extent(20, 0))
    const { ran, writes } = await counted(['--dry-run', '-o', 'json'])
    expect(writes).toEqual([])
    expect(JSON.parse(ran.stdout).findings).toEqual([])
    expect(new Set(stepsOf(ran).map(({ state }) => state))).toEqual(new Set(['unchanged']))
  })

  test('a second run asks nothing, writes nothing, and ends with the checks and the next commands', async () => {
    const { ran, writes, atGithub } = await counted([])
    expect([ran.code, writes, atGithub]).toEqual([0, [], []])
    expect(ran.stderr).not.toContain('Only yes')
    expect(ran.stdout).toMatch(/nothing to do: \d+ unchanged/)
    expect(ran.stdout).toContain('✓ prod         the guard decided correctly in dry runs')
    expect(ran.stdout).toContain(
      '! GitHub       CODEOWNERS on the default branch is not complete: the open',
    )
    expect(ran.stdout).toMatch(/\n\d+ to look at, \d+ in order\n/)
    expect(ran.stdout).toMatch(
      /next:\n 1 after an owner approved it, merge the pull request: http:\/\/\S+\/acme\/certs\/pull\/1\n 2 countersign new jane --own-key --open\n$/,
    )
    workshop.write('requests/people/jane.yaml', 'kind: CertificateRequest\n')
    const later = await counted([])
    workshop.remove('requests')
    expect(later.ran.stdout).toMatch(/next:\n 1 after an owner .*\n$/)
  })

  test('GitHub has one pull request, and the secret of the environment logs in as the service account', async () => {
    expect(repository.pullRequests).toHaveLength(1)
    const secret = await openedSecret(repository, 'countersign', 'KUBECONFIG_PROD')
    const { users } = parse(secret ?? '')
    const account = new ApiClient(plane.backend, { token: users[0].user.token })
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const answer = await account.post(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    })
    account.close()
    expect(JSON.parse(answer.text).status.userInfo.username).toBe(
      'system:serviceaccount:countersign:countersign-apply',
    )
  })

  test('drift of rights, guard and bindings is shown by field and repaired', async () => {
    await admin.patch(ROLE, { rules: [] }, MERGE_PATCH)
    await admin.delete(`${BINDINGS}/${OWNER}-marks`)
    const matchConditions = [{ name: 'never', expression: 'false' }]
    await admin.patch(GUARD, { spec: { failurePolicy: 'Ignore', matchConditions } }, MERGE_PATCH)
    const { ran, writes } = await counted([], { stdin: 'yes\n' })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain(`  ± ClusterRole ${OWNER}-apply\n      rules differs\n`)
    expect(ran.stdout).toContain('      spec.failurePolicy is "Ignore", not "Fail"\n')
    expect(ran.stdout).toContain('      spec.matchConditions was added\n')
    expect(ran.stdout).toContain(`  ✓ ValidatingAdmissionPolicyBinding ${OWNER}-marks created\n`)
    expect(writes).toHaveLength(3)
    expect((await counted([])).writes).toEqual([])
  })

  testWhole(
    'a binding to another role is replaced, also if the run is killed in between',
    async () => {
      await admin.delete(BINDING)
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
      const metadata = { name: `${OWNER}-apply` }
      await admin.created(`${RBAC}/clusterrolebindings`, { metadata, subjects: [], roleRef })
      const killed = await counted(['--yes'], { killAt: 'after DELETE clusterrolebindings' })
      expect([killed.ran.signal, killed.writes.length]).toEqual(['SIGKILL', 1])
      expect((await bootstrap(['--yes'])).code).toBe(0)
      expect(JSON.parse((await admin.get(BINDING)).text).roleRef.name).toBe(`${OWNER}-apply`)
    },
  )

  test('rights in a namespace that no policy names are deleted', async () => {
    const name = `${OWNER}-apply-secrets`
    const old = `${RBAC}/namespaces/kube-public/roles`
    await admin.created(old, { metadata: { name }, rules: [] })
    const { ran, writes } = await counted(['--yes'])
    expect(ran.stdout).toContain(
      `  − Role kube-public/${name}\n      no policy asks for it on the default branch`,
    )
    expect([ran.code, writes.length]).toEqual([0, 1])
    expect((await admin.get(`${old}/${name}`)).code).toBe(404)
  })

  testWhole(
    'the configuration of the checkout counts, and a fault that bootstrap cannot repair ends with exit code 1',
    async () => {
      expect((await bootstrap(['--export', '.'])).code).toBe(0)
      for (const path of ['CODEOWNERS', 'policies', '.github']) workshop.remove(path)
      workshop.edit('countersign.yaml', 'provider: other', 'provider: eks')
      const { ran, writes } = await counted(['--yes'])
      workshop.remove('countersign.yaml')
      expect([ran.code, writes]).toEqual([1, []])
      expect(ran.stdout).toContain('(CLUSTER_NO_CLIENT_SIGNER)')
      expect(ran.stdout).toMatch(
        /\nnext:\n 1 repair what is marked ✗ above, then run it again\n 2 /,
      )
    },
  )

  test('a merged configuration counts, and the one of an old checkout does not', async () => {
    const push = (files: Readonly<Record<string, string | null>>): void => {
      const commit = world.commit({ repository, branch: 'main', author: owner, files })
      world.push({ actor: owner, repository, branch: 'main', commit })
    }
    await bootstrap(['--export', '.'])
    const text = workshop.read('countersign.yaml')
    push({ 'countersign.yaml': text.replace('provider: other', 'provider: eks') })
    const { ran, writes } = await counted(['--yes'])
    for (const path of ['countersign.yaml', 'CODEOWNERS', 'policies', '.github'])
      workshop.remove(path)
    push({ 'countersign.yaml': null })
    expect([ran.code, writes]).toEqual([1, []])
    expect(ran.stdout).toContain('(CLUSTER_NO_CLIENT_SIGNER)')
  })

  test('a dry run of uninstall and any answer but yes delete nothing', async () => {
    for (const args of [['--dry-run'], []]) {
      const { ran, writes } = await counted(['--uninstall', ...args], { stdin: 'no\n' })
      expect([ran.code, writes]).toEqual([args.length === 0 ? 1 : 0, []])
      expect(ran.stdout).toMatch(/\d+ to delete, 1 unchanged\n$/)
    }
    for (const path of [ROLE, BINDING, GUARD, '/api/v1/namespaces/countersign'])
      expect((await admin.get(path)).code).toBe(200)
    expect((await counted(['--yes'])).writes).toEqual([])
  })

  test('uninstall removes the guard first and says what stays', async () => {
    const { ran, writes } = await counted(['--uninstall'], { stdin: 'yes\n' })
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('valid until they expire')])
    const order = writes.map(write => /\/(\w+)\/[^/]+$/.exec(write)?.[1])
    expect([...new Set(order)]).toEqual([
      'validatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'rolebindings',
      'clusterrolebindings',
      'roles',
      'clusterroles',
      'serviceaccounts',
    ])
    for (const path of [ROLE, BINDING, GUARD]) expect((await admin.get(path)).code).toBe(404)
    expect((await admin.get('/api/v1/namespaces/apps')).code).toBe(200)
  })

  test('a token that somebody made before the guard existed has no rights after bootstrap', async () => {
    const accounts = '/api/v1/namespaces/countersign/serviceaccounts'
    await admin.created(accounts, { metadata: { name: 'countersign-apply' } })
    const made = await admin.post(`${accounts}/countersign-apply/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 86_400 },
    })
    const early = new ApiClient(plane.backend, { token: JSON.parse(made.text).status.token })
    const { ran } = await counted(['--yes'])
    expect(ran.stdout).toContain('is older than the guard; its existing tokens become invalid')
    const answer = await early.get('/api/v1/namespaces/countersign/configmaps')
    early.close()
    expect([ran.code, answer.code]).toEqual([0, 401])
  })

  test('a configuration with other owners than the given ones is refused', async () => {
    await bootstrap(['--export', '.'])
    workshop.edit('countersign.yaml', '{login: reviewer, id: 1002}', '{login: author, id: 6666}')
    const { ran, writes } = await counted(['--yes'])
    for (const path of ['countersign.yaml', 'CODEOWNERS', 'policies', '.github'])
      workshop.remove(path)
    expect([ran.code, writes]).toEqual([2, []])
    expect(ran.stderr).toContain(
      'got owner (id 1001), author (id 6666), expected owner (id 1001), reviewer (id 1002)',
    )
  })

  testWhole(
    'bootstrap --controller adds the rights of the controller and prints the helm command, and uninstall removes them',
    async () => {
      const role = `${RBAC}/namespaces/countersign/roles/${OWNER}-controller`
      const { ran } = await counted(['--controller', '--yes'])
      expect(ran.code).toBe(0)
      expect(ran.stdout).toContain(`  + Role countersign/${OWNER}-controller\n`)
      expect(ran.stdout).toContain(`  + ValidatingAdmissionPolicyBinding ${OWNER}-workloads\n`)
      expect(ran.stdout).toMatch(
        /helm upgrade --install countersign charts\/countersign --namespace countersign .*"trustedConfig":"sha256:[0-9a-f]{64}","manifests":\[\]\}'/,
      )
      expect((await admin.get(role)).code).toBe(200)
      const removed = await counted(['--uninstall', '--yes'])
      expect(removed.ran.stdout).toContain('helm uninstall countersign --namespace countersign\n')
      expect((await admin.get(role)).code).toBe(404)
    },
  )
})
