import { describe, expect, test } from '@jest/globals'
import type {
  Approvers,
  ProofFacts,
  Question,
} from '../../../../../src/core/approval/proof-facts.ts'
import { contributorsToLanding } from '../../../../../src/core/approval/contributors/landing-contributors.ts'
import { classifyReviews } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import type { ClassifiedReviews } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import type { Evidence } from '../../../../../src/domain/proof/evidence.ts'
import type { Dismissal, PullRequest } from '../../../../../src/domain/proof/pull-request.ts'
import {
  at,
  AUTHOR,
  COLLEAGUE,
  evidencedApproval,
  approvers,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  REVIEWER,
  ROBOT,
  rule,
  seconds,
  reviewerRights,
  STRANGER,
  usualEvidence,
  USUAL,
} from '../../../../build/proof.ts'

interface Case {
  readonly pull?: Partial<PullRequest>
  readonly asked?: Partial<Question>
  readonly where?: Approvers
  readonly told?: Parameters<typeof proofFacts>[0]
}

function wordsOf({
  pull: changes = {},
  asked = {},
  where = approvers(),
  told = {},
}: Case): ClassifiedReviews {
  const pull = pullRequest(changes)
  const facts: ProofFacts = proofFacts({ pulls: [pull], ...told })
  const about = question(asked)
  return classifyReviews(about, pull, contributorsToLanding(about, pull, facts), where, facts)
}

const valid = (each: Case): readonly string[] =>
  wordsOf(each).valid.map(({ reviewer }) => reviewer.login)
const lost = (each: Case): readonly string[] =>
  wordsOf(each).lost.map(({ reviewer, code }) => `${reviewer.login} ${code}`)

describe('a valid approval', () => {
  test.each<[string, Case]>([
    ['of these bytes, before the merge', {}],
    ['in the second before the merge', { pull: { reviews: [review({ at: at(29) })] } }],
    [
      'that has a later comment',
      { pull: { reviews: [review(), review({ id: 502, state: 'COMMENTED', at: at(25) })] } },
    ],
    [
      'that has another review pending',
      { pull: { reviews: [review(), review({ id: 502, state: 'PENDING', at: at(25) })] } },
    ],
    [
      'after a request for changes',
      {
        pull: {
          reviews: [review({ state: 'CHANGES_REQUESTED', at: at(15) }), review({ id: 502 })],
        },
      },
    ],
    [
      'with changes requested after the merge',
      {
        pull: { reviews: [review(), review({ id: 502, state: 'CHANGES_REQUESTED', at: at(35) })] },
      },
    ],
    [
      'that was given again after the merge',
      { pull: { reviews: [review(), review({ id: 502, at: at(35) })] } },
    ],
    ['after a change of the base', { pull: { baseChanges: [{ at: at(19), from: 'release' }] } }],
    [
      'in any order of the reviews',
      {
        pull: {
          reviews: [
            review({ id: 502, at: at(20) }),
            review({ id: 501, state: 'CHANGES_REQUESTED', at: at(15) }),
          ],
        },
      },
    ],
    [
      'given again in the same second, with a higher id',
      { pull: { reviews: [review({ id: 502 }), review({ id: 501, state: 'CHANGES_REQUESTED' })] } },
    ],
    ['of exactly the greatest age', { where: approvers({ maxAgeSeconds: 40 * 60 }) }],
  ])('an approval is valid %s', (_, each) => {
    expect(valid(each)).toEqual(['reviewer'])
    expect(lost(each)).toEqual([])
  })

  test('one approval of each person is valid', () => {
    const reviews = [
      review(),
      review({ id: 502, at: at(21) }),
      review({ id: 503, author: COLLEAGUE }),
    ]
    expect(valid({ pull: { reviews } })).toEqual(['reviewer', 'colleague'])
    expect(wordsOf({ pull: { reviews } }).valid.map(each => each.review.id)).toEqual([502, 503])
  })

  test('a valid approval has its head and the age of that head', () => {
    expect(wordsOf({}).valid).toEqual([
      {
        reviewer: REVIEWER,
        review: review(),
        head: 'h1',
        bases: ['root'],
        headAge: 600,
        isOfMerged: true,
      },
    ])
  })

  test('an approval of another commit than the merged one is valid where the file is the same', () => {
    const pull = {
      commits: [made('h1', ['root']), made('h2', ['h1'])],
      head: { branch: 'x', repositoryId: 42, commit: 'h2' },
      pushes: [move('10 branchCreation 0 > h1'), move('25 push h1 > h2')],
    }
    const told = { commits: 'root:\n h1 < root: jane=b\n h2 < h1: README=x\n m1 < root h2: jane=b' }
    expect(wordsOf({ pull, told }).valid[0]?.isOfMerged).toBe(false)
  })
})

