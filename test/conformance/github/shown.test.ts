// Commits, blobs and comparisons over sockets: the adapter returns what the state of the double holds.
import { afterEach, describe, expect, test } from '@jest/globals'
import { buildASTSchema, parse } from 'graphql'
import { blobId } from '../../../src/adapters/system/git-command.ts'
import { comparisonKey } from '../../../src/domain/proof/shown-diff.ts'
import type { FileChange } from '../../github-double/git/git-files.ts'
import { costOf } from '../../github-double/server/graphql/cost.ts'
import { DirectRepository } from '../../build/direct-repository.ts'
import { GITHUB_SCHEMA, queryProblems } from '../../build/github-schema.ts'
import { host, propose, scene } from './hosted.ts'
import type { Hosted, Scene } from './hosted.ts'

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}'
const MISSING = '1'.repeat(40)
let open: Hosted[] = []

afterEach(async () => {
  const ended = open
  open = []
  for (const hosted of ended) await hosted.close()
  for (const { server } of ended) {
    expect(server.unknownRoutes).toEqual([])
    expect(server.problems).toEqual([])
    expect(server.requests.flatMap(({ query }) => queryProblems(query ?? '{ id }'))).toEqual([])
  }
})

async function hosted(at: Scene) {
  const made = await host(at.world)
  open.push(made)
  return { ...made, direct: new DirectRepository(at.world, at.repository) }
}

/** A commit on main that changes files, without a branch. */
function change(at: Scene, files: Readonly<Record<string, FileChange>>) {
  const { world, repository, author } = at
  const base = world.tipOf(repository)
  return { base, head: world.commit({ parent: base, author, files }) }
}

