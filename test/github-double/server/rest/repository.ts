// A repository in REST answers: the short form inside other answers, and the full one.
import { rightOf } from '../../repositories.ts'
import type { Right } from '../../repositories.ts'
import type { RepositoryState } from '../../state.ts'
import { ok } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { fullName } from '../lookup.ts'
import { isAllowed } from '../tokens.ts'
import type { Caller } from '../tokens.ts'
import { ownerOf } from './account.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'

type JsonObject = Readonly<Record<string, Json>>

/** Path of each `..._url` below the repository's own URL. */
const LINKS = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
} as const

export function apiUrl(site: Site, repository: RepositoryState): string {
  return `${site.api}/repos/${fullName(repository)}`
}

export function htmlUrl(site: Site, repository: RepositoryState): string {
  return `${site.html}/${fullName(repository)}`
}

export function minimalRepository(site: Site, repository: RepositoryState): JsonObject {
  const url = apiUrl(site, repository)
  const links = Object.entries(LINKS).map(([name, path]) => [name, `${url}/${path}`] as const)
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
    owner: ownerOf(site, repository.owner),
    html_url: htmlUrl(site, repository),
    description: null,
    fork: repository.forkOf !== null,
    url,
    visibility: repository.visibility,
    default_branch: repository.defaultBranch,
    ...Object.fromEntries(links),
  }
}

/** The full form, which head and base of a pull request have too. */
export function fullRepository(site: Site, repository: RepositoryState): JsonObject {
  const since = time(new Date(0))
  const git = `${site.html}/${fullName(repository)}.git`
  return {
    ...minimalRepository(site, repository),
    ...COUNTS,
    ...SETTINGS,
    clone_url: git,
    git_url: git,
    ssh_url: git,
    svn_url: htmlUrl(site, repository),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    pushed_at: time(repository.activity.at(-1)?.at ?? new Date(0)),
    created_at: since,
    updated_at: since,
  }
}

const COUNTS = {
  forks: 0,
  forks_count: 0,
  network_count: 0,
  open_issues: 0,
  open_issues_count: 0,
  size: 0,
  stargazers_count: 0,
  subscribers_count: 0,
  watchers: 0,
  watchers_count: 0,
} as const

const SETTINGS = {
  archived: false,
  disabled: false,
  has_discussions: false,
  has_downloads: true,
  has_issues: true,
  has_pages: false,
  has_projects: true,
  has_wiki: true,
} as const

export function getRepository(request: RepositoryRequest): Answer {
  const { site, repository } = request
  const parent = site.world.state.repositories.get(repository.forkOf ?? -1)
  const whole = { ...fullRepository(site, repository), permissions: permissionsOf(request) }
  if (parent === undefined) return ok(whole)
  const shown = fullRepository(site, parent)
  return ok({ ...whole, parent: shown, source: shown })
}

/** What the caller may do: by the right of a person, or by the permissions of an app. */
function permissionsOf({ site, repository, caller }: RepositoryRequest): JsonObject {
  const as = caller.grant?.as
  const right =
    as !== undefined && 'account' in as
      ? rightOf(site.world.state, repository, as.account)
      : rightOfApp(caller)
  const order = ['read', 'triage', 'write', 'maintain', 'admin']
  const level = order.indexOf(right ?? '')
  return {
    admin: level >= 4,
    maintain: level >= 3,
    push: level >= 2,
    triage: level >= 1,
    pull: level >= 0,
  }
}

function rightOfApp(caller: Caller): Right {
  if (isAllowed(caller, 'administration', 'write')) return 'admin'
  return isAllowed(caller, 'contents', 'write') ? 'write' : 'read'
}