const TWO = `
  root: README=r
  h1 < root: jane=a
  h2 < h1: jane=b
  m1 < root h2: jane=b
`
const twoHeads = (second: string, ...reviews: PullRequest['reviews']): Case => ({
  pull: {
    commits: [made('h1', ['root']), made('h2', ['h1'])],
    head: { branch: 'x', repositoryId: 42, commit: 'h2' },
    pushes: [move('10 branchCreation 0 > h1'), move(`${second} push h1 > h2`)],
    reviews,
  },
  told: { commits: TWO },
})

describe('a rejected approval', () => {
  test.each<[string, Case, string]>([
    [
      'that came after the merge',
      { pull: { reviews: [review({ at: seconds(30, 1) })] } },
      'reviewer APPROVAL_AFTER_MERGE',
    ],
    [
      'that was dismissed',
      { pull: { reviews: [review({ state: 'DISMISSED' })] } },
      'reviewer APPROVAL_DISMISSED',
    ],
    [
      'that was dismissed after the merge',
      { pull: { reviews: [review({ state: 'DISMISSED', at: at(31) })] } },
      'reviewer APPROVAL_DISMISSED',
    ],
    [
      'where a later review of the same person was dismissed',
      { pull: { reviews: [review(), review({ id: 502, state: 'DISMISSED', at: at(21) })] } },
      'reviewer APPROVAL_DISMISSED',
    ],
    [
      'of a contributor to the file',
      { pull: { reviews: [review({ author: AUTHOR })] } },
      'author APPROVAL_SELF',
    ],
    [
      'where the base changed after it',
      { pull: { baseChanges: [{ at: at(21), from: 'release' }] } },
      'reviewer APPROVAL_OTHER_BASE',
    ],
    [
      'where the base changed in the same second',
      { pull: { baseChanges: [{ at: at(20), from: 'release' }] } },
      'reviewer APPROVAL_OTHER_BASE',
    ],
    [
      'with no head known',
      { pull: { pushes: null, reviews: [review({ commit: null })] } },
      'reviewer APPROVAL_UNVERIFIABLE',
    ],
    [
      'where GitHub names no commit',
      { pull: { reviews: [review({ commit: null })] } },
      'reviewer APPROVAL_UNVERIFIABLE',
    ],
    [
      'where GitHub no longer has the commit',
      { pull: { reviews: [review({ commit: 'lost' })] } },
      'reviewer APPROVAL_UNVERIFIABLE',
    ],
    [
      'where GitHub no longer has the head at that time',
      { pull: { pushes: [move('10 branchCreation 0 > lost'), move('25 forcePush lost > h1')] } },
      'reviewer APPROVAL_UNVERIFIABLE',
    ],
    [
      'where other bytes were pushed after it',
      twoHeads('25', review()),
      'reviewer APPROVAL_OTHER_CONTENT',
    ],
    [
      'where GitHub moved its commit to other bytes',
      twoHeads('25', review({ commit: 'h2' })),
      'reviewer APPROVAL_OTHER_CONTENT',
    ],
    [
      'where the commit that GitHub names has other bytes',
      twoHeads('15', review()),
      'reviewer APPROVAL_OTHER_CONTENT',
    ],
    [
      'where other bytes were pushed in the same second',
      twoHeads('20', review({ commit: 'h2' })),
      'reviewer APPROVAL_OTHER_CONTENT',
    ],
    [
      'that is too old',
      { where: approvers({ maxAgeSeconds: 40 * 60 - 1 }) },
      'reviewer APPROVAL_EXPIRED',
    ],
  ])('an approval is rejected %s', (_, each, expected) => {
    expect(lost(each)).toEqual([expected])
    expect(valid(each)).toEqual([])
  })

  test('the text of a rejected approval continues "the approval of LOGIN"', () => {
    expect(wordsOf(twoHeads('25', review())).lost[0]?.text).toBe('was for another version (h1)')
    expect(wordsOf({ pull: { reviews: [review({ author: AUTHOR })] } }).lost[0]?.text).toBe(
      'does not count: author opened pull request #1',
    )
    expect(wordsOf({ where: approvers({ maxAgeSeconds: 1 }) }).lost[0]?.text).toBe(
      'is older than approval.maxAge (given 2026-01-05)',
    )
  })

  test('the age of a configuration approval is measured at the merge', () => {
    const where = approvers({ maxAgeSeconds: 11 * 60 })
    expect(valid({ where, asked: { purpose: 'configuration' } })).toEqual(['reviewer'])
    expect(
      lost({ where: approvers({ maxAgeSeconds: 9 * 60 }), asked: { purpose: 'configuration' } }),
    ).toEqual(['reviewer APPROVAL_EXPIRED'])
  })

  test('an approval of an unknown account is ignored', () => {
    const gone = wordsOf({ pull: { reviews: [review({ author: null })] } })
    expect(gone).toEqual({ valid: [], lost: [], asking: [] })
  })
})

