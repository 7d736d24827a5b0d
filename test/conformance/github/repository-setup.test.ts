// The GitHub half of bootstrap over sockets: what is planned for each state of a repository, what is written, and that a run that
// was cut off after any write is completed by the next one.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rows } from '../../build/extent.ts'
import { openRepositoryApi } from '../../../src/adapters/github/connection/repository-api.ts'
import { githubSettings } from '../../../src/adapters/github/read/settings-reader.ts'
import { githubAdministration } from '../../../src/adapters/github/write/repository-administration-client.ts'
import { githubSecrets } from '../../../src/adapters/github/write/environment-secrets.ts'
import { githubFileProposals } from '../../../src/adapters/github/write/file-proposal-client.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { SetupTask } from '../../../src/domain/cluster/setup-step.ts'
import { planRepository } from '../../../src/workflows/bootstrap/repository-setup.ts'
import type {
  RepositorySetupPorts,
  WantedRepository,
} from '../../../src/workflows/bootstrap/repository-step.ts'
import { MAY_BOOTSTRAP } from '../../build/github-run.ts'
import { failureOf } from '../../build/connected.ts'
import { openedSecret } from '../../build/sealed.ts'
import { createEnvironment } from '../../github-double/environments.ts'
import { found } from '../../github-double/refusal.ts'
import type { TokenGrant } from '../../github-double/server/tokens.ts'
import type { FileChanges } from '../../github-double/git/git-files.ts'
import { PatientClock, host, scene } from './hosted.ts'
import type { Hosted, Scene } from './hosted.ts'

const KUBECONFIG = 'kubeconfig of the service account'
const FILES = new Map([
  ['countersign.yaml', 'kind: Config\n'],
  ['policies/people.yaml', 'kind: CertificateRequestPolicy\n'],
  ['CODEOWNERS', '# owners\n/.github/ @owner\n/policies/ @owner\n'],
  [
    '.github/workflows/countersign.yml',
    `jobs:\n  - uses: countersign/countersign@${'a'.repeat(40)} # v0.2.0\n`,
  ],
])

let at: Scene
let hosted: Hosted
let clock: PatientClock

beforeEach(async () => {
  at = scene()
  clock = new PatientClock()
  pushed({ 'countersign.yaml': null })
  hosted = await host(at.world)
})
afterEach(async () => {
  await hosted.close()
  expect(hosted.server.problems).toEqual([])
  expect(hosted.server.unknownRoutes).toEqual([])
})

function pushed(files: FileChanges, branch = 'main'): void {
  const { world, repository, owner } = at
  const from = repository.branches.has(branch) ? branch : 'main'
  const commit = world.commit({ repository, branch: from, author: owner, files })
  world.push({ actor: owner, repository, branch, commit })
}

/** One attempt for each call, so that a cut connection ends the run. */
function portsAs(login: 'owner' | 'author', grant: Partial<TokenGrant> = {}): RepositorySetupPorts {
  const token = `ghp_${login}`
  const as = { account: at[login].id }
  hosted.server.tokens.set(token, { as, permissions: MAY_BOOTSTRAP, ...grant })
  const access = {
    apiUrl: hosted.url,
    token: new Secret(token),
    version: '0.0.0',
    repository: 'acme/certs',
  }
  const limits = { tries: 1 }
  const api = openRepositoryApi(access, clock, () => 0.5, limits)
  return {
    administration: githubAdministration(api),
    settings: githubSettings(access, clock, () => 0.5, limits),
    secrets: githubSecrets(access, clock, () => 0.5, limits),
    proposals: githubFileProposals(api),
    clock,
  }
}

const CREDENTIAL = {
  secretName: 'KUBECONFIG_PROD',
  create: async () => new Secret(KUBECONFIG),
  notBefore: null,
}

function wanted(changes: Partial<WantedRepository> = {}): WantedRepository {
  return {
    repository: 'acme/certs',
    defaultBranch: 'main',
    cluster: 'prod',
    environment: 'countersign',
    credential: CREDENTIAL,
    files: FILES,
    changed: new Map(),
    ...changes,
  }
}

