import { describe, expect, test } from '@jest/globals'
import { contributorsSince } from '../../../src/approval/contributors-since.ts'
import type { Contributors } from '../../../src/approval/contributors.ts'
import type { Background, ProofFacts, Trail } from '../../../src/approval/facts.ts'
import type { BranchMove } from '../../../src/domain/history.ts'
import type { PullRequest, PullRequestCommit } from '../../../src/domain/pull-request.ts'
import {
  at,
  COLLEAGUE,
  JANE,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  REVIEWER,
  ROBOT,
} from '../../build/proof.ts'

/** p1 was pushed over m0 by the colleague; the author's pull request brought h1 over that. */
const PUSHED = `
  m0: jane=v0
  p1 < m0: jane=v1
  h1 < p1: jane=b
  m1 < p1 h1: jane=b
`
const PUSHES = [
  move('0 branchCreation 0 > m0'),
  move('5 push m0 > p1 by colleague'),
  move('30 pullRequestMerge p1 > m1 by owner'),
]
const PROVED = { blob: 'v0', commit: 'm0' }
const landing = (commit: string, before: string | null, blob: string): Trail => {
  return { path: JANE, blob, landing: { commit, before }, earlier: null }
}
const P1 = landing('p1', 'm0', 'v1')
const by = (changes: Partial<PullRequestCommit>, parents: readonly string[] = ['m0']) =>
  new Map([['p1', made('p1', parents, { authors: [COLLEAGUE], committer: COLLEAGUE, ...changes })]])

interface Asked {
  readonly commits?: string
  readonly moves?: readonly BranchMove[] | null
  readonly tip?: string
  readonly pushed?: ProofFacts['otherCommits']
  readonly pulls?: readonly PullRequest[]
  readonly background?: Background | null
  readonly trail?: Partial<Trail>
}

function since({
  commits = PUSHED,
  moves = PUSHES,
  tip = 'm1',
  pushed = by({}),
  pulls = [],
  background = { proved: PROVED, since: [P1] },
  trail = {},
}: Asked = {}): Contributors {
  const pull = pullRequest({ commits: [made('h1', ['p1'])] })
  const facts = proofFacts({ commits, moves, tip, otherCommits: pushed, pulls: [pull, ...pulls] })
  const asked = question({ landing: { commit: 'm1', before: 'p1' }, background, ...trail })
  return contributorsSince(asked, pull, facts)
}

const people = (asked: Asked = {}): readonly string[] =>
  [...since(asked).people.values()].map(({ person }) => person.login).toSorted()

describe('a contributor since the last proved version is', () => {
  test('who pushed a change that nobody approved, and what they did is said', () => {
    expect(people()).toEqual(['author', 'colleague'])
    expect(since().people.get(COLLEAGUE.id)?.did).toBe('wrote commit p1')
  })

  test('who pushed it, and who wrote it', () => {
    expect(people({ pushed: by({ authors: [REVIEWER], committer: OWNER }) })).toEqual([
      'author',
      'colleague',
      'owner',
      'reviewer',
    ])
  })

  test('nobody of a change that came before the last proved version', () => {
    expect(people({ background: { proved: PROVED, since: [] } })).toEqual(['author'])
    expect(people({ background: null })).toEqual(['author'])
  })

  test('who opened and pushed a pull request that nobody approved', () => {
    const other = pullRequest({
      number: 2,
      author: COLLEAGUE,
      head: { branch: 'x', repositoryId: 42, commit: 'g1' },
      merged: { at: at(5), by: COLLEAGUE, commit: 'p1' },
      commits: [made('g1', ['m0'], { authors: [REVIEWER], committer: REVIEWER })],
      pushes: [move('3 branchCreation 0 > g1 by owner')],
      reviews: [],
    })
    const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
    const moves = [PUSHES[0]!, move('5 pullRequestMerge m0 > p1 by colleague'), PUSHES[2]!]
    expect(people({ commits, moves, pulls: [other], pushed: new Map() })).toEqual([
      'author',
      'colleague',
      'owner',
      'reviewer',
    ])
  })
})

