import { describe, expect, test } from '@jest/globals'
import { baseBlobs } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import { contributorsToLanding } from '../../../../../src/core/approval/contributors/landing-contributors.ts'
import { replacedHeads } from '../../../../../src/core/approval/contributors/replaced-commits.ts'
import type {
  PullRequest,
  PullRequestCommit,
} from '../../../../../src/domain/proof/pull-request.ts'
import {
  at,
  AUTHOR,
  COLLEAGUE,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  REVIEWER,
  ROBOT,
  USUAL,
  usualEvidence,
  WEB_FLOW,
} from '../../../../build/proof.ts'
import { GONE } from '../../../../../src/domain/proof/git-history.ts'
import type { FileOrigin, ProofFacts } from '../../../../../src/core/approval/proof-facts.ts'

function peopleOfCommit(
  pull: Partial<PullRequest>,
  commits: string = USUAL,
  fileOrigin: Partial<FileOrigin> = {},
) {
  const facts = proofFacts({
    commits,
    tip: [...commits.matchAll(/^\s*(\w+)/gm)].at(-1)?.[1] ?? '',
    moves: null,
  })
  const asked = question(fileOrigin)
  const merged = { at: at(30), by: OWNER, commit: asked.landing.commit }
  return contributorsToLanding(asked, pullRequest({ merged, ...pull }), facts)
}

function people(...told: Parameters<typeof peopleOfCommit>): readonly string[] {
  return [...peopleOfCommit(...told).people.values()].map(({ person }) => person.login).toSorted()
}

/** The usual commit, made otherwise. */
const by = (changes: Partial<PullRequestCommit>) => ({ commits: [made('h1', ['root'], changes)] })

describe('contributors to a file', () => {
  test.each<[string, Partial<PullRequest>, readonly string[]]>([
    ['the opener of the pull request', { commits: [], pushes: [] }, ['author']],
    ['the author of the commit', by({ authors: [COLLEAGUE] }), ['author', 'colleague']],
    [
      'every co-author of the commit',
      by({ authors: [AUTHOR, COLLEAGUE, REVIEWER] }),
      ['author', 'colleague', 'reviewer'],
    ],
    ['the committer', by({ committer: REVIEWER }), ['author', 'reviewer']],
    [
      'not GitHub, where it signed the commit',
      by({ committer: WEB_FLOW, isSignedByGitHub: true }),
      ['author'],
    ],
    [
      'the committer, also where GitHub signed the commit',
      by({ committer: REVIEWER, isSignedByGitHub: true }),
      ['author', 'reviewer'],
    ],
    [
      'the pusher',
      { pushes: [move('10 branchCreation 0 > h1 by reviewer')] },
      ['author', 'reviewer'],
    ],
  ])('the contributors include %s', (_, pull, expected) => {
    expect(people(pull)).toEqual(expected)
  })

  test('the contributors are recorded with what they did', () => {
    const { people: all } = peopleOfCommit({
      author: OWNER,
      commits: [made('h1', ['root'], { committer: REVIEWER })],
      pushes: [move('10 branchCreation 0 > h1 by colleague')],
    })
    expect([...all.values()].map(({ did }) => did)).toEqual([
      'opened pull request #1',
      'wrote commit h1',
      'committed h1',
      'pushed h1',
    ])
  })
})

const NEXT = `
  root: README=r
  m1 < root: mark=x
  h1 < root: jane=b
  h2 < h1: README=y
  h3 < h2 m1: mark=x
  m2 < m1 h3: jane=b
`
const OWN = [made('h1', ['root']), made('h2', ['h1'])]
const UPDATE = made('h3', ['h2', 'm1'], {
  authors: [REVIEWER],
  committer: WEB_FLOW,
  isSignedByGitHub: true,
})
const next = (pull: Partial<PullRequest>) =>
  people(
    {
      commits: [made('h1', ['root']), made('h2', ['h1']), made('h3', ['h2', 'm1'])],
      head: { branch: 'x', repositoryId: 42, commit: 'h3' },
      pushes: ['10 branchCreation 0 > h1', '12 push h1 > h2', '14 push h2 > h3'].map(move),
      ...pull,
    },
    NEXT,
    { landing: { commit: 'm2', before: 'm1' } },
  )

