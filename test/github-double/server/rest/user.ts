// Users by login, the user of the token, and rights in a repository.
import { HttpRefusal, notFound, ok } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { accountById, accountByLogin } from '../lookup.ts'
import { publicUser, simpleUser } from './account.ts'
import type { RepositoryRequest, RestRequest } from './place.ts'

/** GET /users/{username} */
export function getUser({ site, parameters }: RestRequest): Answer {
  const account = accountByLogin(site.world.state, parameters['username'] ?? '')
  if (account === null) throw notFound()
  return ok(publicUser(site, account))
}

/** GET /user: for tokens of people only; an app is refused. */
export function getCurrentUser({ site, caller }: RestRequest): Answer {
  if (caller.grant === null) throw new HttpRefusal(401, 'Requires authentication')
  const id = 'account' in caller.grant.as ? caller.grant.as.account : null
  const account = accountById(site.world.state, id)
  if (account === null) throw new HttpRefusal(403, 'Resource not accessible by integration')
  return ok(publicUser(site, account))
}

/** `maintain` and `triage` are roles; `permission` is the older field. */
const PERMISSIONS = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
} as const

/** GET /repos/{owner}/{repo}/collaborators/{username}/permission: the right of the present account of that login. */
export function getPermission({ site, repository, parameters }: RepositoryRequest): Answer {
  const account = accountByLogin(site.world.state, parameters['username'] ?? '')
  if (account === null) throw notFound()
  const right = site.world.rightOf(repository, account)
  const role = right ?? (repository.visibility === 'public' ? 'read' : null)
  const permission = role === null ? 'none' : PERMISSIONS[role]
  return ok({
    permission,
    role_name: role ?? 'none',
    user: {
      ...simpleUser(site, account),
      role_name: role ?? 'none',
      permissions: {
        pull: permission !== 'none',
        triage: role !== null && role !== 'read',
        push: permission === 'write' || permission === 'admin',
        maintain: role === 'maintain' || role === 'admin',
        admin: role === 'admin',
      },
    },
  })
}
