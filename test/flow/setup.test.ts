// The first twenty minutes at the command line: an empty repository becomes one that validates and plans, a person gets a request
// file and a key, and the objects to apply are printed.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import { World } from '../github-double/world.ts'
import { withoutGrantIds } from '../../src/domain/cluster/grant.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import { Workshop, rulesOf } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
const OWNERS = ['--owners', 'owner=1001,reviewer=1002']
const WRITTEN =
  'countersign.yaml  policies/people.yaml  CODEOWNERS  .github/workflows/countersign.yml'

const TRUST = `sha256:${'0'.repeat(64)}`

let cluster: SandboxCluster
let repository: Workshop
/** Outside of the repository, so that the home folder is not part of it. */
let home: Workshop

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['countersign', 'apps'] })
})
afterAll(() => cluster?.close())

beforeEach(() => {
  repository = new Workshop()
  home = new Workshop()
  home.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  git('init', '--quiet', '--initial-branch', 'main')
  git('remote', 'add', 'origin', 'git@github.com:acme/certs.git')
})
afterEach(() => {
  repository.end()
  home.end()
})

function git(...args: readonly string[]): string {
  const as = ['-c', 'user.name=author', '-c', 'user.email=author@example.com']
  return execFileSync('git', [...as, ...args], {
    cwd: repository.folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: home.folder, GIT_CONFIG_NOSYSTEM: '1' },
  })
}

