// The GitHub adapter over sockets against the double: each answer equals the state of the double.
import { afterEach, describe, expect, test } from '@jest/globals'
import { blobId } from '../../../src/adapters/system/git-command.ts'
import type { PullRequest } from '../../../src/domain/proof/pull-request.ts'
import { DirectRepository } from '../../build/direct-repository.ts'
import { queryProblems } from '../../build/github-schema.ts'
import { renameDefaultBranch } from '../../github-double/git/branches.ts'
import type { PlannedFault } from '../../github-double/server/faults.ts'
import { host, propose, scene } from './hosted.ts'
import type { Hosted, Hosting, Scene } from './hosted.ts'

const ACTIVITY = 'GET /repos/{owner}/{repo}/activity'
let open: Hosted[] = []

afterEach(async () => {
  const ended = open
  open = []
  for (const hosted of ended) await hosted.close()
  // The double had a route for every call and no error, and every query is valid by GitHub's schema.
  for (const { server } of ended) {
    expect(server.unknownRoutes).toEqual([])
    expect(server.problems).toEqual([])
    expect(server.requests.flatMap(({ query }) => queryProblems(query ?? '{ id }'))).toEqual([])
  }
})

async function hosted({ world }: Scene, options: Hosting = {}): Promise<Hosted> {
  const made = await host(world, options)
  open.push(made)
  return made
}

function never(): never {
  throw new Error('there is no pull request')
}

/** Pull requests without their runs, which the adapter reads only if pushes are unreadable. */
function withoutRuns(pulls: readonly PullRequest[]): unknown {
  return pulls.map(pull => ({ ...pull, runs: null }))
}

describe('the facts', () => {
  test('facts returns the facts of the repository', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    expect(await repository.facts()).toEqual(
      await new DirectRepository(at.world, at.repository).facts(),
    )
  })

  test('the tip moves with the default branch', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    const before = await repository.facts()
    const { commit } = propose(at, 'next')
    at.world.push({ actor: at.owner, repository: at.repository, branch: 'main', commit })
    expect((await repository.facts()).tip).not.toBe(before.tip)
  })

  test('an Enterprise Server is asked below /api/v3', async () => {
    const at = scene()
    const { repository } = await hosted(at, { base: '/api/v3' })
    expect((await repository.facts()).name).toBe('acme/certs')
    expect(await repository.branchRules()).toEqual({ requiredApprovals: 0, requiredReviewers: [] })
  })
})

describe('the ancestry', () => {
  const WATCHED = ['requests', 'countersign.yaml', 'missing', '']

  function history(at: Scene, commits: number): string {
    let parent = at.world.tipOf(at.repository)
    for (let number = 0; number < commits; number++)
      parent = at.world.commit({ parent, author: at.author, files: { [`f/${number}`]: 'x' } })
    return parent
  }

  test('an ancestry over several pages is complete', async () => {
    const at = scene()
    const tip = history(at, 250)
    const { repository } = await hosted(at)
    const direct = new DirectRepository(at.world, at.repository)
    const watched = WATCHED.slice(0, 3)
    expect(await repository.ancestry([tip], watched)).toEqual(await direct.ancestry([tip], watched))
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
  })

  test('the empty path is the root tree', async () => {
    const at = scene()
    const tip = at.world.tipOf(at.repository)
    const { repository } = await hosted(at)
    const found = await repository.ancestry([tip], WATCHED)
    expect(found.get(tip)?.objects.get('')).toBe(at.world.treeAt(tip))
  })

  test('the ancestry of several tips fetches shared commits once', async () => {
    const at = scene()
    const { world, repository, author, owner } = at
    const main = history(at, 120)
    world.push({ actor: owner, repository, branch: 'main', commit: main })
    const tips = Array.from({ length: 60 }, (_, number) =>
      world.commit({ parent: main, author, files: { [`g/${number}`]: 'x' } }),
    )
    const merge = world.commit({ parents: [main, ...tips.slice(0, 3)], author })
    const hosting = await hosted(at)
    const asked = [main, ...tips, merge]
    expect(await hosting.repository.ancestry(asked, ['f'])).toEqual(
      await new DirectRepository(world, repository).ancestry(asked, ['f']),
    )
    expect(hosting.repository.calls().graphql).toBeLessThanOrEqual(4)
  })

  test('known commits are not fetched again', async () => {
    const at = scene()
    const old = history(at, 30)
    const { repository } = await hosted(at)
    const known = await repository.ancestry([old], [])
    const before = repository.calls().graphql
    expect(await repository.ancestry([old], [], known)).toEqual(known)
    expect(repository.calls().graphql).toBe(before)
    const next = at.world.commit({ parent: old, author: at.author, files: { next: 'x' } })
    const found = await repository.ancestry([next], [], known)
    expect(found.size).toBe(known.size + 1)
    expect(found.get(next)?.parents).toEqual([old])
    expect(repository.calls().graphql).toBe(before + 1)
  })

  test('a deleted tip and a tip that is no commit are left out', async () => {
    const at = scene()
    const { world, repository, author } = at
    const gone = world.commit({ repository, branch: 'main', author, files: { lost: 'x' } })
    world.garbageCollect(repository, gone)
    const tip = world.tipOf(repository)
    const hosting = await hosted(at)
    const found = await hosting.repository.ancestry([gone, tip, world.treeAt(tip)], [])
    expect([...found.keys()]).toEqual([tip])
  })
})