describe('a file that the diff did not show', () => {
  /** The branch left main at l1, where jane was b already; main has c since. */
  const kept = `
    root: README=r
    l1 < root: jane=b
    h1 < l1: README=x
    l2 < l1: jane=c
    h2 < h1 l2: jane=b
    m1 < l2 h2: jane=b
  `
  const landing = { commit: 'm1', before: 'l2' }
  const moves = [
    '0 branchCreation 0 > root',
    '5 push root > l1',
    '22 push l1 > l2',
    '30 pullRequestMerge l2 > m1',
  ].map(move)
  const pull = {
    commits: [made('h1', ['l1']), made('h2', ['h1', 'l2'])],
    head: { branch: 'x', repositoryId: 42, commit: 'h2' },
    pushes: [move('10 branchCreation 0 > h1'), move('25 push h1 > h2')],
  }

  test('an approval before the old text was kept is rejected', () => {
    const each = { pull, asked: { landing }, told: { commits: kept, moves } }
    expect(lost(each)).toEqual(['reviewer APPROVAL_NOT_SHOWN'])
  })

  test('an approval after the old text was kept is valid', () => {
    const later = { ...pull, reviews: [review({ at: at(26), commit: 'h2' })] }
    expect(valid({ pull: later, asked: { landing }, told: { commits: kept, moves } })).toEqual([
      'reviewer',
    ])
  })

  test('an approval is rejected where only the commit that GitHub names hides the file', () => {
    const later = { ...pull, reviews: [review({ at: at(26), commit: 'h1' })] }
    expect(lost({ pull: later, asked: { landing }, told: { commits: kept, moves } })).toEqual([
      'reviewer APPROVAL_NOT_SHOWN',
    ])
  })

  /** The branch removes jane and restores it; then main gets the half that removes it. */
  const half = `
    root: README=r
    l1 < root: jane=b
    z < l1: jane=c
    h1 < z: jane=b
    l2 < l1 z: jane=c
    m1 < l2 h1: jane=b
  `
  const whole = {
    commits: [made('z', ['l1']), made('h1', ['z'])],
    pushes: [move('10 branchCreation 0 > h1')],
  }

  test('an approval is rejected though the default branch changed the file later', () => {
    expect(lost({ pull: whole, asked: { landing }, told: { commits: half, moves } })).toEqual([
      'reviewer APPROVAL_NOT_SHOWN',
    ])
  })

  test('an approval is rejected where no moves can be read', () => {
    expect(lost({ pull: whole, asked: { landing }, told: { commits: half, moves: null } })).toEqual(
      ['reviewer APPROVAL_NOT_SHOWN'],
    )
  })

  test('an approval is valid where the default branch had changed the file before', () => {
    const later = { ...whole, reviews: [review({ at: at(23) })] }
    expect(valid({ pull: later, asked: { landing }, told: { commits: half, moves } })).toEqual([
      'reviewer',
    ])
  })

  test('an approval cannot be verified where the default branch at that time is gone', () => {
    const rewritten = [
      ...moves.slice(0, 2),
      move('15 push l1 > lost'),
      move('22 forcePush lost > l2'),
    ]
    expect(
      lost({ pull: whole, asked: { landing }, told: { commits: half, moves: rewritten } }),
    ).toEqual(['reviewer APPROVAL_UNVERIFIABLE'])
  })
})