describe('people who did not contribute', () => {
  test.each<[string, Partial<PullRequest>]>([
    ['the person for whom GitHub merged the base', { commits: [...OWN, UPDATE] }],
    [
      'the person for whom GitHub pushed a merge of the base',
      {
        commits: [...OWN, UPDATE],
        pushes: ['10 branchCreation 0 > h1', '12 push h1 > h2', '14 push h2 > h3 by reviewer'].map(
          move,
        ),
      },
    ],
    [
      'the person who created the branch at the base',
      {
        pushes: [
          '9 branchCreation 0 > root by reviewer',
          '10 push root > h1',
          '12 push h1 > h3',
        ].map(move),
      },
    ],
    [
      'the person who deleted the branch',
      {
        pushes: [
          '10 branchCreation 0 > h1',
          '12 branchDeletion h1 > 0 by reviewer',
          '13 branchCreation 0 > h3',
        ].map(move),
      },
    ],
  ])('%s is no contributor', (_, pull) => {
    expect(next(pull)).toEqual(['author'])
  })
})

test('a person whose push brought a commit below a merge by GitHub is a contributor', () => {
  const pushes = ['10 branchCreation 0 > h1', '12 push h1 > h3 by reviewer'].map(move)
  expect(next({ commits: [...OWN, UPDATE], pushes })).toEqual(['author', 'reviewer'])
})

test('a person who only took back a merge of the base by GitHub is no contributor', () => {
  const pushes = [
    '10 branchCreation 0 > h2',
    '14 push h2 > h3',
    '15 forcePush h3 > h2 by reviewer',
    '16 push h2 > h3',
  ].map(move)
  expect(next({ commits: [...OWN, UPDATE], pushes })).toEqual(['author'])
})

describe('people with a part in another file of the pull request', () => {
  test.each<[string, Partial<PullRequest>]>([
    [
      'the author of a commit that does not change the file',
      { commits: [made('h1', ['root']), made('h2', ['h1'], { authors: [REVIEWER] })] },
    ],
    [
      'the person who merged the base by hand',
      { commits: [...OWN, made('h3', ['h2', 'm1'], { authors: [REVIEWER] })] },
    ],
    [
      'the pusher of a commit that does not change the file',
      {
        pushes: ['10 branchCreation 0 > h1', '12 push h1 > h2 by reviewer', '14 push h2 > h3'].map(
          move,
        ),
      },
    ],
    [
      'the pusher of a merge of the base that was made by hand',
      {
        pushes: ['10 branchCreation 0 > h1', '12 push h1 > h2', '14 push h2 > h3 by reviewer'].map(
          move,
        ),
      },
    ],
  ])('%s is a contributor', (_, pull) => {
    expect(next(pull)).toEqual(['author', 'reviewer'])
  })
})

/** main changed jane from b to c; the branch parted before. */
const OLD = `
  root: jane=b
  m1 < root: jane=c
  h1 < root: README=x
  h2 < h1 m1: jane=b
  h3 < h1 m1: jane=c
  h4 < h1 m1: jane=d
  m2 < m1 h2: jane=b
`

describe('a merge of the base by GitHub', () => {
  const merging = (id: string, changes: Partial<PullRequest> = {}, author = REVIEWER) =>
    people(
      {
        commits: [
          made('h1', ['root']),
          made(id, ['h1', 'm1'], {
            authors: [author],
            committer: WEB_FLOW,
            isSignedByGitHub: true,
          }),
        ],
        head: { branch: 'x', repositoryId: 42, commit: id },
        pushes: ['10 branchCreation 0 > h1', `14 push h1 > ${id}`].map(move),
        ...changes,
      },
      OLD,
      { landing: { commit: 'm2', before: 'm1' } },
    )

  test.each([
    ['keeps the old text contributes', 'h2', ['author', 'reviewer']],
    ['takes the newer text does not contribute', 'h3', ['author']],
    ['joins both into a third text contributes', 'h4', ['author', 'reviewer']],
  ])('the author of a merge that %s', (_, id, expected) => {
    expect(merging(id)).toEqual(expected)
  })

  test.each([
    ['keeps the old text contributes', 'h2', ['author', 'reviewer']],
    ['takes the newer text does not contribute', 'h3', ['author']],
  ])('the pusher of a merge that %s', (_, id, expected) => {
    const pushes = ['10 branchCreation 0 > h1', `14 push h1 > ${id} by reviewer`].map(move)
    expect(merging(id, { pushes }, AUTHOR)).toEqual(expected)
  })
})

