// Accounts in GraphQL: by kind, a bot without `[bot]`, and null for a deleted account.
import type { AccountState } from '../../state.ts'
import { accountById, bareLogin } from '../lookup.ts'
import { nodeId, time } from '../rest/place.ts'
import type { Site } from '../rest/place.ts'
import { Shown } from './shown.ts'

export function actor(site: Site, id: number | null): Shown | null {
  const account = accountById(site.world.state, id)
  return account === null ? null : shownAccount(site, account)
}

export function user(site: Site, id: number | null): Shown | null {
  const account = accountById(site.world.state, id)
  return account?.type === 'User' ? shownAccount(site, account) : null
}

function shownAccount(site: Site, account: AccountState): Shown {
  const { id, type } = account
  const login = type === 'Bot' ? bareLogin(account.login) : account.login
  const path = type === 'Bot' ? `/apps/${login}` : `/${login}`
  const since = time(new Date(0))
  // GitHub's schema gives an EnterpriseUserAccount no databaseId.
  const number = type === 'EnterpriseUserAccount' ? {} : { databaseId: id }
  return new Shown(type, {
    ...number,
    id: nodeId(type, id),
    login,
    name: null,
    url: `${site.html}${path}`,
    resourcePath: path,
    avatarUrl: `${site.html}/avatars/u/${id}`,
    createdAt: since,
    updatedAt: since,
  })
}