test('an approval does not count for bytes that the default branch had and removed before the merge', () => {
  const told = {
    commits: `
      root: jane=a
      h1 < root: jane=b
      l1 < h1: jane=a
      m1 < l1 h1: jane=b
    `,
    moves: ['0 branchCreation 0 > root', '22 push root > h1', '25 push h1 > l1', '30 push l1 > m1'],
  }
  const asked = { landing: { commit: 'm1', before: 'l1' } }
  expect(lost({ asked, told: { ...told, moves: told.moves.map(move) } })).toEqual([
    'reviewer APPROVAL_NOT_SHOWN',
  ])
})

describe('the effective request', () => {
  const meaning = (byCommit: Readonly<Record<string, string | null>>): Case => ({
    asked: { effectiveDigestAt: commit => byCommit[commit] ?? null },
  })

  test.each<[string, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['is the same at the review and at the merge', { root: 'one', m1: 'one' }, []],
    [
      'was another at the review',
      { root: 'other', m1: 'one' },
      ['reviewer APPROVAL_OTHER_EFFECTIVE_REQUEST'],
    ],
    ['did not exist at the review', { m1: 'one' }, ['reviewer APPROVAL_OTHER_EFFECTIVE_REQUEST']],
    ['does not exist at the merge', { root: 'one' }, ['reviewer APPROVAL_OTHER_EFFECTIVE_REQUEST']],
    ['exists at neither', {}, ['reviewer APPROVAL_OTHER_EFFECTIVE_REQUEST']],
  ])('these approvals are rejected where the effective request %s', (_, byCommit, expected) => {
    expect(lost(meaning(byCommit))).toEqual(expected)
  })

  test('an approval is valid only if the effective request is the same before and after a move of the same second', () => {
    const commits = 'root:\n l1 < root:\n h1 < root: jane=b\n m1 < l1 h1: jane=b'
    const moves = [
      '0 branchCreation 0 > root',
      '20 push root > l1',
      '30 pullRequestMerge l1 > m1',
    ].map(move)
    const each = {
      told: { commits, moves },
      asked: {
        landing: { commit: 'm1', before: 'l1' },
        effectiveDigestAt: (commit: string) => (commit === 'root' ? 'other' : 'one'),
      },
    }
    expect(lost(each)).toEqual(['reviewer APPROVAL_OTHER_EFFECTIVE_REQUEST'])
  })

  test('an approval cannot be verified where no state of the review is known', () => {
    const each = {
      told: { moves: null },
      asked: { landing: { commit: 'm1', before: 'nowhere' }, effectiveDigestAt: () => 'one' },
    }
    expect(lost(each)).toEqual(['reviewer APPROVAL_UNVERIFIABLE'])
  })
})