describe('listings', () => {
  test('listings reach any depth and have git modes', async () => {
    const at = scene()
    const { world, author } = at
    const commit = world.commit({
      parent: world.tipOf(at.repository),
      author,
      files: {
        'a/b/c/d/e/f/g.yaml': 'deep\n',
        'a/run.sh': { bytes: 'x', mode: '100755' },
        'a/link': { bytes: 'b', mode: '120000' },
        'ä/ö.yaml': 'umlaut\n',
      },
    })
    const tree = world.treeAt(commit)
    const { repository } = await hosted(at)
    const found = await repository.listings([tree])
    const direct = await new DirectRepository(world, at.repository).listings([tree])
    const sorted = (found.get(tree) ?? []).toSorted((a, b) => (a.path < b.path ? -1 : 1))
    expect(sorted).toEqual(direct.get(tree))
    expect(sorted.map(({ mode }) => mode)).toContain('120000')
  })

  test('listings of many trees are fetched in batches, and each tree once', async () => {
    const at = scene()
    const { world, repository, author } = at
    const trees = Array.from({ length: 50 }, (_, number) =>
      world.treeAt(
        world.commit({ parent: world.tipOf(repository), author, files: { [`n/${number}`]: 'x' } }),
      ),
    )
    const hosting = await hosted(at)
    expect((await hosting.repository.listings([...trees, ...trees])).size).toBe(50)
    const { graphql } = hosting.repository.calls()
    expect(graphql).toBeLessThanOrEqual(4)
    await hosting.repository.listings(trees)
    expect(hosting.repository.calls().graphql).toBe(graphql)
  })

  test('the listing of a commit id is an error', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    const commit = at.world.tipOf(at.repository)
    await expect(repository.listings([commit])).rejects.toMatchObject({
      problem: { code: 'GITHUB_NOT_FOUND' },
    })
  })
})

describe('blobs at paths', () => {
  test('blobsAt distinguishes a file, a missing path, a folder and a deleted commit', async () => {
    const at = scene()
    const { world, repository, author } = at
    const tip = world.tipOf(repository)
    const gone = world.commit({ parent: tip, author, files: { lost: 'x' } })
    world.garbageCollect(repository, gone)
    const hosting = await hosted(at)
    const path = 'requests/jane.yaml'
    const odd = '") { oid } } #\n'
    const asked = [path, 'requests', 'none.yaml', odd].map(file => ({ commit: tip, path: file }))
    const blobAt = await hosting.repository.blobsAt([...asked, { commit: gone, path }])
    expect(asked.map(blobAt)).toEqual([world.blobAt(tip, path), null, null, null])
    expect(blobAt({ commit: gone, path })).toBe('gone')
    expect(() => blobAt({ commit: tip, path: 'other' })).toThrow('was not asked for')
  })

  test('blobsAt asks for 400 paths per query and asks once', async () => {
    const at = scene()
    const commit = at.world.tipOf(at.repository)
    const files = Array.from({ length: 450 }, (_, number) => ({ commit, path: `n${number}` }))
    const { repository } = await hosted(at)
    await repository.blobsAt(files)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })
})

