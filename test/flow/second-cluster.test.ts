// From a working cluster to a second one: one command proposes what is missing, one approval merges it. Then one kubeconfig with both
// contexts is enough for plan, apply, status and revoke. On embedded clusters, and on two real control planes.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { POLICY_TEXT } from '../../src/setup/repository/first-policy.ts'
import type { AccountState, RepositoryState } from '../github-double/state.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import { World } from '../github-double/world.ts'
import { ApiClient } from '../build/api-client.ts'
import { auditedCluster } from '../build/audited-cluster.ts'
import type { AuditedCluster } from '../build/audited-cluster.ts'
import { MAY_BOOTSTRAP } from '../build/github-run.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { kubeconfigOf } from '../build/reader/reader-kubeconfig.ts'
import { openedSecret } from '../build/sealed.ts'
import { Workshop } from '../build/workshop.ts'

const TOKEN = 'ghp_owner'
const WORKFLOW = '.github/workflows/countersign.yml'
/** The role of a cluster that has no roles of Kubernetes. */
const POLICY = POLICY_TEXT.replace('clusterRoles: [view]', 'clusterRoles: [config-reader]')
const JANE = `apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata: {name: jane}
spec:
  clusters: [prod, lab]
  commonName: jane
  subject: {organizations: [developers]}
  access: [{clusterRole: config-reader, namespaces: [apps]}]
`
const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles'