describe('an approval of an older commit than the head at the review', () => {
  /** The reviewer looked at h2, and GitHub names h1; h3 is merged. */
  const each = (...lines: readonly string[]): Case => ({
    pull: {
      commits: [made('h1', ['root']), made('h2', ['h1']), made('h3', ['h2'])],
      head: { branch: 'x', repositoryId: 42, commit: 'h3' },
      pushes: ['10 branchCreation 0 > h1', '15 push h1 > h2', '25 push h2 > h3'].map(move),
    },
    told: {
      commits: ['root: README=r', ...lines, 'm1 < root h3: jane=b'].join('\n'),
      attributes: new Map([['hide .gitattributes', 'jane -diff\n']]),
    },
  })

  test('an approval is rejected where its head or the commit that GitHub names hid the file', () => {
    const head = each(
      'h1 < root: jane=b',
      'h2 < h1: .gitattributes=hide',
      'h3 < h2: .gitattributes=-',
    )
    const named = each(
      'h1 < root: jane=b .gitattributes=hide',
      'h2 < h1: .gitattributes=-',
      'h3 < h2:',
    )
    expect(lost(head)).toEqual(['reviewer APPROVAL_HIDDEN'])
    expect(lost(named)).toEqual(['reviewer APPROVAL_HIDDEN'])
    expect(valid(each('h1 < root: jane=b', 'h2 < h1:', 'h3 < h2:'))).toEqual(['reviewer'])
  })
})

const dismissal = (changes: Partial<Dismissal> = {}): Dismissal => {
  return { review: 501, at: at(40), by: ROBOT, was: 'APPROVED', ...changes }
}
const dismissed = (asked: Partial<Question>, ...dismissals: readonly Dismissal[]): Case => ({
  pull: { reviews: [review({ state: 'DISMISSED' })], dismissals },
  asked,
})
const RENEWAL = { purpose: 'renewal', recorded: usualEvidence() } as const

describe('a dismissal by a person who may not approve', () => {
  test.each<[string, Case]>([
    ['of a renewal', dismissed(RENEWAL, dismissal())],
    ['of a configuration in effect', dismissed({ purpose: 'configuration' }, dismissal())],
    ['of a renewal, twice', dismissed(RENEWAL, dismissal(), dismissal({ at: at(41) }))],
  ])('a dismissal does not reject the approval %s', (_, each) => {
    expect(valid(each)).toEqual(['reviewer'])
  })

  test.each<[string, Case]>([
    ['of a first issue', dismissed({}, dismissal())],
    [
      'of a configuration before the merge, when nothing relied on the approval',
      dismissed({ purpose: 'configuration' }, dismissal({ at: at(25) })),
    ],
    [
      'of a configuration in the second of the merge',
      dismissed({ purpose: 'configuration' }, dismissal({ at: at(30) })),
    ],
    [
      'of a renewal that relied on another approval',
      dismissed(
        {
          ...RENEWAL,
          recorded: usualEvidence({ approvals: [evidencedApproval({ review: 502 })] }),
        },
        dismissal(),
      ),
    ],
    ['of a renewal without evidence', dismissed({ purpose: 'renewal' }, dismissal())],
    ['of a renewal without a listed dismissal', dismissed(RENEWAL)],
    [
      'of a renewal with a dismissal of another review',
      dismissed(RENEWAL, dismissal({ review: 502 })),
    ],
    ['of a renewal by an unknown account', dismissed(RENEWAL, dismissal({ by: null }))],
    [
      'of a renewal where a person who may approve repeated it',
      dismissed(RENEWAL, dismissal(), dismissal({ by: OWNER })),
    ],
    [
      'of a renewal by an owner of the configuration, where no rule names anybody',
      dismissed(RENEWAL, dismissal({ by: OWNER })),
    ],
    ['of a renewal by a counted reviewer', dismissed(RENEWAL, dismissal({ by: REVIEWER }))],
  ])('a dismissal rejects the approval %s', (_, each) => {
    expect(lost(each)).toEqual(['reviewer APPROVAL_DISMISSED'])
  })

  test.each([
    ['can write, where no rule names this person', COLLEAGUE],
    ['could write in the past', STRANGER],
  ])('a dismissal does not end a renewal if its author %s', (_, by) => {
    expect(valid(dismissed(RENEWAL, dismissal({ by })))).toEqual(['reviewer'])
  })

  test('a dismissal of a request for changes leaves no review', () => {
    const each = dismissed({}, dismissal({ was: 'CHANGES_REQUESTED', at: at(25) }))
    expect([...lost(each), ...valid(each)]).toEqual([])
  })

  test('a dismissal of a renewal counts where any rule names its author', () => {
    const named = { name: 'policy', rule: rule({ users: [REVIEWER] }) }
    const open = { name: 'minimum', rule: rule({}) }
    const other = { name: 'other', rule: rule({ users: [COLLEAGUE] }) }
    const by = dismissal({ by: COLLEAGUE })
    expect(valid(dismissed({ ...RENEWAL, anyOf: [named], minimum: named }, by))).toEqual([
      'reviewer',
    ])
    expect(valid(dismissed({ ...RENEWAL, anyOf: [named], minimum: open }, by))).toEqual([
      'reviewer',
    ])
    expect(lost(dismissed({ ...RENEWAL, anyOf: [named, other], minimum: named }, by))).toEqual([
      'reviewer APPROVAL_DISMISSED',
    ])
  })

  test('a dismissal counts where members of the team cannot be read', () => {
    const team = { name: 'policy', rule: rule({ teams: [{ slug: 'pki', id: 71 }] }) }
    const each = dismissed(
      { ...RENEWAL, anyOf: [team], minimum: team },
      dismissal({ by: COLLEAGUE }),
    )
    expect(
      lost({ ...each, told: { reviewerRights: reviewerRights({ isMember: () => null }) } }),
    ).toEqual(['reviewer APPROVAL_DISMISSED'])
  })
})