const plan = (changes: Partial<WantedRepository> = {}, login: 'owner' | 'author' = 'owner') =>
  planRepository(portsAs(login), wanted(changes))

const done = async ({ run }: SetupTask): Promise<string | null> => (run === null ? null : run())

async function setUp(changes: Partial<WantedRepository> = {}): Promise<readonly (string | null)[]> {
  const ports = portsAs('owner')
  const said: (string | null)[] = []
  for (const step of await planRepository(ports, wanted(changes)))
    if (step.run !== null) said.push(await done(step))
  return said
}

const states = (steps: readonly SetupTask[]): readonly string[] =>
  steps.map(({ id, state }) => `${state} ${id}`)
const stepOf = (steps: readonly SetupTask[], kind: string): SetupTask =>
  found(
    steps.find(({ id }) => id.startsWith(`repository/${kind}/`)),
    kind,
  )
const writes = (): readonly string[] =>
  hosted.server.requests
    .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    .map(({ operation }) => operation ?? '')

const WRITES = [
  'PUT /repos/{owner}/{repo}/environments/{environment_name}',
  'POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
  'POST /repos/{owner}/{repo}/rulesets',
  'PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}',
  'POST /repos/{owner}/{repo}/git/trees',
  'POST /repos/{owner}/{repo}/git/commits',
  'POST /repos/{owner}/{repo}/git/refs',
  'POST /repos/{owner}/{repo}/pulls',
]
const IDS = [
  'repository/environment/countersign',
  'repository/ruleset/countersign',
  'repository/secret/countersign/KUBECONFIG_PROD',
  'repository/pull-request/countersign-setup',
]
const all = (state: string): readonly string[] => IDS.map(id => `${state} ${id}`)

async function expectWhole(): Promise<void> {
  const { world, repository } = at
  const { branches, policies } = found(repository.environments.get('countersign'), 'environment')
  expect([branches, policies.map(({ name, type }) => [name, type])]).toEqual([
    'custom',
    [['main', 'branch']],
  ])
  expect(await openedSecret(repository, 'countersign', 'KUBECONFIG_PROD')).toBe(KUBECONFIG)
  expect(repository.rulesets.map(({ name, enforcement }) => [name, enforcement])).toEqual([
    ['countersign', 'active'],
  ])
  const [pull, ...others] = repository.pullRequests
  expect(others).toEqual([])
  const shown = world.shownFilesOf(found(pull, 'the pull request')).map(({ path }) => path)
  expect(shown.toSorted()).toEqual([...FILES.keys()].toSorted())
}