describe('a push', () => {
  const commits = `
    root: jane=a
    h1 < root: jane=b
    h2 < h1: jane=c
    h3 < h2: jane=a
    h4 < h3: jane=b
    m1 < root h4: jane=b
  `
  const pushed = (...pushes: readonly string[]) =>
    people(
      {
        commits: [],
        head: { branch: 'x', repositoryId: 42, commit: 'h4' },
        pushes: pushes.map(move),
      },
      commits,
    )

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'of other bytes contributes, though they did not stay',
      ['10 branchCreation 0 > h1', '11 push h1 > h2 by reviewer', '12 push h2 > h4'],
      ['author', 'reviewer'],
    ],
    [
      'that restores the bytes of the base contributes',
      ['10 branchCreation 0 > h1', '11 push h1 > h3 by reviewer', '12 push h3 > h4'],
      ['author', 'reviewer'],
    ],
    [
      'of the same bytes after they were gone contributes',
      ['10 branchCreation 0 > h1', '11 push h1 > h3', '12 push h3 > h4 by reviewer'],
      ['author', 'reviewer'],
    ],
    [
      'of bytes that were there before contributes',
      ['10 branchCreation 0 > h1', '11 push h1 > h4 by reviewer'],
      ['author', 'reviewer'],
    ],
    [
      'of a commit that cannot be looked up contributes',
      ['10 branchCreation 0 > h1', '11 push h1 > lost by reviewer', '12 push lost > h4'],
      ['author', 'reviewer'],
    ],
    [
      'onto a commit that cannot be looked up contributes',
      ['10 branchCreation 0 > lost', '12 push lost > h4 by reviewer'],
      ['author', 'reviewer'],
    ],
    [
      'by a merge of another branch contributes',
      ['10 branchCreation 0 > h1', '11 pullRequestMerge h1 > h2 by reviewer', '12 push h2 > h4'],
      ['author', 'reviewer'],
    ],
    [
      'after the merged head does not contribute',
      ['10 branchCreation 0 > h4', '31 push h4 > h2 by reviewer'],
      ['author'],
    ],
  ])('a push %s', (_, pushes, expected) => {
    expect(pushed(...pushes)).toEqual(expected)
  })
})

describe('a removal', () => {
  const commits = `
    root: jane=a
    h1 < root: jane=-
    m1 < root h1: jane=-
  `

  test('a removal has contributors like any other change', () => {
    const removed = by({ authors: [REVIEWER] })
    expect(people(removed, commits, { blob: null })).toEqual(['author', 'reviewer'])
  })
})

test('a commit that a force push left in place keeps its contributors', () => {
  const commits = `
    root: README=r
    h1 < root: jane=b
    h2 < h1: README=s
    m1 < root h1: jane=b
  `
  const pushes = ['10 branchCreation 0 > h1', '12 push h1 > h2', '14 forcePush h2 > h1'].map(move)
  const made1 = [made('h1', ['root'], { authors: [REVIEWER], committer: REVIEWER })]
  expect(people({ commits: made1, pushes }, commits)).toEqual(['author', 'reviewer'])
})

test('heads that a force push took away are known from pushes and from the timeline', () => {
  const pull = pullRequest({
    pushes: ['10 branchCreation 0 > h0', '11 push h0 > h1', '12 forcePush h1 > h2'].map(move),
    forcePushes: [{ at: at(13), by: AUTHOR, before: 'h3', after: 'h4' }],
  })
  expect(replacedHeads(pull)).toEqual(['h1', 'h3'])
  expect(replacedHeads({ ...pull, pushes: null })).toEqual(['h3'])
})

