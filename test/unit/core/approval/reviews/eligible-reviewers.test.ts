import { describe, expect, test } from '@jest/globals'
import { parseCodeOwners } from '../../../../../src/core/approval/reviews/code-owners.ts'
import type { CodeOwners } from '../../../../../src/core/approval/reviews/code-owners.ts'
import {
  mayApprove,
  couldNeverApprove,
  teamsOf,
} from '../../../../../src/core/approval/reviews/eligible-reviewers.ts'
import type { Approvers } from '../../../../../src/core/approval/proof-facts.ts'
import type { Account } from '../../../../../src/domain/proof/account.ts'
import type { ApprovalRule } from '../../../../../src/domain/request/config.ts'
import type { ReviewerRights } from '../../../../../src/domain/proof/repository-facts.ts'
import {
  COLLEAGUE,
  JANE,
  approvers,
  OWNER,
  REVIEWER,
  ROBOT,
  rule,
  reviewerRights,
  STRANGER,
} from '../../../../build/proof.ts'
import { valueOf } from '../../../../build/request.ts'

const PKI = { slug: 'pki', id: 71 }
const owners = (text: string): CodeOwners => valueOf(parseCodeOwners('CODEOWNERS', text))

const members = (team: number | null, ...ids: readonly number[]): ReviewerRights =>
  reviewerRights({
    isMember: ({ id }, account) => (team === null ? null : id === team && ids.includes(account.id)),
  })

interface Case {
  readonly who?: Account
  readonly by?: Partial<ApprovalRule>
  readonly where?: Approvers
  readonly now?: ReviewerRights
}

const may = ({ who = REVIEWER, by = {}, where = approvers(), now = reviewerRights() }: Case) =>
  mayApprove(who, JANE, rule(by), where, now)

const OWNED = { codeOwners: true }
const owned = (text: string, changes: Partial<Approvers> = {}) =>
  approvers({}, { codeOwners: owners(text), users: [REVIEWER], teams: [PKI], ...changes })

describe('eligible reviewers', () => {
  test.each<[string, Case]>([
    ['any person who can write, where the rule names nobody', {}],
    ['an administrator', { who: OWNER }],
    ['a named person', { by: { users: [COLLEAGUE, REVIEWER] } }],
    [
      'a named person under a new login',
      { who: { ...REVIEWER, login: 'new' }, by: { users: [REVIEWER] } },
    ],
    ['a member of a named team', { by: { teams: [PKI] }, now: members(71, REVIEWER.id) }],
    [
      'a member of one team, though others cannot be read',
      {
        by: { teams: [{ slug: 'dark', id: 70 }, PKI] },
        now: reviewerRights({ isMember: ({ id }) => (id === 71 ? true : null) }),
      },
    ],
    ['a code owner', { by: OWNED, where: owned('* @reviewer') }],
    [
      'a code owner in another letter case',
      { by: OWNED, where: owned('* @Reviewer', { users: [{ ...REVIEWER, login: 'REVIEWER' }] }) },
    ],
    [
      'a member of a team that is a code owner',
      { by: OWNED, where: owned('* @ACME/PKI'), now: members(71, REVIEWER.id) },
    ],
    [
      'a named person where others own the file',
      { by: { ...OWNED, users: [REVIEWER] }, where: owned('* @owner') },
    ],
  ])('%s may approve', (_, told) => {
    expect(may(told).kind).toBe('yes')
  })
})

