import { describe, expect, test } from '@jest/globals'
import type { NamedRule } from '../../../../src/core/approval/proof-facts.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import type { Account } from '../../../../src/domain/proof/account.ts'
import type { ApprovalRule } from '../../../../src/domain/request/config.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { Dismissal, PullRequest, Review } from '../../../../src/domain/proof/pull-request.ts'
import type { BranchRules } from '../../../../src/domain/proof/repository-facts.ts'
import { isKnown, renamedFrom } from '../../../../src/workflows/prove/recorded-versions.ts'
import type { JudgingPast, RulesNow } from '../../../../src/workflows/prove/recorded-versions.ts'
import type { OriginWithVersions } from '../../../../src/workflows/prove/request-origins.ts'
import { effectiveDigest, effectiveJson } from '../../../../src/core/plan/plan-digests.ts'
import { effective } from '../../../build/effective.ts'
import { CONFIG_PATH, usualFile } from '../../../build/history/usual-files.ts'
import { issuedRecord } from '../../../build/issued.ts'
import {
  ANYBODY,
  at,
  AUTHOR,
  COLLEAGUE,
  evidencedApproval,
  approvers,
  OWNER,
  proofFacts,
  pullRequest,
  review,
  REVIEWER,
  rule,
  usualEvidence,
} from '../../../build/proof.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const PATH = 'requests/people/jane.yaml'
const MOVED = 'requests/people/team/jane.yaml'
const BYTES = new TextEncoder().encode(usualFile(PATH, {}))
const CONFIG = valueOf(parseConfig(requestFile(usualFile(CONFIG_PATH, {}), { path: CONFIG_PATH })))
const REQUEST = effective({ path: PATH, blob: 'v1' })
const MEANING = effectiveDigest(effectiveJson(REQUEST, CONFIG.clusters[0]!))

const FLOOR: NamedRule = { name: 'approval.requests', rule: ANYBODY }
const policy = (name: string, by: Partial<ApprovalRule>): NamedRule => ({
  name: `policy ${name}`,
  rule: rule(by),
})

/** The record's entry for review 501 by the reviewer, which counted for these rules. */
const byReviewer = (...rules: readonly string[]) =>
  evidencedApproval({ rules: [FLOOR.name, ...rules] })

/** The same for review 502 by the colleague. */
const byColleague = (...rules: readonly string[]) =>
  evidencedApproval({
    reviewer: { id: COLLEAGUE.id, login: COLLEAGUE.login },
    review: 502,
    rules: [FLOOR.name, ...rules],
  })

const SECOND_REVIEW = review({ id: 502, author: COLLEAGUE })

interface Asked {
  readonly evidence?: Partial<Evidence>
  readonly pull?: Partial<PullRequest>
  readonly rules?: Partial<RulesNow>
  readonly branchRules?: BranchRules
}

/** v1 was issued; the record holds its evidence, and GitHub its pull request. */
function recorded({ evidence, pull, rules, branchRules }: Asked, path: string) {
  const landing = { commit: 'm1', before: 'root' }
  const fileOrigin: OriginWithVersions = {
    path,
    blob: 'v1',
    landing: { commit: 'm2', before: 'm1' },
    earlier: null,
    cluster: 'prod',
    past: { landing, versions: [], origin: 'recorded' },
    recorded: {
      evidence: usualEvidence({
        path: PATH,
        blob: 'v1',
        meaning: MEANING,
        approvals: [byReviewer()],
        ...evidence,
      }),
      issued: issuedRecord(REQUEST, { effective: MEANING }),
    },
  }
  const judging: JudgingPast = {
    rules: { config: CONFIG, policies: null },
    approvers: approvers(),
    places: [CONFIG_PATH],
    isPublic: false,
    now: at(60),
    bytesOf: blob => (blob === 'v1' ? BYTES : null),
    configurations: () => CONFIG,
  }
  const now: RulesNow = { anyOf: [FLOOR], floor: FLOOR, extra: 0, isAllowed: true, ...rules }
  const pulls = [pullRequest(pull)]
  const facts = proofFacts(branchRules === undefined ? { pulls } : { pulls, branchRules })
  return { fileOrigin, judging, now, facts }
}

function isKnownWith(asked: Asked): boolean {
  const { fileOrigin, judging, now, facts } = recorded(asked, PATH)
  const version = { landing: { commit: 'm1', before: 'root' }, blob: 'v1' }
  return isKnown(fileOrigin, version, judging, now, facts)
}

function isBroughtWith(asked: Asked): boolean {
  const { fileOrigin, judging, now, facts } = recorded(asked, MOVED)
  return renamedFrom(fileOrigin, judging, now, facts).renamedFrom !== undefined
}

/** After the merge, when only a person who may decide can end an approval. */
function dismissedBy(by: Account, of: Partial<Review> = {}): Partial<PullRequest> {
  const dismissed = review({ ...of, state: 'DISMISSED' })
  const dismissal: Dismissal = { review: dismissed.id, by, was: 'APPROVED', at: at(40) }
  return { reviews: [dismissed], dismissals: [dismissal] }
}

/** Differences between the evidence and GitHub, each of them alone. */
const CONTRADICTIONS: readonly (readonly [string, Asked])[] = [
  ['names another merge commit', { pull: { merged: { at: at(30), by: OWNER, commit: 'm2' } } }],
  [
    'names another time of the merge',
    { pull: { merged: { at: at(31), by: OWNER, commit: 'm1' } } },
  ],
  ['names another author', { pull: { author: COLLEAGUE } }],
  ['does not show the review', { pull: { reviews: [] } }],
  ['shows the review of another person', { pull: { reviews: [review({ author: COLLEAGUE })] } }],
  ['does not show the pull request', { pull: { number: 2 } }],
]

