// Every rule that a file is asked by: those of which one is enough, the floor, and what rulesets of the branch ask of its path.
// Who may approve by any of them has a say against it as well.
import type { ApprovalRule } from '../../domain/request/config.ts'
import type { Approvers, NamedRule, ProofFacts, Question } from './proof-facts.ts'
import { matchesFilePatterns } from './reviews/ruleset-file-pattern.ts'

export function requiredRules(
  question: Question,
  approvers: Approvers,
  facts: ProofFacts,
): readonly ApprovalRule[] {
  const ruled = ruledTeams(question, approvers, facts)
  return [...question.anyOf, question.floor, ...ruled].map(({ rule }) => rule)
}

/** Reviews that rulesets ask for single files. */
export function ruledTeams(
  { path }: Pick<Question, 'path'>,
  { teams }: Approvers,
  { branchRules, repository }: ProofFacts,
): readonly NamedRule[] {
  return (branchRules?.requiredReviewers ?? [])
    .filter(
      ({ filePatterns, minimumApprovals }) =>
        minimumApprovals > 0 && matchesFilePatterns(filePatterns, path),
    )
    .map(({ teamId, minimumApprovals }) => {
      const known = teams.find(({ id }) => id === teamId)
      const team = known ?? { id: teamId, slug: `with the id ${teamId}` }
      const rule = { required: minimumApprovals, users: [], teams: [team], codeOwners: false }
      return { name: `the ruleset of ${repository.defaultBranch}`, rule }
    })
}
