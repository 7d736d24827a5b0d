// The port GithubSettings over sockets, and the findings of doctor: each wrong setting is reported with the text that fixes it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { githubSettings } from '../../../src/adapters/github/read/settings-reader.ts'
import type { Config } from '../../../src/domain/request/config.ts'
import type { Finding } from '../../../src/domain/cluster/finding.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { approverFindings, codeOwnersFindings } from '../../../src/workflows/doctor/owner-checks.ts'
import { readingFindings } from '../../../src/workflows/doctor/github-access-checks.ts'
import { settingsFindings } from '../../../src/workflows/doctor/github-settings-checks.ts'
import type { Rules } from '../../../src/workflows/validate/rules-in-force.ts'
import type { GithubSettings } from '../../../src/ports/github-settings.ts'
import { codeOwnersText } from '../../../src/setup/repository/code-owners-file.ts'
import { clusterConfig, config as plainConfig } from '../../build/effective.ts'
import { RULES, startSettings } from '../../build/settings-server.ts'
import type { SettingsServer } from '../../build/settings-server.ts'
import { PatientClock, TOKEN, host, scene } from './hosted.ts'
import type { Hosted, Scene } from './hosted.ts'

let at: Scene
let hosted: Hosted
let front: SettingsServer
let settings: GithubSettings
let before: SettingsServer['settings']

const OWNERS = [
  { login: 'owner', id: 1 },
  { login: 'reviewer', id: 3 },
]
const prod = clusterConfig({
  auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
})

function configured(approval: Partial<Config['approval']> = {}): Config {
  const config = plainConfig({ clusters: [prod] })
  const configuration = { required: 1, users: OWNERS, teams: [], codeOwners: false }
  return { ...config, approval: { ...config.approval, configuration, ...approval } }
}

const ruled = (config: Config): Rules => ({ config, policies: null })

beforeAll(async () => {
  at = scene()
  hosted = await host(at.world)
  front = await startSettings(hosted.url)
  before = { ...front.settings }
  settings = githubSettings(
    { apiUrl: front.url, token: new Secret(TOKEN), version: '0.0.0', repository: 'acme/certs' },
    new PatientClock(),
    () => 0.5,
  )
})
afterEach(() => {
  Object.assign(front.settings, before)
  front.settings.repositorySecrets.clear()
  front.settings.environmentSecrets.add('KUBECONFIG_PROD')
})
afterAll(async () => {
  await front?.close()
  await hosted?.close()
})

const question = {
  repository: 'acme/certs',
  environment: 'countersign',
  defaultBranch: 'main',
  clusters: [prod],
}
const shown = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ mark, message }) => `${mark}: ${message}`)
const look = async (): Promise<readonly Finding[]> => settingsFindings(settings, question)

test('the commands for another environment than the usual one ask for its name first', async () => {
  front.settings.environment = null
  const pasteOf = async (environment: string) =>
    (await settingsFindings(settings, { ...question, environment }))[0]?.paste
  expect(await pasteOf('prd')).toMatch(/^if --environment has the right name:\necho .*/)
  expect(await pasteOf('countersign')).toMatch(/^echo /)
})

/** Status checks instead of the merge queue. */
function withChecks(isStrict: boolean): readonly object[] {
  const parameters = {
    required_status_checks: [{ context: 'plan' }],
    strict_required_status_checks_policy: isStrict,
  }
  return [
    ...RULES.filter(rule => !JSON.stringify(rule).includes('merge_queue')),
    { type: 'required_status_checks', parameters },
  ]
}

describe('settings', () => {
  test('complete settings are reported as good', async () => {
    expect(shown(await look())).toEqual([
      'good: environment "countersign" deploys from main only',
      'good: KUBECONFIG_PROD is a secret of the environment "countersign", and not of the repository',
      'good: main takes reviewed pull requests only, and no force push',
      'good: pull requests are up to date when they are merged',
    ])
  })

  test.each([
    ['a missing environment', { environment: null }, 'bad: there is no environment "countersign"'],
    [
      'an environment for every branch',
      { environment: { branches: 'any' } },
      'bad: environment "countersign" deploys from every branch: all who may push a branch have the credential',
    ],
    [
      'an environment for protected branches',
      { environment: { branches: 'protected' } },
      'bad: environment "countersign" deploys from every protected branch, not from main alone',
    ],
    [
      'an environment for more branches',
      { environment: { branches: ['main', 'release/*'] } },
      'bad: environment "countersign" deploys from release/* as well',
    ],
    [
      'an environment for no branch',
      { environment: { branches: [] } },
      'bad: environment "countersign" deploys from no branch at all',
    ],
    [
      'a missing ruleset',
      { rules: [] },
      'bad: no ruleset of main requires a pull request, one approval, review by code owners, no force push, no deletion',
    ],
    [
      'a ruleset without one of its parts',
      { rules: RULES.filter(rule => !JSON.stringify(rule).includes('non_fast_forward')) },
      'bad: no ruleset of main requires no force push',
    ],
    [
      'a branch that accepts pull requests which are out of date',
      { rules: RULES.filter(rule => !JSON.stringify(rule).includes('merge_queue')) },
      'unsure: pull requests may be merged out of date: two approved changes of one file can then merge into unapproved text, and nothing is issued',
    ],
    [
      'a branch with status checks that are not strict',
      { rules: withChecks(false) },
      'unsure: pull requests may be merged out of date: two approved changes of one file can then merge into unapproved text, and nothing is issued',
    ],
    [
      'a branch with strict status checks',
      { rules: withChecks(true) },
      'good: pull requests are up to date when they are merged',
    ],
    [
      'a ruleset that keeps approvals after a push',
      {
        rules: RULES.map(rule =>
          JSON.parse(JSON.stringify(rule).replace('_on_push":true', '_on_push":false')),
        ),
      },
      'unsure: a push does not dismiss earlier approvals: GitHub can show a pull request as approved although countersign refuses it',
    ],
    [
      'a bypass actor',
      { bypass: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }] },
      'unsure: these can bypass the rulesets: RepositoryRole 5 (countersign)',
    ],
    [
      'a token that may not list secrets',
      { secretStatus: 403 },
      'unsure: where KUBECONFIG_PROD is kept cannot be seen with this token',
    ],
  ])('doctor reports %s', async (_title, change, line) => {
    Object.assign(front.settings, change)
    expect(shown(await look())).toContain(line)
  })

  test('a finding has the command that fixes it', async () => {
    front.settings.environment = null
    front.settings.rules = []
    front.settings.repositorySecrets.add('KUBECONFIG_PROD')
    const pastes = (await look()).map(({ paste }) => paste)
    expect(pastes).toEqual([
      expect.stringContaining('gh api -X PUT repos/acme/certs/environments/countersign --input -'),
      'gh secret delete KUBECONFIG_PROD --repo acme/certs',
      'countersign manifests ruleset | gh api -X POST repos/acme/certs/rulesets --input -',
      expect.stringContaining('Require branches to be up to date before merging'),
    ])
  })

  test('a missing credential is reported', async () => {
    front.settings.environmentSecrets.clear()
    expect(shown(await look())).toContain(
      'bad: KUBECONFIG_PROD is not in the environment "countersign"',
    )
  })
})

