// Every approver rule of a file: those of which one is enough, the minimum, and reviews that rulesets of the branch ask for its path.
// A person who may approve by any of them may also object.
import type { ApprovalRule } from '../../domain/request/config.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from './proof-facts.ts'
import type { Problem } from '../../domain/problem.ts'
import { ownersFaults, ownersOf } from './reviews/code-owners.ts'
import { matchesFilePatterns } from './reviews/ruleset-file-pattern.ts'

/** All of these rules in that order; never empty. */
export function requiredRules(
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): readonly ApprovalRule[] {
  const ruled = ruledTeams(question, approvers, facts)
  return [...question.anyOf, question.minimum, ...ruled].map(({ rule }) => rule)
}

/** APPROVAL_CODE_OWNERS if one of the rules asks for code owners, and GitHub cannot read who they are for this file; else empty. */
export function unreadableOwners(
  path: string,
  rules: readonly Pick<ApprovalRule, 'codeOwners'>[],
  { codeOwners }: Approvers,
): readonly Problem[] {
  const isAsked = rules.some(rule => rule.codeOwners)
  return isAsked && codeOwners !== null ? ownersFaults(codeOwners, path) : []
}

/**
 * Reviews that rulesets of the default branch ask for this path, one rule each; empty if there are none, or if rulesets cannot be
 * read. A team that the configuration does not name gets the slug `with the id N`. Source: `required_reviewers` of the rule
 * `pull_request` in GitHub's REST API.
 */
export function ruledTeams(
  { rulePath }: Pick<Question, 'rulePath'>,
  { teams }: Approvers,
  { branchRules }: ProofFacts,
): readonly NamedRule[] {
  return (branchRules?.requiredReviewers ?? [])
    .filter(
      ({ filePatterns, minimumApprovals }) =>
        minimumApprovals > 0 && matchesFilePatterns(filePatterns, rulePath),
    )
    .map(({ teamId, minimumApprovals }) => {
      const known = teams.find(({ id }) => id === teamId)
      const team = known ?? { id: teamId, slug: `with the id ${teamId}` }
      const rule = { required: minimumApprovals, users: [], teams: [team], codeOwners: false }
      return { name: `the rulesets, for the team with the id ${teamId}`, rule }
    })
}

/** True if configuration at both paths has the same code owners, as far as they count, and the same reviewers of rulesets. */
export function areApprovedAlike(
  one: string,
  other: string,
  approvers: Approvers,
  facts: ProofFacts,
): boolean {
  const { codeOwners, approval } = approvers
  const isOwned = approval.configuration.codeOwners && codeOwners !== null
  const [before, after] = [one, other].map(rulePath => {
    const owners = isOwned ? ownersOf(codeOwners, rulePath) : []
    return JSON.stringify([owners, ruledTeams({ rulePath }, approvers, facts)])
  })
  return before === after
}
