// The port GithubSettings over GitHub's REST API: environments, secrets by name, rules in force, CODEOWNERS as GitHub reads it.
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { GithubSettings } from '../../../ports/github-settings.ts'
import type { BranchProtection } from '../../../domain/proof/repository-settings.ts'
import type { GithubAccess } from '../connection/github-api-access.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { ConnectionLimits } from '../connection/github-connection.ts'
import { openRepositoryApi } from '../connection/repository-api.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { RULES_CALL, pullRequestRules, listRulesInForce } from './branch-rules.ts'

const ENVIRONMENT = z.object({
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
})
const BRANCH_POLICIES = z.object({
  branch_policies: z.array(z.object({ name: z.string(), type: z.string().nullish() })),
})
const CODE_OWNERS = z.object({
  errors: z.array(
    z.object({
      path: z.string().default('CODEOWNERS'),
      line: z.number().int(),
      message: z.string(),
    }),
  ),
})
const ACCOUNT = z.object({
  id: ID,
  login: z.string(),
  type: z.enum(['User', 'Bot', 'Organization', 'Mannequin', 'EnterpriseUserAccount']).catch('User'),
})
const HIDDEN = [401, 403, 404]

/** `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. */
export function githubSettings(
  access: GithubAccess & { readonly repository: string },
  clock: Clock,
  random: () => number,
  limits: Partial<ConnectionLimits> = {},
): GithubSettings {
  const api = openRepositoryApi(access, clock, random, limits)
  return {
    async deploymentBranches(environment) {
      const doing = 'read the environment'
      const call = { parameters: { environment }, doing, needs: 'actions: read', alsoTakes: HIDDEN }
      const answer = await api.get({ ...call, route: '/environments/{environment}' })
      if (answer.status === 404) return null
      if (answer.status !== 200) return 'hidden'
      const policy = understood(ENVIRONMENT, answer.data, doing).deployment_branch_policy ?? null
      if (policy === null) return { kind: 'any' }
      if (!policy.custom_branch_policies) return { kind: 'protected' }
      const route = '/environments/{environment}/deployment-branch-policies'
      const pages = await api.pages({ ...call, route }, BRANCH_POLICIES)
      if (pages === null) return 'hidden'
      const found = pages.flatMap(page => page.branch_policies)
      return {
        kind: 'patterns',
        patterns: found.map(({ name, type }) => (type === 'tag' ? `tag ${name}` : name)),
      }
    },

    async hasSecret(name, environment) {
      const place = environment === null ? '/actions' : '/environments/{environment}'
      const { status } = await api.get({
        route: `${place}/secrets/{name}`,
        parameters: { name, ...(environment === null ? {} : { environment }) },
        doing: 'check whether a secret exists',
        needs: environment === null ? 'secrets: read' : 'environments: read',
        alsoTakes: HIDDEN,
      })
      if (status === 200) return true
      return status === 404 ? false : null
    },

    branchProtection: branch => readBranchProtection(api, branch),

    async codeOwnersFaults() {
      const call = {
        route: '/codeowners/errors',
        parameters: {},
        doing: 'read what GitHub reports about CODEOWNERS',
        needs: 'contents: read',
        alsoTakes: HIDDEN,
      }
      return (await api.find(call, CODE_OWNERS))?.errors ?? null
    },

    viewer: () => account('/user', {}),

    account: who => account('login' in who ? '/users/{login}' : '/user/{id}', who),
  }

  async function account(
    route: string,
    parameters: Readonly<Record<string, string | number>>,
  ): Promise<Account | null> {
    const doing = 'look up an account'
    const { status, data } = await api.connection.rest({
      route,
      parameters,
      doing,
      needs: 'metadata: read',
      alsoTakes: [403, 404],
    })
    return status === 200 ? understood(ACCOUNT, data, doing) : null
  }
}

// Ruleset protection of a branch: the rules in force (GET rules/branches) and their bypass actors (GET rulesets/{id}). GitHub shows
// bypass actors only to accounts that may change the ruleset.

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

async function readBranchProtection(
  api: RepositoryApi,
  branch: string,
): Promise<BranchProtection | null> {
  const rules = await listRulesInForce(api, branch)
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
    needsUpToDate: rules.some(
      rule => rule.type === 'merge_queue' || STRICT_CHECKS.safeParse(rule).success,
    ),
    bypass: await bypassOf(api, [...ids]),
  }
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