describe('a repository with nothing', () => {
  test('everything is created, in the order of the plan, with one pull request of one commit', async () => {
    expect(states(await plan())).toEqual(all('create'))
    expect(writes()).toEqual([])
    const said = await setUp()
    expect(said).toEqual([null, null, null, `${hosted.url}/acme/certs/pull/1`])
    expect(writes()).toEqual(WRITES)
    await expectWhole()
    const [pull] = at.repository.pullRequests
    expect(at.world.commitsOf(found(pull, 'the pull request'))).toHaveLength(1)
  })

  test('a second run writes nothing and plans nothing', async () => {
    await setUp()
    hosted.server.forget()
    const steps = await plan()
    expect(states(steps)).toEqual(all('unchanged'))
    expect(stepOf(steps, 'pull-request').details).toEqual([`${hosted.url}/acme/certs/pull/1`])
    await setUp()
    expect(writes()).toEqual([])
  })

  test('after the merge nothing is left to do', async () => {
    await setUp()
    const [pull] = at.repository.pullRequests
    at.world.merge(found(pull, 'the pull request'), at.owner, 'merge')
    expect(states(await plan())).toEqual(all('unchanged'))
  })

  test.each(rows(WRITES, (_, index) => index % 4 === 3))(
    'a run that was cut off after %s is completed by the next one',
    async operation => {
      hosted.server.faults.push({ kind: 'reset', when: 'after', match: { operation } })
      expect(await failureOf(setUp(), [KUBECONFIG])).toMatchObject({ code: 'GITHUB_UNREACHABLE' })
      expect(hosted.server.faults.pending()).toEqual([])
      await setUp()
      await expectWhole()
      expect(states(await plan())).toEqual(all('unchanged'))
    },
  )

  test('two runs at once make one pull request', async () => {
    const [one, other] = await Promise.all([setUp(), setUp()])
    expect(one.at(-1)).toBe(`${hosted.url}/acme/certs/pull/1`)
    expect(other.at(-1) ?? one.at(-1)).toBe(one.at(-1))
    await expectWhole()
  })

  test('without an environment there is no credential', async () => {
    const nothing = { environment: null, credential: null }
    expect(states(await plan(nothing))).toEqual([all('create')[1], all('create')[3]])
  })

  test('the credential is not made for a plan', async () => {
    const create = async (): Promise<Secret<string>> => {
      throw new Error('it was made')
    }
    expect(states(await plan({ credential: { ...CREDENTIAL, create } }))).toEqual(all('create'))
  })
})

describe('the environment', () => {
  test.each([
    ['any', 'every branch deploys'],
    ['protected', 'every protected branch deploys'],
  ] as const)(
    'an environment for %s branch is limited, and keeps reviewers and waiting time',
    async (branches, detail) => {
      const { world, repository, reviewer } = at
      const environment = createEnvironment(world.state, repository, 'countersign')
      const guarded = {
        branches,
        waitTimer: 30,
        preventsSelfReview: true,
        reviewers: [reviewer.id],
      }
      Object.assign(environment, guarded)
      const step = stepOf(await plan(), 'environment')
      expect(step).toMatchObject({ state: 'change', details: [detail] })
      await done(step)
      expect(environment).toMatchObject({ ...guarded, branches: 'custom' })
      expect(environment.policies).toMatchObject([{ name: 'main', type: 'branch' }])
    },
  )

  test('other branches and tags are removed, and the environment itself is not written', async () => {
    const environment = createEnvironment(at.world.state, at.repository, 'countersign')
    environment.branches = 'custom'
    environment.policies.push(
      { id: 71, name: 'release/*', type: 'branch' },
      { id: 72, name: 'main', type: 'tag' },
    )
    const step = stepOf(await plan(), 'environment')
    expect(step).toMatchObject({
      state: 'change',
      details: ['main does not deploy', 'release/* deploys as well', 'tag main deploys as well'],
    })
    await done(step)
    expect(environment.policies).toMatchObject([{ name: 'main', type: 'branch' }])
    expect(writes()).not.toContain(WRITES[0])
  })
})

describe('the secret', () => {
  const DAY_MS = 86_400_000

  test.each([
    [59, 'unchanged', []],
    [60, 'change', ['written 60 days ago; its token is valid for 90 days']],
  ])('after %i days a secret is planned as %s', async (days, state, details) => {
    await setUp()
    const ports = portsAs('owner')
    const age = at.world.state.now.getTime() + days * DAY_MS - clock.now().getTime()
    await clock.sleep(age)
    const steps = await planRepository(ports, wanted())
    expect(stepOf(steps, 'secret')).toMatchObject({ state, details })
  })

  test('a secret of an earlier service account is written again', async () => {
    await setUp()
    const notBefore = at.world.state.now
    const before = { credential: { ...CREDENTIAL, notBefore } }
    expect(stepOf(await plan(before), 'secret').state).toBe('unchanged')
    const later = new Date(notBefore.getTime() + DAY_MS)
    const after = { credential: { ...CREDENTIAL, notBefore: later } }
    expect(stepOf(await plan(after), 'secret')).toMatchObject({
      state: 'change',
      details: [
        expect.stringMatching(
          /^written at 2026-01-05T\S+Z, before the service account was created at 2026-01-06T\S+Z$/,
        ),
      ],
    })
  })
})