describe.each(GUARDED)('%s: a second cluster', kind => {
  const planes = new Map<string, AuditedCluster>()
  let world: World
  let owner: AccountState
  let reviewer: AccountState
  let repository: RepositoryState
  let github: GithubServer
  let env: Record<string, string> = {}
  const workshop = new Workshop()

  beforeAll(async () => {
    for (const name of ['prod', 'lab']) {
      const plane = await auditedCluster(kind)
      planes.set(name, plane)
      const admin = new ApiClient(plane.backend, plane.backend.admin)
      const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }]
      await admin.post(ROLES, { metadata: { name: 'config-reader' }, rules })
      admin.close()
    }
    world = new World({ now: new Date(Date.now() + 3_600_000) })
    world.addOrganization('acme')
    owner = world.addUser('owner', { id: 1001 })
    reviewer = world.addUser('reviewer', { id: 1002 })
    const files = { 'policies/people.yaml': POLICY, 'requests/people/.gitkeep': '' }
    repository = world.createRepository({ owner: 'acme', name: 'certs', creator: owner, files })
    world.addCollaborator(repository, reviewer, 'write')
    github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    github.tokens.set(TOKEN, { as: { account: owner.id }, permissions: MAY_BOOTSTRAP })
    env = { GITHUB_API_URL: (await github.start()).url, GITHUB_TOKEN: TOKEN }
    const backends = [...planes].map(([name, { backend }]) => [name, backend] as const)
    workshop.write('kubeconfig', kubeconfigOf(Object.fromEntries(backends)))
    workshop.write('policies/people.yaml', POLICY)
    const first = await countersign(
      'bootstrap',
      '--cluster=prod',
      '--owners=owner,reviewer',
      '--yes',
    )
    expect([first.code, first.stdout]).toEqual([0, expect.any(String)])
    approveAndMerge()
  })
  afterAll(async () => {
    workshop.end()
    await github?.stop()
    for (const plane of planes.values()) await plane.stop()
  })

  const countersign = (...args: readonly string[]) =>
    workshop.run([...args, ...(args[0] === 'bootstrap' ? ['--repository=acme/certs'] : [])], {
      env,
      ...(args[0] === 'bootstrap' ? {} : { folder: 'checkout' }),
    })
  /** The logins of both secrets, as contexts of one kubeconfig. */
  const kubeconfigOfApply = async (): Promise<string> => {
    const merged: Record<string, unknown[]> = { clusters: [], users: [], contexts: [] }
    for (const name of ['prod', 'lab']) {
      const variable = `KUBECONFIG_${name.toUpperCase()}`
      const own = parse((await openedSecret(repository, 'countersign', variable)) ?? '')
      merged['clusters']?.push({ ...own.clusters[0], name })
      merged['users']?.push({ ...own.users[0], name })
      merged['contexts']?.push({ name, context: { cluster: name, user: name } })
    }
    return JSON.stringify({
      kind: 'Config',
      apiVersion: 'v1',
      ...merged,
      'current-context': 'prod',
    })
  }
  const approveAndMerge = (): void => {
    const pull = repository.pullRequests.at(-1)!
    world.tick(1)
    world.review(pull, reviewer, 'APPROVED')
    world.tick(1)
    world.merge(pull, owner, 'squash')
    workshop.remove('checkout')
    workshop.remove('certs.git')
    world.exportTo(repository, join(workshop.folder, 'certs.git'))
    const clone = ['clone', '--quiet', 'certs.git', 'checkout']
    execFileSync('git', clone, { cwd: workshop.folder, stdio: 'ignore' })
  }
  const propose = (files: Readonly<Record<string, string>>): void => {
    const commit = world.commit({ repository, branch: 'main', author: owner, files })
    world.push({ actor: owner, repository, branch: 'work', commit })
    world.openPullRequest({ repository, actor: owner, branch: 'work' })
  }

  test('the server of another cluster is not taken for the new one', async () => {
    const { code, stderr } = await countersign('bootstrap', '--cluster=lab', '--yes')
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/lab would be https:\S+, which countersign\.yaml has as prod/),
    ])
    expect(repository.pullRequests).toHaveLength(1)
  })

  test('bootstrap sets up the new cluster and proposes what configuration and workflow lack', async () => {
    const args = ['bootstrap', '--cluster=lab', '--context=lab']
    const { code, stdout } = await countersign(...args, '--yes')
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('pull request from countersign-setup-lab created'),
    ])
    expect(stdout).toContain('  + secret KUBECONFIG_LAB of the environment countersign\n')
    expect(stdout).toMatch(/ {6}countersign\.yaml: \d+ more lines\n/)
    const again = await countersign(...args)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('nothing to do')])
    expect(repository.pullRequests).toHaveLength(2)
  })

  test('after one approval the cluster is in the configuration, and nothing else of it changed', async () => {
    const before = workshop.read('checkout/countersign.yaml')
    const workflow = workshop.read(`checkout/${WORKFLOW}`)
    approveAndMerge()
    const after = workshop.read('checkout/countersign.yaml')
    expect(Object.keys(parse(after).clusters)).toEqual(['lab', 'prod'])
    expect(after.replace(/^ {2}lab:\n(?: {4}.*\n)+/m, '')).toBe(before)
    expect(workshop.read(`checkout/${WORKFLOW}`)).toBe(
      workflow.replace(
        /( +)(KUBECONFIG_)PROD: .*\n/,
        (line, indent) => `${line}${indent}KUBECONFIG_LAB: \${{ secrets.KUBECONFIG_LAB }}\n`,
      ),
    )
    const { code, stdout, stderr } = await countersign('bootstrap', '--cluster=lab', '--yes')
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing to do')])
    // The folder has no configuration, and the current context is prod.
    expect(stderr).toMatch(
      /but countersign\.yaml of the default branch has lab at https:\S+: that is used/,
    )
  })

  test('doctor proves that each change since the trusted configuration was approved', async () => {
    const { stdout } = await countersign('doctor', '--repository=acme/certs')
    expect(stdout).toContain(
      `✓ files        trusted-config in ${WORKFLOW} is an earlier configuration, and by approved changes it leads to this one`,
    )
    const text = workshop.read(`checkout/${WORKFLOW}`)
    workshop.write(
      `checkout/${WORKFLOW}`,
      text.replace(/sha256:[0-9a-f]{64}/, `sha256:${'a'.repeat(64)}`),
    )
    const other = await countersign('doctor', '--repository=acme/certs')
    expect(other.stdout).toMatch(/✗ files .* is another configuration than this one: .*APPROVAL_/)
    workshop.write(`checkout/${WORKFLOW}`, text)
  })

  test('one kubeconfig with both contexts plans, applies, reports and revokes in each cluster', async () => {
    propose({ 'requests/people/jane.yaml': JANE })
    approveAndMerge()
    const pull = ['apply', '--prove', '--repository=acme/certs', '--cluster=prod', '-o', 'json']
    const trusting = (digest: string) => countersign(...pull, `--trusted-config=sha256:${digest}`)
    const untrusted = await trusting('0'.repeat(64))
    const [, digest = ''] = /--trusted-config sha256:(\w+)/.exec(untrusted.stdout) ?? []
    const first = JSON.parse((await trusting(digest)).stdout)
    expect(first.outcomes).toMatchObject([{ cluster: 'prod', kind: 'issued' }])
    const administrators = workshop.read('kubeconfig')
    workshop.write('kubeconfig', await kubeconfigOfApply())
    const steps = async (command: string) => {
      const { stdout } = await countersign(command, '-o', 'json')
      return JSON.parse(stdout).steps
    }
    expect(
      (await steps('plan')).map((each: { cluster: string }) => each.cluster).toSorted(),
    ).toEqual(['lab', 'prod'])
    const applied = await countersign('apply', '--yes')
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('1 of 1 · 1 done')])
    const status = await countersign('status')
    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/jane +lab .*stored/)])
    expect(status.stdout).toMatch(/jane +prod .*stored/)
    workshop.write('kubeconfig', administrators)
    const revoked = await countersign('revoke', 'jane', '--yes')
    expect(revoked.code).toBe(0)
    const ended = await countersign('status')
    expect(ended.stdout).toMatch(/jane +lab .*revoked/)
    expect(ended.stdout).toMatch(/jane +prod .*revoked/)
    await planes.get('lab')?.stop()
    planes.delete('lab')
    const silent = await countersign('revoke', 'jane', '--yes')
    expect([silent.code, silent.stdout]).toEqual([
      1,
      expect.stringMatching(/jane in prod[^]*✗ {2}not asked +lab +CLUSTER_UNREACHABLE /),
    ])
  })
})
