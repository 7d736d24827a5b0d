// Eligibility of reviewers for one rule: people, by id and never by login, who can write and are not in `approval.never`.
import type { Account } from '../../../domain/proof/account.ts'
import type { ApprovalRule, TeamRef } from '../../../domain/request/config.ts'
import type { ReviewerRights } from '../../../domain/proof/repository-facts.ts'
import { ownersOf } from './code-owners.ts'
import type { Approvers } from '../proof-facts.ts'

/**
 * Yes, with teams of the rule that have the account (`recordedTeam`); no with the reason; or unknown with the fact that cannot be read.
 * `isUnnamed`: a team for which no configuration has the id.
 */
export type Eligibility =
  | { readonly kind: 'yes'; readonly teams: readonly string[] }
  | { readonly kind: 'no'; readonly why: string }
  | {
      readonly kind: 'unknown'
      readonly what: string
      readonly isUnnamed: boolean
      readonly code: 'APPROVAL_TEAM_UNREADABLE' | 'APPROVAL_RIGHTS_UNREADABLE'
    }

const YES: Eligibility = { kind: 'yes', teams: [] }

/**
 * Whether the account may approve `path`: first the conditions for every reviewer, then the users, teams and code owners of the rule.
 * `unknown`, which is not a yes, if rights or team members cannot be read.
 */
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
 * True if the account had no say by the rule, whatever its right to write was. That right is not asked: only today's is known, and a
 * person who could write once may have left. False if team members cannot be read.
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
 * True if a request for changes by the account counts: it may approve the file, or that cannot be read, or the rule names it. A named
 * person may have lost the right to write since; the objection still counts.
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

/** True if the rule has no users, no teams and no code owners: then anybody who can write meets it. */
export function namesNobody({ users, teams, codeOwners }: ApprovalRule): boolean {
  return users.length === 0 && teams.length === 0 && !codeOwners
}

/** Users by id and teams that the rule names, also as code owners of the path. */
export function namedBy(rule: ApprovalRule, path: string, approvers: Approvers) {
  const owners = rule.codeOwners ? owningOf(path, approvers) : NOBODY
  return {
    users: [...rule.users.map(({ id }) => id), ...owners.ids],
    teams: [...rule.teams, ...owners.teams],
    unnamedTeams: owners.unnamedTeams,
  }
}

/** A team in the rules of a recorded approval. */
export function recordedTeam({ id }: TeamRef): string {
  return `team ${id}`
}

/** Whether the rule names the account; yes if it names nobody. */
function isNamed(
  account: Account,
  path: string,
  rule: ApprovalRule,
  approvers: Approvers,
  reviewerRights: ReviewerRights,
): Eligibility {
  if (namesNobody(rule)) return YES
  const { users, teams, unnamedTeams } = namedBy(rule, path, approvers)
  const member = teams.map(team => reviewerRights.isMember(team, account))
  if (users.includes(account.id) || member.includes(true))
    return { kind: 'yes', teams: teams.filter((_, at) => member[at] === true).map(recordedTeam) }
  const unread = teams[member.indexOf(null)]
  if (unread !== undefined)
    return unknownMembers(unread.slug, !teamsOf(approvers).some(team => team.id === unread.id))
  const [unnamed] = unnamedTeams
  if (unnamed !== undefined) return unknownMembers(unnamed, true)
  return { kind: 'no', why: 'is not among those who may approve it' }
}

function unknownMembers(slug: string, isUnnamed: boolean): Eligibility {
  const what = `the members of team ${slug}`
  return { kind: 'unknown', what, isUnnamed, code: 'APPROVAL_TEAM_UNREADABLE' }
}

/** The conditions for every reviewer: a person with the right to write, not in `approval.never`. */
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

/** Why the account can never have a say; null if it can. */
export function ineligibilityReason({ type, id }: Account, { approval }: Approvers): string | null {
  if (type !== 'User') return 'is not a person'
  return approval.never.some(each => each.id === id) ? 'is in approval.never' : null
}

/** Every team that may approve some file. May repeat a team. */
export function teamsOf({ approval, teams }: Approvers): readonly TeamRef[] {
  return [...approval.configuration.teams, ...approval.requests.teams, ...teams]
}

interface Owning {
  readonly ids: readonly number[]
  readonly teams: readonly TeamRef[]
  /** Slugs of teams for which the configuration has no id. */
  readonly unnamedTeams: readonly string[]
}

const NOBODY: Owning = { ids: [], teams: [], unnamedTeams: [] }

/** The owners that CODEOWNERS gives a file. A login counts only with an id from the configuration; e-mail addresses do not count. */
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

/** GitHub compares logins and slugs without case. */
function fold(name: string): string {
  return name.toLowerCase()
}