describe('the ruleset', () => {
  const pullRequest = {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 2,
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: true,
      require_last_push_approval: true,
      required_review_thread_resolution: false,
    },
  }
  const rules = [{ type: 'deletion' }, { type: 'non_fast_forward' }, pullRequest]
  const written = { include: ['~DEFAULT_BRANCH'], exclude: [], bypassActors: [], rules }
  const complete = { requiredApprovals: 2, requiresCodeOwners: true, dismissesStale: true, written }

  test('another ruleset that asks for as much counts', async () => {
    at.world.addRuleset(at.repository, { name: 'main', ...complete })
    expect(stepOf(await plan(), 'ruleset').state).toBe('unchanged')
  })

  test('another ruleset that some may bypass does not count', async () => {
    const bypassActors = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }]
    at.world.addRuleset(at.repository, {
      name: 'main',
      ...complete,
      written: { ...written, bypassActors },
    })
    expect(stepOf(await plan(), 'ruleset').state).toBe('create')
  })

  test('another ruleset that keeps approvals after a push does not count', async () => {
    const dismiss_stale_reviews_on_push = false
    const parameters = { ...pullRequest.parameters, dismiss_stale_reviews_on_push }
    const weak = { ...written, rules: [...rules.slice(0, 2), { ...pullRequest, parameters }] }
    at.world.addRuleset(at.repository, { name: 'main', ...complete, written: weak })
    expect(stepOf(await plan(), 'ruleset').state).toBe('create')
  })

  test('a weaker ruleset of our name is changed, and what it asks for in addition stays', async () => {
    const linear = { type: 'required_linear_history' }
    const bypassActors = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }]
    const weak = { ...pullRequest, parameters: { ...pullRequest.parameters, require_code_owner_review: false } }
    at.world.addRuleset(at.repository, {
      name: 'countersign',
      written: { include: ['~ALL'], exclude: ['refs/heads/old'], bypassActors, rules: [rules[0] ?? linear, weak, linear] },
    })
    const step = stepOf(await plan(), 'ruleset')
    expect(step).toMatchObject({
      state: 'change',
      details: [
        'excludes refs/heads/old',
        '1 bypass actors',
        'the rule non_fast_forward is missing',
        'require_code_owner_review must be true',
      ],
    })
    await done(step)
    expect(at.repository.rulesets).toHaveLength(1)
    expect(at.repository.rulesets[0]?.written).toEqual({
      include: ['~DEFAULT_BRANCH', '~ALL'],
      exclude: [],
      bypassActors: [],
      rules: [...rules, linear],
    })
    expect(stepOf(await plan(), 'ruleset').state).toBe('unchanged')
  }) // prettier-ignore
})