describe('the files of a commit', () => {
  const TEXT = 'grüße\n'
  const BYTES = new Uint8Array([0xff, 0x00, 0xfe])

  function filled() {
    const at = scene()
    const large = 'x'.repeat(600 * 1024)
    const commit = at.world.commit({
      parent: at.world.tipOf(at.repository),
      author: at.author,
      files: {
        'requests/a/text.yaml': TEXT,
        'requests/bytes.der': { bytes: BYTES, mode: '100644' },
        'requests/bom.yaml': `\uFEFF${TEXT}`,
        'requests/large.yaml': large,
        'requests/larger.yaml': large + large,
        'requests/link': { bytes: 'jane.yaml', mode: '120000' },
      },
    })
    return { at, commit }
  }

  test('the files of a commit have the bytes of their ids', async () => {
    const { at, commit } = filled()
    const { repository } = await hosted(at)
    const files = (await repository.filesAt(commit).list('requests')) ?? []
    expect(files.map(({ path }) => path)).toEqual([
      'requests/a/text.yaml',
      'requests/bom.yaml',
      'requests/bytes.der',
      'requests/jane.yaml',
      'requests/large.yaml',
      'requests/larger.yaml',
      'requests/link',
    ])
    for (const { path, bytes, blob, uncommitted } of files) {
      const id = path === 'requests/larger.yaml' ? null : blobId(bytes)
      expect([path, id ?? bytes.length, uncommitted]).toEqual([
        path,
        id === null ? 1024 * 1024 + 1 : blob,
        false,
      ])
    }
  })

  test('one file of a commit is readable by itself', async () => {
    const { at, commit } = filled()
    const files = (await hosted(at)).repository.filesAt(commit)
    const file = await files.read('requests/a/text.yaml')
    expect(file).toMatchObject({ path: 'requests/a/text.yaml', mode: '100644' })
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe(TEXT)
    expect(await files.read('requests/a')).toBeNull()
    expect(await files.read('requests/none.yaml')).toBeNull()
    expect(await files.list('none')).toEqual([])
    expect(files.description).toBe(`commit ${commit.slice(0, 7)}`)
  })

  test('a folder that is a symbolic link is listed as a link', async () => {
    const { at, commit } = filled()
    const files = (await hosted(at)).repository.filesAt(commit)
    expect(await files.list('requests/link')).toMatchObject([
      { path: 'requests/link', mode: '120000' },
    ])
  })

  test('files of a commit that are wanted at the same time take two calls', async () => {
    const { at, commit } = filled()
    const { repository } = await hosted(at)
    const files = repository.filesAt(commit)
    const [file, none, listed] = await Promise.all([
      files.read('requests/a/text.yaml'),
      files.read('none'),
      files.list('requests/a'),
    ])
    expect([file?.path, none, listed?.length]).toEqual(['requests/a/text.yaml', null, 1])
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })

  test('a file, a missing file and a folder of a commit are asked for once', async () => {
    const { at, commit } = filled()
    const { repository } = await hosted(at)
    const read = async () => {
      const files = repository.filesAt(commit)
      const [file, none, root, folder] = await Promise.all([
        files.read('requests/a/text.yaml'),
        files.read('none'),
        files.list(''),
        files.list('requests/a'),
      ])
      return [file?.blob, none, root?.map(({ blob }) => blob), folder?.map(({ blob }) => blob)]
    }
    const first = await read()
    const before = repository.calls()
    expect(await read()).toEqual(first)
    expect(repository.calls()).toEqual(before)
  })

  test('files of another commit are asked for again, but not files with the same bytes', async () => {
    const { at, commit } = filled()
    const { repository } = await hosted(at)
    await repository.filesAt(commit).read('requests/a/text.yaml')
    const next = at.world.commit({
      parent: commit,
      author: at.author,
      files: { 'requests/jane.yaml': 'other\n' },
    })
    const same = await repository.filesAt(next).read('requests/a/text.yaml')
    expect(Buffer.from(same?.bytes ?? []).toString()).toBe(TEXT)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
    const other = await repository.filesAt(next).read('requests/jane.yaml')
    expect(Buffer.from(other?.bytes ?? []).toString()).toBe('other\n')
    expect(repository.calls()).toEqual({ rest: 0, graphql: 5 })
  })

  test('files of a deleted commit are asked for again each time', async () => {
    const { at } = filled()
    const { repository } = await hosted(at)
    const commit = '0'.repeat(39) + '1'
    const gone = { problem: { code: 'GITHUB_NOT_FOUND' } }
    await expect(repository.filesAt(commit).read('a')).rejects.toMatchObject(gone)
    await expect(repository.filesAt(commit).read('a')).rejects.toMatchObject(gone)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })

  test('a deleted commit does not affect the files of another commit in the same query', async () => {
    const { at, commit } = filled()
    const { repository } = await hosted(at)
    const ids = ['0'.repeat(39) + '1', commit]
    const read = ids.map(id => repository.filesAt(id).read('requests/jane.yaml'))
    expect(await Promise.allSettled(read)).toMatchObject([
      { status: 'rejected', reason: { problem: { code: 'GITHUB_NOT_FOUND' } } },
      { status: 'fulfilled', value: { path: 'requests/jane.yaml' } },
    ])
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })

  test('the files of a deleted commit are an error', async () => {
    const { at } = filled()
    const files = (await hosted(at)).repository.filesAt('0'.repeat(39) + '1')
    const gone = { problem: { code: 'GITHUB_NOT_FOUND' } }
    await expect(files.list('requests')).rejects.toMatchObject(gone)
    await expect(files.read('requests/jane.yaml')).rejects.toMatchObject(gone)
  })

  test('the files of 500 requests take seven queries', async () => {
    const at = scene()
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, number) => [`requests/r${number}.yaml`, `${number}\n`]),
    )
    const { world, author } = at
    const commit = world.commit({ parent: world.tipOf(at.repository), author, files })
    const { repository } = await hosted(at)
    expect(await repository.filesAt(commit).list('requests')).toHaveLength(501)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 7 })
  })
})

