import { describe, expect, test } from '@jest/globals'
import {
  isCopiedToBranch,
  proposals,
} from '../../../../../src/core/approval/contributors/proposed-changes.ts'
import { GONE } from '../../../../../src/domain/proof/git-history.ts'
import type { PullRequest } from '../../../../../src/domain/proof/pull-request.ts'
import type { ProofFacts } from '../../../../../src/core/approval/proof-facts.ts'
import {
  at,
  graph,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  wholeDiffs,
} from '../../../../build/proof.ts'

/** GitHub merged c, of another pull request, into the branch of the first. */
const COMMITS = `
  root: README=r
  c < root: other=x
  h1 < root: jane=a
  h2 < h1: jane=b
  u < h2 c: jane=b other=x
  m1 < root u: jane=b other=x
`

/** The commits that a move of the pull request brought. */
function broughtBy(said: string): readonly string[] | null {
  const update = made('u', ['h2', 'c'], { isSignedByGitHub: true })
  const pull = pullRequest({
    head: { branch: 'add-jane', repositoryId: 42, commit: 'u' },
    commits: [made('c', ['root']), made('h1', ['root']), made('h2', ['h1']), update],
    pushes: [move(said)],
  })
  const facts = proofFacts({ commits: COMMITS, pulls: [pull] })
  return proposals('root', at(60), facts)(pull).movedBy(move(said))
}

test('the person who pressed "Update branch" pushed the merge and each commit that the default branch does not have', () => {
  expect(broughtBy('15 push h2 > u')?.toSorted()).toEqual(['c', 'u'])
})

test('a push that ends with a merge by GitHub, and does not start at its first parent, brings all its commits', () => {
  expect(broughtBy('15 push h1 > u')?.toSorted()).toEqual(['c', 'h2', 'u'])
})

test('what a force push brought is unknown if GitHub has forgotten one of its ends', () => {
  expect(broughtBy('15 forcePush 0 > u')).toBeNull()
  expect(broughtBy('15 forcePush h1 > 0')).toBeNull()
  expect(broughtBy('15 branchDeletion h1 > 0')).toEqual([])
})

test('a commit that a force push removed is lost if GitHub gives no more of it', () => {
  const forced = { at: at(12), by: OWNER, before: 'h0', after: 'h1' }
  const pull = pullRequest({ forcePushes: [forced] })
  const commits = 'root: README=r\n h0 < root: jane=a\n h1 < root: jane=b\n m1 < root h1: jane=b'
  const proposed = (otherCommits: ProofFacts['otherCommits']) =>
    proposals('root', at(60), proofFacts({ commits, pulls: [pull], otherCommits }))(pull)
  expect(proposed(new Map()).lost).toEqual(['h0'])
  const known = proposed(new Map([['h0', made('h0', ['root'])]]))
  expect(known.lost).toEqual([])
  expect([...known.ids].toSorted()).toEqual(['h0', 'h1'])
})

describe('copies that a squash made', () => {
  const commits = 'root: README=r\n h1 < root: jane=b\n m1 < root: jane=b\n n1 < root h1: jane=b'
  const isCopied = (changes: Partial<PullRequest>): boolean =>
    isCopiedToBranch(pullRequest(changes), proofFacts({ commits }))
  const mergedAs = (commit: string) => ({ at: at(30), by: OWNER, commit })

  test.each<[string, Partial<PullRequest>, boolean]>([
    ['a squash into another branch made a copy', { base: 'develop' }, true],
    ['a squash into the default branch is judged there', {}, false],
    ['a merge copies nothing', { base: 'develop', merged: mergedAs('n1') }, false],
    ['a fast forward copies nothing', { base: 'develop', merged: mergedAs('h1') }, false],
    ['an open pull request copies nothing', { base: 'develop', merged: null }, false],
  ])('%s', (_, changes, expected) => {
    expect(isCopied(changes)).toBe(expected)
  })
})

describe('commits that a later push joined to the default branch', () => {
  /** The ids of the first pull request. Its commit `a` is on the default branch now; the second has the same commit. */
  function proposedBeside(second: Partial<PullRequest> | null): readonly string[] {
    const joined = made('a', ['root'])
    const first = pullRequest({
      head: { branch: 'add-jane', repositoryId: 42, commit: 'h' },
      commits: [made('h', ['a'])],
      pushes: [move('10 branchCreation 0 > h')],
    })
    const other = pullRequest({
      number: 2,
      head: { branch: 'other', repositoryId: 42, commit: 'a' },
      merged: { at: at(20), by: OWNER, commit: 'a' },
      commits: [joined],
      pushes: [],
      ...second,
    })
    const facts = proofFacts({
      commits: 'root: README=r\n a < root: jane=a\n h < a: jane=b\n m1 < a h: jane=b',
      moves: [
        move('0 branchCreation 0 > root'),
        move('20 push root > a'),
        move('30 pullRequestMerge a > m1 by owner'),
      ],
      pulls: [first, other],
      linked: { a: second === null ? [1] : [1, 2], h: [1], m1: [1] },
      otherCommits: new Map([['a', joined]]),
    })
    return [...proposals('a', at(60), facts)(first).ids].toSorted()
  }

  test('a joined commit stays a part of its pull request, which is linked to it', () => {
    expect(proposedBeside(null)).toEqual(['a', 'h'])
  })

  test('a joined commit is a part of another pull request that brought it to the default branch', () => {
    expect(proposedBeside({})).toEqual(['h'])
  })

  test('a joined commit stays a part if the other pull request was merged later', () => {
    const merged = { at: at(61), by: OWNER, commit: 'a' }
    expect(proposedBeside({ merged })).toEqual(['a', 'h'])
  })

  test('a joined commit stays a part if a push that ended the other pull request has another commit', () => {
    const head = { branch: 'other', repositoryId: 42, commit: 'h' }
    expect(proposedBeside({ head })).toEqual(['a', 'h'])
  })

  test('a joined commit is no part of another pull request that is not merged', () => {
    expect(proposedBeside({ merged: null })).toEqual(['a', 'h'])
  })

  test('a joined commit is no part of another pull request that was merged into another branch', () => {
    expect(proposedBeside({ base: 'release' })).toEqual(['a', 'h'])
  })
})

