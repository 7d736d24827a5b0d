// The REST operations of the double, each named as in GitHub's description and with its permissions.
import type { Answer } from '../answer.ts'
import type { PermissionName } from '../tokens.ts'
import { listActivity } from './activity.ts'
import { downloadArtifact, listArtifacts } from '../../artifacts/artifact-routes.ts'
import { compare, getBranch } from './branch.ts'
import { getCommit, listCommits } from './commit.ts'
import { getContents } from './contents.ts'
import {
  deleteSecret,
  getEnvironmentKey,
  getEnvironmentSecret,
  getRepositorySecret,
  putSecret,
} from './environment-secret.ts'
import {
  createBranchPolicy,
  deleteBranchPolicy,
  getEnvironment,
  listBranchPolicies,
  putEnvironment,
} from './environment.ts'
import { createCommit, createPull, createRef, createTree, updateRef } from './git-write.ts'
import { getBlob, getGitCommit, getTree } from './git-object.ts'
import { createInstallationToken, getInstallation } from './installation.ts'
import type { RepositoryRequest, RestRequest } from './place.ts'
import {
  getPull,
  listPullCommits,
  listPullFiles,
  listPulls,
  listPullsOfCommit,
} from './pull-request.ts'
import { createIssue, listIssues, updateIssue } from './issue.ts'
import { createComment, listAllComments, listComments, updateComment } from './issue-comment.ts'
import { getRepository } from './repository.ts'
import { listReviews } from './review.ts'
import {
  createRuleset,
  getRuleset,
  listRulesets,
  listRulesOfBranch,
  updateRuleset,
} from './ruleset.ts'
import { getMembership, listMembers } from './team.ts'
import { listTimeline } from './timeline.ts'
import { getCurrentUser, getPermission, getUser } from './user.ts'
import { listRuns } from './workflow-run.ts'

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** As in the description. */
  readonly template: string
}

export interface RepositoryRoute extends RouteBase {
  readonly of: 'repository'
  /** All of them are required; `write` for methods that write. */
  readonly needs: readonly PermissionName[]
  readonly handle: (request: RepositoryRequest) => Answer
}

export interface OtherRoute extends RouteBase {
  readonly of: 'other'
  readonly handle: (request: RestRequest) => Answer
}

export type Route = RepositoryRoute | OtherRoute

function inRepository(
  path: string,
  needs: readonly PermissionName[],
  handle: RepositoryRoute['handle'],
  method: RouteBase['method'] = 'GET',
): RepositoryRoute {
  const template = `/repos/{owner}/{repo}${path}`
  return { of: 'repository', method, template, needs, handle }
}

function elsewhere(
  template: string,
  handle: OtherRoute['handle'],
  method: RouteBase['method'] = 'GET',
): OtherRoute {
  return { of: 'other', method, template, handle }
}

const ENVIRONMENT = '/environments/{environment_name}'
const POLICIES = `${ENVIRONMENT}/deployment-branch-policies`
const SECRETS = `${ENVIRONMENT}/secrets`

