// The GitHub adapter when GitHub or the network fails: transient failures are retried, permanent ones end with a code, and
// missing data is never read as absent.
import { afterEach, describe, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import { CountersignError } from '../../../src/domain/problem.ts'
import { treeId } from '../../../src/adapters/github/read/git-trees.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { PlannedFault } from '../../github-double/server/faults.ts'
import type { Permissions } from '../../github-double/server/tokens.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { host, PatientClock, propose, scene, TOKEN } from './hosted.ts'
import type { Hosted, Hosting, Scene } from './hosted.ts'

type Repository = Hosted['repository']
type Question = (repository: Repository, at: Scene) => Promise<unknown>

let open: Hosted[] = []

afterEach(async () => {
  const ended = open
  open = []
  for (const { close } of ended) await close()
})

async function hosted(options: Hosting = {}) {
  const at = scene()
  propose(at, 'one')
  const made = await host(at.world, options)
  open.push(made)
  return { at, ...made }
}

async function failureOf(asked: Promise<unknown>): Promise<CountersignError> {
  try {
    await asked
  } catch (cause) {
    if (cause instanceof CountersignError) return cause
    throw cause
  }
  throw new Error('it did not fail')
}

const facts: Question = repository => repository.facts()
const rules: Question = repository => repository.branchRules()
const pulls: Question = repository => repository.pullRequests([1])
const links: Question = (repository, at) =>
  repository.pullRequestsOf([at.world.tipOf(at.repository, 'one')])
const history: Question = (repository, at) =>
  repository.ancestry([at.world.tipOf(at.repository, 'one')], ['requests'])
const files: Question = (repository, at) =>
  repository.filesAt(at.world.tipOf(at.repository)).list('requests')
const rights: Question = async (repository, { author: { id, login } }) => {
  const account = { id, login, type: 'User' as const }
  return (await repository.reviewerRights([account], [])).permission(account)
}

describe('transient failures', () => {
  test.each<[string, PlannedFault, Question, number]>([
    ['500', { kind: 'serverError', status: 500 }, facts, 1000],
    ['502', { kind: 'serverError', status: 502 }, facts, 1000],
    ['503', { kind: 'serverError', status: 503 }, rights, 1000],
    ['504', { kind: 'serverError', status: 504 }, rights, 1000],
    ['a connection cut before the answer', { kind: 'reset', when: 'before' }, facts, 1000],
    ['a connection cut after the work', { kind: 'reset', when: 'after' }, rights, 1000],
    ['an answer cut short', { kind: 'invalidJson' }, facts, 1000],
    ['a REST answer cut short', { kind: 'invalidJson' }, rights, 1000],
    ['a query that took too long', { kind: 'graphqlTimeout' }, facts, 1000],
    ['too many requests', { kind: 'tooManyRequests', retryAfterSeconds: 7 }, rights, 7500],
    ['a secondary limit', { kind: 'secondaryLimit', retryAfterSeconds: 60 }, facts, 60_500],
    ['the hourly limit', { kind: 'primaryLimit', resetInSeconds: 90 }, rights, 91_500],
    ['the hourly limit of GraphQL', { kind: 'primaryLimit', resetInSeconds: 90 }, facts, 91_500],
  ])('%s is retried after a pause', async (_, fault, question, waited) => {
    const well = await hosted()
    const expected = await question(well.repository, well.at)
    const { at, server, clock, repository } = await hosted()
    server.faults.push(fault)
    expect(await question(repository, at)).toEqual(expected)
    expect(clock.waits).toEqual([waited])
    const { rest, graphql } = repository.calls()
    expect(rest + graphql).toBe(2)
  })

  test('the pauses between retries double', async () => {
    const { at, server, clock, repository } = await hosted()
    server.faults.push({ kind: 'serverError', status: 503, times: 3 })
    await rights(repository, at)
    expect(clock.waits).toEqual([1000, 2000, 4000])
  })

  test('a query that times out twice is split into halves', async () => {
    const { at, server, clock, repository } = await hosted()
    const commit = at.world.tipOf(at.repository)
    const asked = Array.from({ length: 10 }, (_, number) => ({ commit, path: `n${number}` }))
    server.faults.push({ kind: 'graphqlTimeout', times: 2 })
    expect((await repository.blobsAt(asked))({ commit, path: 'n9' })).toBeNull()
    expect(clock.waits).toEqual([1000])
    expect(repository.calls().graphql).toBe(4)
  })
})

describe('writes', () => {
  const MAY_COMMENT: Permissions = { contents: 'read', pull_requests: 'write' }
  const MARKER = '<!-- countersign:test -->'
  const write = (repository: Repository): Promise<string> =>
    repository.comments().write(1, MARKER, `${MARKER} text`)

  test.each<[string, PlannedFault, number]>([
    ['the connection is cut after the work', { kind: 'reset', when: 'after' }, 1],
    ['the connection is cut before it', { kind: 'reset', when: 'before' }, 0],
    ['GitHub answers 502', { kind: 'serverError', status: 502 }, 0],
  ])('a write is not sent again if %s', async (_, fault, written) => {
    const { at, server, clock, repository } = await hosted({ permissions: MAY_COMMENT })
    server.faults.push({ ...fault, match: { method: 'POST', path: /comments$/ }, times: 9 })
    await failureOf(write(repository))
    expect(clock.waits).toEqual([])
    expect(at.repository.pullRequests[0]?.comments).toHaveLength(written)
  })

  test('a write that a rate limit stopped is sent again', async () => {
    const { at, server, repository } = await hosted({ permissions: MAY_COMMENT })
    const limit = { kind: 'secondaryLimit', retryAfterSeconds: 2 } as const
    server.faults.push({ ...limit, match: { method: 'POST', path: /comments$/ } })
    await write(repository)
    expect(at.repository.pullRequests[0]?.comments).toHaveLength(1)
  })
})

describe('permanent failures', () => {
  const LONG = { times: 99 }

  test.each<[string, PlannedFault, Question, string]>([
    [
      'a persistent 500',
      { kind: 'serverError', status: 500, ...LONG },
      facts,
      'GITHUB_UNAVAILABLE',
    ],
    ['a persistent 502', { kind: 'serverError', status: 502, ...LONG }, rights, 'GITHUB_TIMEOUT'],
    [
      'a series of cut connections',
      { kind: 'reset', when: 'before', ...LONG },
      facts,
      'GITHUB_UNREACHABLE',
    ],
    ['a series of answers cut short', { kind: 'invalidJson', ...LONG }, rights, 'GITHUB_ANSWER'],
    ['a series of slow queries', { kind: 'graphqlTimeout', ...LONG }, pulls, 'GITHUB_TIMEOUT'],
    [
      'a persistent secondary limit',
      { kind: 'secondaryLimit', retryAfterSeconds: 60, ...LONG },
      facts,
      'GITHUB_LIMIT',
    ],
    ['the hour', { kind: 'primaryLimit', resetInSeconds: 1800, ...LONG }, rights, 'GITHUB_LIMIT'],
    ['the hour', { kind: 'primaryLimit', resetInSeconds: 1800, ...LONG }, rules, 'GITHUB_LIMIT'],
    ['a refusal', { kind: 'forbidden' }, facts, 'GITHUB_FORBIDDEN'],
    ['an absence', { kind: 'notFound' }, facts, 'GITHUB_NOT_FOUND'],
    [
      'a field that is refused',
      { kind: 'graphqlField', field: 'PullRequest.reviews', type: 'FORBIDDEN', message: 'no' },
      pulls,
      'GITHUB_FORBIDDEN',
    ],
    [
      'a field that fails',
      { kind: 'graphqlField', field: 'PullRequest.reviews', type: 'INTERNAL', message: 'no' },
      pulls,
      'APPROVAL_API_INCOMPLETE',
    ],
    ...(['lostCursor', 'silent'] as const).flatMap(
      how =>
        [
          [`half a page of reviews (${how})`, cut('reviews', how), pulls],
          [`half a page of commits (${how})`, cut('commits', how), pulls],
          [`half a page of events (${how})`, cut('timelineItems', how), pulls],
          [`half a page of history (${how})`, cut('history', how), history],
          [`half the parents (${how})`, cut('parents', how), history],
          [`half the authors (${how})`, cut('authors', how), pulls],
          [`half the pull requests (${how})`, cut('associatedPullRequests', how), links],
        ].map(row => [...row, 'APPROVAL_API_INCOMPLETE']) as [
          string,
          PlannedFault,
          Question,
          string,
        ][],
    ),
  ])('%s ends with its code', async (_, fault, question, code) => {
    const { at, server, repository } = await hosted()
    rich(at)
    await facts(repository, at)
    server.faults.push(fault)
    const { problem } = await failureOf(question(repository, at))
    expect(problem.code).toBe(code)
  })

  function cut(connection: string, how: 'lostCursor' | 'silent'): PlannedFault {
    return { kind: 'truncatedPage', connection, how }
  }

  /** Enough data that half of it is missing something. */
  function rich({ world, repository, author, reviewer, owner }: Scene): void {
    const [pull] = repository.pullRequests
    if (pull === undefined) throw new Error('there is no pull request')
    for (const number of [1, 2, 3]) {
      world.dismiss(pull, world.review(pull, reviewer, 'APPROVED'), owner)
      const commit = world.commit({
        repository,
        branch: 'one',
        author,
        coAuthors: [reviewer],
        files: { [`n${number}`]: 'x' },
      })
      world.push({ actor: author, repository, branch: 'one', commit })
    }
  }

  test('the message of an hourly limit names its end', async () => {
    const { at, server, repository } = await hosted()
    server.faults.push({ kind: 'primaryLimit', resetInSeconds: 1800 })
    const { problem } = await failureOf(rights(repository, at))
    expect(problem.message).toMatch(/until 2026-01-05 08:3\d UTC$/)
  })

  test('a wrong local clock does not change the pause of an hourly limit', async () => {
    const { at, server, clock, repository } = await hosted()
    await clock.sleep(10 * 3_600_000)
    server.faults.push({ kind: 'primaryLimit', resetInSeconds: 90 })
    await rights(repository, at)
    expect(clock.waits.at(-1)).toBe(91_500)
  })

  test('a server that never answers is GITHUB_TIMEOUT', async () => {
    const never = new Promise<void>(() => undefined)
    const { at, server, repository } = await hosted({ limits: { attemptMs: 50, tries: 2 } })
    server.faults.push({ kind: 'slow', until: never, times: 9 })
    const { problem } = await failureOf(facts(repository, at))
    expect(problem.code).toBe('GITHUB_TIMEOUT')
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })

  test('a tree that fails to load is APPROVAL_API_INCOMPLETE', async () => {
    const { at, server, repository } = await hosted()
    const tree = [...at.world.state.objects].find(([, object]) => object.kind === 'tree')
    expect(tree).toBeDefined()
    server.faults.push({
      kind: 'graphqlField',
      field: 'Tree.entries',
      type: 'INTERNAL',
      message: 'no',
    })
    const { problem } = await failureOf(files(repository, at))
    expect(problem.code).toBe('APPROVAL_API_INCOMPLETE')
  })

  test('a tree with missing entries is APPROVAL_API_INCOMPLETE', async () => {
    const { at, repository } = await hosted()
    const { objects } = at.world.state
    const id = at.world.blobAt(at.world.tipOf(at.repository), 'requests') ?? ''
    objects.set(id, { kind: 'tree', entries: [] })
    const listing: Question = () => repository.listings([id])
    for (const asked of [files, listing])
      expect((await failureOf(asked(repository, at))).problem.code).toBe('APPROVAL_API_INCOMPLETE')
  })

  test('two names that are not UTF-8 stay different', async () => {
    const blob = 'b'.repeat(40)
    const names = [Buffer.of(0xfe), Buffer.of(0xff)]
    const mode = '100644'
    const id = treeId(names.map(name => ({ name, mode, id: blob })))
    const entries = names.map(name => {
      return { nameRaw: name.toString('base64'), mode: 0o100644, oid: blob, size: 1 }
    })
    const tree = { kind: 'Tree', oid: id, entries }
    const odd = await startOddServer(answering(200, { data: { repository: { a0: tree } } }))
    try {
      const access = {
        apiUrl: odd.server,
        token: new Secret(TOKEN),
        version: '0',
        membersToken: null,
      }
      const repository = githubRepository(
        { ...access, repository: 'acme/certs' },
        new PatientClock(),
        () => 0.5,
      )
      const found = (await repository.listings([id])).get(id) ?? []
      expect(new Set(found.map(({ path }) => path)).size).toBe(2)
    } finally {
      await odd.close()
    }
  })

  test('a file whose bytes do not match its id is GITHUB_ANSWER', async () => {
    const { at, repository } = await hosted()
    const commit = at.world.tipOf(at.repository)
    const id = at.world.blobAt(commit, 'requests/jane.yaml') ?? ''
    at.world.state.objects.set(id, { kind: 'blob', bytes: Buffer.from('two\n') })
    const one: Question = () => repository.filesAt(commit).read('requests/jane.yaml')
    for (const asked of [files, one])
      expect((await failureOf(asked(repository, at))).problem.code).toBe('GITHUB_ANSWER')
  })

  test('a refusal is not retried', async () => {
    const { at, server, clock, repository } = await hosted()
    server.faults.push({ kind: 'notFound' })
    await failureOf(facts(repository, at))
    expect(clock.waits).toEqual([])
    expect(repository.calls().graphql).toBe(1)
  })

  test('a rate limit is not reported as a missing permission', async () => {
    const { at, server, repository } = await hosted()
    await facts(repository, at)
    server.faults.push({ kind: 'primaryLimit', resetInSeconds: 9999, times: 9 })
    const moves: Question = () => repository.defaultBranchMoves()
    for (const asked of [rules, moves])
      expect((await failureOf(asked(repository, at))).problem.code).toBe('GITHUB_LIMIT')
  })
})

describe('permissions', () => {
  test('the hint for an unknown token is the permissions block to paste', async () => {
    const { server, repository } = await hosted()
    server.tokens.clear()
    const { problem } = await failureOf(repository.facts())
    expect(problem.code).toBe('GITHUB_UNAUTHORIZED')
    expect(problem.hint).toContain(
      'permissions:\n  contents: read\n  pull-requests: read\n  actions: read',
    )
  })

  test.each<[string, Hosting['permissions'], Question]>([
    ['contents: read', { pull_requests: 'read' }, history],
    ['contents: read', { pull_requests: 'read' }, files],
    ['pull-requests: read', { contents: 'read' }, pulls],
    ['pull-requests: read', { contents: 'read' }, links],
  ])('the hint names the missing permission %s', async (permission, permissions = {}, question) => {
    const { at, repository } = await hosted({ permissions })
    const { problem } = await failureOf(question(repository, at))
    expect(problem.code).toBe('GITHUB_FORBIDDEN')
    expect(problem.hint).toContain(`lacks ${permission}`)
  })

  test('an unknown or hidden repository is GITHUB_NOT_FOUND', async () => {
    const { repository } = await hosted({ repository: 'acme/other' })
    expect((await failureOf(repository.facts())).problem.code).toBe('GITHUB_NOT_FOUND')
  })
})

describe('answers', () => {
  test('an unchanged answer is revalidated with 304 and reused', async () => {
    const { at, server, repository } = await hosted()
    await facts(repository, at)
    const first = await repository.branchRules()
    server.forget()
    expect(await repository.branchRules()).toEqual(first)
    expect(server.requests.map(({ status }) => status)).toEqual([304])
    at.world.addRuleset(at.repository, { requiredApprovals: 3 })
    expect((await repository.branchRules())?.requiredApprovals).toBe(3)
  })

  test('every page of a list is revalidated and reused', async () => {
    const { at, server, repository } = await hosted()
    const { world, author } = at
    for (let number = 0; number < 120; number++) {
      const asked = { repository: at.repository, branch: 'main', author }
      const commit = world.commit({ ...asked, files: { [`n${number}`]: 'x' } })
      world.push({ actor: author, repository: at.repository, branch: 'main', commit })
    }
    const first = await repository.defaultBranchMoves()
    server.forget()
    expect(await repository.defaultBranchMoves()).toEqual(first)
    expect(server.requests.map(({ status }) => status)).toEqual([304, 304])
  })
})

describe('the token', () => {
  const open = (apiUrl: string) =>
    githubRepository(
      {
        apiUrl,
        token: new Secret(TOKEN),
        version: '0',
        repository: 'acme/certs',
        membersToken: null,
      },
      new PatientClock(),
      () => 0.5,
    )

  test.each([
    'http://api.github.com',
    'http://127.0.0.1.example.com',
    'http://user:secret@127.0.0.1',
    'ftp://127.0.0.1',
    'api.github.com',
    'https://api.github.com?token=x',
  ])('the token is not sent to %s', url => {
    expect(() => open(url)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'GITHUB_INSECURE' }) }),
    )
  })

  test.each(['https://api.github.com', 'https://git.example.com/api/v3/', 'http://[::1]:80'])(
    'the token may be sent to %s',
    url => {
      expect(() => open(url)).not.toThrow()
    },
  )

  test('no error and no inspected object holds the token', async () => {
    const { at, server, repository } = await hosted()
    await facts(repository, at)
    const faults: PlannedFault[] = [
      { kind: 'forbidden' },
      { kind: 'reset', when: 'before', times: 9 },
      { kind: 'graphqlField', field: 'Commit.history', type: 'X', message: 'no' },
      { kind: 'invalidJson', times: 9 },
    ]
    for (const fault of faults) {
      server.faults.clear()
      server.faults.push(fault)
      const failed = await failureOf(history(repository, at))
      expect(inspect(failed, { depth: null, showHidden: true })).not.toContain(TOKEN)
    }
    expect(inspect(repository, { depth: null, showHidden: true })).not.toContain(TOKEN)
  })
})
