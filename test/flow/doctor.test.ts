// doctor at the command line: good settings are reported, and each bad one with the text that fixes it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { GithubServer } from '../github-double/server/github-server.ts'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { World } from '../github-double/world.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import { startSettings } from '../build/settings-server.ts'
import type { SettingsServer } from '../build/settings-server.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
const TOKEN = 'ghs_workflow'

describe('doctor', () => {
  let workshop: Workshop
  let cluster: SandboxCluster
  let github: GithubServer
  let front: SettingsServer

  beforeAll(async () => {
    workshop = new Workshop()
    cluster = await startSandboxCluster({ authorities: 'two' })
    workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
    const ran = await workshop.run([
      'init',
      '--cluster=prod',
      '--repository=acme/certs',
      '--owners=owner=1,reviewer=3',
    ])
    if (ran.code !== 0) throw new Error(ran.stderr)
    const world = new World()
    world.addOrganization('acme')
    const owner = world.addUser('owner', { id: 1 })
    const reviewer = world.addUser('reviewer', { id: 3 })
    const files = Object.fromEntries(
      [
        'countersign.yaml',
        'policies/people.yaml',
        'CODEOWNERS',
        '.github/workflows/countersign.yml',
      ].map(path => [path, workshop.read(path)]),
    )
    const repository = world.createRepository({
      owner: 'acme',
      name: 'certs',
      creator: owner,
      files,
    })
    world.addCollaborator(repository, reviewer, 'write')
    world.tick(60)
    github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
    github.tokens.set(TOKEN, { as: { app: 'workflow' }, permissions })
    front = await startSettings((await github.start()).url)
  })
  afterAll(async () => {
    await front?.close()
    await github?.stop()
    await cluster?.close()
    workshop?.end()
  })

  const run = (...more: readonly string[]): Promise<Ran> =>
    workshop.run(['doctor', '--repository', 'acme/certs', ...more], {
      env: { GITHUB_API_URL: front.url, GITHUB_TOKEN: TOKEN },
    })
  const lines = ({ stdout }: Ran, area: string): readonly string[] =>
    stdout.split('\n').filter(line => line.slice(2).startsWith(area))

  describe('GitHub', () => {
    let before: SettingsServer['settings']
    beforeAll(() => {
      before = { ...front.settings }
    })
    afterEach(() => {
      Object.assign(front.settings, before)
      front.settings.repositorySecrets.clear()
      front.settings.environmentSecrets.add('KUBECONFIG_PROD')
    })

    test('doctor reports complete settings as good', async () => {
      const ran = await run()
      expect(lines(ran, 'GitHub')).toEqual([
        '✓ GitHub       the token may read acme/certs and its pull requests',
        '✓ GitHub       the moves of main can be read',
        '✓ GitHub       environment "countersign" deploys from main only',
        '✓ GitHub       KUBECONFIG_PROD is a secret of the environment "countersign", and not of the repository',
        '✓ GitHub       main takes reviewed pull requests only, and no force push',
        '✓ GitHub       pull requests are up to date when they are merged',
        '✓ GitHub       CODEOWNERS gives configuration and policies to their owners',
        '✓ GitHub       2 people have the login and id of countersign.yaml',
      ])
      expect(lines(ran, 'files')).toEqual([
        '✓ files        trusted-config in .github/workflows/countersign.yml is this configuration',
      ])
    })

    test('doctor reports a credential that every branch can read', async () => {
      front.settings.repositorySecrets.add('KUBECONFIG_PROD')
      const ran = await run()
      expect([ran.code, ran.stdout]).toEqual([
        1,
        expect.stringMatching(
          /✗ GitHub {7}KUBECONFIG_PROD is a secret of the repository: .*\n {15}gh secret delete KUBECONFIG_PROD --repo acme\/certs/,
        ),
      ])
    })

    test('doctor reports a wrong token once, and still checks the clusters', async () => {
      const ran = await workshop.run(['doctor', '--repository', 'acme/certs'], {
        env: { GITHUB_API_URL: front.url, GITHUB_TOKEN: 'ghs_wrong' },
      })
      expect(lines(ran, 'GitHub')).toEqual([
        expect.stringContaining('GitHub does not accept the token (401) (GITHUB_UNAUTHORIZED)'),
      ])
      expect(ran.stdout).toContain('A classic token needs the scope repo')
      expect(ran.stdout).not.toContain('in a workflow')
      expect(lines(ran, 'prod').length).toBeGreaterThan(2)
    })
  })

  describe('a cluster', () => {
    test('doctor reports a missing guard', async () => {
      const ran = await run()
      expect(ran.stdout).toMatch(/✓ prod {9}reachable, v1\.\d+\.\d+, clocks \d\.\d s apart/)
      expect(ran.stdout).toContain(
        '✗ prod         the admission guard is not installed, so others can approve requests and write records',
      )
      expect(ran.code).toBe(1)
    })

    test('doctor reports a missing namespace until it exists', async () => {
      const missing = '✗ prod         there is no namespace apps\n'
      const rights = 'secrets in apps'
      const before = (await run()).stdout
      expect([before.includes(missing), before.includes(rights)]).toEqual([true, false])
      expect(before).toContain('kubectl create namespace apps')
      const metadata = { name: 'apps' }
      cluster.objects.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
      const after = (await run()).stdout
      expect([after.includes(missing), after.includes(rights)]).toEqual([false, true])
    })

    test('doctor reports an unreachable cluster once', async () => {
      const kept = workshop.read('kubeconfig')
      workshop.write('kubeconfig', kept.replace(/server: .*/, 'server: https://127.0.0.1:1'))
      const ran = await run()
      workshop.write('kubeconfig', kept)
      expect(lines(ran, 'prod')).toHaveLength(1)
    })
  })

  test('doctor fails for placeholders in the configuration, then in the workflow, with file and line', async () => {
    const fresh = new Workshop()
    try {
      await fresh.run(['init', '--cluster=prod', '--repository=acme/certs'])
      const open = await fresh.run(['doctor'])
      expect([open.code, open.stdout]).toEqual([
        1,
        expect.stringMatching(/countersign\.yaml:\d+:\d+ .* must be a number \(got FILL-IN\)/),
      ])
      const path = '.github/workflows/countersign.yml'
      const zeros = fresh.read(path).replaceAll(/@v[\d.]+$/gm, `@${'0'.repeat(40)}`)
      for (const name of ['countersign.yaml', 'policies/people.yaml'])
        fresh.write(name, workshop.read(name))
      fresh.write(path, zeros.replace(/trusted-config: \S+/, 'trusted-config:'))
      const ran = await fresh.run(['doctor'])
      expect([ran.code, lines(ran, 'files')]).toEqual([
        1,
        [
          expect.stringMatching(/countersign\.yml:\d+ pins countersign to zeros/),
          expect.stringMatching(/countersign\.yml:\d+ pins countersign to zeros/),
          expect.stringMatching(/countersign\.yml:\d+ does not say which configuration is trusted/),
          expect.stringMatching(/CODEOWNERS:2 is not filled in/),
        ],
      ])
      fresh.write('CODEOWNERS', workshop.read('CODEOWNERS'))
      const again = await fresh.run(['doctor'])
      const pin = /uses: (countersign\/countersign@\S+)/.exec(again.stdout)?.[1] ?? ''
      const digest = /trusted-config: sha256:\w+/.exec(again.stdout)?.[0] ?? ''
      const pasted = fresh.read(path).replaceAll(/countersign\/countersign@0+/g, pin)
      fresh.write(path, pasted.replace('trusted-config:', digest))
      expect(lines(await fresh.run(['doctor']), 'files')).toEqual([
        '✓ files        trusted-config in .github/workflows/countersign.yml is this configuration',
      ])
    } finally {
      fresh.end()
    }
  })

  test('doctor without a token reports what it skipped, in JSON too', async () => {
    const ran = await workshop.run(['doctor', '-o', 'json'])
    const { findings } = JSON.parse(ran.stdout)
    expect(findings).toContainEqual({
      mark: 'unsure',
      area: 'GitHub',
      message: 'was not asked: there is no token',
      code: null,
      paste: 'export GITHUB_TOKEN="$(gh auth token)"',
    })
  })
})