describe('CODEOWNERS', () => {
  const files = (text: string | null) => ({
    description: 'main',
    read: async (path: string) =>
      text === null || path !== 'CODEOWNERS'
        ? null
        : { path, bytes: Buffer.from(text), mode: '100644', blob: '', uncommitted: null },
    list: async () => [],
  })
  const findings = async (text: string | null) =>
    shown(await codeOwnersFindings(files(text), settings, 'acme/certs', ruled(configured())))

  test('the CODEOWNERS of init is good', async () => {
    expect(await findings(codeOwnersText(OWNERS))).toEqual([
      'good: CODEOWNERS gives configuration and policies to their owners',
    ])
  })

  test.each([
    [null, /^bad: the default branch has no CODEOWNERS/],
    ['* @owner\n/policies/\n', /^bad: CODEOWNERS gives policies\/people.yaml to nobody/],
    [
      '* @stranger\n',
      /^unsure: CODEOWNERS names @stranger, and countersign.yaml has no ids for them/,
    ],
    ['/policies/ <FILL-IN>\n', /^bad: .*is not an owner/],
  ])('the CODEOWNERS %j is reported', async (text, line) => {
    expect(await findings(text)).toEqual([expect.stringMatching(line)])
  })

  test('lines that GitHub ignores are reported', async () => {
    front.settings.codeOwnersErrors = [
      { path: 'CODEOWNERS', line: 3, column: 1, kind: 'Unknown owner', message: 'Unknown owner' },
    ]
    expect(await findings(codeOwnersText(OWNERS))).toEqual([
      'bad: CODEOWNERS:3 is ignored by GitHub: Unknown owner',
    ])
  })
})

describe('people', () => {
  const findings = async (approval: Partial<Config['approval']>) =>
    shown(await approverFindings(ruled(configured(approval)), settings, hosted.repository))
  const users = (...named: Config['people']) => ({
    configuration: { required: 1, users: named, teams: [], codeOwners: false },
  })

  test('people with the configured ids are good', async () => {
    expect(await findings({})).toEqual(['good: 2 people have the login and id of countersign.yaml'])
  })

  test('a login of another account is reported with the account that has the id', async () => {
    front.settings.accounts.set(99, 'renamed')
    const named = users(
      { login: 'owner', id: 1, name: '' },
      { login: 'reviewer', id: 99, name: '' },
    )
    expect(await findings(named)).toEqual(['bad: reviewer has the id 3; the id 99 is renamed'])
  })

  test('an unknown login is reported', async () => {
    const named = users(
      { login: 'owner', id: 1, name: '' },
      { login: 'nobody-here', id: 98, name: '' },
    )
    expect(await findings(named)).toEqual([
      'bad: nobody has the login nobody-here; no account has the id 98',
    ])
  })

  test('an approver without write access is reported', async () => {
    at.world.addUser('visitor', { id: 40 })
    const named = users({ login: 'owner', id: 1, name: '' }, { login: 'visitor', id: 40, name: '' })
    expect(await findings(named)).toEqual([
      'bad: visitor may not write here, so their approvals do not count',
    ])
  })

  test('one approver for one required approval is reported', async () => {
    const configuration = { required: 1, users: OWNERS.slice(0, 1), teams: [], codeOwners: false }
    expect(await findings({ configuration })).toContain(
      'unsure: approval.configuration asks for 1 of 1: a change by one of them cannot be approved',
    )
  })
})

describe('read access', () => {
  const findings = async (approval: Partial<Config['approval']>) => {
    const facts = await hosted.repository.facts()
    return shown(await readingFindings(hosted.repository, facts, ruled(configured(approval))))
  }

  test('readable pull requests and moves are reported', async () => {
    expect(await findings({})).toEqual([
      'good: the token may read acme/certs and its pull requests',
      'good: the moves of main can be read',
    ])
  })

  test('unreadable teams are reported', async () => {
    const teams = [{ slug: 'platform', id: 9 }]
    const requests = { required: 1, users: [], teams, codeOwners: false }
    expect(await findings({ requests })).toContain(
      'bad: cannot read the team platform: approvals by it cannot be proved',
    )
  })
})
