// Set-up at a real Gitea server: bootstrap protects the branch and opens a pull request, doctor checks it, and new --open proposes a request.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
import { giteaOfFile, hasGitea } from '../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../gitea/gitea-world.ts'

const READS = ['read:repository', 'read:issue', 'read:user', 'read:organization']
const WRITES = ['write:repository', ...READS.slice(1)]
const PULLS = z.array(
  z.object({ number: z.number(), html_url: z.string(), head: z.object({ label: z.string() }) }),
)
const FILE = z.object({ content: z.string() })
const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('set-up at a Gitea server', () => {
  const gitea = giteaOfFile()
  let world: GiteaWorld
  let cluster: SandboxCluster
  let workshop: Workshop
  let digest = ''

  beforeAll(async () => {
    workshop = new Workshop()
    cluster = await startSandboxCluster({ authorities: 'two' })
    workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    const made = { name: 'certs', private: true, default_branch: 'main' }
    await world.api(null, 'POST', '/orgs/acme/repos', made)
    const rights = { owner: 'admin', author: 'write', reviewer: 'write', countersign: 'admin' }
    for (const [login, permission] of Object.entries(rights)) {
      await world.addUser(login)
      await world.at(null, 'PUT', `/collaborators/${login}`, { permission })
    }
  })
  afterAll(async () => {
    await cluster?.close()
    workshop?.end()
  })

  async function as(login: string, args: readonly string[], scopes = WRITES, folder = '.') {
    const token = await world.token(login, scopes)
    const env = { GITEA_SERVER_URL: world.server.url, GITEA_SERVER_TOKEN: token }
    const ran = await workshop.run(args, { env, folder })
    expect(ran.stdout + ran.stderr).not.toContain(token)
    return ran
  }
  const BOOTSTRAP = ['bootstrap', '--cluster', 'prod', '--repository', 'acme/certs']
  const OWNERS = ['--owners', 'owner,reviewer']
  const pulls = async (): Promise<z.output<typeof PULLS>> =>
    PULLS.parse(await world.at(null, 'GET', '/pulls?state=open'))
  const rules = () => world.at(null, 'GET', '/branch_protections')
  const lines = ({ stdout }: Ran, area: string): readonly string[] =>
    stdout.split('\n').filter(line => line.slice(2).startsWith(area))
  async function fileAt(path: string, ref: string): Promise<string> {
    const found = FILE.parse(await world.at(null, 'GET', `/contents/${path}?ref=${ref}`))
    return Buffer.from(found.content, 'base64').toString()
  }
  async function approveAndMerge(number: number): Promise<void> {
    await world.nextSecond()
    const body = { event: 'APPROVED', body: 'read' }
    await world.at('reviewer', 'POST', `/pulls/${number}/reviews`, body)
    const before = await world.newest('main')
    await world.merge('owner', number, 'merge')
    await world.recorded(world.repository, 'main', before)
  }

  test('an empty repository gets its first commit by the pasted command', async () => {
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--dry-run'])
    expect(ran).toMatchObject({ code: 1 })
    const command = /printf .*README\.md/.exec(ran.stdout)?.[0] ?? 'false'
    const token = await world.token('owner', WRITES)
    const env = { ...process.env, GITEA_SERVER_TOKEN: token }
    execFileSync('sh', ['-c', command], { env, stdio: 'pipe' })
    while ((await world.newest('main')) === 0) await world.nextSecond()
  })

  test('a dry run shows the plan and changes nothing', async () => {
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--dry-run'])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toContain('protection of main, approved pull requests only')
    expect(ran.stdout).toContain('pull request from countersign-setup')
    expect(ran.stdout).not.toContain('environment')
    expect(await rules()).toEqual([])
    expect(await pulls()).toEqual([])
  })

  test('a token without the right to write blocks the steps, and names the commands', async () => {
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--yes'], READS)
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.stdout).toMatch(/not of an administrator of the repository with write:repository/)
    expect(ran.stdout).toMatch(/curl -fsS .*branch_protections\/main/)
    expect(await rules()).toEqual([])
    expect(await pulls()).toEqual([])
  })

  test('bootstrap protects the branch, and opens one pull request with the files', async () => {
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--yes'])
    expect(ran).toMatchObject({ code: 0 })
    expect(await rules()).toMatchObject([
      { rule_name: 'main', enable_push: false, required_approvals: 1 },
    ])
    const [pull, ...others] = await pulls()
    expect(others).toEqual([])
    expect(ran.stdout).toContain(`merge the pull request: ${pull?.html_url}`)
    expect(ran.stdout).toContain(`git clone ${world.server.url}/acme/certs.git && cd certs`)
    digest = /sha256:[0-9a-f]{64}/.exec(ran.stdout)?.[0] ?? ''
    const config = parse(await fileAt('countersign.yaml', 'countersign-setup'))
    expect(config).toMatchObject({
      forge: { kind: 'gitea', url: world.server.url },
      clusters: { prod: { auth: { inCluster: {} } } },
    })
    expect(await fileAt('CODEOWNERS', 'countersign-setup')).toMatch(
      /^\/policies\/\.\* +@owner @reviewer$/m,
    )
    const files = z.array(z.object({ filename: z.string() }))
    const changed = files.parse(await world.at(null, 'GET', `/pulls/${pull?.number}/files`))
    expect(changed.map(({ filename }) => filename).toSorted()).toEqual([
      'CODEOWNERS',
      'countersign.yaml',
      'policies/people.yaml',
    ])
  })

  test('a second run changes nothing, and a changed branch of another person is not overwritten', async () => {
    const again = await as('owner', [...BOOTSTRAP, ...OWNERS, '--yes'])
    expect(again).toMatchObject({ code: 0 })
    expect(await pulls()).toHaveLength(1)
    await world.work.fetch(world.address(null))
    const tip = (await world.tip('countersign-setup')) ?? ''
    const files = { 'other.txt': 'x\n' }
    const made = await world.commit({ parents: [tip], files, author: signatureOf('author') })
    await world.push('author', made, 'countersign-setup')
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--yes'])
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.stdout).toContain('has commits that are not part of this proposal')
    await world.push('author', tip, 'countersign-setup', { isForced: true })
  })

  test('after review and merge, doctor reports no fault, and pull mode trusts the digest', async () => {
    await approveAndMerge((await pulls())[0]?.number ?? 0)
    const address = world.address('author')
    execFileSync('git', ['clone', '--quiet', address, join(workshop.folder, 'certs')])
    const ran = await as('countersign', ['doctor'], READS, 'certs')
    expect(lines(ran, 'Gitea')).toEqual([
      '✓ Gitea        the token is of countersign, an administrator of acme/certs',
      '✓ Gitea        the token has the scopes that the controller needs, and no others',
      expect.stringContaining('Gitea        the activity feed'),
      '✓ Gitea        main is protected: the server asks for approved pull requests',
      '✓ Gitea        2 people have the login and id of countersign.yaml',
    ])
    expect(lines(ran, 'GitHub')).toEqual([])
    const args = ['apply', '--prove', '--repository', 'acme/certs', '--trusted-config', digest]
    const applied = await as('countersign', args, READS, 'certs')
    expect(applied).toMatchObject({ code: 0 })
    expect(applied.stdout).toContain('nothing to issue, renew or withdraw')
  })

  test('new --open pushes the request and opens its pull request, once', async () => {
    const args = ['new', 'jane', '--own-key', '--key', '../jane.key', '--open']
    const ran = await as('author', args, WRITES, 'certs')
    expect(ran).toMatchObject({ code: 0 })
    const [pull] = await pulls()
    expect(pull?.head.label).toBe('countersign/jane')
    expect(ran.stdout).toContain(`opened pull request ${pull?.html_url}`)
    expect(await fileAt('requests/people/jane.yaml', 'countersign%2Fjane')).toBe(
      workshop.read('certs/requests/people/jane.yaml'),
    )
    const again = await as('author', args, WRITES, 'certs')
    expect(again.stdout).toContain(`unchanged pull request ${pull?.html_url}`)
    expect(await pulls()).toHaveLength(1)
  })

  test('an export writes the files, and prints the command that protects the branch', async () => {
    const ran = await as('owner', [...BOOTSTRAP, ...OWNERS, '--export', 'exported'])
    expect(ran).toMatchObject({ code: 0 })
    expect(workshop.read('exported/countersign.yaml')).toContain(`url: ${world.server.url}`)
    expect(ran.stdout).toMatch(/curl -fsS .*branch_protections\/main/)
    expect(ran.stdout).not.toMatch(/gh api|\.github/)
  })
})