describe('ineligible reviewers', () => {
  const NOT_AMONG = 'is not among those who may approve it'

  test.each<[string, Case, string]>([
    ['a bot', { who: ROBOT }, 'is not a person'],
    ['a bot that is named', { who: ROBOT, by: { users: [ROBOT] } }, 'is not a person'],
    ['an organization', { who: { ...REVIEWER, type: 'Organization' } }, 'is not a person'],
    [
      'a person in approval.never',
      { where: approvers({ never: [REVIEWER] }) },
      'is in approval.never',
    ],
    [
      'a named person in approval.never',
      {
        by: { users: [REVIEWER] },
        where: approvers({ never: [{ ...REVIEWER, login: 'other' }] }),
      },
      'is in approval.never',
    ],
    ['a person who can only read', { who: STRANGER }, 'cannot write to the repository'],
    [
      'a person without rights',
      { now: reviewerRights({ permission: () => 'none' }) },
      'cannot write to the repository',
    ],
    [
      'a named person who cannot write',
      { who: STRANGER, by: { users: [STRANGER] } },
      'cannot write to the repository',
    ],
    ['a person other than the named one', { by: { users: [COLLEAGUE] } }, NOT_AMONG],
    [
      "another account with a named person's login",
      { who: { ...REVIEWER, id: 9 }, by: { users: [REVIEWER] } },
      NOT_AMONG,
    ],
    ['a person in no named team', { by: { teams: [PKI] } }, NOT_AMONG],
    [
      'a person in another team',
      { by: { teams: [PKI] }, now: members(70, REVIEWER.id) },
      NOT_AMONG,
    ],
    [
      'a person outside the team that is a code owner',
      { by: OWNED, where: owned('* @acme/pki'), now: members(71) },
      NOT_AMONG,
    ],
    [
      'any person, where code owners are required and there is no CODEOWNERS',
      { by: OWNED },
      NOT_AMONG,
    ],
    [
      'the owner of another file',
      { by: OWNED, where: owned('* @owner\nother @reviewer') },
      NOT_AMONG,
    ],
    [
      'any person, where the file has no owner',
      { by: OWNED, where: owned('* @reviewer\njane') },
      NOT_AMONG,
    ],
    [
      'a code owner with a login of unknown id',
      { by: OWNED, where: owned('* @reviewer', { users: [] }) },
      NOT_AMONG,
    ],
    [
      'another account with the login of a code owner',
      { who: { ...REVIEWER, id: 9 }, by: OWNED, where: owned('* @reviewer') },
      NOT_AMONG,
    ],
    [
      'a code owner by e-mail address',
      { by: OWNED, where: owned('* reviewer@acme.test') },
      NOT_AMONG,
    ],
    [
      'a code owner of the file, where no rule requires code owners',
      { by: { users: [COLLEAGUE] }, where: owned('* @reviewer') },
      NOT_AMONG,
    ],
  ])('%s may not approve', (_, told, why) => {
    expect(may(told)).toEqual({ kind: 'no', why })
  })
})

describe('unknown eligibility', () => {
  test.each<[string, Case, string, boolean]>([
    [
      'where the rights cannot be read',
      { now: reviewerRights({ permission: () => null }) },
      'the rights of reviewer',
      false,
    ],
    [
      'where the members of the team cannot be read',
      { by: { teams: [PKI] }, now: members(null), where: approvers({}, { teams: [PKI] }) },
      'the members of team pki',
      false,
    ],
    [
      'where the id of the team is missing',
      { by: { teams: [PKI] }, now: members(null) },
      'the members of team pki',
      true,
    ],
    [
      'where another team is an owner',
      { by: OWNED, where: owned('* @acme/secret') },
      'the members of team acme/secret',
      true,
    ],
    [
      'where the team is of another organization',
      { by: OWNED, where: owned('* @other/pki') },
      'the members of team other/pki',
      true,
    ],
  ])('eligibility is unknown %s', (_, told, what, isUnnamed) => {
    const code = what.startsWith('the rights')
      ? 'APPROVAL_RIGHTS_UNREADABLE'
      : 'APPROVAL_TEAM_UNREADABLE'
    expect(may(told)).toEqual({ kind: 'unknown', what, isUnnamed, code })
  })
})

describe('accounts that could never approve', () => {
  const never = ({
    who = REVIEWER,
    by = {},
    where = approvers(),
    now = reviewerRights(),
  }: Case): boolean => couldNeverApprove(who, JANE, rule(by), where, now)

  test.each<[string, Case, boolean]>([
    ['a person who can write now may have been eligible', {}, false],
    [
      'a person who can no longer write may have been eligible',
      { now: reviewerRights({ permission: () => 'none' }) },
      false,
    ],
    ['a bot was never eligible', { who: ROBOT }, true],
    [
      'a person in approval.never was never eligible',
      { where: approvers({ never: [REVIEWER] }) },
      true,
    ],
    ['a person whom no rule names was never eligible', { by: { users: [COLLEAGUE] } }, true],
    ['a named person may have been eligible', { by: { users: [REVIEWER] } }, false],
    [
      'a person in a team that cannot be read may have been eligible',
      { by: { teams: [PKI] }, now: members(null) },
      false,
    ],
  ])('%s', (_, told, expected) => {
    expect(never(told)).toBe(expected)
  })
})

test('memberships are read for every team that a rule can name', () => {
  const where = approvers(
    {
      configuration: rule({ teams: [{ slug: 'owners', id: 1 }] }),
      requests: rule({ teams: [{ slug: 'people', id: 2 }] }),
    },
    { teams: [PKI] },
  )
  expect(teamsOf(where).map(({ slug }) => slug)).toEqual(['owners', 'people', 'pki'])
})
