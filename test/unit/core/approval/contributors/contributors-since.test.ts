import { describe, expect, test } from '@jest/globals'
import { contributorsSince } from '../../../../../src/core/approval/contributors/contributors-since.ts'
import type { Contributors } from '../../../../../src/core/approval/contributors/landing-contributors.ts'
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
  return { path: JANE, blob, landing: { commit, before }, recorded: null }
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
  readonly background?: Background
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

/** Pull request #2 of the colleague, which the owner merged as p1 without an approval. */
const UNAPPROVED = pullRequest({
  number: 2,
  author: COLLEAGUE,
  head: { branch: 'x', repositoryId: 42, commit: 'g1' },
  merged: { at: at(5), by: OWNER, commit: 'p1' },
  commits: [made('g1', ['m0'], { authors: [COLLEAGUE], committer: COLLEAGUE })],
  pushes: [move('3 branchCreation 0 > g1 by colleague')],
  reviews: [],
})

describe('contributors since the last proved version', () => {
  test('the pusher of a change that nobody approved is a contributor, and the record says why', () => {
    expect(people()).toEqual(['author', 'colleague'])
    expect(since().people.get(COLLEAGUE.id)?.did).toBe('wrote commit p1')
  })

  test('pusher, author and committer of a change are contributors', () => {
    expect(people({ pushed: by({ authors: [REVIEWER], committer: OWNER }) })).toEqual([
      'author',
      'colleague',
      'owner',
      'reviewer',
    ])
  })

  test('a pushed merge of a commit with the same file has an unknown author, since the file came with other commits', () => {
    const pushed = (parents: readonly string[], file: string) => ({
      commits: `m0: jane=v0\n x < m0: jane=${file}\n p1 < m0 x: jane=v1\n h1 < p1: jane=b\n m1 < p1 h1: jane=b`,
      pushed: new Map([...by({}, parents), ['x', made('x', ['m0'])] as const]),
    })
    expect(since(pushed(['m0', 'x'], 'v1')).unattributed).toBe('wrote what came with p1')
    expect(since(pushed(['m0', 'x'], 'v0')).unattributed).toBeNull()
  })

  test('a change before the last proved version has no contributors', () => {
    expect(people({ background: { proved: PROVED, since: [] } })).toEqual(['author'])
  })

  test('the opener and the pushers of a pull request that nobody approved are contributors', () => {
    const other = {
      ...UNAPPROVED,
      merged: { at: at(5), by: COLLEAGUE, commit: 'p1' },
      commits: [made('g1', ['m0'], { authors: [REVIEWER], committer: REVIEWER })],
      pushes: [move('3 branchCreation 0 > g1 by owner')],
    }
    const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
    const moves = [PUSHES[0]!, move('5 pullRequestMerge m0 > p1 by colleague'), PUSHES[2]!]
    const all = ['author', 'colleague', 'owner', 'reviewer']
    const asked = { commits, moves, pulls: [other], pushed: new Map() }
    expect(people(asked)).toEqual(all)
    // It was approved, but no policy allowed it.
    const proved = { blob: 'v1', commit: 'p1' }
    const background = { proved, since: [P1], upToProved: [P1] }
    expect(people({ ...asked, background })).toEqual(all)
    expect(people({ ...asked, background: { proved, since: [] } })).toEqual(['author'])
  })
})

