// One REST request from its path to its answer: visibility of the repository, permission, then the handler.
import type { RepositoryState } from '../../state.ts'
import { HttpRefusal, notAccessible, notFound } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { repositoryByName, repositoryOnceNamed } from '../lookup.ts'
import { canSee, isAllowed } from '../tokens.ts'
import type { Caller } from '../tokens.ts'
import type { RestRequest } from './place.ts'
import type { Route, RepositoryRoute } from './routes.ts'

/** Throws GitHub's refusals. */
export function answerRest(route: Route, request: RestRequest): Answer {
  if (route.of === 'other') return route.handle(request)
  const { owner = '', repo = '' } = request.parameters
  const repository = repositoryByName(request.site.world.state, owner, repo)
  if (repository === null) return moved(route, request)
  admit(route, repository, request.caller)
  return route.handle({ ...request, repository })
}

/** GitHub leads the old name of a repository to its id. */
function moved(route: RepositoryRoute, { site, caller, url, parameters }: RestRequest): Answer {
  const { owner = '', repo = '' } = parameters
  const repository = repositoryOnceNamed(site.world.state, owner, repo)
  if (repository === null || !canSee(caller, repository)) throw notFound()
  const rest = url.pathname
    .split('/')
    .slice(4)
    .map(part => `/${part}`)
  const location = `${site.api}/repositories/${repository.id}${rest.join('')}${url.search}`
  const status = route.method === 'GET' ? 301 : 307
  const documentation_url = 'https://docs.github.com/rest'
  const body = { message: 'Moved Permanently', url: location, documentation_url }
  return { status, body, headers: { location } }
}

function admit(route: RepositoryRoute, repository: RepositoryState, caller: Caller): void {
  if (caller.grant === null) {
    if (repository.visibility === 'public' && route.method === 'GET') return
    throw new HttpRefusal(401, 'Requires authentication')
  }
  if (!canSee(caller, repository)) throw notFound()
  const level = route.method === 'GET' ? 'read' : 'write'
  if (!route.needs.every(permission => isAllowed(caller, permission, level))) {
    throw notAccessible(route.needs, level)
  }
}
