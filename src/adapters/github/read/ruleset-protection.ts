// Ruleset protection of a branch: the rules in force (GET rules/branches) and their bypass actors (GET rulesets/{id}). GitHub shows
// bypass actors only to accounts that may change the ruleset.
import { z } from 'zod'
import type { BranchProtection } from '../../../domain/proof/repository-settings.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import { noRulesets } from './branch-rules.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const DOING = 'read the rules of the default branch'
const RULES = z.array(
  z.looseObject({
    type: z.string(),
    ruleset_id: ID.nullish(),
    ruleset_source_type: z.string().nullish(),
  }),
)
const PULL_REQUEST = z.object({
  parameters: z.object({
    required_approving_review_count: z.number().int(),
    require_code_owner_review: z.boolean(),
    dismiss_stale_reviews_on_push: z.boolean(),
  }),
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
const NEEDS = 'metadata: read'

export async function readBranchProtection(
  api: RepositoryApi,
  branch: string,
): Promise<BranchProtection | null> {
  const call = {
    route: '/rules/branches/{branch}',
    parameters: { branch },
    doing: DOING,
    needs: NEEDS,
  }
  const pages = await api.pages({ ...call, alsoTakes: [403, 404] }, RULES, noRulesets)
  if (pages === null) return null
  const rules = pages.flat()
  const pullRequests = rules
    .filter(({ type }) => type === 'pull_request')
    .map(rule => understood(PULL_REQUEST, rule, DOING).parameters)
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

function isUpToDateRule(rule: z.output<typeof RULES>[number]): boolean {
  return rule.type === 'merge_queue' || STRICT_CHECKS.safeParse(rule).success
}

/** Null if GitHub hides the bypass actors of one of the rulesets. */
async function bypassOf(
  api: RepositoryApi,
  ids: readonly number[],
): Promise<readonly string[] | null> {
  const found: string[] = []
  for (const id of ids) {
    const { status, data } = await api.get({
      route: '/rulesets/{id}',
      parameters: { id },
      doing: DOING,
      needs: NEEDS,
      alsoTakes: [403, 404],
    })
    if (status !== 200) return null
    const { name, bypass_actors: actors } = understood(RULESET, data, DOING)
    if (actors === null || actors === undefined) return null
    found.push(...actors.map(actor => `${actor.actor_type} ${actor.actor_id ?? ''} (${name})`))
  }
  return found
}