describe('a merge that GitHub made', () => {
  const BOTH = ['h2', 'c'] as const

  /** Whether the merge u is a change of the pull request. */
  function isProposed(commits: string, changes: Partial<ProofFacts> = {}): boolean {
    const pull = pullRequest({
      head: { branch: 'add-jane', repositoryId: 42, commit: 'u' },
      commits: [made('h2', ['root']), made('u', BOTH, { isSignedByGitHub: true })],
      pushes: [],
    })
    const facts = { ...proofFacts({ commits, pulls: [pull] }), ...changes }
    return proposals('c', at(60), facts)(pull).commits.some(({ id }) => id === 'u')
  }

  /** One file: before, in the pull request, in the base, and merged. */
  const merging = (was: string, mine: string, theirs: string, merged: string): string =>
    `root: f=${was}\n h2 < root: f=${mine}\n c < root: f=${theirs}\n u < h2 c: f=${merged}`

  test.each<[string, string]>([
    ['both sides made the same change', merging('0', '1', '1', '1')],
    ['only the base changed the file', merging('0', '0', '2', '2')],
    ['only the pull request changed the file', merging('0', '1', '0', '1')],
  ])('a merge is no change of its own where %s, and it has that change', (_, commits) => {
    expect(isProposed(commits)).toBe(false)
  })

  test.each<[string, string]>([
    ['both sides made the same change, and it has another', merging('0', '1', '1', '3')],
    ['it drops the change of the base', merging('0', '0', '2', '0')],
    ['it drops the change of the pull request', merging('0', '1', '0', '0')],
    ['it changes a file that neither side changed', merging('0', '0', '0', '3')],
    ['it has another change than the pull request', merging('0', '1', '0', '3')],
    ['it takes the side of the pull request in a conflict', merging('0', '1', '2', '1')],
    ['it takes the side of the base in a conflict', merging('0', '1', '2', '2')],
  ])('a merge is a change of its own where %s', (_, commits) => {
    expect(isProposed(commits)).toBe(true)
  })

  test('a merge is a change of its own where GitHub no longer has its files', () => {
    expect(isProposed(merging('0', '1', '0', '1'), { fileAt: () => GONE })).toBe(true)
  })

  test('a merge is a change of its own where GitHub does not list all files', () => {
    const diffOf: ProofFacts['diffOf'] = pair => ({ ...pair, files: [], isCut: true })
    expect(isProposed(merging('0', '0', '2', '2'), { diffOf })).toBe(true)
  })

  test('a merge is a change of its own where it removes a file that is shown under a new name', () => {
    const commits = `
      root: old=1
      h2 < root: new=1
      c < root: other=x
      u < h2 c: old=- other=x
    `
    const whole = wholeDiffs(graph(commits))
    const renamed = {
      path: 'new',
      status: 'renamed',
      previousPath: 'old',
      additions: 0,
      deletions: 0,
      patch: null,
    } as const
    const diffOf: ProofFacts['diffOf'] = pair => {
      const shown = whole(pair)
      return shown === null || pair.head !== 'u' ? shown : { ...shown, files: [renamed] }
    }
    expect(isProposed(commits, { diffOf })).toBe(true)
  })

  /** Each side merged the other one before: there are two versions to merge against. */
  const crossing = (...[one, two, mine, theirs, merged]: readonly string[]): string => `
    root: f=0
    b1 < root: f=${one}
    b2 < root: f=${two}
    h2 < b1 b2: f=${mine}
    c < b2 b1: f=${theirs}
    u < h2 c: f=${merged}
  `

  test.each<[string, string]>([
    ['first', crossing('2', '0', '2', '3', '3')],
    ['second', crossing('0', '2', '2', '3', '3')],
  ])('two bases are merged first, and the change of the %s of them stays', (_, commits) => {
    expect(isProposed(commits)).toBe(false)
  })

  test.each<[string, string]>([
    ['first', crossing('1', '2', '1', '3', '3')],
    ['second', crossing('1', '2', '2', '3', '3')],
  ])(
    'a merge is a change of its own where two bases conflict, and its pull request has that of the %s',
    (_, commits) => {
      expect(isProposed(commits)).toBe(true)
    },
  )

  test('a merge is a change of its own where there are three versions to merge against', () => {
    const three = `
      root: f=0
      b1 < root: f=0
      b2 < root: f=0
      b3 < root: f=2
      h2 < b1 b2 b3: f=2
      c < b2 b1 b3: f=3
      u < h2 c: f=3
    `
    expect(isProposed(three)).toBe(true)
  })

  test.each(['b1', 'b2'])(
    'a merge is a change of its own where GitHub no longer has the files of base %s and of what is below it',
    lost => {
      const commits = crossing('2', '2', '3', '2', '3')
      const { fileAt } = proofFacts({ commits })
      const known: ProofFacts['fileAt'] = place =>
        place.commit === lost || place.commit === 'root' ? GONE : fileAt(place)
      expect(isProposed(commits, { fileAt: known })).toBe(true)
    },
  )
})
