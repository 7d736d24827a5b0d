// The installation of a GitHub App on a repository, and its tokens. Both need the App's own login.
import { HttpRefusal, notFound, ok, unprocessable } from '../answer.ts'
import type { Answer } from '../answer.ts'
import type { AppLogin, Permissions } from '../tokens.ts'
import { time } from './place.ts'
import type { RestRequest } from './place.ts'

/** GET /repos/{owner}/{repo}/installation. */
export function getInstallation(request: RestRequest): Answer {
  const { app } = loginOf(request)
  const { site, parameters } = request
  if (!app.repositories.includes(`${parameters['owner']}/${parameters['repo']}`)) throw notFound()
  const url = `${site.api}/app/installations/${app.installationId}`
  return ok({
    id: app.installationId,
    account: null,
    repository_selection: 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${site.api}/installation/repositories`,
    html_url: `${site.html}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: 1,
    target_type: 'Organization',
    permissions: app.permissions,
    events: [],
    single_file_name: null,
    created_at: time(site.world.state.now),
    updated_at: time(site.world.state.now),
    suspended_by: null,
    suspended_at: null,
  })
}

/** POST /app/installations/{installation_id}/access_tokens: for the repositories of the body, or for all. */
export function createInstallationToken(request: RestRequest): Answer {
  const { app, apps } = loginOf(request)
  if (request.parameters['installation_id'] !== String(app.installationId)) throw notFound()
  const wanted: unknown =
    typeof request.body === 'object' && request.body !== null
      ? Reflect.get(request.body, 'repositories')
      : undefined
  const names = Array.isArray(wanted) ? wanted.map(String) : null
  const nameOf = (repository: string): string => repository.split('/')[1] ?? ''
  const known = app.repositories.map(nameOf)
  if (names?.some(name => !known.includes(name)) === true)
    throw unprocessable('There is at least one repository that does not exist or is not accessible')
  const repositories = app.repositories.filter(name => names?.includes(nameOf(name)) ?? true)
  const permissions = permissionsOf(request, app.permissions)
  const { token, endsAt } = apps.newToken(app, repositories, permissions)
  const body = {
    token,
    expires_at: time(endsAt),
    permissions,
    repository_selection: 'selected',
  }
  return { ...ok(body), status: 201 }
}

/** Those of the body, or all that the App has. GitHub refuses more than it has. */
function permissionsOf({ body }: RestRequest, has: Permissions): Permissions {
  const wanted: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'permissions') : undefined
  if (typeof wanted !== 'object' || wanted === null) return has
  const levels = new Map(Object.entries(has))
  for (const [name, level] of Object.entries(wanted)) {
    const most = levels.get(name) ?? 'none'
    if (level !== most && most !== 'write')
      throw unprocessable('The permissions requested are not granted to this installation.')
  }
  return { ...wanted }
}

function loginOf({ caller }: RestRequest): AppLogin {
  if (caller.app === undefined) throw new HttpRefusal(401, 'A JSON web token could not be decoded')
  return caller.app
}