function commit(message: string): void {
  git('add', '.')
  git('commit', '--quiet', '--message', message)
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  repository.run(args, {
    env: { HOME: home.folder, KUBECONFIG: join(home.folder, 'kubeconfig'), ...env },
  })

interface WrittenConfig {
  readonly clusters: {
    readonly prod: {
      readonly certificateAuthorityData: string
      readonly signers: Readonly<Record<string, { readonly certificateAuthorityData: string }>>
    }
  }
}

describe('init', () => {
  test('init writes a repository that validates and plans, with its digest in the workflow', async () => {
    const made = await run(['init', '--cluster', 'prod', ...OWNERS])
    expect([made.code, made.stdout.split('\n')[0]]).toEqual([0, `wrote ${WRITTEN}`])
    expect(made.stdout).toContain('repos/acme/certs/rulesets')
    const validated = await run(['validate'])
    expect([validated.code, validated.stdout]).toEqual([
      0,
      'OK: 0 requests, 1 policy, 1 configuration\n',
    ])
    commit('countersign')
    const again = JSON.parse((await run(['init', '--cluster', 'prod', '-o', 'json'])).stdout)
    expect(again).toMatchObject({ written: [], missing: [] })
    expect(repository.read('.github/workflows/countersign.yml')).toContain(
      `trusted-config: ${again.trustedConfig}\n`,
    )
    const added = await run(['new', 'jane', '--group', 'developers', '--duration', '24h'])
    expect(added.code).toBe(0)
    const planned = await run(['plan', '--base', 'HEAD'])
    expect([planned.code, planned.stdout]).toEqual([
      0,
      expect.stringMatching(
        /\+ {2}jane {2}issue .*CN=jane, O=developers · 24h .* Secret apps\/jane-tls/,
      ),
    ])
  })

  test('new writes a lifetime in days as hours and an end in hours as a time, and names the longest that the policy allows', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    const added = await run(['new', 'jane', '--group', 'developers', '--duration', '2d'])
    expect([added.code, repository.read('requests/people/jane.yaml')]).toEqual([
      0,
      expect.stringContaining('duration: 48h\n'),
    ])
    await run(['new', 'anna', '--group', 'developers', '--until', '4h'])
    const [, until = ''] =
      /until: "?([^"\s]+)/.exec(repository.read('requests/people/anna.yaml')) ?? []
    expect(Date.parse(until) / 3_600_000).toBeCloseTo(Date.now() / 3_600_000 + 4, 1)
    const long = await run(['new', 'mark', '--group', 'developers', '--duration', '30d'])
    expect(long.stdout).toContain('does not allow the duration 720h')
    expect(long.stdout).toContain('= it allows 168h and shorter')
  })

  test('plan --base counts each request that a changed default reissues, with the lifetime of then', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    for (const name of ['jane', 'kim']) await run(['new', name, '--group', 'developers'])
    commit('two')
    repository.edit('countersign.yaml', 'duration: 168h', 'duration: 96h')
    const { stdout } = await run(['plan', '--base', 'HEAD'])
    expect(stdout).toMatch(/± {2}jane {2}reissue/)
    expect(stdout).toContain('lifetime    96h')
    expect(stdout).toMatch(/\n2 to reissue\n$/)
  })

  test('plan --base names a cluster that leaves the configuration, and promises no withdrawal there', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    repository.edit('countersign.yaml', 'clusters:\n', 'clusters:\n  lab: {}\n')
    await run(['new', 'jane', '--group', 'developers', '--cluster', 'lab'])
    commit('lab')
    repository.remove('requests/people/jane.yaml')
    expect((await run(['plan', '--base', 'HEAD'])).stdout).toContain('1 to withdraw after')
    repository.edit('countersign.yaml', '  lab: {}\n', '')
    const { stdout } = await run(['plan', '--base', 'HEAD'])
    expect(stdout).toContain('cluster lab  allowed → absent')
    expect(stdout).toContain('stays, and no run looks there')
    expect(stdout).not.toContain('to withdraw')
  })

  test('init takes server, CA and signer CA from the cluster of the kubeconfig', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    const { clusters }: WrittenConfig = parse(repository.read('countersign.yaml'))
    const { prod } = clusters
    expect(prod).toMatchObject({ provider: 'other', server: cluster.server })
    const pem = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
    expect(pem(prod.certificateAuthorityData)).toBe(cluster.caPem)
    const [signer] = Object.values(prod.signers)
    expect(pem(signer?.certificateAuthorityData ?? '')).toContain('BEGIN CERTIFICATE')
  })

  test('init never overwrites an existing file', async () => {
    repository.write('policies/people.yaml', 'mine\n')
    repository.write('docs/CODEOWNERS', '* @somebody\n')
    repository.write('.github/workflows/countersign.yml', 'mine\n')
    const ran = await run(['init', '--cluster', 'prod', ...OWNERS])
    expect(ran.stdout).toContain('wrote countersign.yaml\n')
    expect(ran.stdout).toContain('policies/people.yaml exists and is not overwritten')
    expect(ran.stdout).toContain('give these paths to the owners in docs/CODEOWNERS')
    expect(ran.stdout).toMatch(/trusted-config: sha256:[0-9a-f]{64}/)
    expect(repository.read('policies/people.yaml')).toBe('mine\n')
    expect(repository.read('docs/CODEOWNERS')).toBe('* @somebody\n')
    expect(git('status', '--short')).not.toContain(' CODEOWNERS')
  })

  test('init a second time says that all files are unchanged', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    const again = await run(['init', '--cluster', 'prod', ...OWNERS])
    expect([again.code, again.stdout.split('\n')[0]]).toEqual([0, `unchanged: ${WRITTEN}`])
    expect(again.stdout).not.toContain('is not overwritten')
  })

  test('init refuses a cluster that the configuration lacks, with the command that adds it', async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    repository.remove('CODEOWNERS')
    const ran = await run(['init', '--cluster', 'lab', ...OWNERS])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('has no cluster "lab"')])
    expect(ran.stderr).toContain('countersign bootstrap --cluster lab')
    expect(git('status', '--short', '--untracked-files=all')).not.toContain('CODEOWNERS')
  })

  test('init prints no digest of a file with FILL-IN, and writes none into the workflow', async () => {
    for (const _ of ['first', 'second']) {
      const ran = await run(['init', '--cluster', 'prod', '--owners', 'owner'])
      expect(ran.code).toBe(0)
      expect(ran.stdout).toContain('is known only when\nevery FILL-IN is replaced')
      expect(ran.stdout).not.toContain('sha256:')
    }
    expect(repository.read('.github/workflows/countersign.yml')).not.toContain('sha256:')
    const shown = await run(['init', '--cluster', 'prod', '-o', 'json'])
    expect(JSON.parse(shown.stdout).trustedConfig).toBeNull()
  })

  test('an id that is not filled in is reported with the command that prints it', async () => {
    await run(['init', '--cluster', 'prod', '--owners', 'owner'])
    const { stdout } = await run(['validate'])
    expect(stdout).toContain('approval.configuration.users[0].id must be a number (got FILL-IN)')
    expect(stdout).toContain('run gh api users/owner --jq .id')
  })

  test('bootstrap --export writes the files of init to a folder', async () => {
    const ran = await run(['bootstrap', '--cluster', 'prod', '--export', 'out', ...OWNERS])
    expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([0, `wrote ${WRITTEN}`])
    const exported = WRITTEN.split('  ').map(path => repository.read(`out/${path}`))
    await run(['init', '--cluster', 'prod', ...OWNERS])
    expect(WRITTEN.split('  ').map(path => repository.read(path))).toEqual(exported)
  })

  test('bootstrap --pull exports a login in the cluster and a workflow that only plans', async () => {
    await run(['bootstrap', '--cluster', 'prod', '--pull', '--export', '.', ...OWNERS])
    expect(parse(repository.read('countersign.yaml')).clusters.prod.auth).toEqual({ inCluster: {} })
    const workflow = parse(repository.read('.github/workflows/countersign.yml'))
    expect(Object.keys(workflow.jobs)).toEqual(['plan'])
    expect((await run(['validate'])).code).toBe(0)
  })

  test('init without cluster and GitHub lists what to fill in, and every command fails until then', async () => {
    home.remove('kubeconfig')
    const ran = await run(['init', '--cluster', 'prod'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('fill in clusters.prod.server')
    expect(ran.stdout).toContain(
      'fill in approval.configuration.users, and the owners in CODEOWNERS',
    )
    commit('as it is')
    for (const command of [['validate'], ['plan', '--base', 'HEAD'], ['new', 'jane']]) {
      const refused = await run(command)
      expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('FILL-IN')])
    }
  })

  test('init looks up ids at GitHub with a token', async () => {
    const world = new World()
    world.addOrganization('acme')
    const owner = world.addUser('octo', { id: 77 })
    world.createRepository({ owner: 'acme', name: 'certs', creator: owner, files: {} })
    const github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    github.tokens.set('ghp_own', { as: { user: owner }, permissions: {} } as never)
    const { url } = await github.start()
    try {
      const env = { GITHUB_TOKEN: 'ghp_own', GITHUB_API_URL: url }
      await run(['init', '--cluster', 'prod', '--owners', 'octo,hubot=5'], env)
      const { approval } = parse(repository.read('countersign.yaml'))
      expect(approval.configuration.users).toEqual([
        { login: 'octo', id: 77 },
        { login: 'hubot', id: 5 },
      ])
    } finally {
      await github.stop()
    }
  })

  test.each([
    [['init'], /needs a name for the cluster/],
    [['init', '--cluster', 'Prod_1'], /is not a name for a cluster/],
    [['init', '--cluster', 'prod', '--owners', 'a b'], /is not a login/],
    [['bootstrap', '--cluster', 'prod', '--config', 'c.yaml'], /bootstrap takes no --config/],
    [['bootstrap', '--cluster', 'prod', '--export', '/proc/new'], /RUN_FILES .*cannot be written/],
    [
      ['bootstrap', '--cluster', 'prod', '--export', 'out', '--uninstall'],
      /--uninstall does not apply to it/,
    ],
    [['new', 'jane', '--repository', 'acme/certs'], /--repository needs --open/],
    [['new', 'jane', '--token-env', 'T'], /--token-env needs --open/],
    [['init', '--cluster', 'prod', '--repository', 'acme'], /is not the name of a repository/],
    [
      ['apply', '--prove', '--trusted-config', TRUST, '--comment', '--cluster', 'prod'],
      /a comment is about all clusters/,
    ],
    [
      ['bootstrap', '--cluster', 'prod', '--kubeconfig', 'gone'],
      /--kubeconfig gone cannot be used: .*no such file/,
    ],
    [
      ['bootstrap', '--cluster', 'prod', '--context', 'gone'],
      /--context gone cannot be used: [^]*it has: .+;/,
    ],
    [['bootstrap', '--cluster', 'prod', '--token-env', 'GONE'], /--token-env GONE: .* is not set/],
  ] as const)('%j is refused and writes nothing', async (args, message) => {
    const ran = await run(args)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(message)])
    expect(git('status', '--short')).toBe('')
  })
})