describe('pull requests', () => {
  test('pullRequestsOf links commits to their pull requests', async () => {
    const at = scene()
    const { commit, pull } = propose(at, 'one')
    const merge = at.world.merge(pull, at.owner, 'squash')
    const start = at.world.tipOf(at.repository)
    const { repository } = await hosted(at)
    const direct = new DirectRepository(at.world, at.repository)
    const asked = [commit, merge, start]
    expect(await repository.pullRequestsOf(asked)).toEqual(await direct.pullRequestsOf(asked))
  })

  test('a pull request has all facts of the double', async () => {
    const at = scene()
    const { world, repository, author, reviewer, owner } = at
    const { pull, commit } = propose(at, 'one')
    const first = world.review(pull, reviewer, 'APPROVED')
    world.tick(60)
    world.dismiss(pull, first, owner)
    world.tick(60)
    const coAuthors = [reviewer, null]
    const files = { 'requests/one.yaml': 'again\n' }
    const next = world.commit({ parent: commit, author, coAuthors, files })
    world.push({ actor: reviewer, repository, branch: 'one', commit: next })
    world.tick(60)
    const other = world.commit({ repository, branch: 'main', author: null, files })
    world.push({ actor: author, repository, branch: 'one', commit: other, force: true })
    world.tick(60)
    world.push({ actor: owner, repository, branch: 'release', commit: world.tipOf(repository) })
    world.changeBase(pull, author, 'release')
    world.tick(60)
    world.changeBase(pull, author, 'main')
    world.tick(60)
    const moved = world.commit({ repository, branch: 'main', author, files: { moved: 'x' } })
    world.push({ actor: owner, repository, branch: 'main', commit: moved })
    world.updateBranch(pull, author)
    world.review(pull, owner, 'APPROVED')
    world.tick(60)
    world.merge(pull, owner, 'merge', { deleteBranch: true })
    propose(at, 'two')
    const hosting = await hosted(at)
    const found = await hosting.repository.pullRequests([1, 2])
    const direct = await new DirectRepository(world, repository).pullRequests([1, 2])
    expect(withoutRuns(found)).toEqual(withoutRuns(direct))
    expect(found[0]?.pushes?.length).toBe(4)
    expect(found.map(({ runs }) => runs)).toEqual([null, null])
    // One query for the default branch, as each run asks it once, and one for what the earlier base is called today.
    expect(hosting.repository.calls()).toEqual({ rest: 3, graphql: 2 })
  })

  test('a base of before the default branch was renamed has the name of today', async () => {
    const at = scene()
    const { world, repository, author, owner } = at
    const { pull } = propose(at, 'one')
    world.push({ actor: owner, repository, branch: 'release', commit: world.tipOf(repository) })
    world.changeBase(pull, author, 'release')
    renameDefaultBranch(repository, 'trunk')
    const hosting = await hosted(at)
    const [found] = await hosting.repository.pullRequests([1])
    expect(found?.baseChanges.map(({ from }) => from)).toEqual(['trunk'])
  })

  test('a pull request with hundreds of events, reviews and commits is complete', async () => {
    const at = scene()
    const { world, repository, author, reviewer } = at
    const { pull, commit } = propose(at, 'long')
    let head = commit
    for (let number = 0; number < 150; number++) {
      head = world.commit({ parent: head, author, files: { [`n/${number}`]: 'x' } })
      world.tick(1)
      world.push({ actor: author, repository, branch: 'long', commit: head })
      const given = world.review(pull, reviewer, 'APPROVED')
      if (number % 3 > 0) world.dismiss(pull, given, author)
    }
    const hosting = await hosted(at)
    const found = await hosting.repository.pullRequests([1])
    const direct = await new DirectRepository(world, repository).pullRequests([1])
    expect(withoutRuns(found)).toEqual(withoutRuns(direct))
    expect(found[0]?.commits).toHaveLength(151)
    expect(hosting.repository.calls()).toEqual({ rest: 2, graphql: 4 })
  })

  test.each([
    [250, false],
    [251, true],
    [300, true],
  ])('a pull request of %i commits is too large: %s', async (commits, isTooLarge) => {
    const at = scene()
    const { world, repository, author } = at
    const { commit } = propose(at, 'long')
    let head = commit
    for (let number = 1; number < commits; number++)
      head = world.commit({ parent: head, author, files: { [`n/${number}`]: 'x' } })
    world.push({ actor: author, repository, branch: 'long', commit: head })
    const hosting = await hosted(at)
    const [pull] = await hosting.repository.pullRequests([1])
    expect(pull?.isTooLarge).toBe(isTooLarge)
    expect(pull?.commits).toHaveLength(isTooLarge ? 0 : commits)
  })

  test.each([
    [300, false],
    [301, true],
  ])('a pull request of %i files is too large: %s', async (files, isTooLarge) => {
    const at = scene()
    const { world, repository, author } = at
    const { commit: parent } = propose(at, 'wide')
    const others = Array.from({ length: files - 1 }, (_, number) => [`n/${number}`, 'x'])
    const commit = world.commit({ parent, author, files: Object.fromEntries(others) })
    world.push({ actor: author, repository, branch: 'wide', commit })
    const hosting = await hosted(at)
    const [pull] = await hosting.repository.pullRequests([1])
    expect(pull?.isTooLarge).toBe(isTooLarge)
  })

  test.each([
    [49, false],
    [50, true],
  ])(
    'a pull request with a commit of an author and %i co-authors is too large: %s',
    async (others, isTooLarge) => {
      const at = scene()
      const { world, repository, author } = at
      const { commit: parent } = propose(at, 'one')
      const coAuthors = Array.from({ length: others }, (_, number) => world.addUser(`c${number}`))
      const commit = world.commit({ parent, author, coAuthors, files: { n: 'x' } })
      world.push({ actor: author, repository, branch: 'one', commit })
      const hosting = await hosted(at)
      const [pull] = await hosting.repository.pullRequests([1])
      expect(pull?.isTooLarge).toBe(isTooLarge)
      expect(pull?.commits.at(-1)?.authors.length).toBe(isTooLarge ? undefined : others + 1)
    },
  )

  test('a missing pull request is an error', async () => {
    const at = scene()
    propose(at, 'one')
    const { repository } = await hosted(at)
    await expect(repository.pullRequests([1, 7])).rejects.toMatchObject({
      problem: { code: 'GITHUB_NOT_FOUND' },
    })
  })

  test('a deleted account is null', async () => {
    const at = scene()
    const { pull } = propose(at, 'one')
    at.world.review(pull, at.reviewer, 'APPROVED')
    at.world.merge(pull, at.owner, 'merge')
    at.world.deleteAccount(at.author)
    at.world.deleteAccount(at.reviewer)
    const { repository } = await hosted(at)
    const [found] = await repository.pullRequests([1])
    expect(found?.author).toBeNull()
    expect(found?.reviews[0]?.author).toBeNull()
    expect(found?.pushes?.map(({ by }) => by)).toEqual([null])
  })

  test('pull requests of twenty branches take one query and one call each', async () => {
    const at = scene()
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
    for (const number of numbers) propose(at, `b${number}`)
    const { repository } = await hosted(at)
    expect(await repository.pullRequests(numbers)).toHaveLength(20)
    expect(repository.calls()).toEqual({ rest: 20, graphql: 2 })
  })
})