describe('requested changes', () => {
  const asking = (each: Case): readonly string[] => wordsOf(each).asking.map(({ login }) => login)
  const request = review({ state: 'CHANGES_REQUESTED', author: OWNER, id: 502 })

  test.each<[string, Partial<PullRequest>, readonly string[]]>([
    ['the last review requests changes', { reviews: [request] }, ['owner']],
    [
      'two people request changes',
      { reviews: [review(), request, review({ ...request, id: 503, author: COLLEAGUE })] },
      ['owner', 'colleague'],
    ],
    [
      'a later review approves',
      { reviews: [request, review({ author: OWNER, id: 503, at: at(25) })] },
      [],
    ],
    [
      'an earlier review approves',
      { reviews: [review({ author: OWNER }), { ...request, at: at(25) }] },
      ['owner'],
    ],
    ['the request came after the merge', { reviews: [{ ...request, at: at(31) }] }, []],
    [
      'the request was dismissed before the merge',
      {
        reviews: [{ ...request, state: 'DISMISSED' }],
        dismissals: [dismissal({ review: 502, at: at(25), by: AUTHOR, was: 'CHANGES_REQUESTED' })],
      },
      [],
    ],
    [
      'the request was dismissed after the merge',
      {
        reviews: [{ ...request, state: 'DISMISSED' }],
        dismissals: [dismissal({ review: 502, at: at(31), by: AUTHOR, was: 'CHANGES_REQUESTED' })],
      },
      ['owner'],
    ],
    [
      'an approval was dismissed after the merge',
      {
        reviews: [{ ...request, state: 'DISMISSED' }],
        dismissals: [dismissal({ review: 502, at: at(31), was: 'APPROVED' })],
      },
      [],
    ],
    [
      'another review was dismissed',
      {
        reviews: [{ ...request, state: 'DISMISSED' }],
        dismissals: [dismissal({ review: 503, at: at(31), was: 'CHANGES_REQUESTED' })],
      },
      [],
    ],
  ])('the people who request changes are found where %s', (_, pull, expected) => {
    expect(asking({ pull })).toEqual(expected)
  })

  const gone = { reviews: [review(), { ...request, author: null }] }
  const isPublic = { repository: { ...proofFacts().repository, visibility: 'public' } } as const

  test.each<[string, Case, boolean]>([
    ['counts where the account is gone', { pull: gone }, true],
    [
      'does not count where it came after the merge',
      { pull: { reviews: [{ ...request, author: null, at: at(31) }] } },
      false,
    ],
    [
      'does not count where it was withdrawn',
      { pull: { reviews: [{ ...request, author: null, state: 'DISMISSED' }] } },
      false,
    ],
    ['does not count where anybody could make one', { pull: gone, told: isPublic }, false],
    [
      'does not count after the certificate was issued',
      { pull: gone, asked: { recorded: usualEvidence() } },
      false,
    ],
    [
      'counts where the record names another pull request',
      {
        pull: gone,
        asked: {
          recorded: usualEvidence({ pullRequest: { ...usualEvidence().pullRequest, number: 2 } }),
        },
      },
      true,
    ],
    [
      'counts for a configuration too, of which no record says who it was',
      { pull: gone, asked: { purpose: 'configuration' } },
      true,
    ],
  ])('a request for changes by a deleted account %s', (_, each, expected) => {
    expect(asking(each)).toEqual(expected ? ['a deleted account'] : [])
  })
})