describe('no person stands behind a change that was pushed', () => {
  test.each<[string, string | null, Asked]>([
    ['by nobody who is known, where it has an author', null, {}],
    ['where its commit is gone', 'wrote what came with p1', { pushed: new Map() }],
    [
      'as a merge that has the file from one of its sides',
      'wrote what came with p1',
      {
        commits: PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1'),
        pushed: by({}, ['m0', 'g1']),
      },
    ],
    [
      'as a merge that changes the file itself, where it has an author',
      null,
      {
        commits: PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v0\n p1 < m0 g1: jane=v1'),
        pushed: by({}, ['m0', 'g1']),
      },
    ],
    ['where no account wrote it', 'wrote commit p1', { pushed: by({ authors: [null] }) }],
    [
      'by a bot with a co-author of no account',
      'is named as co-author of commit p1',
      {
        pushed: by({ authors: [COLLEAGUE, null] }),
        moves: [PUSHES[0]!, move('5 push m0 > p1 by robot[bot]'), PUSHES[2]!],
      },
    ],
    [
      'by a bot',
      'pushed p1 to main',
      { moves: [PUSHES[0]!, move('5 push m0 > p1 by robot[bot]'), PUSHES[2]!] },
    ],
    [
      'by a person, for a co-author of no account',
      null,
      { pushed: by({ authors: [COLLEAGUE, null] }) },
    ],
    ['where a bot wrote it', 'wrote commit p1', { pushed: by({ authors: [ROBOT] }) }],
  ])('%s', (_, unattributed, asked) => {
    expect(since(asked).unattributed).toBe(unattributed)
  })
})

test('where GitHub does not say who pushed a change since, an approval more is needed', () => {
  expect(since().hasUnknownPusher).toBe(false)
  const moves = [PUSHES[0]!, move('5 push m0 > p1 by nobody'), PUSHES[2]!]
  expect(since({ moves }).hasUnknownPusher).toBe(true)
  expect(since({ moves: null }).hasUnknownPusher).toBe(true)
})

describe('a branch that was put back', () => {
  /** v2 was pushed by the reviewer, then the owner forced the branch back to p1. */
  const commits = `
    m0: jane=v0
    p1 < m0: jane=v1
    p2 < p1: jane=v2
    h1 < p1: jane=b
    m1 < p1 h1: jane=b
  `
  const moves = [
    move('0 branchCreation 0 > m0'),
    move('5 push m0 > p1 by colleague'),
    move('6 push p1 > p2 by reviewer'),
    move('7 forcePush p2 > p1 by owner'),
    move('30 pullRequestMerge p1 > m1 by owner'),
  ]
  const background = { proved: { blob: 'v2', commit: 'p2' }, since: [landing('p1', 'p2', 'v1')] }

  test('has who put it back for a contributor, not who pushed and wrote the commit once', () => {
    expect(people({ commits, moves, background })).toEqual(['author', 'owner'])
    expect(since({ commits, moves, background, pushed: new Map() }).unattributed).toBeNull()
  })

  test('has who pushed the commit first for a contributor, where that was since', () => {
    const both = { ...background, since: [landing('p1', 'm0', 'v1')] }
    expect(people({ commits, moves, background: both })).toEqual(['author', 'colleague'])
  })
})

describe('bytes that are the last proved version again', () => {
  const again = { blob: 'v0' }

  test('have nothing of what came after that version', () => {
    expect(people({ trail: again })).toEqual(['author'])
  })

  test('have what that version itself had, where no policy allowed it', () => {
    const background = { proved: PROVED, since: [P1, landing('m0', null, 'v0')] }
    const pushed = new Map([...by({}), ['m0', made('m0', [], { authors: [REVIEWER] })]] as const)
    expect(people({ trail: again, background, pushed })).toContain('reviewer')
    expect(people({ trail: again, background, pushed })).not.toContain('colleague')
  })

  test('have all of it, where nothing was proved', () => {
    const background = { proved: null, since: [P1] }
    expect(people({ trail: again, background })).toEqual(['author', 'colleague'])
  })
})