const RENAMED = {
  path: 'new',
  previousPath: 'old',
  status: 'renamed',
  additions: 0,
  deletions: 0,
  patch: null,
} as const

describe('a merge of the base by GitHub of which not everything is known', () => {
  const facts = proofFacts({ commits: NEXT, tip: 'm2', moves: null })
  const merged = { at: at(30), by: OWNER, commit: 'm2' }
  const pull = pullRequest({ commits: [...OWN, UPDATE], merged })
  const asked = question({ landing: { commit: 'm2', before: 'm1' } })
  const isContributor = (changes: Partial<typeof facts>): boolean =>
    contributorsToLanding(asked, pull, { ...facts, ...changes }).people.has(REVIEWER.id)

  test('the person for whom GitHub made it is no contributor if all is known', () => {
    expect(isContributor({})).toBe(false)
  })

  test.each<[string, Partial<typeof facts>]>([
    ['GitHub does not show the merge', { diffOf: () => null }],
    ['GitHub shows a part of its files', { diffOf: pair => ({ ...pair, files: [], isCut: true }) }],
    ['GitHub no longer has its files', { fileAt: () => GONE }],
    [
      'it moved a file that changed on both sides',
      {
        diffOf: pair => ({ ...pair, files: [RENAMED], isCut: false }),
        fileAt: ({ commit, path }) => (path === 'old' ? commit : 'same'),
      },
    ],
  ])('the person for whom GitHub made it is a contributor if %s', (_, changes) => {
    expect(isContributor(changes)).toBe(true)
  })
})

describe('a merge by GitHub of two branches that merged each other before', () => {
  const update = { authors: [REVIEWER], committer: WEB_FLOW, isSignedByGitHub: true }
  const pull = { commits: [made('h1', ['one', 'other'], update)] }

  test('the person for whom GitHub made it is a contributor if both branches changed a file in another way', () => {
    const commits = `
      root: README=r
      a < root: jane=b
      b < root: jane=c
      one < a b: jane=b
      other < b a: jane=c
      h1 < one other: jane=b
      m1 < root h1: jane=b
    `
    expect(people(pull, commits)).toEqual(['author', 'reviewer'])
  })
})

test('a person whose force push only took a commit away is a contributor', () => {
  const commits = `
    root: README=r
    h1 < root: jane=b
    h2 < h1: jane=c
    m1 < root h1: jane=b
  `
  const pushes = ['10 branchCreation 0 > h1', '12 push h1 > h2', '14 forcePush h2 > h1 by reviewer']
  expect(people({ pushes: pushes.map(move) }, commits)).toEqual(['author', 'reviewer'])
})

describe('a force push', () => {
  const commits = `
    root: README=r
    h1 < root: jane=b
    h2 < root: jane=b
    m1 < root h2: jane=b
  `
  /** The author pushed h1, and the branch was forced to h2. `one`: how h1 was made. */
  const found = (one: Partial<PullRequestCommit>, two: Partial<PullRequestCommit> = {}) => {
    const pull = pullRequest({
      commits: [made('h2', ['root'], two)],
      head: { branch: 'x', repositoryId: 42, commit: 'h2' },
      pushes: ['10 branchCreation 0 > h1', '12 forcePush h1 > h2'].map(move),
    })
    const otherCommits = new Map([['h1', made('h1', ['root'], one)]])
    return contributorsToLanding(
      question(),
      pull,
      proofFacts({ commits, moves: null, otherCommits }),
    )
  }
  const after = (...told: Parameters<typeof found>): readonly string[] =>
    [...found(...told).people.values()].map(({ person }) => person.login).toSorted()

  test('people of a commit that a force push removed are contributors', () => {
    expect(after({ authors: [REVIEWER, COLLEAGUE] })).toEqual(['author', 'colleague', 'reviewer'])
  })

  test('a person who committed the same bytes again is a contributor', () => {
    expect(after({}, { committer: REVIEWER })).toEqual(['author', 'reviewer'])
  })

  test('a removed commit of nobody is a part without a person', () => {
    expect(found({ authors: [null], committer: null }).unattributed).toBe('wrote commit h1')
  })

  test('a removed head that GitHub no longer has is a part without a person, until a record names those of the pull request', () => {
    const forcePushes = [{ at: at(13), by: AUTHOR, before: 'gone', after: 'h1' }]
    const lost = 'wrote gone, which a force push removed and GitHub no longer has'
    expect(peopleOfCommit({ forcePushes }).unattributed).toBe(lost)
    const recorded = peopleOfCommit({ forcePushes }, USUAL, { recorded: usualEvidence() })
    expect(recorded.unattributed).toBeNull()
  })
})