describe('a reviewer with a deleted account', () => {
  const gone = review({ author: null })
  const recorded = usualEvidence()

  test('the record names the reviewer with a deleted account', () => {
    expect(valid({ pull: { reviews: [gone] }, asked: { recorded } })).toEqual(['reviewer'])
  })

  test('the record of another review or pull request names no reviewer', () => {
    const other = usualEvidence({ approvals: [evidencedApproval({ review: 7 })] })
    const elsewhere = usualEvidence({ pullRequest: { ...recorded.pullRequest, number: 2 } })
    expect(valid({ pull: { reviews: [gone] }, asked: { recorded: other } })).toEqual([])
    expect(valid({ pull: { reviews: [gone] }, asked: { recorded: elsewhere } })).toEqual([])
  })
})

describe('a head that GitHub no longer names', () => {
  const pull = {
    pushes: null,
    forcePushes: [{ at: at(25), by: AUTHOR, before: 'h0', after: 'h1' }],
  }
  const told = { commits: `${USUAL}\n h0 < root: jane=b` }

  test('the record of the review names the head', () => {
    expect(valid({ pull, told, asked: { recorded: usualEvidence() } })).toEqual(['reviewer'])
  })

  test.each([
    ['another review', usualEvidence({ approvals: [evidencedApproval({ review: 7 })] })],
    [
      'another pull request',
      usualEvidence({ pullRequest: { ...usualEvidence().pullRequest, number: 2 } }),
    ],
  ])('the record of %s names no head', (_, recorded) => {
    expect(lost({ pull, told, asked: { recorded } })).toEqual(['reviewer APPROVAL_UNVERIFIABLE'])
  })
})

describe('a diff that GitHub no longer shows', () => {
  const asked = (changes: Partial<Evidence>, bases: readonly string[] = ['root']): Case => {
    const approvals = [evidencedApproval({ bases })]
    return {
      pull: { size: { additions: 2, deletions: 0 } },
      told: { diffOf: () => null },
      asked: { purpose: 'renewal', recorded: usualEvidence({ approvals, ...changes }) },
    }
  }

  test('an earlier run that found the file shown to this reviewer is enough', () => {
    expect(valid(asked({}))).toEqual(['reviewer'])
  })

  test.each<[string, Case]>([
    ['where no run found it shown', asked({ approvals: [evidencedApproval()] })],
    ['where another commit was compared', asked({}, ['elsewhere'])],
    [
      'where another head was compared',
      asked({ approvals: [evidencedApproval({ bases: ['root'], head: 'h0' })] }),
    ],
    [
      'where another reviewer saw it',
      asked({ approvals: [evidencedApproval({ bases: ['root'], review: 502 })] }),
    ],
  ])('an approval cannot be verified %s', (_, each) => {
    expect(lost(each)).toEqual(['reviewer APPROVAL_UNVERIFIABLE'])
  })
})