describe('pushes', () => {
  test('pushes belong to the current use of a branch name', async () => {
    const at = scene()
    const { world, repository, owner } = at
    const before = propose(at, 'again')
    world.merge(before.pull, owner, 'squash', { deleteBranch: true })
    world.tick(60)
    const now = propose(at, 'again-'.slice(0, 5))
    world.tick(60)
    world.merge(now.pull, owner, 'squash', { deleteBranch: true })
    const hosting = await hosted(at)
    const [first, second] = await hosting.repository.pullRequests([1, 2])
    expect(first?.pushes?.map(({ after }) => after)).toEqual([before.commit])
    expect(second?.pushes?.map(({ after }) => after)).toEqual([now.commit])
    expect(repository.activity.length).toBeGreaterThan(4)
  })

  test('the pushes of a fork are read in the fork', async () => {
    const at = scene()
    const fork = at.world.fork(at.repository, at.author)
    const { commit } = propose(at, 'web', fork)
    const { repository } = await hosted(at)
    const [pull] = await repository.pullRequests([1])
    expect(pull?.pushes).toMatchObject([{ kind: 'branchCreation', after: commit }])
    expect(pull?.head.repositoryId).toBe(fork.id)
  })

  test('the pushes of an unreadable fork are unknown, and its runs list its heads', async () => {
    const at = scene()
    const fork = at.world.fork(at.repository, at.author)
    const { commit, pull } = propose(at, 'web', fork)
    at.world.merge(pull, at.owner, 'merge')
    const hosting = await hosted(at)
    hosting.server.faults.push({ kind: 'notFound', match: { path: '/repos/author/certs' } })
    const [found] = await hosting.repository.pullRequests([1])
    expect(found?.pushes).toBeNull()
    expect(found?.runs).toEqual([{ commit, at: pull.createdAt }])
  })

  test('the runs of a fork are not those of another fork with the same branch name', async () => {
    const at = scene()
    const { world, author, reviewer, owner } = at
    const fork = world.fork(at.repository, author)
    const other = world.fork(at.repository, reviewer)
    const { commit } = propose(at, 'web', fork)
    const parent = world.tipOf(at.repository)
    const theirs = world.commit({ parent, author: reviewer, files: { theirs: 'x' } })
    world.push({ actor: reviewer, repository: other, branch: 'web', commit: theirs })
    const branch = 'web'
    world.openPullRequest({ actor: reviewer, repository: at.repository, from: other, branch })
    world.merge(at.repository.pullRequests[0] ?? never(), owner, 'merge')
    const hosting = await hosted(at)
    hosting.server.faults.push({ kind: 'notFound', times: 2, match: { operation: ACTIVITY } })
    const found = await hosting.repository.pullRequests([1, 2])
    expect(found.map(({ runs }) => runs?.map(run => run.commit))).toEqual([[commit], [theirs]])
  })

  test('pushes and runs of a deleted fork are unknown', async () => {
    const at = scene()
    const fork = at.world.fork(at.repository, at.author)
    propose(at, 'web', fork)
    at.world.deleteRepository(fork)
    const { repository } = await hosted(at)
    const [pull] = await repository.pullRequests([1])
    expect(pull).toMatchObject({ pushes: null, runs: null, head: { repositoryId: null } })
  })

  test('pushes and runs are unknown without the rights to read them', async () => {
    const at = scene()
    propose(at, 'one')
    const hosting = await hosted(at, { permissions: { contents: 'read', pull_requests: 'read' } })
    hosting.server.faults.push({ kind: 'forbidden', match: { operation: ACTIVITY } })
    const [pull] = await hosting.repository.pullRequests([1])
    expect(pull).toMatchObject({ pushes: null, runs: null })
  })

  test('pushes with a gap are unknown', async () => {
    const at = scene()
    const { world, repository, author } = at
    const { commit } = propose(at, 'one')
    for (const name of ['a', 'b', 'c']) {
      const files = { [name]: 'x' }
      const next = world.commit({ parent: world.tipOf(repository, 'one'), author, files })
      world.push({ actor: author, repository, branch: 'one', commit: next })
    }
    const gap = repository.activity.findIndex(({ before }) => before === commit)
    repository.activity.splice(gap, 1)
    const hosting = await hosted(at)
    const [pull] = await hosting.repository.pullRequests([1])
    expect(pull?.pushes).toBeNull()
    expect(pull?.runs).toHaveLength(4)
  })
})

