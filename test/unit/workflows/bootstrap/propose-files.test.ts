// Proposals against a repository in memory, with other runs and people between any two calls.
import { beforeEach, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import type {
  BranchTip,
  FileProposals,
  OpenProposal,
} from '../../../../src/ports/file-proposals.ts'
import { proposalState, proposeFiles } from '../../../../src/workflows/bootstrap/propose-files.ts'
import type { Proposal } from '../../../../src/workflows/bootstrap/propose-files.ts'
import { failureOf } from '../../../build/connected.ts'

type Files = ReadonlyMap<string, string>

let trees: Map<string, Files>
let commits: Map<string, BranchTip & { readonly parents: readonly string[] }>
let branches: Map<string, string>
let pullRequests: string[]
let calls: string[]
/** Called before each write, with its name. */
let meanwhile: (write: string) => Promise<void>

beforeEach(async () => {
  ;[trees, commits, branches] = [new Map(), new Map(), new Map()]
  ;[pullRequests, calls] = [[], []]
  meanwhile = async () => undefined
  const tree = await port.createTree('', new Map([['README.md', 'one']]))
  branches.set('main', await port.createCommit({ tree, parents: [], message: 'First' }))
  calls = []
})

const idOf = (value: unknown): string =>
  createHash('sha1').update(JSON.stringify(value)).digest('hex')

async function write<T>(name: string, act: () => T): Promise<T> {
  calls.push(name)
  await meanwhile(name)
  return act()
}

const reaches = (from: string, to: string): boolean =>
  from === to || (commits.get(from)?.parents ?? []).some(parent => reaches(parent, to))

/** The newest commit that both reach. */
function mergeBase(one: string, other: string): string {
  if (reaches(one, other)) return other
  const parents = commits.get(other)?.parents ?? []
  return parents.map(parent => mergeBase(one, parent)).at(-1) ?? ''
}

function shown(branch: string): OpenProposal | null {
  const [url] = pullRequests
  return url === undefined ? null : { url, head: branches.get(branch) ?? '' }
}

const port: FileProposals = {
  forge: { url: null },
  tip: async branch => commits.get(branches.get(branch) ?? '') ?? null,
  filesAt: commit => ({
    description: commit,
    read: async path => {
      const text = trees.get(commits.get(commit)?.tree ?? '')?.get(path)
      const bytes = Buffer.from(text ?? '')
      return text === undefined
        ? null
        : { path, bytes, mode: '100644', blob: '', uncommitted: null }
    },
    list: async () => [],
  }),
  ahead: async (base, commit) => {
    const ahead = (id: string): readonly string[] =>
      reaches(base, id) ? [] : [...(commits.get(id)?.parents ?? []).flatMap(ahead), id]
    const list = [...new Set(ahead(commit))]
    const files = (id: string): Files => trees.get(commits.get(id)?.tree ?? '') ?? new Map()
    const common = mergeBase(base, commit)
    const [old, now] = [files(common), files(commit)]
    const paths = [...old.keys(), ...now.keys()].filter(path => old.get(path) !== now.get(path))
    return { commits: list, paths: new Set(paths) }
  },
  openPullRequest: async branch => shown(branch),
  createTree: (base, files) =>
    write('tree', () => {
      const all = new Map(trees.get(base))
      for (const [path, text] of files)
        if (text === null) all.delete(path)
        else all.set(path, text)
      const id = idOf([...all])
      trees.set(id, all)
      return id
    }),
  createCommit: ({ tree, parents, message }) =>
    write('commit', () => {
      const commit = idOf([tree, parents, message, commits.size])
      commits.set(commit, { commit, tree, message, parents })
      return commit
    }),
  createBranch: (branch, commit) =>
    write('branch', () => {
      if (branches.has(branch)) return false
      branches.set(branch, commit)
      return true
    }),
  moveBranch: (branch, commit) =>
    write('move', () => {
      if (!reaches(commit, branches.get(branch) ?? '')) return false
      branches.set(branch, commit)
      return true
    }),
  createPullRequest: ({ branch }) =>
    write('pull request', () => {
      const isMerged = reaches(branches.get('main') ?? '', branches.get(branch) ?? '')
      if (pullRequests.length > 0 || isMerged) return null
      pullRequests.push('https://github.com/acme/certs/pull/1')
      return shown(branch)
    }),
}

const proposal = (text = 'one'): Proposal => ({
  repository: 'acme/certs',
  branch: 'ours',
  base: 'main',
  files: new Map([['request.yaml', text]]),
  title: 'Certificate for jane',
  body: 'Please.',
})

const tipOf = (branch: string) => commits.get(branches.get(branch) ?? '')

async function pushed(branch: string, path: string): Promise<void> {
  const [before, counted] = [tipOf(branch), [...calls]]
  const hook = meanwhile
  meanwhile = async () => undefined
  const tree = await port.createTree(before?.tree ?? '', new Map([[path, 'theirs']]))
  const parents = before === undefined ? [] : [before.commit]
  branches.set(branch, await port.createCommit({ tree, parents, message: 'Theirs' }))
  calls = counted
  meanwhile = hook
}

/** Acts once, before the first write of that name. */
function before(name: string, act: () => Promise<unknown>): void {
  let isDone = false
  meanwhile = async write => {
    if (write !== name || isDone) return
    isDone = true
    await act()
  }
}

const ALL = ['tree', 'commit', 'branch', 'pull request']

test('a proposal is one commit on the base that names its own tree', async () => {
  expect(await proposeFiles(port, proposal())).toEqual({
    url: 'https://github.com/acme/certs/pull/1',
    change: 'opened',
  })
  expect(calls).toEqual(ALL)
  const tip = tipOf('ours')
  expect(tip?.parents).toEqual([branches.get('main')])
  expect(tip?.message).toBe(`Certificate for jane\n\nCountersign-Tree: ${tip?.tree}\n`)
  expect([...(trees.get(tip?.tree ?? '') ?? [])]).toEqual([
    ['README.md', 'one'],
    ['request.yaml', 'one'],
  ])
})

test('other bytes move the branch forward with the base merged, and open no second pull request', async () => {
  await proposeFiles(port, proposal())
  const first = branches.get('ours')
  await pushed('main', 'more')
  calls = []
  const change = { url: 'https://github.com/acme/certs/pull/1', change: 'changed' }
  expect(await proposeFiles(port, proposal('two'))).toEqual(change)
  expect(calls).toEqual(['tree', 'commit', 'move'])
  expect(await proposeFiles(port, proposal('two'))).toEqual({ ...change, change: 'unchanged' })
  expect(tipOf('ours')?.parents).toEqual([first, branches.get('main')])
  expect(trees.get(tipOf('ours')?.tree ?? '')?.get('more')).toBe('theirs')
})

test('another run that creates the branch first is joined', async () => {
  before('branch', () => proposeFiles(port, proposal()))
  await proposeFiles(port, proposal())
  expect(pullRequests).toHaveLength(1)
  expect(calls.filter(name => name === 'branch')).toHaveLength(2)
  expect(calls.filter(name => name === 'commit')).toHaveLength(2)
})

test('another run that opens the pull request first is joined without a further commit', async () => {
  before('branch', async () => {
    const cut = { ...port, createPullRequest: async () => Promise.reject(new Error('killed')) }
    await proposeFiles(cut, proposal()).catch(() => undefined)
  })
  await proposeFiles(port, proposal())
  pullRequests = []
  calls = []
  before('pull request', async () => pullRequests.push('https://github.com/acme/certs/pull/2'))
  expect(await proposeFiles(port, proposal())).toEqual({
    url: 'https://github.com/acme/certs/pull/2',
    change: 'opened',
  })
  expect(calls).toEqual(['pull request'])
})

test('a push of somebody else before the branch moves is not lost', async () => {
  await proposeFiles(port, proposal())
  before('move', () => pushed('ours', 'request.yaml'))
  const problem = await failureOf(proposeFiles(port, proposal('two')))
  expect(problem).toMatchObject({ code: 'RUN_USAGE', message: expect.stringContaining('ours') })
  expect(tipOf('ours')?.message).toBe('Theirs')
})

test('a branch that was merged before gets a new commit', async () => {
  await proposeFiles(port, proposal())
  branches.set('main', branches.get('ours') ?? '')
  pullRequests = []
  calls = []
  await proposeFiles(port, proposal())
  expect(calls).toEqual(['tree', 'commit', 'move', 'pull request'])
})

test('a repository that refuses every branch is reported after three tries', async () => {
  const refusing = { ...port, createBranch: () => write('branch', () => false) }
  const problem = await failureOf(proposeFiles(refusing, proposal()))
  expect(problem.code).toBe('GITHUB_ANSWER')
  expect(calls.filter(name => name === 'branch')).toHaveLength(3)
})

test('a repository without a commit is refused with the command that makes one', async () => {
  branches.delete('main')
  const problem = await failureOf(proposeFiles(port, proposal()))
  expect([problem.code, problem.hint]).toEqual([
    'RUN_USAGE',
    expect.stringContaining('gh api -X PUT repos/acme/certs/contents/README.md'),
  ])
})

test('a commit that somebody pushes while the pull request is opened is reported', async () => {
  before('pull request', () => pushed('ours', 'more.yaml'))
  const problem = await failureOf(proposeFiles(port, proposal()))
  expect([problem.code, problem.hint]).toEqual([
    'RUN_USAGE',
    expect.stringContaining('gh api -X DELETE repos/acme/certs/git/refs/heads/ours'),
  ])
})

test('an open pull request for a file of another mode does not count', async () => {
  await proposeFiles(port, proposal())
  const linked: FileProposals = {
    ...port,
    filesAt: commit => {
      const files = port.filesAt(commit)
      const read: typeof files.read = async path => {
        const file = await files.read(path)
        return file === null ? null : { ...file, mode: '120000' }
      }
      return { ...files, read }
    },
  }
  expect((await proposalState(linked, proposal())).kind).toBe('outdated')
})

test('a branch that was merged and whose file is gone from the base is outdated', async () => {
  await proposeFiles(port, proposal())
  branches.set('main', branches.get('ours') ?? '')
  pullRequests = []
  expect((await proposalState(port, proposal())).kind).toBe('outdated')
})