describe('new', () => {
  beforeEach(async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
    commit('countersign')
  })

  const key = (): string => join(home.folder, '.countersign/jane.key')

  test('new --own-key writes the key outside of the repository with mode 0600, and its request into the file', async () => {
    const ran = await run(['new', 'jane', '--own-key', '--group', 'developers'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(key())])
    expect(statSync(key()).mode & 0o777).toBe(0o600)
    expect(statSync(join(home.folder, '.countersign')).mode & 0o777).toBe(0o700)
    const { spec } = parse(repository.read('requests/people/jane.yaml'))
    const asked = execFileSync('openssl', ['req', '-noout', '-pubkey', '-subject', '-verify'], {
      input: spec.request,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const own = createPublicKey(createPrivateKey(readFileSync(key(), 'utf8')))
    expect(asked).toContain(own.export({ type: 'spki', format: 'pem' }).toString())
    expect(asked).toMatch(
      /O ?= ?developers ?\+ ?O ?= ?countersign:[a-z0-9-]+:9[a-z2-7]{19}, ?CN ?= ?jane/,
    )
    expect(own.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    const validated = await run(['validate'])
    expect([validated.code, validated.stdout]).toEqual([
      0,
      'OK: 1 request, 1 policy, 1 configuration\n',
    ])
    const planned = await run(['plan', '--base', 'HEAD'])
    expect(planned.stdout).toMatch(/\+ {2}jane {2}issue .* artifact jane/)
  })

  test('new never overwrites a key and then writes no request file', async () => {
    home.write('.countersign/jane.key', 'mine\n')
    const ran = await run(['new', 'jane', '--own-key'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('SINK_KEY_UNREADABLE')])
    expect(readFileSync(key(), 'utf8')).toBe('mine\n')
    expect(git('status', '--short')).toBe('')
  })

  test('new --rekey replaces the PKCS#10 request of the file and keeps the old key under another name', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    repository.edit('requests/people/jane.yaml', 'spec:\n', '# of Jane\nspec:\n  duration: 12h\n')
    commit('jane')
    const before = repository.read('requests/people/jane.yaml')
    const oldKey = readFileSync(key(), 'utf8')
    const ran = await run(['new', 'jane', '--own-key', '--rekey'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('a new key and a new grant group, and nothing else')])
    const after = repository.read('requests/people/jane.yaml')
    const around = (text: string): string =>
      withoutGrantIds(text.replace(/-----BEGIN[^]*REQUEST-----/, ''))
    expect(around(after)).toBe(around(before))
    const { request } = parse(after).spec
    const newKey = readFileSync(key(), 'utf8')
    const asked = execFileSync('openssl', ['req', '-noout', '-pubkey', '-subject', '-verify'], {
      input: request,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    expect(asked).toContain(createPublicKey(newKey).export({ type: 'spki', format: 'pem' }))
    expect(asked).toMatch(/O ?= ?developers ?\+ ?O ?= ?countersign:[a-z0-9-]+:9[a-z2-7]{19}, ?CN ?= ?jane/)
    expect(newKey).not.toBe(oldKey)
    expect(ran.stdout).toMatch(
      /\nto undo: git restore requests\/people\/jane\.yaml && mv (\S+jane\.key)\.until-\S+ \1\n/,
    )
    const names = readdirSync(join(home.folder, '.countersign'))
    expect(names.toSorted()).toEqual(['jane.key', expect.stringMatching(/^jane\.key\.until-20/)])
    for (const name of names)
      expect(statSync(join(home.folder, '.countersign', name)).mode & 0o777).toBe(0o600)
    const aside = names.find(name => name.includes('until')) ?? ''
    expect(readFileSync(join(home.folder, '.countersign', aside), 'utf8')).toBe(oldKey)
    expect(git('status', '--short')).toBe(' M requests/people/jane.yaml\n')
    expect((await run(['validate'])).code).toBe(0)
  }) // prettier-ignore

  test('new and new --rekey name the problem of a broken file of that name', async () => {
    repository.write('requests/people/jane.yaml', '')
    for (const more of [[], ['--rekey']]) {
      const ran = await run(['new', 'jane', '--own-key', ...more])
      expect(ran.code).not.toBe(0)
      expect(ran.stdout + ran.stderr).toContain('requests/people/jane.yaml:1:1  error: FILE_YAML')
    }
    expect(readdirSync(home.folder)).not.toContain('.countersign')
  })

  test('new --rekey of a file that was never committed prints commands that undo and commit it', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    const [before, oldKey] = [repository.read('requests/people/jane.yaml'), readFileSync(key(), 'utf8')]
    const shell = (line: string) =>
      execFileSync('sh', ['-ec', line], { cwd: repository.folder, env: { ...process.env, HOME: home.folder } })
    const [undo = ''] = /(?<=\nto undo: ).*/.exec((await run(['new', 'jane', '--own-key', '--rekey'])).stdout) ?? []
    shell(undo)
    expect([repository.read('requests/people/jane.yaml'), readFileSync(key(), 'utf8')]).toEqual([before, oldKey])
    const [next = ''] = /git switch.*(?= && gh pr)/.exec((await run(['new', 'jane', '--own-key', '--rekey'])).stdout) ?? []
    shell(`git config user.name author && git config user.email author@example.com && ${next}`)
    expect(git('status', '--short')).toBe('')
  }) // prettier-ignore

  test('new --rekey on another machine needs no old key', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    rmSync(key())
    const ran = await run(['new', 'jane', '--own-key', '--rekey'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('kubectl logs in again')])
    expect(readdirSync(join(home.folder, '.countersign'))).toEqual(['jane.key'])
    const other = join(home.folder, 'other.key')
    const moved = await run(['new', 'jane', '--own-key', '--rekey', '--key', other])
    expect(moved.stdout).toContain(
      `merged and applied: countersign kubeconfig jane --merge --key ${other}\n`,
    )
  })

  test('new of a request with a lost key names the command for a new key', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    rmSync(key())
    const other = join(home.folder, 'other.key')
    for (const [args, more] of [
      [[], ''],
      [['--own-key'], ''],
      [['--own-key', '--key', other], ` --key ${other}`],
      [['--own-key', '--open'], ' --open'],
    ] as const)
      expect((await run(['new', 'jane', ...args])).stderr).toContain(
        `for a new key: countersign new jane --own-key --rekey${more}\n`,
      )
  })

  test('new --rekey refuses other changes, unknown names and generated keys, and writes nothing', async () => {
    await run(['new', 'mark', '--group', 'developers'])
    commit('mark')
    for (const [args, says] of [
      [['jane', '--own-key', '--rekey'], 'no request is called jane'],
      [['mark', '--own-key', '--rekey'], 'has no key of a person'],
      [['mark', '--rekey'], 'add --own-key'],
      [['mark', '--own-key', '--rekey', '--group', 'admins'], 'cannot be combined with --group'],
    ] as const) {
      const ran = await run(['new', ...args])
      expect([ran.code === 0, ran.stdout + ran.stderr]).toEqual([false, expect.stringContaining(says)])
    }
    expect(git('status', '--short')).toBe('')
    expect(() => statSync(key())).toThrow(/ENOENT/)
  }) // prettier-ignore

  test('new --rekey refuses a request that is to be withdrawn', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    const path = 'requests/people/jane.yaml'
    repository.edit(path, 'spec:', 'spec:\n  withdraw: true')
    const ran = await run(['new', 'jane', '--own-key', '--rekey'])
    expect([ran.code === 0, ran.stdout + ran.stderr]).toEqual([
      false,
      expect.stringContaining(`${path} sets withdraw: true`),
    ])
  })

  test('an own key gets access as the hints say: the file is removed and written again with the same key', async () => {
    await run(['new', 'jane', '--own-key', '--group', 'developers'])
    const before = readFileSync(key(), 'utf8')
    const words = ['new', 'jane', '--own-key', '--group', 'developers', '--access', 'view@apps']
    const hint =
      'remove the file and write it again; an existing own key is used again: countersign new jane --own-key --group GROUPS --access ROLE@NAMESPACE'
    for (const more of [[], ['--rekey']])
      expect((await run([...words, ...more])).stderr).toContain(hint)
    expect((await run([...words, '--rekey'])).stderr).toContain(
      'first: countersign new jane --own-key --rekey\n',
    )
    repository.remove('requests/people/jane.yaml')
    expect(await run(words)).toMatchObject({ code: 0 })
    expect(readFileSync(key(), 'utf8')).toBe(before)
    expect(repository.read('requests/people/jane.yaml')).toContain('access:')
    expect((await run(['validate'])).code).toBe(0)
  })

  test.each([
    ['in the repository', 'jane.key'],
    ['in a new folder of the repository', 'keys/deep/jane.key'],
    ['in the repository by a path outside of it', '../x/../{repository}/jane.key'],
  ])('new refuses a key %s', async (_title, place) => {
    const path = place.replace('{repository}', repository.folder.split('/').at(-1) ?? '')
    const ran = await run(['new', 'jane', '--own-key', '--key', path])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is inside the repository')])
    expect(git('status', '--short')).toBe('')
  })

  test('new refuses a key behind a link into the repository', async () => {
    execFileSync('ln', ['-s', repository.folder, join(home.folder, 'link')])
    const ran = await run(['new', 'jane', '--own-key', '--key', join(home.folder, 'link/jane.key')])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is inside the repository')])
  })

  test('new reports what a policy denies and writes neither file nor key', async () => {
    const ran = await run(['new', 'jane', '--own-key', '--group', 'admins'])
    expect([ran.code, ran.stdout]).toEqual([
      1,
      expect.stringMatching(/requests\/people\/jane.yaml:7:29 {2}error: POLICY_VALUE/),
    ])
    expect(git('status', '--short')).toBe('')
    expect(() => statSync(key())).toThrow(/ENOENT/)
  })

  test('a robot needs a policy first, and the draft of its file is one', async () => {
    const asked = ['new', 'ci', '--robot', '--group', 'deployers']
    const refused = await run(asked)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('wrote requests/robots/ci.yaml, which no policy allows yet:'),
    ])
    expect(refused.stdout).toContain('countersign policy draft requests/robots/ci.yaml')
    const draft = await run(['policy', 'draft', 'requests/robots/ci.yaml'])
    expect(draft.code).toBe(0)
    repository.write('policies/robots.yaml', draft.stdout)
    expect(await run(['validate'])).toMatchObject({ code: 0 })
    rmSync(join(repository.folder, 'requests/robots/ci.yaml'))
    expect(await run(asked)).toMatchObject({ code: 0 })
    const { code, stderr } = await run(['kubeconfig', 'ci'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is only in Secret apps/ci-tls')])
    expect(stderr).toContain('kubectl get secret ci-tls --namespace apps --output jsonpath=')
    expect(stderr).toContain('--secret apps/ci-tls --cluster prod --embed-key')
    expect(stderr).not.toContain('--own-key')
    expect(await run(['new', 'cd', '--robot', '--group', 'admins'])).toMatchObject({ code: 1 })
  })

  test('the draft of a policy for system:masters begins with a warning, which stderr has too', async () => {
    repository.write(
      'requests/robots/root.yaml',
      'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nspec: {commonName: root, subject: {organizations: [system:masters]}, signerName: example.com/a}\n',
    )
    const draft = await run(['policy', 'draft', 'requests/robots/root.yaml'])
    const warning = 'warning: the group system:masters bypasses RBAC'
    expect(draft.stdout).toMatch(new RegExp(`^# ${warning}`))
    expect(draft.stderr).toMatch(new RegExp(`^${warning}`))
  })

  test('no policy is drafted for usages that the signer never signs', async () => {
    const path = 'requests/robots/web.yaml'
    repository.write(
      path,
      'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nspec: {commonName: web, signerName: kubernetes.io/kube-apiserver-client, usages: [server auth]}\n',
    )
    const { code, stdout } = await run(['policy', 'draft', path])
    expect([code, stdout]).toEqual([1, expect.stringContaining('never signs "server auth"')])
    expect(stdout).not.toContain('CertificateRequestPolicy')
    rmSync(join(repository.folder, path))
  })

  test('a robot with a key of its own gets file and key before a policy, and the draft of the file is one', async () => {
    const refused = await run(['new', 'bot', '--robot', '--own-key'])
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/wrote requests\/robots\/bot.yaml with the private key .*bot.key/),
    ])
    const mistyped = await run(['kubeconfig', 'bto'])
    expect(mistyped.stderr).toContain('did you mean "bot"?')
    repository.write(
      'policies/robots.yaml',
      (await run(['policy', 'draft', 'requests/robots/bot.yaml'])).stdout,
    )
    expect(await run(['validate'])).toMatchObject({ code: 0 })
  })

  test('new --service writes DNS names into the folder of services', async () => {
    const defaults = `defaults:
- paths: ["requests/services/**"]
  spec: {signerName: example.com/serving, usages: [server auth], duration: 24h, namespace: apps}
`
    const signers = '    signers:\n'
    repository.edit('countersign.yaml', signers, `${signers}      example.com/serving: {}\n`)
    const unset = await run(['new', 'api', '--service', 'api.example.com'])
    expect(unset.stdout + unset.stderr).toContain('REQUEST_MEMBER_MISSING')
    const hint = 'set it in defaults of countersign.yaml with paths: ["requests/services/**"]'
    expect(unset.stdout + unset.stderr).toContain(hint)
    expect(unset.stdout + unset.stderr).not.toContain('validate -')
    expect(unset.stderr).toContain('a service needs defaults')
    repository.edit('countersign.yaml', 'defaults:\n', defaults)
    const asked = await run(['new', 'web', '--service', 'web.example.com'])
    expect(asked.stdout).toContain('POLICY_NONE_APPLIES')
    expect(parse(repository.read('requests/services/web.yaml'))).toMatchObject({
      metadata: { name: 'web' },
      spec: { dnsNames: ['web.example.com'] },
    })
    const both = await run(['new', 'web', '--service', 'web', '--robot'])
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_USAGE') })
  })

  test('new --service and --robot take from the policy that fits what no default has, in its folder', async () => {
    const signers = '    signers:\n'
    repository.edit('countersign.yaml', signers, `${signers}      example.com/serving: {}\n`)
    const policyOf = (name: string, ...spec: readonly string[]): string =>
      `apiVersion: countersign.dev/v1\nkind: CertificateRequestPolicy\nmetadata: {name: ${name}}\nspec:\n${spec.map(line => `  ${line}\n`).join('')}`
    const stored = 'sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]'
    repository.write(
      'policies/web.yaml',
      policyOf(
        'web',
        'selector: {paths: ["requests/web/**"], signerNames: [example.com/serving]}',
        'allowed: {dnsNames: {values: ["*.example.com"]}, usages: [server auth, client auth]}',
        'constraints: {maxDuration: 24h}',
        stored,
      ),
    )
    const made = await run(['new', 'web', '--service', 'web.example.com'])
    expect([made.code, made.stderr]).toEqual([
      0,
      'taken from the policy that allows it: signerName, usages, duration, sinks\n',
    ])
    expect(parse(repository.read('requests/web/web.yaml')).spec).toEqual({
      dnsNames: ['web.example.com'],
      signerName: 'example.com/serving',
      usages: ['server auth'],
      duration: '24h',
      sinks: [{ secret: { namespace: 'apps', name: 'web-tls' } }],
    })
    repository.write(
      'policies/robots.yaml',
      policyOf(
        'robots',
        'selector: {paths: ["requests/robots/**"]}',
        'allowed: {commonName: {value: "*"}, usages: [digital signature, client auth]}',
        stored,
        'access: [{clusterRoles: [edit, view], namespaces: [apps]}]',
      ),
    )
    const robot = await run(['new', 'ci', '--robot'])
    expect([robot.code, robot.stderr]).toEqual([
      0,
      `taken from the policy that allows it: access\n`,
    ])
    expect(parse(repository.read('requests/robots/ci.yaml')).spec).toEqual({
      commonName: 'ci',
      access: [{ clusterRole: 'view', namespaces: ['apps'] }],
    })
    expect((await run(['validate'])).code).toBe(0)
  })

  test('new --cluster writes the cluster into the file if it is not the default', async () => {
    repository.edit('countersign.yaml', 'clusters:\n', 'clusters:\n  lab: {provider: other}\n')
    const group = ['--group', 'developers']
    const lab = await run(['new', 'jane', '--own-key', ...group, '--cluster', 'lab'])
    expect([lab.code, lab.stderr]).toEqual([0, ''])
    expect(parse(repository.read('requests/people/jane.yaml')).spec.clusters).toEqual(['lab'])
    await run(['new', 'mark', ...group, '--cluster', 'prod'])
    expect(parse(repository.read('requests/people/mark.yaml')).spec).not.toHaveProperty('clusters')
  })

  test('new refuses a second file of the same name, and an existing file', async () => {
    repository.write(
      'requests/people/old.yaml',
      'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nmetadata: {name: jane}\nspec: {commonName: jane}\n',
    )
    const twice = await run(['new', 'jane'])
    expect([twice.code, twice.stdout]).toEqual([1, expect.stringContaining('PLAN_NAME_TWICE')])
    const there = await run(['new', 'old'])
    expect([there.code, there.stderr]).toEqual([2, expect.stringContaining('is not overwritten')])
  })

  test.each(['../jane', 'Jane', 'a'.repeat(53), '-jane'])('new refuses the name %j', async name => {
    const ran = await run(['new', '--', name])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('is not a valid request name'),
    ])
  })
})