describe('comparisons', () => {
  test('a comparison has the files with their patches', async () => {
    const at = scene()
    const text = 'a\nb\nc\nd\n'
    const before = { 'ä b/old.yaml': text, bytes: 'x' }
    const base = at.world.commit({ parent: null, author: at.author, files: before })
    const files = {
      'ä b/old.yaml': null,
      'requests/new.yaml': `${text}e\n`,
      'requests/jane.yaml': 'jane\n',
      bytes: Uint8Array.of(0),
    }
    const head = at.world.commit({ parent: base, author: at.author, files })
    const { repository, direct } = await hosted(at)
    const found = await repository.comparisons([{ base, head }])
    expect(found).toEqual(await direct.comparisons([{ base, head }]))
    expect(found.get(comparisonKey({ base, head }))?.files).toEqual([
      {
        path: 'bytes',
        status: 'modified',
        previousPath: null,
        additions: 0,
        deletions: 0,
        patch: null,
      },
      {
        path: 'requests/jane.yaml',
        status: 'added',
        previousPath: null,
        additions: 1,
        deletions: 0,
        patch: '@@ -0,0 +1 @@\n+jane',
      },
      {
        path: 'requests/new.yaml',
        status: 'renamed',
        previousPath: 'ä b/old.yaml',
        additions: 1,
        deletions: 0,
        patch: '@@ -2,3 +2,4 @@ a\n b\n c\n d\n+e',
      },
    ])
  })

  test('a comparison of a pair is fetched once', async () => {
    const at = scene()
    const one = change(at, { one: '1' })
    const other = change(at, { other: '2' })
    const { repository } = await hosted(at)
    await repository.comparisons([one, other, { ...one }])
    expect(repository.calls()).toEqual({ rest: 2, graphql: 0 })
    expect((await repository.comparisons([other, one])).size).toBe(2)
    expect(repository.calls()).toEqual({ rest: 2, graphql: 0 })
  })

  test('a comparison is null if a commit is deleted or the base is not the merge base', async () => {
    const at = scene()
    const { base, head } = change(at, { one: '1' })
    const aside = at.world.commit({ parent: base, author: at.author, files: { two: '2' } })
    const gone = at.world.commit({ parent: base, author: at.author, files: { three: '3' } })
    at.world.garbageCollect(at.repository, gone)
    const pairs = [
      { base: aside, head },
      { base: head, head: base },
      { base, head: gone },
      { base: gone, head },
      { base: MISSING, head },
    ]
    const { repository, direct } = await hosted(at)
    const found = await repository.comparisons(pairs)
    expect(pairs.map(pair => found.get(comparisonKey(pair)))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    expect(await direct.comparisons(pairs)).toEqual(found)
    const itself = { base, head: base }
    expect(await repository.comparisons([itself])).toEqual(
      new Map([[comparisonKey(itself), { ...itself, files: [], isCut: false }]]),
    )
  })

  test.each([
    [299, 299, false],
    [300, 300, true],
    [301, 300, true],
  ])('a comparison of %d files has %d, and whether it is cut: %s', async (count, shown, isCut) => {
    const at = scene()
    const names = Array.from({ length: count }, (_, number) => [`f/${number}`, `${number}\n`])
    const pair = change(at, Object.fromEntries(names))
    const { repository, direct } = await hosted(at)
    const found = await repository.comparisons([pair])
    expect(found).toEqual(await direct.comparisons([pair]))
    const diff = found.get(comparisonKey(pair))
    expect([diff?.files.length, diff?.isCut]).toEqual([shown, isCut])
  })

  test('a comparison of many commits has all files on the first page', async () => {
    const at = scene()
    const base = at.world.tipOf(at.repository)
    let head = base
    for (let number = 0; number < 4; number++)
      head = at.world.commit({ parent: head, author: at.author, files: { [`f/${number}`]: 'x\n' } })
    const { repository, server } = await hosted(at)
    const found = await repository.comparisons([{ base, head }])
    expect(found.get(comparisonKey({ base, head }))?.files).toHaveLength(4)
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/repos/acme/certs/compare/${base}...${head}?per_page=1`,
    ])
  })

  test('another refusal of a comparison is an error', async () => {
    const at = scene()
    const { repository, server } = await hosted(at)
    server.faults.push({ kind: 'forbidden', match: { operation: COMPARE } })
    await expect(repository.comparisons([change(at, { one: '1' })])).rejects.toMatchObject({
      problem: { code: 'GITHUB_FORBIDDEN' },
    })
  })
})

describe('blobs', () => {
  test('a blob has the bytes of its id, whatever its size and encoding', async () => {
    const at = scene()
    const large = 'x'.repeat(600 * 1024)
    const contents = ['text\n', 'grüße\n', '\uFEFFmark\n', '', large, Uint8Array.of(255, 0, 254)]
    const { head } = change(
      at,
      Object.fromEntries(contents.map((content, index) => [`f${index}`, content])),
    )
    const ids = contents.map((_, index) => at.world.blobAt(head, `f${index}`) ?? '')
    const { repository, direct } = await hosted(at)
    const found = await repository.blobs([...ids, ...ids])
    expect([...found].map(([id, bytes]) => [id, blobId(bytes)])).toEqual(ids.map(id => [id, id]))
    expect([...(await direct.blobs(ids))].map(([id]) => id)).toEqual(ids)
    expect(repository.calls()).toEqual({ rest: 2, graphql: 1 })
    await repository.blobs(ids)
    expect(repository.calls()).toEqual({ rest: 2, graphql: 1 })
  })

  test('missing blobs, commits and trees are absent', async () => {
    const at = scene()
    const tip = at.world.tipOf(at.repository)
    const jane = at.world.blobAt(tip, 'requests/jane.yaml') ?? ''
    const asked = [MISSING, tip, at.world.treeAt(tip), jane]
    const { repository, direct } = await hosted(at)
    expect([...(await repository.blobs(asked)).keys()]).toEqual([jane])
    expect([...(await direct.blobs(asked)).keys()]).toEqual([jane])
  })

  test('120 blobs take three queries', async () => {
    const at = scene()
    const names = Array.from({ length: 120 }, (_, number) => `f/${number}`)
    const { head } = change(at, Object.fromEntries(names.map(name => [name, `${name}\n`])))
    const { repository } = await hosted(at)
    const found = await repository.blobs(names.map(name => at.world.blobAt(head, name) ?? ''))
    expect(found.size).toBe(120)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
  })
})

describe('commits', () => {
  test('a commit has its people, with or without a pull request', async () => {
    const at = scene()
    const { world, reviewer, owner } = at
    const { commit: proposed, pull } = propose(at, 'one')
    const merge = world.merge(pull, owner, 'merge')
    const coAuthors = [reviewer, null]
    const alone = world.commit({ parent: merge, author: null, coAuthors, files: { alone: 'x' } })
    const asked = [proposed, merge, alone, merge]
    const { repository, direct } = await hosted(at)
    const found = await repository.commits(asked)
    expect(found).toEqual(await direct.commits(asked))
    expect(found.size).toBe(3)
    expect(found.get(merge)).toMatchObject({ isSignedByGitHub: true })
    expect(repository.calls()).toEqual({ rest: 0, graphql: 1 })
    const [read] = await repository.pullRequests([pull.number])
    expect(read?.commits).toEqual([found.get(proposed)])
  })

  test('deleted commits, other objects and commits with too many authors are absent', async () => {
    const at = scene()
    const { world, author } = at
    const { base, head: gone } = change(at, { lost: 'x' })
    world.garbageCollect(at.repository, gone)
    const coAuthors = Array.from({ length: 60 }, (_, number) => world.addUser(`co-${number}`))
    const crowded = world.commit({ parent: base, author, coAuthors, files: { crowd: 'x' } })
    const { repository } = await hosted(at)
    const found = await repository.commits([gone, MISSING, world.treeAt(base), crowded, base])
    expect([...found.keys()]).toEqual([base])
  })

  test('120 commits take three queries', async () => {
    const at = scene()
    const asked = Array.from({ length: 120 }, (_, number) => change(at, { f: `${number}` }).head)
    const { repository } = await hosted(at)
    expect((await repository.commits(asked)).size).toBe(120)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
  })
})

describe('the size of a pull request', () => {
  test('the size of a pull request stays after the merge', async () => {
    const at = scene()
    const { world, repository: certs, author, owner } = at
    const files = { 'requests/jane.yaml': null, 'requests/joan.yaml': 'one\n', more: 'a\nb\n' }
    const commit = world.commit({ repository: certs, branch: 'main', author, files })
    world.push({ actor: author, repository: certs, branch: 'joan', commit })
    const pull = world.openPullRequest({ actor: author, repository: certs, branch: 'joan' })
    const { repository } = await hosted(at)
    const size = { additions: 2, deletions: 0 }
    expect(await repository.pullRequests([pull.number])).toMatchObject([{ size }])
    world.merge(pull, owner, 'squash')
    expect(await repository.pullRequests([pull.number])).toMatchObject([{ size }])
  })

  test('26 sizes take two queries, each with less than half of the nodes that GitHub allows', async () => {
    const at = scene()
    const numbers = Array.from({ length: 26 }, (_, number) => propose(at, `b${number}`).pull.number)
    const { repository, server } = await hosted(at)
    expect(await repository.pullRequests(numbers)).toHaveLength(26)
    expect(repository.calls().graphql).toBe(3)
    const isOfSizes = (query: string | null) => query?.includes('pullRequest(') === true
    const query = parse(server.requests.find(each => isOfSizes(each.query))?.query ?? '')
    expect(costOf(buildASTSchema(parse(GITHUB_SCHEMA)), query, {}).nodes).toBeLessThan(250_000)
  })
})
