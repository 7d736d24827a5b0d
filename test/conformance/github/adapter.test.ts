// The GitHub adapter over sockets, against the double: every question of the port, answered as the double's state has it.
import { afterEach, describe, expect, test } from '@jest/globals'
import { blobId } from '../../../src/adapters/git.ts'
import type { PullRequest } from '../../../src/domain/pull-request.ts'
import { DirectRepository } from '../../build/direct-repository.ts'
import { host, scene } from './hosted.ts'
import type { Hosted, Hosting, Scene } from './hosted.ts'

let open: Hosted[] = []

afterEach(async () => {
  const ended = open
  open = []
  for (const hosted of ended) await hosted.close()
  // The double answered everything, and nothing in it broke.
  for (const { server } of ended) {
    expect(server.unknownRoutes).toEqual([])
    expect(server.problems).toEqual([])
  }
})

async function hosted({ world }: Scene, options: Hosting = {}): Promise<Hosted> {
  const made = await host(world, options)
  open.push(made)
  return made
}

/** A branch with one commit on main, pushed by the author, and its pull request a minute later. */
function propose({ world, repository, author }: Scene, branch: string, text = `${branch}\n`) {
  const files = { [`requests/${branch}.yaml`]: text }
  const commit = world.commit({ repository, branch: 'main', author, files })
  world.push({ actor: author, repository, branch, commit })
  world.tick(60)
  const pull = world.openPullRequest({ actor: author, repository, branch })
  world.tick(60)
  return { commit, pull }
}

/** Pull requests but for the runs, which the adapter reads only where pushes cannot be read. */
function withoutRuns(pulls: readonly PullRequest[]): unknown {
  return pulls.map(({ runs: _, ...rest }) => rest)
}

describe('the facts', () => {
  test('are those of the repository', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    expect(await repository.facts()).toEqual(
      await new DirectRepository(at.world, at.repository).facts(),
    )
  })

  test('move with the default branch', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    const before = await repository.facts()
    const { commit } = propose(at, 'next')
    at.world.push({ actor: at.owner, repository: at.repository, branch: 'main', commit })
    expect((await repository.facts()).tip).not.toBe(before.tip)
  })

  test('are read below /api/v3 of an Enterprise Server too', async () => {
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

  test('of more commits than a page holds is complete', async () => {
    const at = scene()
    const tip = history(at, 250)
    const { repository } = await hosted(at)
    const direct = new DirectRepository(at.world, at.repository)
    const watched = WATCHED.slice(0, 3)
    expect(await repository.ancestry([tip], watched)).toEqual(
      await direct.ancestry([tip], watched),
    )
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
  })

  test('gives the root tree for the empty path', async () => {
    const at = scene()
    const tip = at.world.tipOf(at.repository)
    const { repository } = await hosted(at)
    const found = await repository.ancestry([tip], WATCHED)
    expect(found.get(tip)?.objects.get('')).toBe(at.world.treeAt(tip))
  })

  test('of several tips shares what they have in common', async () => {
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

  test('holds what was known, and asks no further than that', async () => {
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

  test('leaves out a tip that is gone, and one that is no commit', async () => {
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
  test('go down to any depth, with the modes git has', async () => {
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

  test('of many trees are asked for together, and of the same tree once', async () => {
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

  test('of something that is no tree are an error', async () => {
    const at = scene()
    const { repository } = await hosted(at)
    const commit = at.world.tipOf(at.repository)
    await expect(repository.listings([commit])).rejects.toMatchObject({
      problem: { code: 'GITHUB_NOT_FOUND' },
    })
  })
})

describe('blobs at paths', () => {
  test('are told from nothing, from folders and from commits that are gone', async () => {
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

  test('are asked for two hundred at a time, and once', async () => {
    const at = scene()
    const commit = at.world.tipOf(at.repository)
    const files = Array.from({ length: 450 }, (_, number) => ({ commit, path: `n${number}` }))
    const { repository } = await hosted(at)
    await repository.blobsAt(files)
    expect(repository.calls()).toEqual({ rest: 0, graphql: 3 })
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

  test('have the bytes their ids stand for', async () => {
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

  test('are read one at a time too', async () => {
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

  test('name a folder that is a link as the link it is', async () => {
    const { at, commit } = filled()
    const files = (await hosted(at)).repository.filesAt(commit)
    expect(await files.list('requests/link')).toMatchObject([
      { path: 'requests/link', mode: '120000' },
    ])
  })

  test('of a commit that is gone are an error', async () => {
    const { at } = filled()
    const files = (await hosted(at)).repository.filesAt('0'.repeat(39) + '1')
    const gone = { problem: { code: 'GITHUB_NOT_FOUND' } }
    await expect(files.list('requests')).rejects.toMatchObject(gone)
    await expect(files.read('requests/jane.yaml')).rejects.toMatchObject(gone)
  })

  test('of many requests come in batches', async () => {
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
  test('are linked to the commits they brought', async () => {
    const at = scene()
    const { commit, pull } = propose(at, 'one')
    const merge = at.world.merge(pull, at.owner, 'squash')
    const start = at.world.tipOf(at.repository)
    const { repository } = await hosted(at)
    const direct = new DirectRepository(at.world, at.repository)
    const asked = [commit, merge, start]
    expect(await repository.pullRequestsOf(asked)).toEqual(await direct.pullRequestsOf(asked))
  })

  test('come with everything the double knows of them', async () => {
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
    world.updateBranch(
      pull,
      author,
    )
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
    expect(hosting.repository.calls()).toEqual({ rest: 2, graphql: 1 })
  })
})