describe('an excused bot', () => {
  const robots: Partial<PullRequest> = {
    author: ROBOT,
    commits: [made('h1', ['root'], { authors: [ROBOT], committer: ROBOT })],
    pushes: [move('10 branchCreation 0 > h1 by robot[bot]')],
  }
  const openOf = (pull: Partial<PullRequest>, excused: readonly number[]): string | null => {
    const facts = proofFacts({ moves: null })
    const found = contributorsToLanding(question(), pullRequest(pull), facts, new Set(excused))
    return found.unattributed
  }

  test('an excused bot needs no person behind its change, and another bot does', () => {
    expect(openOf(robots, [ROBOT.id])).toBeNull()
    expect(openOf(robots, [])).toBe('opened pull request #1')
    expect(openOf(robots, [ROBOT.id + 1])).toBe('opened pull request #1')
  })

  test('an excused bot answers for its own commits without an account, where it also pushed them', () => {
    const unnamed = {
      ...robots,
      commits: [made('h1', ['root'], { authors: [null], committer: null })],
    }
    expect(openOf(unnamed, [ROBOT.id])).toBeNull()
    expect(openOf(unnamed, [])).toBe('opened pull request #1')
    const pushedBy = (login: string) => [move(`10 branchCreation 0 > h1 by ${login}`)]
    for (const login of ['colleague', 'nobody'])
      expect(openOf({ ...unnamed, pushes: pushedBy(login) }, [ROBOT.id])).toBe('wrote commit h1')
  })

  test('an excused bot does not answer for a co-author without an account', () => {
    const commits = [made('h1', ['root'], { authors: [ROBOT, null], committer: ROBOT })]
    const coAuthor = 'is named as co-author of commit h1'
    expect(openOf({ ...robots, commits }, [ROBOT.id])).toBe(coAuthor)
    const pushes = [move('10 branchCreation 0 > h1')]
    expect(openOf({ ...robots, commits, pushes }, [ROBOT.id])).toBe(coAuthor)
    expect(openOf({ ...robots, commits, author: AUTHOR }, [ROBOT.id])).toBe(coAuthor)
  })
})

