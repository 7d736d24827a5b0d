import { describe, expect, test } from '@jest/globals'
import { contributorsSince } from '../../../../../src/core/approval/contributors/contributors-since.ts'
import type { Contributors } from '../../../../../src/core/approval/contributors/contributors.ts'
import type {
  Background,
  ProofFacts,
  FileOrigin,
} from '../../../../../src/core/approval/proof-facts.ts'
import type { BranchMove } from '../../../../../src/domain/proof/git-history.ts'
import type {
  PullRequest,
  PullRequestCommit,
} from '../../../../../src/domain/proof/pull-request.ts'
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
  usualEvidence,
  WEB_FLOW,
} from '../../../../build/proof.ts'

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
const landing = (commit: string, before: string | null, blob: string): FileOrigin => {
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
  readonly fileOrigin?: Partial<FileOrigin>
}

function since({
  commits = PUSHED,
  moves = PUSHES,
  tip = 'm1',
  pushed = by({}),
  pulls = [],
  background = { proved: PROVED, since: [P1] },
  fileOrigin = {},
}: Asked = {}): Contributors {
  const pull = pullRequest({ commits: [made('h1', ['p1'])] })
  const facts = proofFacts({ commits, moves, tip, otherCommits: pushed, pulls: [pull, ...pulls] })
  const asked = question({ landing: { commit: 'm1', before: 'p1' }, background, ...fileOrigin })
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

describe('of a pull request that was not approved', () => {
  const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
  const other = pullRequest({
    number: 2,
    author: COLLEAGUE,
    head: { branch: 'x', repositoryId: 42, commit: 'g1' },
    merged: { at: at(5), by: OWNER, commit: 'p1' },
    commits: [made('g1', ['m0'], { authors: [COLLEAGUE], committer: COLLEAGUE })],
    pushes: [move('3 branchCreation 0 > g1 by colleague')],
    reviews: [],
  })
  const merge = (changes: Partial<PullRequestCommit>) =>
    by({ authors: [OWNER], committer: OWNER, ...changes }, ['m0', 'g1'])
  const asked = { commits, pulls: [other], pushed: merge({}) }
  const movedAs = (kind: string) => [PUSHES[0]!, move(`5 ${kind} m0 > p1 by owner`), PUSHES[2]!]

  test('who merged it by a merge queue is no contributor', () => {
    const queued = { ...asked, moves: movedAs('mergeQueueMerge') }
    expect(people(queued)).toEqual(['author', 'colleague'])
  })

  test('who pushed and wrote the merge is a contributor, and nobody else is missing', () => {
    const pushed = { ...asked, moves: movedAs('push') }
    expect(people(pushed)).toEqual(['author', 'colleague', 'owner'])
    expect(since(pushed).unattributed).toBeNull()
  })

  test('which GitHub no longer lists, who merged it is a contributor', () => {
    const written = merge({ authors: [COLLEAGUE], committer: COLLEAGUE })
    const moves = movedAs('pullRequestMerge')
    expect(people({ ...asked, moves, pulls: [], pushed: written })).toEqual([
      'author',
      'colleague',
      'owner',
    ])
    const signed = merge({ authors: [COLLEAGUE], committer: null, isSignedByGitHub: true })
    const unread = since({ ...asked, moves: null, pulls: [], pushed: signed })
    expect(unread.hasUnknownPusher).toBe(true)
  })

  test('who merged it does not matter where GitHub signed the merge, and no moves can be read', () => {
    expect(since({ ...asked, moves: null }).hasUnknownPusher).toBe(true)
    const signed = merge({ authors: [OWNER], committer: null, isSignedByGitHub: true })
    expect(since({ ...asked, moves: null, pushed: signed }).hasUnknownPusher).toBe(false)
    expect(people({ ...asked, moves: null, pushed: signed })).toEqual(['author', 'colleague'])
  })

  test('who opened it is a contributor, also where it is too large to be listed', () => {
    const large = {
      ...asked,
      moves: movedAs('pullRequestMerge'),
      pulls: [{ ...other, commits: [], isTooLarge: true }],
    }
    expect(people(large)).toEqual(['author', 'colleague'])
    expect(since(large).unattributed).toBe(
      'wrote what came with #2, which is too large to be listed',
    )
  })
})

test('who wrote a commit on the default branch at GitHub, without a pull request, is a contributor', () => {
  const pushed = by({ authors: [REVIEWER], committer: WEB_FLOW, isSignedByGitHub: true })
  expect(people({ pushed })).toEqual(['author', 'colleague', 'reviewer'])
})

test('who wrote a merge that was pushed is a contributor, though it has the file from one of its sides', () => {
  const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
  const pushed = by({ authors: [REVIEWER] }, ['m0', 'g1'])
  expect(people({ commits, pushed })).toEqual(['author', 'colleague', 'reviewer'])
})

test('who wrote a commit is a contributor, also where the branch never held it right after that state', () => {
  const background = { proved: PROVED, since: [landing('p1', 'm9', 'v1')] }
  expect(people({ background, pushed: by({ authors: [REVIEWER] }) })).toContain('reviewer')
})

test('the record says what no person stands behind, and only for its own pull request', () => {
  const recorded = (number: number) =>
    since({
      background: { proved: PROVED, since: [] },
      fileOrigin: {
        earlier: usualEvidence({
          unattributed: 'wrote commit g1',
          pullRequest: { ...usualEvidence().pullRequest, number },
        }),
      },
    }).unattributed
  expect(recorded(1)).toBe('wrote commit g1')
  expect(recorded(2)).toBeNull()
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

test('where not all changes since were read, no person stands behind some of them', () => {
  const background = { proved: null, since: [P1], isCut: true }
  expect(since({ background }).unattributed).toBe('made one of many earlier changes')
})

test('who pushed several commits at once is a contributor by each of them', () => {
  const commits = PUSHED.replace('h1 < p1', 'p2 < p1: README=x\n h1 < p2').replace('p1 h1', 'p2 h1')
  const moves = [
    PUSHES[0]!,
    move('5 push m0 > p2 by colleague'),
    move('30 pullRequestMerge p2 > m1 by owner'),
  ]
  const pushed = by({ authors: [REVIEWER], committer: REVIEWER })
  const asked = { commits, moves, pushed, fileOrigin: { landing: { commit: 'm1', before: 'p2' } } }
  expect(people(asked)).toEqual(['author', 'colleague', 'reviewer'])
  expect(since(asked).hasUnknownPusher).toBe(false)
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

  test('has who wrote and pushed the commit first for contributors, where that was since', () => {
    const first = { ...background, since: [landing('p1', 'm0', 'v1')] }
    const pushed = by({ authors: [ROBOT, REVIEWER], committer: REVIEWER })
    expect(people({ commits, moves, background: first, pushed })).toEqual([
      'author',
      'colleague',
      'reviewer',
      'robot[bot]',
    ])
  })

  test('has who put it back aside for a contributor, not who wrote the commit once', () => {
    const aside = commits.replace('p2 < p1', 'p2 < m0')
    expect(people({ commits: aside, moves, background })).toEqual(['author', 'owner'])
  })

  test('has who wrote the commit for a contributor, where the branch only held a merge of it', () => {
    const merged = commits.replace('p2 < p1: jane=v2', 'p2 < m0 p1: jane=v2')
    const moves2 = [moves[0]!, move('6 push m0 > p2 by owner'), ...moves.slice(3)]
    expect(people({ commits: merged, moves: moves2, background })).toEqual([
      'author',
      'colleague',
      'owner',
    ])
  })

  describe('to the merge of a pull request that was not approved', () => {
    const merge = commits.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n    p1 < m0 g1: jane=v1')
    const other = pullRequest({
      number: 2,
      author: COLLEAGUE,
      head: { branch: 'x', repositoryId: 42, commit: 'g1' },
      merged: { at: at(5), by: OWNER, commit: 'p1' },
      commits: [made('g1', ['m0'], { authors: [COLLEAGUE], committer: COLLEAGUE })],
      pushes: [move('3 branchCreation 0 > g1 by colleague')],
      reviews: [],
    })
    const merged = move('5 pullRequestMerge m0 > p1 by owner')
    const asked = { commits: merge, pulls: [other], pushed: new Map() }

    test('has who put it back for a contributor, not who merged it', () => {
      const all = [moves[0]!, merged, moves[2]!, move('7 forcePush p2 > p1 by reviewer'), moves[4]!]
      expect(people({ ...asked, moves: all, background })).toEqual([
        'author',
        'colleague',
        'reviewer',
      ])
    })

    test('has who pushed it over the same commit again for a contributor, not who merged it', () => {
      const all = [
        moves[0]!,
        merged,
        move('6 forcePush p1 > m0 by robot[bot]'),
        move('7 push m0 > p1 by reviewer'),
        moves[4]!,
      ]
      const first = { proved: PROVED, since: [landing('p1', 'm0', 'v1')] }
      const pushed = by({ authors: [COLLEAGUE], committer: WEB_FLOW, isSignedByGitHub: true })
      expect(people({ ...asked, moves: all, background: first, pushed })).toEqual([
        'author',
        'colleague',
        'reviewer',
      ])
    })
  })

  test('has all who pushed the same commit over the same one, and who wrote it', () => {
    const twice = [
      ...moves.slice(0, 2),
      move('6 forcePush p1 > m0 by owner'),
      move('7 push m0 > p1 by reviewer'),
      moves[4]!,
    ]
    const again = landing('p1', 'm0', 'v1')
    const asked = {
      commits,
      moves: twice,
      background: { proved: PROVED, since: [again, landing('m0', 'p1', 'v0'), again] },
      pushed: by({ authors: [OWNER], committer: OWNER }),
    }
    expect(people(asked)).toEqual(['author', 'colleague', 'owner', 'reviewer'])
    expect(since(asked).people.get(OWNER.id)?.did).toBe('wrote commit p1')
  })
})

test('what came between the last proved version and its return does not count, and what came after it does', () => {
  const own = landing('m0', null, 'v0')
  const commits = `
    m0: jane=v0
    p1 < m0: jane=v1
    p2 < p1: jane=v0
    p3 < p2: jane=v2
    h1 < p3: jane=b
    m1 < p3 h1: jane=b
  `
  const moves = [
    PUSHES[0]!,
    move('5 push m0 > p1 by colleague'),
    move('6 push p1 > p2 by reviewer'),
    move('7 push p2 > p3 by owner'),
    move('30 pullRequestMerge p3 > m1 by owner'),
  ]
  const since = [landing('p3', 'p2', 'v2'), landing('p2', 'p1', 'v0'), P1]
  const pushed = new Map(
    ['m0', 'p1', 'p2', 'p3'].map(id => [id, made(id, [], { authors: [OWNER], committer: OWNER })]),
  )
  const asked = { commits, moves, pushed, fileOrigin: { landing: { commit: 'm1', before: 'p3' } } }
  expect(people({ ...asked, background: { proved: PROVED, since } })).toEqual(['author', 'owner'])
  const refused = { proved: PROVED, since: [...since, own], upToProved: [own] }
  expect(people({ ...asked, background: refused })).toEqual(['author', 'owner'])
})

describe('bytes that are the last proved version again', () => {
  const again = { blob: 'v0' }

  test('have nothing of what came after that version', () => {
    expect(people({ fileOrigin: again })).toEqual(['author'])
  })

  test('have what that version itself had, where no policy allowed it', () => {
    const own = landing('m0', null, 'v0')
    const background = { proved: PROVED, since: [P1, own], upToProved: [own] }
    const pushed = new Map([...by({}), ['m0', made('m0', [], { authors: [REVIEWER] })]] as const)
    expect(people({ fileOrigin: again, background, pushed })).toContain('reviewer')
    expect(people({ fileOrigin: again, background, pushed })).not.toContain('colleague')
  })

  test('have all of it, where nothing was proved', () => {
    const background = { proved: null, since: [P1] }
    expect(people({ fileOrigin: again, background })).toEqual(['author', 'colleague'])
  })
})