/** The first match answers: longer routes precede those with a last placeholder that accepts slashes. */
export const ROUTES: readonly Route[] = [
  elsewhere('/app/installations/{installation_id}/access_tokens', createInstallationToken, 'POST'),
  elsewhere('/repos/{owner}/{repo}/installation', getInstallation),
  elsewhere('/user', getCurrentUser),
  elsewhere('/users/{username}', getUser),
  elsewhere('/orgs/{org}/teams/{team_slug}/members', listMembers),
  elsewhere('/orgs/{org}/teams/{team_slug}/memberships/{username}', getMembership),
  inRepository('', ['metadata'], getRepository),
  inRepository('/actions/artifacts', ['actions'], listArtifacts),
  inRepository('/actions/artifacts/{artifact_id}/{archive_format}', ['actions'], downloadArtifact),
  inRepository('/actions/runs', ['actions'], listRuns),
  inRepository('/actions/secrets/{secret_name}', ['secrets'], getRepositorySecret),
  inRepository('/activity', ['contents'], listActivity),
  inRepository('/branches/{branch}', ['contents'], getBranch),
  inRepository('/collaborators/{username}/permission', ['metadata'], getPermission),
  inRepository('/commits', ['contents'], listCommits),
  inRepository('/commits/{commit_sha}/pulls', ['contents', 'pull_requests'], listPullsOfCommit),
  inRepository('/commits/{ref}', ['contents'], getCommit),
  inRepository('/compare/{basehead}', ['contents'], compare),
  inRepository('/contents/{path}', ['contents'], getContents),
  inRepository(ENVIRONMENT, ['actions'], getEnvironment),
  inRepository(ENVIRONMENT, ['administration'], putEnvironment, 'PUT'),
  inRepository(POLICIES, ['actions'], listBranchPolicies),
  inRepository(POLICIES, ['administration'], createBranchPolicy, 'POST'),
  inRepository(`${POLICIES}/{branch_policy_id}`, ['administration'], deleteBranchPolicy, 'DELETE'),
  inRepository('/actions/secrets/{secret_name}', ['secrets'], getRepositorySecret),
  inRepository(`${SECRETS}/public-key`, ['environments'], getEnvironmentKey),
  inRepository(`${SECRETS}/{secret_name}`, ['environments'], getEnvironmentSecret),
  inRepository(`${SECRETS}/{secret_name}`, ['environments'], putSecret, 'PUT'),
  inRepository(`${SECRETS}/{secret_name}`, ['environments'], deleteSecret, 'DELETE'),
  inRepository('/git/blobs/{file_sha}', ['contents'], getBlob),
  inRepository('/git/commits/{commit_sha}', ['contents'], getGitCommit),
  inRepository('/git/trees/{tree_sha}', ['contents'], getTree),
  inRepository('/git/trees', ['contents'], createTree, 'POST'),
  inRepository('/git/commits', ['contents'], createCommit, 'POST'),
  inRepository('/git/refs', ['contents'], createRef, 'POST'),
  inRepository('/git/refs/{ref}', ['contents'], updateRef, 'PATCH'),
  inRepository('/issues', ['issues'], listIssues),
  inRepository('/issues', ['issues'], createIssue, 'POST'),
  inRepository('/issues/{issue_number}', ['issues'], updateIssue, 'PATCH'),
  inRepository('/issues/comments', ['pull_requests'], listAllComments),
  inRepository('/issues/comments/{comment_id}', ['pull_requests'], updateComment, 'PATCH'),
  inRepository('/issues/{issue_number}/comments', ['pull_requests'], listComments),
  inRepository('/issues/{issue_number}/comments', ['pull_requests'], createComment, 'POST'),
  inRepository('/issues/{issue_number}/timeline', ['pull_requests'], listTimeline),
  inRepository('/pulls', ['pull_requests'], listPulls),
  inRepository('/pulls', ['pull_requests'], createPull, 'POST'),
  inRepository('/pulls/{pull_number}', ['pull_requests'], getPull),
  inRepository('/pulls/{pull_number}/commits', ['pull_requests'], listPullCommits),
  inRepository('/pulls/{pull_number}/files', ['pull_requests'], listPullFiles),
  inRepository('/pulls/{pull_number}/reviews', ['pull_requests'], listReviews),
  inRepository('/rules/branches/{branch}', ['metadata'], listRulesOfBranch),
  inRepository('/rulesets', ['metadata'], listRulesets),
  inRepository('/rulesets', ['administration'], createRuleset, 'POST'),
  inRepository('/rulesets/{ruleset_id}', ['metadata'], getRuleset),
  inRepository('/rulesets/{ruleset_id}', ['administration'], updateRuleset, 'PUT'),
]

/** Placeholders whose values may hold slashes. */
const WIDE = new Set(['basehead', 'branch', 'path', 'ref', 'tree_sha'])

const PATTERNS = ROUTES.map(route => ({ route, pattern: patternOf(route.template) }))

function patternOf(template: string): RegExp {
  const text = template
    .replace('/{path}', '(?:/{path})?')
    .replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${WIDE.has(name) ? '.+' : '[^/]+'})`)
  return new RegExp(`^${text}/?$`)
}

/** The route of a path with its placeholder values; null if the double has none. */
export function routeOf(
  method: string,
  path: string,
): { readonly route: Route; readonly parameters: Readonly<Record<string, string>> } | null {
  for (const { route, pattern } of PATTERNS) {
    const groups = route.method === method ? pattern.exec(path) : null
    if (groups !== null) return { route, parameters: decoded(groups.groups ?? {}) }
  }
  return null
}

function decoded(
  groups: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(groups).map(
    ([name, value]) => [name, decodeURIComponent(value ?? '')] as const,
  )
  return Object.fromEntries(entries)
}

export function operationOf(route: Route): string {
  return `${route.method} ${route.template}`
}