describe('the pull request', () => {
  test('existing files stay, CODEOWNERS gets the lines that it lacks, and the workflow only its pin', async () => {
    const workflow = `# ours\njobs:\n  - uses: countersign/countersign@${'0'.repeat(40)} # v0.1.0\n`
    pushed({
      'countersign.yaml': 'kind: Config # ours\n',
      '.github/CODEOWNERS': '* @reviewer\n/policies/ @reviewer',
      '.github/workflows/countersign.yml': workflow,
    })
    const step = stepOf(await plan(), 'pull-request')
    expect(step.details).toEqual([
      'policies/people.yaml',
      '.github/CODEOWNERS: 1 more line',
      '.github/workflows/countersign.yml: the pin of countersign',
    ])
    await done(step)
    const read = async (path: string): Promise<string | undefined> => {
      const { proposals } = portsAs('owner')
      const tip = found(await proposals.tip('countersign-setup'), 'the branch')
      return Buffer.from((await proposals.filesAt(tip.commit).read(path))?.bytes ?? []).toString()
    }
    expect(await read('countersign.yaml')).toBe('kind: Config # ours\n')
    expect(await read('.github/CODEOWNERS')).toBe(
      '* @reviewer\n/policies/ @reviewer\n/.github/ @owner\n',
    )
    expect(await read('.github/workflows/countersign.yml')).toBe(
      `# ours\njobs:\n  - uses: countersign/countersign@${'a'.repeat(40)} # v0.2.0\n`,
    )
  })

  test('other bytes move the branch forward, and the pull request stays the same', async () => {
    const [, , , url] = await setUp()
    pushed({ 'README.md': 'more\n' })
    const files = new Map([...FILES, ['countersign.yaml', 'kind: Config # second\n']])
    const step = stepOf(await plan({ files }), 'pull-request')
    expect(step.state).toBe('change')
    expect(await done(step)).toBe(url)
    expect(at.repository.pullRequests).toHaveLength(1)
    expect(states(await plan({ files }))).toEqual(all('unchanged'))
  })

  test('a branch that somebody else pushed to is not overwritten', async () => {
    await setUp()
    pushed({ 'countersign.yaml': 'kind: Config # theirs\n' }, 'countersign-setup')
    const tip = at.repository.branches.get('countersign-setup')
    const step = stepOf(await plan(), 'pull-request')
    expect(step).toMatchObject({
      state: 'blocked',
      details: [
        'the branch countersign-setup has commits that are not part of this proposal, and it is not overwritten',
      ],
      command: 'gh api -X DELETE repos/acme/certs/git/refs/heads/countersign-setup',
    })
    expect(await done(step)).toBeNull()
    expect(at.repository.branches.get('countersign-setup')).toBe(tip)
  })

  test('a branch of somebody else with the same bytes gets no pull request from us', async () => {
    pushed(Object.fromEntries(FILES), 'countersign-setup')
    expect(stepOf(await plan(), 'pull-request').state).toBe('blocked')
  })

  /** As anybody with write access can: one commit on each other, the last one with the mark of countersign. */
  async function forged(...states: readonly ReadonlyMap<string, string>[]): Promise<void> {
    const { proposals } = portsAs('author')
    const base = found(await proposals.tip('main'), 'main')
    let parent = base.commit
    for (const files of states) {
      const tree = await proposals.createTree(base.tree, files)
      const message = `Set up countersign\n\nCountersign-Tree: ${tree}\n`
      parent = await proposals.createCommit({ tree, parents: [parent], message })
    }
    await proposals.createBranch('countersign-setup', parent)
  }
  const openAsAuthor = () =>
    portsAs('author').proposals.createPullRequest({
      branch: 'countersign-setup',
      base: 'main',
      title: 'Set up countersign',
      body: '',
    })
  const EXTRA = new Map([...FILES, ['.github/workflows/other.yml', 'on: push\n']])

  test('a branch with our bytes and one more file gets no pull request from us', async () => {
    await forged(EXTRA)
    const step = stepOf(await plan(), 'pull-request')
    expect(step).toMatchObject({
      state: 'blocked',
      command: 'gh api -X DELETE repos/acme/certs/git/refs/heads/countersign-setup',
    })
    await setUp()
    expect(at.repository.pullRequests).toEqual([])
  })

  test('an open pull request with our bytes and one more file is not recommended', async () => {
    await forged(EXTRA)
    await openAsAuthor()
    expect(stepOf(await plan(), 'pull-request').state).toBe('blocked')
  })

  test('a file that one commit adds and the next one removes is not recommended', async () => {
    await forged(EXTRA, FILES)
    await openAsAuthor()
    expect(stepOf(await plan(), 'pull-request').state).toBe('blocked')
  })

  test('an open pull request with exactly our bytes counts, whoever pushed it', async () => {
    await forged(FILES)
    const pull = await openAsAuthor()
    expect(stepOf(await plan(), 'pull-request')).toMatchObject({
      state: 'unchanged',
      details: [pull?.url],
    })
  })

  test('a file that was renamed into the proposal counts as removed, so the branch is refused', async () => {
    const text = FILES.get('policies/people.yaml') ?? ''
    pushed({ 'policies/old.yaml': text })
    const files = { ...Object.fromEntries(FILES), 'policies/old.yaml': null }
    pushed(files, 'countersign-setup')
    await openAsAuthor()
    expect(stepOf(await plan(), 'pull-request').state).toBe('blocked')
  })

  test('a branch with more commits than one answer lists is refused', async () => {
    await forged(...Array.from({ length: 31 }, () => FILES))
    await openAsAuthor()
    expect(stepOf(await plan(), 'pull-request').state).toBe('blocked')
  })

  test('a push between look and write is not lost', async () => {
    await setUp()
    const files = new Map([...FILES, ['countersign.yaml', 'kind: Config # second\n']])
    const step = stepOf(await plan({ files }), 'pull-request')
    pushed({ 'countersign.yaml': 'kind: Config # theirs\n' }, 'countersign-setup')
    const tip = at.repository.branches.get('countersign-setup')
    expect(await failureOf(done(step))).toMatchObject({
      code: 'RUN_USAGE',
      message: expect.stringContaining('countersign-setup'),
    })
    expect(at.repository.branches.get('countersign-setup')).toBe(tip)
  })

  test('a tree can lack a file that its base has', async () => {
    const { proposals } = portsAs('author')
    const base = found(await proposals.tip('main'), 'main')
    const pathsOf = async (tree: string): Promise<readonly string[]> => {
      const commit = await proposals.createCommit({ tree, parents: [base.commit], message: 'm' })
      return ((await proposals.filesAt(commit).list('')) ?? []).map(({ path }) => path)
    }
    const added = await proposals.createTree(base.tree, new Map([['requests/jane.csr', 'x']]))
    expect(await pathsOf(added)).toContain('requests/jane.csr')
    const removed = await proposals.createTree(added, new Map([['requests/jane.csr', null]]))
    expect(await pathsOf(removed)).toEqual(await pathsOf(base.tree))
  })

  test('GitHub moves a branch to commits that contain the present one only', async () => {
    await setUp()
    const { proposals } = portsAs('owner')
    const main = found(await proposals.tip('main'), 'main')
    expect(await proposals.moveBranch('countersign-setup', main.commit)).toBe(false)
  })

  test('a branch whose pull request was merged is used again', async () => {
    await setUp()
    const [pull] = at.repository.pullRequests
    at.world.merge(found(pull, 'the pull request'), at.owner, 'merge')
    pushed({ 'countersign.yaml': null })
    expect(await setUp()).toEqual([`${hosted.url}/acme/certs/pull/2`])
    expect(states(await plan())).toEqual(all('unchanged'))
  })

  test('a repository without a commit gets the command that makes the first one', async () => {
    at.repository.branches.delete('main')
    const steps = await plan()
    expect(states(steps)).toEqual([...all('create').slice(0, 1), ...all('blocked').slice(1)])
    expect(stepOf(steps, 'pull-request')).toMatchObject({
      details: ['main has no commit'],
      command:
        'gh api -X PUT repos/acme/certs/contents/README.md -f message="First commit" -f content=IyBjZXJ0cwo=',
    })
    expect(stepOf(steps, 'ruleset').command).toBe(stepOf(steps, 'pull-request').command)
  })
})