describe('the default branch', () => {
  test('the moves of the default branch are complete and start with the oldest', async () => {
    const at = scene()
    const { world, repository, owner, author } = at
    const { pull } = propose(at, 'one')
    world.merge(pull, owner, 'merge')
    for (let number = 0; number < 120; number++) {
      const files = { [`n/${number}`]: 'x' }
      const commit = world.commit({ repository, branch: 'main', author, files })
      world.tick(1)
      world.push({ actor: author, repository, branch: 'main', commit })
    }
    const hosting = await hosted(at)
    expect(await hosting.repository.defaultBranchMoves()).toEqual(
      await new DirectRepository(world, repository).defaultBranchMoves(),
    )
    expect(hosting.repository.calls()).toEqual({ rest: 2, graphql: 1 })
  })

  test('moves and rules are unknown without the right to read them', async () => {
    const at = scene()
    const hosting = await hosted(at)
    hosting.server.faults.push({ kind: 'forbidden', match: { operation: ACTIVITY } })
    hosting.server.faults.push({ kind: 'notFound', match: { path: '/repos/acme/certs/rules' } })
    expect(await hosting.repository.defaultBranchMoves()).toBeNull()
    expect(await hosting.repository.branchRules()).toBeNull()
  })

  test.each<[string, PlannedFault, unknown]>([
    [
      'has no rules if the plan of GitHub has no rulesets',
      {
        kind: 'forbidden',
        message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.',
      },
      { requiredApprovals: 0, requiredReviewers: [] },
    ],
    [
      'has unknown rules after another 403',
      { kind: 'forbidden', message: 'Resource not accessible by integration' },
      null,
    ],
    ['has unknown rules after a 404', { kind: 'notFound' }, null],
  ])('the default branch %s', async (_, fault, expected) => {
    const at = scene()
    at.world.addRuleset(at.repository, { requiredApprovals: 2 })
    const hosting = await hosted(at)
    hosting.server.faults.push({ ...fault, match: { path: '/repos/acme/certs/rules' } })
    expect(await hosting.repository.branchRules()).toEqual(expected)
  })

  test('the strictest rule of the default branch counts', async () => {
    const at = scene()
    const reviewers = { filePatterns: ['requests/**'], minimumApprovals: 1, teamId: 77 }
    at.world.addRuleset(at.repository, { requiredApprovals: 2, requiredReviewers: [reviewers] })
    at.world.addRuleset(at.repository, { requiredApprovals: 1 })
    at.world.addRuleset(at.repository, { requiredApprovals: 9, enforcement: 'evaluate' })
    const { repository } = await hosted(at)
    expect(await repository.branchRules()).toEqual({
      requiredApprovals: 2,
      requiredReviewers: [reviewers],
    })
  })
})

