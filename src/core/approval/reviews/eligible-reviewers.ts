// Who may approve a file by one rule: people by id, never by login, with the right to write, and none of approval.never.
import type { Account } from '../../../domain/proof/account.ts'
import type { ApprovalRule, TeamRef } from '../../../domain/request/config.ts'
import type { ReviewerRights } from '../../../domain/proof/repository-facts.ts'
import { ownersOf } from './code-owners.ts'
import type { Approvers } from '../proof-facts.ts'

/** Yes, no with the reason in words, or unknown with what cannot be read; `isUnnamed` is of a team whose id nobody gives. */
export type Eligibility =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly why: string }
  | {
      readonly kind: 'unknown'
      readonly what: string
      readonly isUnnamed: boolean
      readonly code: 'APPROVAL_TEAM_UNREADABLE' | 'APPROVAL_RIGHTS_UNREADABLE'
    }

const YES: Eligibility = { kind: 'yes' }

/** Whether the account may approve `path`: what anybody needs first, then what the rule says of whom. */
export function mayApprove(
  account: Account,
  path: string,
  rule: ApprovalRule,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): Eligibility {
  const general = mayReview(account, approvers, reviewerRights)
  return general.kind === 'yes' ? isNamed(account, path, rule, approvers, reviewerRights) : general
}

/**
 * Whether somebody had no say by the rule whatever their rights were then. Only today's can be asked, and who could write once
 * may have left since.
 */
export function couldNeverApprove(
  account: Account,
  path: string,
  rule: ApprovalRule,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): boolean {
  const isOut = ineligibilityReason(account, approvers) !== null
  return isOut || isNamed(account, path, rule, approvers, reviewerRights).kind === 'no'
}

/**
 * Whether a word against the file is heard: of who may approve it, of whom that cannot be told, and of whom the rule names. Who
 * is named may have lost the right to write since, and their objection stands all the same.
 */
export function mayObject(
  account: Account,
  path: string,
  rule: ApprovalRule,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): boolean {
  if (mayApprove(account, path, rule, approvers, reviewerRights).kind !== 'no') return true
  if (ineligibilityReason(account, approvers) !== null || namesNobody(rule)) return false
  return isNamed(account, path, rule, approvers, reviewerRights).kind === 'yes'
}

/** A rule that names nobody is met by anybody who can write. */
export function namesNobody({ users, teams, codeOwners }: ApprovalRule): boolean {
  return users.length === 0 && teams.length === 0 && !codeOwners
}

/** What the rule says of whom, where it says anything. */
function isNamed(
  account: Account,
  path: string,
  rule: ApprovalRule,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): Eligibility {
  if (namesNobody(rule)) return YES
  if (rule.users.some(({ id }) => id === account.id)) return YES
  const owners = rule.codeOwners ? owningOf(path, approvers) : NOBODY
  if (owners.ids.includes(account.id)) return YES
  const teams = [...rule.teams, ...owners.teams]
  const member = teams.map(team => reviewerRights.isMember(team, account))
  if (member.includes(true)) return YES
  const unread = teams[member.indexOf(null)]
  if (unread !== undefined) return unknownMembers(unread.slug, !isGiven(unread, approvers))
  const [unnamed] = owners.unnamedTeams
  if (unnamed !== undefined) return unknownMembers(unnamed, true)
  return { kind: 'no', why: 'is not among those who may approve it' }
}

function isGiven({ id }: TeamRef, approvers: Approvers): boolean {
  return teamsOf(approvers).some(team => team.id === id)
}

function unknownMembers(slug: string, isUnnamed: boolean): Eligibility {
  const what = `the members of team ${slug}`
  return { kind: 'unknown', what, isUnnamed, code: 'APPROVAL_TEAM_UNREADABLE' }
}

/** What everybody needs whose word counts for or against: a person, with the right to write, not of approval.never. */
function mayReview(
  account: Account,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): Eligibility {
  const why = ineligibilityReason(account, approvers)
  if (why !== null) return { kind: 'no', why }
  const permission = reviewerRights.permission(account)
  if (permission === null)
    return {
      kind: 'unknown',
      what: `the rights of ${account.login}`,
      isUnnamed: false,
      code: 'APPROVAL_RIGHTS_UNREADABLE',
    }
  if (permission !== 'write' && permission !== 'admin')
    return { kind: 'no', why: 'cannot write to the repository' }
  return YES
}

/** Why somebody can never have a say, null for everybody else. */
function ineligibilityReason({ type, id }: Account, { approval }: Approvers): string | null {
  if (type !== 'User') return 'is not a person'
  return approval.never.some(each => each.id === id) ? 'is in approval.never' : null
}

/** Every team that may decide on some file, so that memberships can be asked beforehand. */
export function teamsOf({ approval, teams }: Approvers): readonly TeamRef[] {
  return [...approval.configuration.teams, ...approval.requests.teams, ...teams]
}

interface Owning {
  readonly ids: readonly number[]
  readonly teams: readonly TeamRef[]
  /** Teams that no id of the configuration names. */
  readonly unnamedTeams: readonly string[]
}

const NOBODY: Owning = { ids: [], teams: [], unnamedTeams: [] }

/** The owners that CODEOWNERS gives a file. A login counts only with the id that the configuration gives it. */
function owningOf(path: string, approvers: Approvers): Owning {
  const { codeOwners, users, teams, organization } = approvers
  if (codeOwners === null) return NOBODY
  const owners = ownersOf(codeOwners, path)
  const logins = owners.flatMap(owner => (owner.kind === 'user' ? [fold(owner.login)] : []))
  const slugs = owners.flatMap(owner => (owner.kind === 'team' ? [fold(owner.slug)] : []))
  const inFull = ({ slug }: TeamRef): string => fold(`${organization}/${slug}`)
  const known = teams.filter(team => slugs.includes(inFull(team)))
  return {
    ids: users.flatMap(({ login, id }) => (logins.includes(fold(login)) ? [id] : [])),
    teams: known,
    unnamedTeams: slugs.filter(slug => !known.some(team => inFull(team) === slug)),
  }
}

/** GitHub's logins and slugs are the same in capitals. */
function fold(name: string): string {
  return name.toLowerCase()
}
