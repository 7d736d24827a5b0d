// Ruleset rules in force for a branch, from REST. Of several values the strictest is used.
import { z } from 'zod'
import type { BranchRules } from '../../../domain/proof/repository-facts.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const PULL_REQUEST = z.object({
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
})

/** GitHub's answer for private repositories of free accounts and organizations, which have no rulesets. */
const NO_RULESETS = z.object({
  message: z.literal(
    'Upgrade to GitHub Pro or make this repository public to enable this feature.',
  ),
})

const RULES = z.array(
  z.looseObject({
    type: z.string(),
    ruleset_id: ID.nullish(),
    ruleset_source_type: z.string().nullish(),
  }),
)

export const RULES_CALL = {
  doing: 'read the rules of the default branch',
  needs: 'metadata: read',
  alsoTakes: [403, 404],
}

export type RuleInForce = z.output<typeof RULES>[number]

/**
 * None if the answer says that the repository cannot have any; null if the rules cannot be read. Classic branch protection is not
 * included: GitHub shows it to administrators only.
 */
export async function listRulesInForce(
  api: RepositoryApi,
  branch: string,
): Promise<readonly RuleInForce[] | null> {
  const call = { ...RULES_CALL, route: '/rules/branches/{branch}', parameters: { branch } }
  const pages = await api.pages(call, RULES, ({ status, data }) =>
    status === 403 && NO_RULESETS.safeParse(data).success ? [] : null,
  )
  return pages?.flat() ?? null
}

/** The rules for pull requests, each with its parameters in the shape. */
export function pullRequestRules<Shape extends z.ZodType>(
  rules: readonly RuleInForce[],
  shape: Shape,
): readonly z.output<Shape>[] {
  return rules
    .filter(({ type }) => type === 'pull_request')
    .map(rule => understood(shape, rule['parameters'], RULES_CALL.doing))
}

export async function readBranchRules(
  api: RepositoryApi,
  branch: string,
): Promise<BranchRules | null> {
  const all = await listRulesInForce(api, branch)
  if (all === null) return null
  const rules = pullRequestRules(all, PULL_REQUEST)
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
