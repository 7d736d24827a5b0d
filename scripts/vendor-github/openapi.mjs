// The operations of GitHub's REST API that the double answers, and their extraction from the published description.

const REPOSITORY = '/repos/{owner}/{repo}'
const TEAM = '/orgs/{org}/teams/{team_slug}'

/** Path → methods. */
const OPERATIONS = {
  '/user': ['get'],
  '/users/{username}': ['get'],
  [`${TEAM}/members`]: ['get'],
  [`${TEAM}/memberships/{username}`]: ['get'],
  [REPOSITORY]: ['get'],
  [`${REPOSITORY}/actions/artifacts`]: ['get'],
  [`${REPOSITORY}/actions/artifacts/{artifact_id}/{archive_format}`]: ['get'],
  [`${REPOSITORY}/actions/runs`]: ['get'],
  [`${REPOSITORY}/actions/secrets/public-key`]: ['get'],
  [`${REPOSITORY}/actions/secrets/{secret_name}`]: ['get', 'put'],
  [`${REPOSITORY}/activity`]: ['get'],
  [`${REPOSITORY}/branches/{branch}`]: ['get'],
  [`${REPOSITORY}/check-runs`]: ['post'],
  [`${REPOSITORY}/collaborators/{username}/permission`]: ['get'],
  [`${REPOSITORY}/commits`]: ['get'],
  [`${REPOSITORY}/commits/{ref}`]: ['get'],
  [`${REPOSITORY}/commits/{commit_sha}/pulls`]: ['get'],
  [`${REPOSITORY}/compare/{basehead}`]: ['get'],
  [`${REPOSITORY}/contents/{path}`]: ['get'],
  [`${REPOSITORY}/environments/{environment_name}`]: ['get', 'put'],
  [`${REPOSITORY}/environments/{environment_name}/deployment-branch-policies`]: ['get', 'post'],
  [`${REPOSITORY}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}`]: [
    'delete',
  ],
  [`${REPOSITORY}/environments/{environment_name}/secrets/public-key`]: ['get'],
  [`${REPOSITORY}/environments/{environment_name}/secrets/{secret_name}`]: ['get', 'put', 'delete'],
  [`${REPOSITORY}/git/blobs/{file_sha}`]: ['get'],
  [`${REPOSITORY}/git/commits`]: ['post'],
  [`${REPOSITORY}/git/commits/{commit_sha}`]: ['get'],
  [`${REPOSITORY}/git/refs`]: ['post'],
  [`${REPOSITORY}/git/refs/{ref}`]: ['patch'],
  [`${REPOSITORY}/git/trees`]: ['post'],
  [`${REPOSITORY}/git/trees/{tree_sha}`]: ['get'],
  [`${REPOSITORY}/issues`]: ['get', 'post'],
  [`${REPOSITORY}/issues/comments`]: ['get'],
  [`${REPOSITORY}/issues/{issue_number}`]: ['patch'],
  [`${REPOSITORY}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${REPOSITORY}/issues/{issue_number}/timeline`]: ['get'],
  [`${REPOSITORY}/issues/comments/{comment_id}`]: ['patch', 'delete'],
  [`${REPOSITORY}/pulls`]: ['get', 'post'],
  [`${REPOSITORY}/pulls/{pull_number}`]: ['get'],
  [`${REPOSITORY}/pulls/{pull_number}/commits`]: ['get'],
  [`${REPOSITORY}/pulls/{pull_number}/files`]: ['get'],
  [`${REPOSITORY}/pulls/{pull_number}/reviews`]: ['get'],
  [`${REPOSITORY}/rules/branches/{branch}`]: ['get'],
  [`${REPOSITORY}/rulesets`]: ['get', 'post'],
  [`${REPOSITORY}/rulesets/{ruleset_id}`]: ['get', 'put'],
  [`${REPOSITORY}/installation`]: ['get'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
}

const LEFT_OUT = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'links'])
/** Keys with members that the API names, and not OpenAPI. */
const NAMED = new Set(['properties', 'patternProperties', 'paths', 'responses', 'content'])

/** Returns from the whole description the operations above with everything that they refer to. */
export function subsetOfOpenApi(whole) {
  const paths = {}
  const components = {}
  for (const [path, methods] of Object.entries(OPERATIONS)) {
    if (whole.paths[path] === undefined) throw new Error(`no such path: ${path}`)
    paths[path] = Object.fromEntries(
      methods.map(method => [method, lean(whole.paths[path][method])]),
    )
  }
  collect(paths, whole, components)
  const info = { title: whole.info.title, version: whole.info.version, license: whole.info.license }
  return { openapi: whole.openapi, info, paths, components: sorted(components) }
}

function collect(part, whole, components) {
  if (typeof part !== 'object' || part === null) return
  if (typeof part.$ref === 'string') keep(part.$ref, whole, components)
  for (const member of Object.values(part)) collect(member, whole, components)
}

function keep(reference, whole, components) {
  const [, , kind, name] = reference.split('/')
  components[kind] ??= {}
  if (components[kind][name] !== undefined) return
  components[kind][name] = lean(whole.components[kind][name])
  collect(components[kind][name], whole, components)
}

/** A copy without prose that is equal for a validator. */
function lean(part) {
  if (Array.isArray(part)) return part.map(lean)
  if (typeof part !== 'object' || part === null) return part
  const kept = Object.entries(part).filter(
    ([key]) => !LEFT_OUT.has(key) && !key.startsWith('x-') && !(key === 'headers' && part.content),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, leanMember(key, value)]))
}

function leanMember(key, value) {
  if (!NAMED.has(key) || typeof value !== 'object') return lean(value)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, lean(member)]))
}

function sorted(components) {
  return Object.fromEntries(
    Object.entries(components).map(([kind, members]) => [
      kind,
      Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  )
}
