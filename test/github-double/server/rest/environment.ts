// Environments: their protection, and which branches may deploy to them.
import { createEnvironment } from '../../environments.ts'
import { newId } from '../../people.ts'
import type { BranchPolicyState, EnvironmentState } from '../../state.ts'
import { notFound, ok, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { accountOrGhost } from './account.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/environments/{environment_name} */
export function getEnvironment(request: RepositoryRequest): Answer {
  return ok(shownEnvironment(request, environmentOf(request)))
}

interface EnvironmentBody {
  readonly wait_timer?: number
  readonly prevent_self_review?: boolean
  readonly reviewers?: readonly { readonly type: string; readonly id: number }[] | null
  readonly deployment_branch_policy?: {
    readonly protected_branches: boolean
    readonly custom_branch_policies: boolean
  } | null
}

/** PUT /repos/{owner}/{repo}/environments/{environment_name}: what the body does not name is reset. */
export function putEnvironment(request: RepositoryRequest): Answer {
  const { repository, site, parameters, body } = request
  const name = parameters['environment_name'] ?? ''
  const { wait_timer, prevent_self_review, reviewers, deployment_branch_policy } =
    body as EnvironmentBody
  const policy = deployment_branch_policy ?? null
  if (policy !== null && policy.protected_branches === policy.custom_branch_policies)
    throw unprocessable('protected_branches and custom_branch_policies cannot have the same value')
  const environment =
    repository.environments.get(name) ?? createEnvironment(site.world.state, repository, name)
  environment.branches = branchesOf(policy)
  environment.waitTimer = wait_timer ?? 0
  environment.preventsSelfReview = prevent_self_review ?? false
  environment.reviewers = (reviewers ?? []).map(({ id }) => id)
  if (environment.branches !== 'custom') environment.policies.length = 0
  return ok(shownEnvironment(request, environment))
}

function branchesOf(
  policy: { readonly protected_branches: boolean } | null,
): EnvironmentState['branches'] {
  if (policy === null) return 'any'
  return policy.protected_branches ? 'protected' : 'custom'
}

/** GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies */
export function listBranchPolicies(request: RepositoryRequest): Answer {
  const { policies } = environmentOf(request)
  return ok({ total_count: policies.length, branch_policies: policies.map(shownPolicy) })
}

/** POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies */
export function createBranchPolicy(request: RepositoryRequest): Answer {
  const environment = environmentOf(request)
  if (environment.branches !== 'custom') throw notFound()
  const { name, type } = request.body as Omit<BranchPolicyState, 'id'>
  if (environment.policies.some(each => each.name === name && each.type === type))
    return { ...ok(null), status: 303 }
  const policy = { id: newId(request.site.world.state), name, type }
  environment.policies.push(policy)
  return ok(shownPolicy(policy))
}

/** DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id} */
export function deleteBranchPolicy(request: RepositoryRequest): Answer {
  const { policies } = environmentOf(request)
  const at = policies.findIndex(({ id }) => id === Number(request.parameters['branch_policy_id']))
  if (at === -1) throw notFound()
  policies.splice(at, 1)
  return { ...ok(null), status: 204 }
}

function shownPolicy({ id, name, type }: BranchPolicyState): Readonly<Record<string, Json>> {
  return { id, node_id: nodeId('DBP', id), name, type }
}

export function environmentOf({ repository, parameters }: RepositoryRequest): EnvironmentState {
  const environment = repository.environments.get(parameters['environment_name'] ?? '')
  if (environment === undefined) throw notFound()
  return environment
}

function shownEnvironment(
  { site, repository }: RepositoryRequest,
  { id, name, branches, waitTimer, preventsSelfReview, reviewers }: EnvironmentState,
): Readonly<Record<string, Json>> {
  const since = time(new Date(0))
  const rule = (type: string) => ({ id, node_id: nodeId('GA', id), type })
  const isCustom = branches === 'custom'
  const shown = reviewers.map(each => ({ type: 'User', reviewer: accountOrGhost(site, each) }))
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${apiUrl(site, repository)}/environments/${name}`,
    html_url: `${htmlUrl(site, repository)}/deployments/activity_log?environments_filter=${name}`,
    created_at: since,
    updated_at: since,
    protection_rules: [
      ...(waitTimer > 0 ? [{ ...rule('wait_timer'), wait_timer: waitTimer }] : []),
      ...(shown.length > 0
        ? [
            {
              ...rule('required_reviewers'),
              prevent_self_review: preventsSelfReview,
              reviewers: shown,
            },
          ]
        : []),
      ...(branches === 'any' ? [] : [rule('branch_policy')]),
    ],
    deployment_branch_policy:
      branches === 'any'
        ? null
        : { protected_branches: !isCustom, custom_branch_policies: isCustom },
  }
}