describe('a part of a change without a person', () => {
  test.each<[string, Partial<PullRequest>, string | null]>([
    ['the usual change has a person for each part', {}, null],
    [
      'a pull request of a deleted account has no person',
      { author: null },
      'opened pull request #1',
    ],
    ['a pull request of a bot has no person', { author: ROBOT }, 'opened pull request #1'],
    [
      'a commit by an author without an account has no person',
      by({ authors: [null] }),
      'wrote commit h1',
    ],
    ['a commit without an author at GitHub has no person', by({ authors: [] }), 'wrote commit h1'],
    [
      'a commit of an account and an author without one has no person for that author',
      by({ authors: [null, AUTHOR] }),
      'wrote commit h1',
    ],
    [
      'a co-author without an account needs no person where people opened and pushed the change',
      by({ authors: [AUTHOR, null] }),
      null,
    ],
    [
      'a co-author without an account has no person where the pushers cannot be read',
      { ...by({ authors: [AUTHOR, null] }), pushes: null },
      'is named as co-author of commit h1',
    ],
    [
      'a co-author without an account has no person where GitHub does not name the pusher',
      {
        ...by({ authors: [AUTHOR, null] }),
        pushes: [move('10 branchCreation 0 > h1 by nobody')],
      },
      'is named as co-author of commit h1',
    ],
    [
      'a commit by a committer without an account has no person',
      by({ committer: null }),
      'committed h1',
    ],
    [
      'an unsigned commit with GitHub as committer has no person',
      by({ committer: WEB_FLOW }),
      'committed h1',
    ],
    [
      'a commit that GitHub signed needs no person as committer',
      by({ committer: WEB_FLOW, isSignedByGitHub: true }),
      null,
    ],
    [
      'a signed commit without a committer needs no person as committer',
      by({ committer: null, isSignedByGitHub: true }),
      null,
    ],
    [
      'a push by a bot has no person',
      { pushes: [move('10 branchCreation 0 > h1 by robot[bot]')] },
      'pushed h1',
    ],
    [
      'a push by an unknown account is counted as an unknown pusher, not as a part without a person',
      { pushes: [move('10 branchCreation 0 > h1 by nobody')] },
      null,
    ],
    [
      'a merge by GitHub needs no person',
      { commits: [made('m1', ['root', 'h1'], { authors: [null], isSignedByGitHub: true })] },
      null,
    ],
  ])('%s', (_, pull, expected) => {
    expect(peopleOfCommit(pull).unattributed).toBe(expected)
  })

  test('GitHub as the committer of an unsigned commit is no contributor', () => {
    expect(people(by({ committer: WEB_FLOW }))).toEqual(['author'])
  })
})

describe('the pushers of a pull request', () => {
  test.each<[string, Partial<PullRequest>, boolean]>([
    ['the pushers of the usual change are known', {}, false],
    ['the pushers are unknown where pushes cannot be read', { pushes: null }, true],
    ['the pushers are unknown where there are no pushes', { pushes: [] }, true],
    [
      'the pushers are unknown where GitHub names no account',
      { pushes: [move('10 branchCreation 0 > h1 by nobody')] },
      true,
    ],
    [
      'the pushers are unknown where no push brought the head',
      { pushes: [move('10 branchCreation 0 > root')] },
      true,
    ],
    [
      'the pushers are unknown where a push is missing between two',
      { pushes: [move('10 branchCreation 0 > root'), move('12 push lost > h1')] },
      true,
    ],
    [
      'the pushers are known where the pushes begin at the base',
      { pushes: [move('10 push root > h1')] },
      false,
    ],
    [
      'the pushers are unknown where the pushes begin at a change',
      { pushes: [move('10 push h1 > h1')] },
      true,
    ],
    [
      'the pushers are unknown where the pushes begin at a commit that is gone',
      { pushes: [move('10 push lost > h1')] },
      true,
    ],
    [
      'the pushers are known though the pusher of another file is not',
      { pushes: [move('10 branchCreation 0 > root by nobody'), move('12 push root > h1')] },
      false,
    ],
  ])('%s', (_, pull, expected) => {
    expect(peopleOfCommit(pull).hasUnknownPusher).toBe(expected)
  })
})