describe('a token that may not', () => {
  test('someone who may only push gets the commands for an administrator, and may open the pull request', async () => {
    const steps = await plan({}, 'author')
    expect(states(steps)).toEqual([...all('blocked').slice(0, 3), ...all('create').slice(3)])
    expect(steps.map(({ command }) => command)).toEqual([
      expect.stringContaining('gh api -X PUT repos/acme/certs/environments/countersign --input -'),
      'countersign manifests ruleset | gh api -X POST repos/acme/certs/rulesets --input -',
      'countersign manifests kubeconfig --cluster prod | gh secret set KUBECONFIG_PROD --env countersign --repo acme/certs',
      null,
    ])
    expect(writes()).toEqual([])
  })

  test('the command for a weak ruleset changes that ruleset', async () => {
    const { id } = at.world.addRuleset(at.repository, { name: 'countersign' })
    expect(stepOf(await plan({}, 'author'), 'ruleset').command).toBe(
      `countersign manifests ruleset | gh api -X PUT repos/acme/certs/rulesets/${id} --input -`,
    )
  })

  test('someone who may only read gets the command that gives them the right to push', async () => {
    at.world.addCollaborator(at.repository, at.author, 'read')
    expect(stepOf(await plan({}, 'author'), 'pull-request')).toMatchObject({
      state: 'blocked',
      command: 'gh api -X PUT repos/acme/certs/collaborators/author -f permission=push',
    })
  })

  test('a secret that may not be looked at is blocked', async () => {
    createEnvironment(at.world.state, at.repository, 'countersign')
    hosted.server.faults.push({ kind: 'forbidden', match: { path: /secrets\/public-key/ } })
    expect(stepOf(await plan(), 'secret')).toMatchObject({
      state: 'blocked',
      details: [expect.stringContaining('the token lacks the permission (403)')],
    })
  })

  test('a secret that cannot be looked at because GitHub fails ends the plan', async () => {
    createEnvironment(at.world.state, at.repository, 'countersign')
    const match = { path: /secrets\/public-key/ }
    hosted.server.faults.push({ kind: 'serverError', status: 500, match, times: 10 })
    expect(await failureOf(plan())).toMatchObject({ code: 'GITHUB_UNAVAILABLE' })
  })

  test('a repository whose rulesets GitHub does not show is blocked', async () => {
    hosted.server.faults.push({ kind: 'forbidden', match: { path: /\/rulesets\?/ } })
    expect(stepOf(await plan(), 'ruleset')).toMatchObject({ state: 'blocked', command: null })
  })

  test('a classic token without the scope workflow gets the command that adds it', async () => {
    const planWith = async (scopes: readonly string[], files = FILES) => {
      const steps = await planRepository(portsAs('owner', { scopes }), wanted({ files }))
      const { state, command } = stepOf(steps, 'pull-request')
      return [state, command]
    }
    expect(await planWith(['repo'])).toEqual(['blocked', 'gh auth refresh --scopes workflow'])
    expect(await planWith(['repo', 'workflow'])).toEqual(['create', null])
    const others = new Map([...FILES].filter(([path]) => !path.startsWith('.github/')))
    expect(await planWith(['repo'], others)).toEqual(['create', null])
  })

  test('a token of an administrator without the permission administration says so', async () => {
    const ports = portsAs('owner', { permissions: { ...MAY_BOOTSTRAP, administration: 'none' } })
    const [step] = await planRepository(ports, wanted())
    const work = done(found(step, 'the environment'))
    expect(await failureOf(work)).toMatchObject({
      code: 'GITHUB_FORBIDDEN',
      hint: expect.stringContaining('the token needs administration: write'),
    })
  })

  test('an environment that may not be seen is blocked', async () => {
    createEnvironment(at.world.state, at.repository, 'countersign')
    hosted.server.faults.push({ kind: 'forbidden', match: { path: /environments\/countersign$/ } })
    expect(stepOf(await plan(), 'environment')).toMatchObject({
      state: 'blocked',
      details: ['the deployment branches cannot be read'],
    })
  })

  test('a write that GitHub refuses says which permissions the token needs', async () => {
    hosted.server.faults.push({ kind: 'forbidden', match: { path: /git\/trees$/, method: 'POST' } })
    const problem = await failureOf(setUp())
    expect(problem.code).toBe('GITHUB_FORBIDDEN')
    expect(problem.hint).toContain('contents: write and pull-requests: write')
    expect(at.repository.branches.has('countersign-setup')).toBe(false)
  })
})
