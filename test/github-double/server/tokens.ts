// Tokens with their owners and permissions: the double's replacement for logins.
import type { RepositoryState } from '../state.ts'
import { HttpRefusal } from './answer.ts'
import type { AppState, Apps } from './apps.ts'
import { fullName } from './lookup.ts'

export type PermissionName =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'environments'
  | 'issues'
  | 'members'
  | 'metadata'
  | 'pull_requests'
  | 'secrets'

export type Permissions = Readonly<Partial<Record<PermissionName, 'read' | 'write' | 'none'>>>

/** The owner of a token: a person (by account id), or an app's installation (also a workflow's token). */
export interface TokenGrant {
  readonly as: { readonly account: number } | { readonly app: string }
  /** `metadata` is readable unless set to none: GitHub grants it to every token. */
  readonly permissions: Permissions
  /** Allowed repositories as `owner/name`; by default all. Public ones are visible to every token. */
  readonly repositories?: readonly string[]
  /** Scopes of a classic token, which GitHub lists in a header. */
  readonly scopes?: readonly string[]
  /** By the clock of the Apps; absent for tokens that do not end. */
  readonly endsAt?: Date
}

/** An App that logged in itself, by JWT. */
export interface AppLogin {
  readonly app: AppState
  readonly apps: Apps
}

/** The caller: `grant` is null without a token. */
export interface Caller {
  /** For the request log: never the token. */
  readonly label: string
  readonly grant: TokenGrant | null
  readonly app?: AppLogin
}

const ANONYMOUS: Caller = { label: 'anonymous', grant: null }

/** Parses the Authorization header. Throws GitHub's 401 for an unknown token, or one that has ended. */
export function callerOf(
  authorization: string | undefined,
  tokens: ReadonlyMap<string, TokenGrant>,
  apps: Apps,
): Caller {
  if (authorization === undefined || authorization === '') return ANONYMOUS
  const token = /^(?:bearer|token) +(\S+)$/i.exec(authorization)?.[1]
  // GitHub takes a JWT as bearer only.
  const app = /^bearer/i.test(authorization) ? apps.login(token ?? '') : null
  if (app !== null) return { label: `login:${app.slug}`, grant: null, app: { app, apps } }
  const grant = token === undefined ? undefined : tokens.get(token)
  const hasEnded = grant?.endsAt !== undefined && grant.endsAt <= apps.now()
  if (grant === undefined || hasEnded) throw new HttpRefusal(401, 'Bad credentials')
  const label = 'app' in grant.as ? `app:${grant.as.app}` : `account:${grant.as.account}`
  return { label, grant }
}

export function isAllowed(
  caller: Caller,
  permission: PermissionName,
  level: 'read' | 'write' = 'read',
): boolean {
  if (caller.grant === null) return false
  const given =
    caller.grant.permissions[permission] ?? (permission === 'metadata' ? 'read' : 'none')
  return level === 'read' ? given !== 'none' : given === 'write'
}

/** An invisible object is reported as missing, in REST (404) and GraphQL (NOT_FOUND or null). */
export function canSee(caller: Caller, repository: RepositoryState): boolean {
  if (repository.visibility === 'public') return true
  if (caller.grant === null || !isAllowed(caller, 'metadata')) return false
  return caller.grant.repositories?.includes(fullName(repository)) ?? true
}