describe('another pull request with the same commit', () => {
  /** The colleague opened #2 for h1, which the author committed; by default it was merged into the branch of #1 by a fast-forward. */
  const found = (changes: Partial<PullRequest>) => {
    const other = pullRequest({
      number: 2,
      author: COLLEAGUE,
      base: 'add-jane',
      head: { branch: 'help', repositoryId: 42, commit: 'h1' },
      merged: { at: at(15), by: AUTHOR, commit: 'h1' },
      pushes: [move('10 branchCreation 0 > h1 by reviewer')],
      ...changes,
    })
    const own = pullRequest()
    return contributorsToLanding(question(), own, proofFacts({ moves: null, pulls: [own, other] }))
  }
  const logins = (people: ReturnType<typeof found>['people']): readonly string[] =>
    [...people.values()].map(({ person }) => person.login).toSorted()

  test('people of a pull request that was merged into the branch are contributors, however it was merged', () => {
    const { people: all, otherPullPeople } = found({})
    expect(logins(all)).toEqual(['author', 'colleague', 'reviewer'])
    expect([...otherPullPeople]).toEqual([])
  })

  test.each<[string, Partial<PullRequest>]>([
    ['that is open', { merged: null }],
    [
      'that was closed and merged as another commit',
      { merged: { at: at(15), by: null, commit: 'x' } },
    ],
    ['that was merged after this one', { merged: { at: at(31), by: AUTHOR, commit: 'h1' } }],
  ])('people of a pull request into another branch %s are no contributors', (_, changes) => {
    const { people: all, otherPullPeople } = found({ base: 'release', ...changes })
    expect(logins(all)).toEqual(['author'])
    expect([...otherPullPeople]).toEqual([])
  })

  test('people of a pull request into the default branch cannot approve, and raise no number', () => {
    const commits = [made('h1', ['root'], { authors: [null] })]
    const { people: all, otherPullPeople, unattributed } = found({ base: 'main', commits })
    expect(logins(all)).toEqual(['author'])
    expect(logins(otherPullPeople)).toEqual(['colleague', 'reviewer'])
    expect(unattributed).toBeNull()
    expect([...found({ base: 'main', createdAt: at(31) }).otherPullPeople]).toEqual([])
  })

  test('who opened a pull request whose pushes cannot be read cannot approve', () => {
    expect(logins(found({ base: 'main', pushes: null }).otherPullPeople)).toEqual(['colleague'])
  })

  test.each([
    ['in the second of the merge', '30', ['colleague', 'reviewer']],
    ['before it', '29', []],
  ])('a pull request that lost the commit %s bars these people: %s', (_, when, barred) => {
    const pushes = [
      '10 branchCreation 0 > h1 by reviewer',
      `${when} forcePush h1 > root by reviewer`,
    ]
    expect(logins(found({ base: 'main', pushes: pushes.map(move) }).otherPullPeople)).toEqual(
      barred,
    )
  })

  test('a pull request that got the commit after the merge bars nobody', () => {
    const pushes = ['10 branchCreation 0 > root by reviewer', '31 push root > h1 by reviewer']
    expect([...found({ base: 'main', pushes: pushes.map(move) }).otherPullPeople]).toEqual([])
  })

  test.each([
    [
      'away from the default branch after the merge',
      'main',
      31,
      'release',
      ['colleague', 'reviewer'],
    ],
    ['to the default branch after the merge', 'release', 31, 'main', []],
    [
      'away from the default branch in the second of the merge',
      'main',
      30,
      'release',
      ['colleague', 'reviewer'],
    ],
    [
      'to the default branch in the second of the merge',
      'release',
      30,
      'main',
      ['colleague', 'reviewer'],
    ],
    ['to the default branch before the merge', 'release', 20, 'main', ['colleague', 'reviewer']],
  ])(
    'the base of another pull request that was moved %s is that at the merge',
    (_, from, when, base, expected) => {
      expect(
        logins(
          found({ base, merged: null, baseChanges: [{ at: at(when), from }] }).otherPullPeople,
        ),
      ).toEqual(expected)
    },
  )
})

describe('the record of an earlier proof', () => {
  const unknown = { pushes: null }

  test('the record names the pushers that were known then', () => {
    const found = peopleOfCommit(unknown, USUAL, { recorded: usualEvidence() })
    expect(found.hasUnknownPusher).toBe(false)
  })

  test.each([
    ['of a proof with unknown pushers', usualEvidence({ hasUnknownPusher: true })],
    [
      'of another pull request',
      usualEvidence({ pullRequest: { ...usualEvidence().pullRequest, number: 2 } }),
    ],
  ])('the record %s names no pushers', (_, recorded) => {
    expect(peopleOfCommit(unknown, USUAL, { recorded }).hasUnknownPusher).toBe(true)
  })

  test('the record adds the contributors that it names, and removes none', () => {
    const colleague = { id: COLLEAGUE.id, login: 'colleague' }
    const recorded = usualEvidence({ contributors: [colleague] })
    expect(people(by({ committer: REVIEWER }), USUAL, { recorded })).toEqual([
      'author',
      'colleague',
      'reviewer',
    ])
  })

  test('the record of another pull request adds no contributors', () => {
    const recorded = usualEvidence({
      contributors: [{ id: COLLEAGUE.id, login: 'colleague' }],
      pullRequest: { ...usualEvidence().pullRequest, number: 2 },
    })
    expect(people({}, USUAL, { recorded })).toEqual(['author'])
  })
})

