// Ruleset rules in force for a branch, from REST. Of several values the strictest is used.
import { z } from 'zod'
import type { BranchRules } from '../../../domain/proof/repository-facts.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { RestAnswer } from '../connection/github-connection.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const DOING = 'read the rules of the default branch'
const PULL_REQUEST = z.object({
  parameters: z.object({
    required_approving_review_count: z.number().int(),
    required_reviewers: z
      .array(
        z.object({
          file_patterns: z.array(z.string()),
          minimum_approvals: z.number().int(),
          reviewer: z.object({ id: ID, type: z.literal('Team') }),
        }),
      )
      .nullish(),
  }),
})

/** GitHub's answer for private repositories of free accounts and organizations, which have no rulesets. */
const NO_RULESETS = z.object({
  message: z.literal(
    'Upgrade to GitHub Pro or make this repository public to enable this feature.',
  ),
})

/** No rules if the answer says that the repository cannot have any; null for every other refusal. */
export function noRulesets({ status, data }: RestAnswer): [] | null {
  return status === 403 && NO_RULESETS.safeParse(data).success ? [] : null
}

/** Null if the rules cannot be read. Classic branch protection is not included: GitHub shows it to administrators only. */
export async function readBranchRules(
  api: RepositoryApi,
  branch: string,
): Promise<BranchRules | null> {
  const call = {
    route: '/rules/branches/{branch}',
    parameters: { branch },
    doing: DOING,
    needs: 'metadata: read',
    alsoTakes: [403, 404],
  }
  const shape = z.array(z.looseObject({ type: z.string() }))
  const pages = await api.pages(call, shape, noRulesets)
  if (pages === null) return null
  const rules = pages
    .flat()
    .filter(({ type }) => type === 'pull_request')
    .map(rule => understood(PULL_REQUEST, rule, DOING).parameters)
  return {
    requiredApprovals: Math.max(0, ...rules.map(rule => rule.required_approving_review_count)),
    requiredReviewers: rules
      .flatMap(rule => rule.required_reviewers ?? [])
      .map(({ file_patterns, minimum_approvals, reviewer }) => ({
        filePatterns: file_patterns,
        minimumApprovals: minimum_approvals,
        teamId: reviewer.id,
      })),
  }
}