describe('reviewer rights', () => {
  const account = ({ id, login }: { readonly id: number; readonly login: string }) => ({
    id,
    login,
    type: 'User' as const,
  })

  test('permissions are current and by account id', async () => {
    const at = scene()
    const { world, author, reviewer, owner } = at
    const outsider = account(world.addUser('outsider'))
    const nobody = account({ id: 99_999, login: 'nobody' })
    const asked = [account(author), account(reviewer), account(owner), outsider, nobody]
    const { repository } = await hosted(at)
    const { permission } = await repository.reviewerRights(asked, [])
    expect(asked.map(permission)).toEqual(['write', 'write', 'admin', 'none', 'none'])
    expect(permission(account(world.addUser('unasked')))).toBeNull()
  })

  test('a login of another account has no rights, unless the new login is known', async () => {
    const at = scene()
    const before = account(at.author)
    at.world.rename(at.author, 'somebody')
    at.world.addCollaborator(at.repository, at.world.addUser('author'), 'admin')
    const { repository } = await hosted(at)
    expect((await repository.reviewerRights([before], [])).permission(before)).toBe('none')
    const both = await repository.reviewerRights([account(at.author), before], [])
    expect(both.permission(before)).toBe('write')
  })

  test('a permission is unknown if GitHub refuses to answer', async () => {
    const at = scene()
    const hosting = await hosted(at)
    hosting.server.faults.push({ kind: 'forbidden' })
    const { permission } = await hosting.repository.reviewerRights([account(at.author)], [])
    expect(permission(account(at.author))).toBeNull()
  })

  test('team members are known with a members token', async () => {
    const at = scene()
    const { world, organization, author, reviewer } = at
    const team = world.addTeam(organization, 'pki')
    for (let number = 0; number < 150; number++) world.join(team, world.addUser(`m${number}`))
    world.join(team, reviewer)
    const { repository } = await hosted(at, { membersToken: true })
    const { isMember } = await repository.reviewerRights([], [team])
    expect(isMember(team, account(reviewer))).toBe(true)
    expect(isMember(team, account(author))).toBe(false)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 2 })
  })

  test('team members are unknown without a members token, for another team and for a missing one', async () => {
    const at = scene()
    const team = at.world.addTeam(at.organization, 'pki')
    at.world.join(team, at.reviewer)
    const { id } = team
    const reviewer = account(at.reviewer)
    const blind = await (await hosted(at)).repository.reviewerRights([reviewer], [team])
    expect(blind.isMember(team, reviewer)).toBeNull()
    const { repository } = await hosted(at, { membersToken: true })
    const teams = [
      { slug: 'pki', id: id + 1 },
      { slug: 'gone', id },
    ]
    const { isMember } = await repository.reviewerRights([reviewer], teams)
    expect(teams.map(each => isMember(each, reviewer))).toEqual([null, null])
  })
})
