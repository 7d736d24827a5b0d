// What doctor says about a repository at a real Gitea server: each wrong setting is reported, and the pasted command repairs it.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { findingsOf } from '../../../src/domain/cluster/finding.ts'
import type { Finding } from '../../../src/domain/cluster/finding.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { approverFindings } from '../../../src/workflows/doctor/owner-checks.ts'
import { teamFindings } from '../../../src/workflows/doctor/github-access-checks.ts'
import {
  giteaMovesFindings,
  giteaRuleFindings,
  giteaTokenFindings,
} from '../../../src/workflows/doctor/gitea-checks.ts'
import type { Config } from '../../../src/domain/request/config.ts'
import type { Rules } from '../../../src/workflows/validate/rules-in-force.ts'
import { config as plainConfig } from '../../build/effective.ts'
import { rule } from '../../build/proof.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../../gitea/gitea-world.ts'

const SCOPES = ['read:repository', 'read:issue', 'read:user', 'read:organization']
const ALL = '/branch_protections'
const STRICT = {
  rule_name: 'main',
  required_approvals: 1,
  dismiss_stale_approvals: true,
  block_on_rejected_reviews: true,
  block_admin_merge_override: true,
}
const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('doctor at a Gitea server', () => {
  const gitea = giteaOfFile()
  const ids = new Map<string, number>()
  const proxies: Server[] = []
  let world: GiteaWorld

  beforeAll(async () => {
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    const made = { name: 'certs', private: true, default_branch: 'main' }
    await world.api(null, 'POST', '/orgs/acme/repos', made)
    for (const [login, permission] of [
      ['owner', 'admin'],
      ['reviewer', 'write'],
      ['colleague', 'read'],
      ['countersign', 'admin'],
    ] as const) {
      ids.set(login, await world.addUser(login))
      await world.at(null, 'PUT', `/collaborators/${login}`, { permission })
    }
    const author = signatureOf('owner')
    const start = await world.commit({ parents: [], files: { 'a.yaml': 'a\n' }, author })
    await world.push('owner', start, 'main')
  })
  afterEach(async () => {
    const rules = (await world.at(null, 'GET', ALL)) as readonly { rule_name: string }[]
    for (const { rule_name: name } of rules) await world.at(null, 'DELETE', `${ALL}/${name}`)
  })
  afterAll(() => {
    for (const proxy of proxies) proxy.close()
  })

  async function opened(login: string | null, scopes: readonly string[], url = world.server.url) {
    const token = new Secret(await world.token(login, scopes))
    const options = { url, token, version: '0', repository: 'acme/certs', folder: gitea.folder() }
    return giteaRepository(options, systemClock, () => 0.5, { tries: 1 })
  }
  const user = (login: string, id = ids.get(login) ?? 0) => ({ login, id })
  function configured(configuration = rule({ users: [user('owner'), user('reviewer')] })) {
    const config = plainConfig()
    return { ...config, approval: { ...config.approval, configuration, requests: rule({}) } }
  }
  const shown = (findings: readonly Finding[]) =>
    findings.map(({ mark, message }) => `${mark}: ${message}`)

  async function ruleFindings(config = configured()): Promise<readonly Finding[]> {
    const repository = await opened('countersign', SCOPES)
    return giteaRuleFindings(repository.settings(), await repository.facts(), config)
  }
  async function tokenFindings(login: string | null, scopes: readonly string[]) {
    const repository = await opened(login, scopes)
    const facts = await (await opened('countersign', SCOPES)).facts()
    return shown(await giteaTokenFindings(repository.settings(), facts))
  }
  const ruled = (config: Config): Rules => ({ config, policies: null })
  const movesFindings = async (url?: string): Promise<readonly Finding[]> =>
    findingsOf(async () => {
      const repository = await opened('countersign', SCOPES, url)
      const facts = await repository.facts()
      return giteaMovesFindings(repository, facts)
    })

  /** A server in front of this one that changes the answers of the API. Headers of Gitea other than `keeps` are dropped. */
  async function proxy(
    changes: (path: string, text: string) => string,
    keeps: readonly string[] = ['x-total-count'],
  ): Promise<string> {
    const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { url: path = '', method = 'GET' } = request
      const isApi = path.startsWith('/api/')
      const body = Buffer.concat(await request.toArray())
      const { host: _, connection: __, ...headers } = request.headers
      const answer = await fetch(`${world.server.url}${path}`, {
        method,
        headers: headers as Record<string, string>,
        ...(body.length === 0 ? {} : { body }),
      })
      for (const name of isApi ? keeps : ['content-type']) {
        const value = answer.headers.get(name)
        if (value !== null) response.setHeader(name, value)
      }
      const bytes = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status).end(isApi ? changes(path, bytes.toString()) : bytes)
    }
    const server = createServer((request, response) => void answerTo(request, response))
    proxies.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function paste(command: string | null): Promise<void> {
    const token = await world.token('owner', ['write:repository'])
    const env = { ...process.env, GITEA_SERVER_TOKEN: token }
    execFileSync('sh', ['-c', command ?? 'false'], { env, stdio: 'pipe' })
  }

  test('a branch without protection lacks everything, and the pasted command protects it', async () => {
    const [finding] = await ruleFindings()
    expect(shown(finding === undefined ? [] : [finding])).toEqual([
      'bad: the protection of main does not say: required approvals: 1, nobody may push, a push dismisses approvals, requested changes stop a merge, administrators cannot override it, no file is exempt, no file is frozen',
    ])
    await paste(finding?.paste ?? null)
    expect(shown(await ruleFindings())).toEqual([
      'good: main is protected: the server asks for approved pull requests',
    ])
  })

  test.each<[string, object]>([
    ['required approvals: 1', { required_approvals: 0 }],
    ['nobody may push', { enable_push: true }],
    [
      'nobody may push',
      { enable_push: true, enable_push_whitelist: true, push_whitelist_usernames: ['owner'] },
    ],
    ['a push dismisses approvals', { dismiss_stale_approvals: false }],
    ['requested changes stop a merge', { block_on_rejected_reviews: false }],
    ['administrators cannot override it', { block_admin_merge_override: false }],
    ['no file is exempt', { unprotected_file_patterns: '*.md' }],
    ['no file is frozen', { protected_file_patterns: 'countersign.yaml' }],
  ])(
    'a protection without "%s" is reported, and the pasted command repairs it',
    async (gap, weak) => {
      await world.at('owner', 'POST', ALL, { ...STRICT, ...weak })
      const [finding] = await ruleFindings()
      expect(finding?.message).toBe(`the protection of main does not say: ${gap}`)
      await paste(finding?.paste ?? null)
      expect(shown(await ruleFindings())).toEqual([
        'good: main is protected: the server asks for approved pull requests',
      ])
    },
  )

  test('a rule that covers the branch by a pattern counts', async () => {
    await world.at('owner', 'POST', ALL, { ...STRICT, rule_name: 'm*' })
    expect(shown(await ruleFindings())).toEqual([
      'good: main is protected: the server asks for approved pull requests',
    ])
  })

  test('a branch requires the approvals that every change needs, and keeps more', async () => {
    await world.at('owner', 'POST', ALL, STRICT)
    const users = [user('owner'), user('reviewer')]
    const both = { ...configured(), approval: { ...configured().approval } }
    const twice = rule({ required: 2, users })
    const strict = {
      ...both,
      approval: { ...both.approval, configuration: twice, requests: twice },
    }
    expect(shown(await ruleFindings(strict))).toEqual([
      'bad: the protection of main does not say: required approvals: 2',
    ])
    expect(shown(await ruleFindings(configured(twice)))).toMatchObject([/^good/])
    await world.at('owner', 'PATCH', `${ALL}/main`, { required_approvals: 3, enable_push: true })
    await paste((await ruleFindings())[0]?.paste ?? null)
    expect(await world.at('owner', 'GET', `${ALL}/main`)).toMatchObject({ required_approvals: 3 })
  })

  test('a branch and a rule with a slash in the name are found', async () => {
    const settings = (await opened('owner', ['write:repository'])).settings()
    await world.push('owner', (await world.tip('main')) ?? '', 'team/main')
    expect(await settings.ruleInForce('team/main')).toBeNull()
    await settings.protect('team/main', { required_approvals: 1 }, true)
    await settings.protect('team/main', { required_approvals: 2 }, false)
    expect(await settings.ruleInForce('team/main')).toMatchObject({
      rule_name: 'team/main',
      required_approvals: 2,
    })
  })

  test('an account that is no administrator does not see the protection', async () => {
    await world.at('owner', 'POST', ALL, STRICT)
    const repository = await opened('reviewer', SCOPES)
    const found = await giteaRuleFindings(
      repository.settings(),
      await repository.facts(),
      configured(),
    )
    expect(shown(found)).toEqual(['unsure: the protection of main cannot be read'])
  })

  test.each<[string, string | null, readonly string[], readonly string[]]>([
    [
      'the least scopes',
      'countersign',
      SCOPES,
      [
        'good: the token is of countersign, an administrator of acme/certs',
        'good: the token has the scopes that the controller needs, and no others',
      ],
    ],
    [
      'scopes for comments',
      'countersign',
      [...SCOPES, 'write:issue'],
      [
        'good: the token is of countersign, an administrator of acme/certs',
        'good: the token has the scopes that the controller needs, and no others',
      ],
    ],
    [
      'too few scopes',
      'countersign',
      ['read:repository', 'read:user'],
      [
        'good: the token is of countersign, an administrator of acme/certs',
        'bad: the token lacks read:issue, read:organization',
      ],
    ],
    [
      'too many scopes',
      'countersign',
      ['write:repository', 'read:issue', 'read:user', 'read:organization', 'write:package'],
      [
        'good: the token is of countersign, an administrator of acme/certs',
        'unsure: the controller does not need the scopes write:package, write:repository',
      ],
    ],
    [
      'all scopes',
      'reviewer',
      ['all'],
      [
        'bad: the token is of reviewer, who cannot see the rights of reviewers: no administrator of acme/certs',
        'unsure: the controller does not need the scopes read:admin',
      ],
    ],
    [
      'all scopes of an administrator of the server',
      null,
      ['all'],
      [
        'good: the token is of administrator, an administrator of acme/certs',
        'unsure: the controller does not need the scopes read:admin',
      ],
    ],
  ])('a token with %s is described', async (_, login, scopes, expected) => {
    expect(await tokenFindings(login, scopes)).toEqual(expected)
  })

  test('the moves of the default branch are known since its creation', async () => {
    expect(shown(await movesFindings())).toEqual([
      'good: the activity feed has the moves of main since its creation',
    ])
  })

  test('a feed without the first rows of the branch is reported', async () => {
    const without = await proxy((path, text) =>
      path.includes('/activities/feeds') ? text.replaceAll('heads/main', 'heads/other') : text,
    )
    expect(shown(await movesFindings(without))).toEqual([
      'unsure: the activity feed lacks the first moves of main, as where the server itself made the first commit: who pushed then is unknown',
    ])
  })

  test('a proxy that drops headers, an old server and a mirror are problems of their own', async () => {
    const dropping = await proxy((_, text) => text, [])
    expect(await movesFindings(dropping)).toMatchObject([
      {
        mark: 'bad',
        code: 'APPROVAL_API_INCOMPLETE',
        paste: 'let the proxy in front of Gitea pass this header',
      },
    ])
    const old = await proxy((path, text) => {
      return path.includes('/version') ? '{"version":"1.25.9"}' : text
    })
    expect(await movesFindings(old)).toMatchObject([
      {
        mark: 'bad',
        message: expect.stringContaining('has version 1.25.9'),
        paste: 'update the server',
      },
    ])
    const mirror = await proxy((_, text) => text.replace('"mirror":false', '"mirror":true'))
    const repository = await opened('countersign', SCOPES, mirror)
    const facts = await repository.facts()
    expect(shown(await giteaTokenFindings(repository.settings(), facts))).toContain(
      'bad: acme/certs is a mirror: its commits come from another server, so nothing is proved',
    )
  })

  test('merges by hand and an archived repository are problems', async () => {
    const set = (what: object) => world.at('owner', 'PATCH', '', what)
    const found = () => tokenFindings('countersign', SCOPES)
    await set({ has_pull_requests: true, allow_manual_merge: true })
    expect(await found()).toContain(
      'bad: acme/certs takes merges by hand: every merge counts as a push, and is refused',
    )
    await set({ has_pull_requests: true, allow_manual_merge: false, archived: true })
    const archived = await found()
    expect(archived.filter(line => line.startsWith('bad'))).toEqual([
      'bad: acme/certs is archived: nothing can be approved or merged, and its rules cannot change',
    ])
    await set({ archived: false })
  })

  test('approvers are looked up by login and id, and each has to be able to write', async () => {
    const repository = await opened('countersign', SCOPES)
    const look = async (...users: readonly ReturnType<typeof user>[]) =>
      shown(
        await approverFindings(
          ruled(configured(rule({ users }))),
          repository.settings(),
          repository,
        ),
      )
    expect(await look(user('owner'), user('reviewer'))).toEqual([
      'good: 2 people have the login and id of countersign.yaml',
    ])
    expect(await look(user('owner'), user('colleague'))).toEqual([
      'bad: colleague may not write here, so their approvals do not count',
    ])
    const [owner = 0] = [ids.get('owner')]
    expect(await look(user('reviewer', owner), user('owner'))).toEqual([
      `bad: reviewer has the id ${ids.get('reviewer')}; the id ${owner} is owner`,
    ])
    expect(await look(user('stranger', 9999), user('owner'))).toEqual([
      'bad: nobody has the login stranger; no account has the id 9999',
    ])
  })

  test('a team is readable only for an owner of the organization', async () => {
    const body = { name: 'platform', permission: 'write', units: ['repo.code'] }
    const { id } = (await world.api(null, 'POST', '/orgs/acme/teams', body)) as { id: number }
    const config = configured(rule({ teams: [{ slug: 'platform', id }] }))
    expect(await teamFindings(await opened('countersign', SCOPES), ruled(config))).toMatchObject([
      { mark: 'bad', code: 'APPROVAL_TEAM_UNREADABLE' },
    ])
    expect(shown(await teamFindings(await opened(null, SCOPES), ruled(config)))).toEqual([
      'good: 1 teams can be read',
    ])
  })
})