describe('a recorded version', () => {
  test('a recorded version is proved if GitHub agrees with its evidence', () => {
    expect(isKnownWith({})).toBe(true)
  })

  test.each(CONTRADICTIONS)('a recorded version is not proved if GitHub %s', (_, asked) => {
    expect(isKnownWith(asked)).toBe(false)
  })

  test('a recorded version is not proved if one of its two approvals was dismissed', () => {
    const evidence = { approvals: [byReviewer(), byColleague()] }
    expect(isKnownWith({ evidence, pull: { reviews: [review(), SECOND_REVIEW] } })).toBe(true)
    const first = [review({ state: 'DISMISSED' }), SECOND_REVIEW]
    const second = [review(), { ...SECOND_REVIEW, state: 'DISMISSED' }] as const
    const isKnownAfter = (pull: Partial<PullRequest>, reviews: readonly Review[]): boolean =>
      isKnownWith({ evidence, pull: { ...pull, reviews } })
    expect(isKnownAfter(dismissedBy(OWNER), first)).toBe(false)
    expect(isKnownAfter(dismissedBy(OWNER, SECOND_REVIEW), second)).toBe(false)
  })
})

describe('an approval of a recorded version', () => {
  const named = (person: Account) => ({ anyOf: [policy('people', { users: [person] })] as const })

  test('an approval ends if a person whom the current policy names dismisses it', () => {
    const pull = dismissedBy(COLLEAGUE)
    expect(isKnownWith({ pull, rules: named(COLLEAGUE) })).toBe(false)
    expect(isKnownWith({ pull, rules: named(REVIEWER) })).toBe(true)
  })

  test('an approval ends if a person whom approval.requests names dismisses it', () => {
    const floor = { ...FLOOR, rule: rule({ users: [COLLEAGUE] }) }
    const rules = { ...named(REVIEWER), floor }
    expect(isKnownWith({ pull: dismissedBy(COLLEAGUE), rules })).toBe(false)
  })

  test('an approval ends if its reviewer dismisses it, whomever the current policy names', () => {
    expect(isKnownWith({ pull: dismissedBy(REVIEWER), rules: named(COLLEAGUE) })).toBe(false)
  })

  test('an approval ends if an owner of the configuration dismisses it and no rule names anybody', () => {
    expect(isKnownWith({ pull: dismissedBy(OWNER) })).toBe(false)
  })

  test('an approval does not end if a person who can only write dismisses it', () => {
    expect(isKnownWith({ pull: dismissedBy(COLLEAGUE) })).toBe(true)
    expect(isKnownWith({ pull: dismissedBy(AUTHOR) })).toBe(true)
  })
})

describe('a rename of a recorded version', () => {
  test('a rename brings the recorded version if GitHub agrees with its evidence', () => {
    const { fileOrigin, judging, now, facts } = recorded({}, MOVED)
    expect(renamedFrom(fileOrigin, judging, now, facts)).toEqual({
      renamedFrom: [{ path: PATH, blob: 'v1', commit: 'm1' }],
    })
  })

  test.each(CONTRADICTIONS)('a rename brings no version if GitHub %s', (_, asked) => {
    expect(isBroughtWith(asked)).toBe(false)
  })

  test('a rename brings no version if the approval was dismissed since', () => {
    expect(isBroughtWith({ pull: dismissedBy(OWNER) })).toBe(false)
  })

  test('a rename brings the recorded version if the rules of every allowing policy are met', () => {
    const anyOf = [policy('people', {}), policy('team', {})] as const
    const rules = { anyOf }
    const metBy = (...names: readonly string[]): boolean =>
      isBroughtWith({ rules, evidence: { approvals: [byReviewer(...names)] } })
    expect(metBy('policy people', 'policy team')).toBe(true)
    expect(metBy('policy people')).toBe(false)
    expect(metBy('policy team')).toBe(false)
  })

  test('a rename brings the recorded version if the team of a ruleset on the new path approved it', () => {
    const team = { filePatterns: ['requests/people/team/**'], minimumApprovals: 1, teamId: 501 }
    const branchRules = { requiredApprovals: 0, requiredReviewers: [team] }
    const approvals = [byReviewer('the ruleset of main')]
    expect(isBroughtWith({ branchRules })).toBe(false)
    expect(isBroughtWith({ branchRules, evidence: { approvals } })).toBe(true)
  })

  test('a rename brings an unreadable version if it has one more approval', () => {
    const rules = { extra: 1 }
    expect(isBroughtWith({ rules })).toBe(false)
    const approvals = [byReviewer(), byColleague()]
    const pull = { reviews: [review(), SECOND_REVIEW] }
    expect(isBroughtWith({ rules, evidence: { approvals }, pull })).toBe(true)
  })

  test.each<[string, Asked]>([
    [
      'the branch now requires two approvals',
      { branchRules: { requiredApprovals: 2, requiredReviewers: [] } },
    ],
    ['a part of it has an unknown author', { evidence: { unattributed: 'wrote commit h1' } }],
    ['a pusher is unknown', { evidence: { hasUnknownPusher: true } }],
  ])('a rename brings a version with two approvals, and none with one, if %s', (_, asked) => {
    expect(isBroughtWith(asked)).toBe(false)
    const approvals = [byReviewer(), byColleague()]
    const pull = { reviews: [review(), SECOND_REVIEW] }
    expect(isBroughtWith({ ...asked, evidence: { ...asked.evidence, approvals }, pull })).toBe(true)
  })
})
