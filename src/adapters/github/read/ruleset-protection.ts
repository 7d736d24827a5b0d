// Ruleset protection of a branch: the rules in force (GET rules/branches) and their bypass actors (GET rulesets/{id}). GitHub shows
// bypass actors only to accounts that may change the ruleset.
import { z } from 'zod'
import type { BranchProtection } from '../../../domain/proof/repository-settings.ts'
import { ID } from '../connection/answer-shapes.ts'
import { RULES_CALL, pullRequestRules, readRules } from './branch-rules.ts'
import type { RuleInForce } from './branch-rules.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const PULL_REQUEST = z.object({
  required_approving_review_count: z.number().int(),
  require_code_owner_review: z.boolean(),
  dismiss_stale_reviews_on_push: z.boolean(),
})
const STRICT_CHECKS = z.object({
  type: z.literal('required_status_checks'),
  parameters: z.object({ strict_required_status_checks_policy: z.literal(true) }),
})
const RULESET = z.object({
  name: z.string(),
  bypass_actors: z
    .array(
      z.object({
        actor_type: z.string(),
        actor_id: ID.nullish(),
        bypass_mode: z.string().nullish(),
      }),
    )
    .nullish(),
})

export async function readBranchProtection(
  api: RepositoryApi,
  branch: string,
): Promise<BranchProtection | null> {
  const rules = await readRules(api, branch)
  if (rules === null) return null
  const pullRequests = pullRequestRules(rules, PULL_REQUEST)
  const ids = new Set(rules.flatMap(({ ruleset_id: id }) => id ?? []))
  return {
    pullRequest:
      pullRequests.length === 0
        ? null
        : {
            approvals: Math.max(...pullRequests.map(rule => rule.required_approving_review_count)),
            needsCodeOwners: pullRequests.some(rule => rule.require_code_owner_review),
            dismissesStale: pullRequests.some(rule => rule.dismiss_stale_reviews_on_push),
          },
    forbidsForcePush: rules.some(({ type }) => type === 'non_fast_forward'),
    forbidsDeletion: rules.some(({ type }) => type === 'deletion'),
    needsUpToDate: rules.some(isUpToDateRule),
    bypass: await bypassOf(api, [...ids]),
  }
}

function isUpToDateRule(rule: RuleInForce): boolean {
  return rule.type === 'merge_queue' || STRICT_CHECKS.safeParse(rule).success
}

/** Null if GitHub hides the bypass actors of one of the rulesets. */
async function bypassOf(
  api: RepositoryApi,
  ids: readonly number[],
): Promise<readonly string[] | null> {
  const found: string[] = []
  for (const id of ids) {
    const call = { ...RULES_CALL, route: '/rulesets/{id}', parameters: { id } }
    const ruleset = await api.find(call, RULESET)
    if (!ruleset?.bypass_actors) return null
    const { name, bypass_actors: actors } = ruleset
    found.push(...actors.map(actor => `${actor.actor_type} ${actor.actor_id ?? ''} (${name})`))
  }
  return found
}
