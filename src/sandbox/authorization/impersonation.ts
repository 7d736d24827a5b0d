// A user who acts as another one, with the verb impersonate only (k8s.io/apiserver/pkg/endpoints/filters/impersonation).
import type { IncomingMessage } from 'node:http'
import { authenticated, serviceAccountUser } from './api-users.ts'
import type { User } from './api-users.ts'
import { NO_QUESTION } from './authorize.ts'
import type { Authorizer } from './authorize.ts'

export type Headers = IncomingMessage['headersDistinct']

const EXTRA = 'impersonate-extra-'

/** The user that the request acts as; throws a 403 unless `user` may impersonate each part of it. */
export function actingUser(user: User, headers: Headers, authorizer: Authorizer): User {
  const name = headers['impersonate-user']?.[0]
  if (name === undefined) return user
  const demand = (plural: string, of: string, rest: object = {}): void => {
    authorizer.demand(user, { ...NO_QUESTION, verb: 'impersonate', plural, name: of, ...rest })
  }
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? []
  const isAccount = namespace !== undefined && account !== undefined
  if (isAccount) demand('serviceaccounts', account, { namespace })
  else demand('users', name)
  const groups = headers['impersonate-group'] ?? []
  for (const group of groups) demand('groups', group)
  const extra: Record<string, readonly string[]> = {}
  const uid = headers['impersonate-uid']?.[0] ?? ''
  if (uid !== '') demand('uids', uid, { group: 'authentication.k8s.io' })
  for (const [header, values = []] of Object.entries(headers)) {
    if (!header.startsWith(EXTRA)) continue
    const key = decodeURIComponent(header.slice(EXTRA.length))
    const rest = { group: 'authentication.k8s.io', subresource: key }
    for (const value of values) demand('userextras', value, rest)
    extra[key] = values
  }
  const known = isAccount ? serviceAccountUser(namespace, account).groups : []
  return authenticated({ name, uid, groups: groups.length > 0 ? groups : known, extra })
}