describe('a pull request that was not approved', () => {
  const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
  const merge = (changes: Partial<PullRequestCommit>) =>
    by({ authors: [OWNER], committer: OWNER, ...changes }, ['m0', 'g1'])
  const asked = { commits, pulls: [UNAPPROVED], pushed: merge({}) }
  const movedAs = (kind: string) => [PUSHES[0]!, move(`5 ${kind} m0 > p1 by owner`), PUSHES[2]!]

  test('the person who merged by the merge queue is no contributor', () => {
    const queued = { ...asked, moves: movedAs('mergeQueueMerge') }
    expect(people(queued)).toEqual(['author', 'colleague'])
  })

  test('the person who pushed and wrote the merge is a contributor, and no approval more is needed', () => {
    const pushed = { ...asked, moves: movedAs('push') }
    expect(people(pushed)).toEqual(['author', 'colleague', 'owner'])
    expect(since(pushed).unattributed).toBeNull()
  })

  test('the person who merged a pull request that GitHub no longer lists is a contributor', () => {
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

  test('the person who merged does not matter where GitHub signed the merge and no moves can be read', () => {
    expect(since({ ...asked, moves: null }).hasUnknownPusher).toBe(true)
    const signed = merge({ authors: [OWNER], committer: null, isSignedByGitHub: true })
    expect(since({ ...asked, moves: null, pushed: signed }).hasUnknownPusher).toBe(false)
    expect(people({ ...asked, moves: null, pushed: signed })).toEqual(['author', 'colleague'])
  })

  test('the opener of a pull request that is too large to be listed is a contributor', () => {
    const large = {
      ...asked,
      moves: movedAs('pullRequestMerge'),
      pulls: [{ ...UNAPPROVED, commits: [], isTooLarge: true }],
    }
    expect(people(large)).toEqual(['author', 'colleague'])
    expect(since(large).unattributed).toBe(
      'wrote what came with #2, which is too large to be listed',
    )
  })
})

test('the author of a commit made on the default branch at GitHub, without a pull request, is a contributor', () => {
  const pushed = by({ authors: [REVIEWER], committer: WEB_FLOW, isSignedByGitHub: true })
  expect(people({ pushed })).toEqual(['author', 'colleague', 'reviewer'])
})

test('the author of a pushed merge is a contributor, though one parent has the same file', () => {
  const commits = PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1')
  const pushed = by({ authors: [REVIEWER] }, ['m0', 'g1'])
  expect(people({ commits, pushed })).toEqual(['author', 'colleague', 'reviewer'])
})

test('the author of a commit is a contributor, also where the branch never held it right after that state', () => {
  const background = { proved: PROVED, since: [landing('p1', 'm9', 'v1')] }
  expect(people({ background, pushed: by({ authors: [REVIEWER] }) })).toContain('reviewer')
})

test('the record names a change without a person only for its own pull request', () => {
  const recorded = (number: number) =>
    since({
      background: { proved: PROVED, since: [] },
      fileOrigin: {
        recorded: usualEvidence({
          unattributed: 'wrote commit g1',
          pullRequest: { ...usualEvidence().pullRequest, number },
        }),
      },
    }).unattributed
  expect(recorded(1)).toBe('wrote commit g1')
  expect(recorded(2)).toBeNull()
})

describe('a pushed change without a person', () => {
  test.each<[string, string | null, Asked]>([
    ['pushed by an unknown account, with a known author', null, {}],
    ['with a commit that is gone', 'wrote what came with p1', { pushed: new Map() }],
    [
      'pushed as a merge that has the file from one parent',
      'wrote what came with p1',
      {
        commits: PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n p1 < m0 g1: jane=v1'),
        pushed: by({}, ['m0', 'g1']),
      },
    ],
    [
      'pushed as a merge that changes the file itself, with known authors',
      null,
      {
        commits: PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v0\n p1 < m0 g1: jane=v1'),
        pushed: new Map([...by({}, ['m0', 'g1']), ['g1', made('g1', ['m0'])]]),
      },
    ],
    [
      'pushed as a merge with a commit that GitHub no longer has',
      'wrote what came with p1',
      {
        commits: PUSHED.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v0\n p1 < m0 g1: jane=v1'),
        pushed: by({}, ['m0', 'g1']),
      },
    ],
    ['written by no account', 'wrote commit p1', { pushed: by({ authors: [null] }) }],
    [
      'pushed by a bot, with a co-author without an account',
      'is named as co-author of commit p1',
      {
        pushed: by({ authors: [COLLEAGUE, null] }),
        moves: [PUSHES[0]!, move('5 push m0 > p1 by robot[bot]'), PUSHES[2]!],
      },
    ],
    [
      'pushed by a bot',
      'pushed p1 to main',
      { moves: [PUSHES[0]!, move('5 push m0 > p1 by robot[bot]'), PUSHES[2]!] },
    ],
    [
      'pushed by a person, with a co-author without an account',
      null,
      { pushed: by({ authors: [COLLEAGUE, null] }) },
    ],
    ['written by a bot', 'wrote commit p1', { pushed: by({ authors: [ROBOT] }) }],
  ])('the part without a person is named for a change %s: %s', (_, unattributed, asked) => {
    expect(since(asked).unattributed).toBe(unattributed)
  })
})

test('some of the changes have no person where not all changes since were read', () => {
  const background = { proved: null, since: [P1], isCut: true }
  expect(since({ background }).unattributed).toBe('made one of many earlier changes')
})

test('a person who pushed several commits at once is a contributor by each of them', () => {
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

test('one more approval is needed where GitHub does not say who pushed a change since', () => {
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

  test('the person who put the branch back is a contributor, and the first author and pusher are not', () => {
    expect(people({ commits, moves, background })).toEqual(['author', 'owner'])
    expect(since({ commits, moves, background, pushed: new Map() }).unattributed).toBeNull()
  })

  test('the first author and pusher are contributors where their push came after the proved version', () => {
    const first = { ...background, since: [landing('p1', 'm0', 'v1')] }
    const pushed = by({ authors: [ROBOT, REVIEWER], committer: REVIEWER })
    expect(people({ commits, moves, background: first, pushed })).toEqual([
      'author',
      'colleague',
      'reviewer',
      'robot[bot]',
    ])
  })

  test('the person who put the branch back to a side commit is a contributor, and its author is not', () => {
    const aside = commits.replace('p2 < p1', 'p2 < m0')
    expect(people({ commits: aside, moves, background })).toEqual(['author', 'owner'])
  })

  test('the author is a contributor where the branch only held a merge of the commit', () => {
    const merged = commits.replace('p2 < p1: jane=v2', 'p2 < m0 p1: jane=v2')
    const moves2 = [moves[0]!, move('6 push m0 > p2 by owner'), ...moves.slice(3)]
    expect(people({ commits: merged, moves: moves2, background })).toEqual([
      'author',
      'colleague',
      'owner',
    ])
  })

  describe('a branch that was put back to the merge of a pull request that was not approved', () => {
    const merge = commits.replace('p1 < m0: jane=v1', 'g1 < m0: jane=v1\n    p1 < m0 g1: jane=v1')
    const merged = move('5 pullRequestMerge m0 > p1 by owner')
    const asked = { commits: merge, pulls: [UNAPPROVED], pushed: new Map() }

    test('the person who put the branch back to a merge is a contributor, and the person who merged is not', () => {
      const all = [moves[0]!, merged, moves[2]!, move('7 forcePush p2 > p1 by reviewer'), moves[4]!]
      expect(people({ ...asked, moves: all, background })).toEqual([
        'author',
        'colleague',
        'reviewer',
      ])
    })

    test('the person who pushed a merge over the same commit again is a contributor, and the person who merged is not', () => {
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

  test('all who pushed the same commit over the same one are contributors, and so is its author', () => {
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

test('changes before the return of the last proved version do not count, and changes after it do', () => {
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

describe('the bytes of the last proved version, restored', () => {
  const again = { blob: 'v0' }

  test('restored bytes have no contributors of later changes', () => {
    expect(people({ fileOrigin: again })).toEqual(['author'])
  })

  test('restored bytes have the contributors of a proved version that no policy allowed', () => {
    const own = landing('m0', null, 'v0')
    const background = { proved: PROVED, since: [P1, own], upToProved: [own] }
    const pushed = new Map([...by({}), ['m0', made('m0', [], { authors: [REVIEWER] })]] as const)
    expect(people({ fileOrigin: again, background, pushed })).toContain('reviewer')
    expect(people({ fileOrigin: again, background, pushed })).not.toContain('colleague')
  })

  test('restored bytes have all contributors where nothing was proved', () => {
    const background = { proved: null, since: [P1] }
    expect(people({ fileOrigin: again, background })).toEqual(['author', 'colleague'])
  })
})
