// Accounts in REST answers: the short form in other answers, the long form for /users and /user.
import type { AccountState } from '../../state.ts'
import type { Json } from '../answer.ts'
import { accountById, bareLogin } from '../lookup.ts'
import { nodeId, time } from './place.ts'
import type { Site } from './place.ts'

type JsonObject = Readonly<Record<string, Json>>

/** Null if the account is deleted. */
export function accountOrNull(site: Site, id: number | null): JsonObject | null {
  const account = accountById(site.world.state, id)
  return account === null ? null : simpleUser(site, account)
}

/** If REST requires an account, GitHub shows a deleted one as this one. */
export function accountOrGhost(site: Site, id: number | null): JsonObject {
  return accountOrNull(site, id) ?? simpleUser(site, GHOST)
}

const GHOST: AccountState = { id: 10137, login: 'ghost', type: 'User', isDeleted: false }

export function simpleUser(site: Site, account: AccountState): JsonObject {
  const login = restLogin(account)
  const url = `${site.api}/users/${encodeURIComponent(login)}`
  return {
    login,
    id: account.id,
    node_id: nodeId('U', account.id),
    avatar_url: `${site.html}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${site.html}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  }
}

function restLogin(account: AccountState): string {
  return account.type === 'Bot' ? `${bareLogin(account.login)}[bot]` : account.login
}

export function publicUser(site: Site, account: AccountState): JsonObject {
  const since = time(new Date(0))
  return {
    ...simpleUser(site, account),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: since,
    updated_at: since,
  }
}

/** The owner of a repository, or an unused login as an organisation. */
export function ownerOf(site: Site, login: string): JsonObject {
  for (const account of site.world.state.accounts.values()) {
    if (account.login === login) return simpleUser(site, account)
  }
  const id = [...site.world.state.organizations.keys()].indexOf(login) + 1
  return simpleUser(site, { id: 900_000 + id, login, type: 'Organization', isDeleted: false })
}