describe('manifests', () => {
  beforeEach(async () => {
    await run(['init', '--cluster', 'prod', ...OWNERS])
  })

  test('manifests identity prints the rights that apply needs', async () => {
    const printed = await run(['manifests', 'identity', '--cluster', 'prod', '--user', 'applier'])
    expect(printed.code).toBe(0)
    cluster.allow({ user: 'applier' }, rulesOf(printed.stdout))
    await run(['new', 'jane', '--group', 'developers'])
    home.useKubeconfig(cluster, cluster.clientFor('applier', []))
    const kubeconfig = readFileSync(join(home.folder, 'kubeconfig'), 'utf8')
    const applied = await run(['apply', '--yes'], { KUBECONFIG_PROD: kubeconfig })
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('1 of 1 · 1 done')])
  })

  test('manifests guard, identity and ruleset print valid objects', async () => {
    for (const what of ['identity', 'guard']) {
      const { code, stdout } = await run(['manifests', what])
      const objects = parseAllDocuments(stdout).map(one => one.toJS())
      expect(code).toBe(0)
      expect(
        objects.every(({ apiVersion, kind, metadata }) => apiVersion && kind && metadata.name),
      ).toBe(true)
    }
    const { stdout } = await run(['manifests', 'ruleset'])
    expect(JSON.parse(stdout)).toMatchObject({ target: 'branch', enforcement: 'active' })
  })

  test('manifests print the same objects with -o json: one, or a List that kubectl takes', async () => {
    for (const what of ['guard', 'identity']) {
      const yaml = parseAllDocuments((await run(['manifests', what])).stdout).map(each => each.toJS())
      const { stdout } = await run(['manifests', what, '-o', 'json'])
      expect(JSON.parse(stdout)).toEqual({ apiVersion: 'v1', kind: 'List', items: yaml })
    }
    const ruleset = await run(['manifests', 'ruleset', '-o', 'json'])
    expect(JSON.parse(ruleset.stdout)).toEqual(JSON.parse((await run(['manifests', 'ruleset'])).stdout))
  }) // prettier-ignore

  test('manifests rbac is refused if no request is readable', async () => {
    const empty = await run(['manifests', 'rbac'])
    expect([empty.code, empty.stdout]).toEqual([
      1,
      expect.stringMatching(/REQUEST_NONE[^]*for the cluster prod[^]*manifests identity/),
    ])
    repository.write('requests/people/jane.yaml', 'kind: odd\n')
    const broken = await run(['manifests', 'rbac'])
    expect([broken.code, broken.stdout]).toEqual([
      1,
      expect.stringMatching(/REQUEST_NONE[^]*requests\/people\/jane.yaml/),
    ])
    await run(['new', 'mark', '--group', 'developers'])
    const one = await run(['manifests', 'rbac'])
    expect([one.code, one.stderr]).toEqual([
      0,
      'warning: requests/people/jane.yaml is refused, so its rights are not printed\n',
    ])
    const approve = rulesOf(one.stdout).filter(({ resources }) => resources?.includes('signers'))
    expect(approve.map(({ resourceNames }) => resourceNames)).toEqual([
      ['kubernetes.io/kube-apiserver-client'],
    ])
  })

  test.each(['identity', 'guard', 'kubeconfig'])(
    'manifests %s is refused if a policy selects signers by a pattern that RBAC cannot express',
    async what => {
      const client = 'signerNames: [kubernetes.io/kube-apiserver-client'
      repository.edit('policies/people.yaml', client, `${client}, "example.com/t*"`)
      const ran = await run(['manifests', what])
      expect([ran.code, ran.stdout]).toEqual([
        1,
        expect.stringMatching(
          /policies\/people.yaml:\d+:\d+ {2}error: POLICY_SIGNER_PATTERN[^]*"example.com\/\*"/,
        ),
      ])
    },
  )

  test('manifests identity is refused if a policy is unreadable', async () => {
    repository.write('policies/other.yaml', 'kind: odd\n')
    const ran = await run(['manifests', 'identity'])
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('policies/other.yaml')])
  })

  test('manifests kubeconfig prints nothing to store for githubOidc', async () => {
    repository.edit(
      'countersign.yaml',
      'auth: {kubeconfig: {secretEnv: KUBECONFIG_PROD}}',
      'auth: {githubOidc: {audience: prod}}',
    )
    const ran = await run(['manifests', 'kubeconfig'])
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      0,
      '',
      expect.stringContaining('no kubeconfig needs to be stored'),
    ])
    const identity = await run(['manifests', 'identity'])
    expect(identity.stdout).toContain('name: github:countersign-apply')
  })
})
