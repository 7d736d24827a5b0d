// The port RepositoryAdministration over GitHub's REST API: access of the token, branches of an environment, rulesets.
import { z } from 'zod'
import type { RepositoryAdministration } from '../../../ports/repository-administration.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const ADMINISTRATION = 'administration: write'
const REPOSITORY = z.object({
  // GitHub leaves them out for a caller without any.
  permissions: z
    .object({ admin: z.boolean(), push: z.boolean() })
    .default({ admin: false, push: false }),
})
const REVIEWER = z.object({ type: z.string(), reviewer: z.object({ id: ID }) })
const ENVIRONMENT = z.object({
  protection_rules: z
    .array(
      z.object({
        wait_timer: z.number().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(REVIEWER).optional(),
      }),
    )
    .default([]),
  deployment_branch_policy: z.object({ custom_branch_policies: z.boolean() }).nullish(),
})
const BRANCH_POLICIES = z.object({
  branch_policies: z.array(z.object({ id: ID, name: z.string(), type: z.string().nullish() })),
})
const RULESETS = z.array(z.object({ id: ID, name: z.string() }))
const PATTERNS = z.array(z.string()).default([])
const NO_REFS = { ref_name: { include: [], exclude: [] } }
const RULESET = z.object({
  id: ID,
  name: z.string(),
  target: z.string().default('branch'),
  enforcement: z.string(),
  bypass_actors: z.array(z.unknown()).default([]),
  conditions: z
    .object({ ref_name: z.object({ include: PATTERNS, exclude: PATTERNS }) })
    .nullish()
    .transform(conditions => conditions ?? NO_REFS),
  rules: z.array(
    z.object({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }),
  ),
})

export function githubAdministration(api: RepositoryApi): RepositoryAdministration {
  return {
    async access() {
      const doing = 'read the permissions of the token'
      const call = { route: '', parameters: {}, doing, needs: 'metadata: read' }
      const { data, scopes } = await api.get(call)
      const { admin, push } = understood(REPOSITORY, data, doing).permissions
      const listed = scopes?.split(/, */).filter(scope => scope !== '') ?? []
      const mayChangeWorkflows = listed.length === 0 ? null : listed.includes('workflow')
      return { isAdmin: admin, mayPush: push, mayChangeWorkflows }
    },

    async limitEnvironment(environment, branch) {
      const doing = `limit the environment ${environment} to ${branch}`
      const call = { parameters: { environment }, doing, needs: ADMINISTRATION }
      const route = '/environments/{environment}'
      const found = await api.get({ ...call, route, alsoTakes: [404] })
      const before = found.status === 404 ? null : understood(ENVIRONMENT, found.data, doing)
      if (before?.deployment_branch_policy?.custom_branch_policies !== true)
        await api.send('PUT', { ...call, route, body: environmentBody(before) })
      const below = { ...call, route: `${route}/deployment-branch-policies` }
      const policies = ((await api.pages(below, BRANCH_POLICIES)) ?? []).flatMap(
        page => page.branch_policies,
      )
      const isWanted = ({ name, type }: (typeof policies)[number]): boolean =>
        name === branch && type !== 'tag'
      // GitHub answers 303 if another run made the same one meanwhile.
      const body = { name: branch, type: 'branch' }
      if (!policies.some(isWanted)) await api.send('POST', { ...below, body, alsoTakes: [303] })
      for (const { id } of policies.filter(policy => !isWanted(policy)))
        await api.send('DELETE', {
          ...below,
          route: `${below.route}/{id}`,
          parameters: { environment, id },
          alsoTakes: [404],
        })
    },

    async ruleset(name) {
      const call = { doing: 'read the rulesets', needs: 'metadata: read' }
      const list = { ...call, route: '/rulesets', parameters: { includes_parents: 'false' } }
      const pages = await api.pages({ ...list, alsoTakes: [403] }, RULESETS)
      if (pages === null) return 'unavailable'
      const id = pages.flat().find(each => each.name === name)?.id
      if (id === undefined) return null
      const one = await api.get({ ...call, route: '/rulesets/{id}', parameters: { id } })
      return understood(RULESET, one.data, call.doing)
    },

    async saveRuleset(id, ruleset) {
      const call = { doing: 'write a ruleset', needs: ADMINISTRATION, body: { ...ruleset } }
      const { status } =
        id === null
          ? await api.send('POST', {
              ...call,
              route: '/rulesets',
              parameters: {},
              alsoTakes: [422],
            })
          : await api.send('PUT', { ...call, route: '/rulesets/{id}', parameters: { id } })
      return status !== 422
    },
  }
}

/** A PUT resets what it does not name, so what the environment had is sent again. */
function environmentBody(before: z.output<typeof ENVIRONMENT> | null): Record<string, unknown> {
  const rules = before?.protection_rules ?? []
  const reviewers = rules.flatMap(rule => rule.reviewers ?? [])
  const waitTimer = rules.find(rule => rule.wait_timer !== undefined)?.wait_timer
  return {
    ...(waitTimer === undefined ? {} : { wait_timer: waitTimer }),
    ...(reviewers.length === 0
      ? {}
      : {
          prevent_self_review: rules.some(rule => rule.prevent_self_review === true),
          reviewers: reviewers.map(({ type, reviewer }) => ({ type, id: reviewer.id })),
        }),
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  }
}