describe('a pull request that was merged into the branch', () => {
  /** c1 is a squash of o1 into the branch; the default branch got o1 by another way. */
  const commits = `
    root: README=r
    o1 < root: other=x
    m0 < root o1: other=x
    c1 < root: other=x
    h1 < c1: jane=b other=x
    m1 < m0 h1: jane=b
  `
  /** People of the pull request, if o1 came as the commit into its branch, and the default branch was moved so. */
  function joined(commit: string, moves: ProofFacts['moves'] = null): readonly string[] {
    const merged = { at: at(9), by: OWNER, commit }
    const other = pullRequest({
      number: 2,
      author: COLLEAGUE,
      createdAt: at(5),
      base: 'add-jane',
      head: { branch: 'other', repositoryId: 42, commit: 'o1' },
      merged,
      commits: [made('o1', ['root'], { authors: [REVIEWER], committer: REVIEWER })],
      pushes: [move('4 branchCreation 0 > o1 by reviewer')],
    })
    const own = [made('c1', ['root']), made('h1', ['c1'])]
    const pull = pullRequest({ commits: own })
    const facts = proofFacts({ commits, pulls: [pull, other], moves })
    const asked = question({ landing: { commit: 'm1', before: 'm0' } })
    const { people: found } = contributorsToLanding(asked, pull, facts)
    return [...found.values()].map(({ person }) => person.login).toSorted()
  }

  test('the people of a squash contributed, though the default branch has its commits', () => {
    expect(joined('c1')).toEqual(['author', 'colleague', 'reviewer'])
  })

  test('the opener of a squash of commits that the default branch had before contributed', () => {
    const before = [move('0 branchCreation 0 > root'), move('3 push root > m0')]
    expect(joined('c1', before)).toEqual(['author', 'colleague'])
    expect(joined('o1', before)).toEqual(['author'])
  })

  test('the people of a merge whose commits the default branch has did not', () => {
    expect(joined('o1')).toEqual(['author'])
  })
})

describe('the file on the default branch before a commit', () => {
  const facts = proofFacts({ commits: OLD, tip: 'm2', moves: null })
  const bases = (commit: string, before: string | null) =>
    baseBlobs({ path: 'jane', landing: { commit: 'm2', before } }, facts)(commit)

  test.each<[string, string, string | null, readonly (string | null)[]]>([
    ['the base of a commit is the file where the commit left the branch', 'h1', 'm1', ['b']],
    ['the base of a merge is the file in the merged base', 'h2', 'm1', ['c']],
    ['the first commit has no file as its base', 'h1', null, [null]],
    ['a commit with another root has no file as its base', 'lost', 'm1', [null]],
  ])('%s', (_, commit, before, expected) => {
    expect(bases(commit, before)).toEqual(expected)
  })

  test('a commit that left the branch twice has both files as its bases', () => {
    const crossed = proofFacts({
      commits:
        'root: jane=a\n one < root: jane=b\n other < root: jane=c\n h < one other: jane=b\n m1 < one other: jane=c',
      tip: 'm1',
      moves: null,
    })
    const both = baseBlobs({ path: 'jane', landing: { commit: 'm2', before: 'm1' } }, crossed)('h')
    expect(new Set(both)).toEqual(new Set(['b', 'c']))
  })

  test('a person who took one of two bases is a contributor', () => {
    const crossed =
      'root: jane=a\n one < root: jane=b\n other < root: jane=c\n h1 < one other: jane=b\n m1 < one other: jane=c\n m2 < m1 h1: jane=b'
    const merging = { commits: [made('h1', ['one', 'other'], { authors: [REVIEWER] })] }
    expect(people(merging, crossed, { landing: { commit: 'm2', before: 'm1' } })).toEqual([
      'author',
      'reviewer',
    ])
  })
})
