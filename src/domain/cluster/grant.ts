// A grant: the group of its own that one certificate carries. Its bindings give the holder access, and without them it gives none.

/** Every grant begins with this. No other name may (POLICY_GRANT_RESERVED). */
export const GRANT_PREFIX = 'countersign:'

/** Annotation of every binding that countersign makes: the name of its request. */
export const REQUEST_ANNOTATION = 'countersign.dev/request'

/**
 * 20 letters of base32 (RFC 4648 §6, in lower case): 100 random bits. With an owner of 30 characters, the longest, a grant has 63;
 * OpenSSL makes no organization (O) of more than 64 (ub-organization-name, RFC 5280 A.1).
 */
const ID_REST = '[a-z2-7]{19}'
const ID = `[a-z2-79]${ID_REST}`
export const ID_LENGTH = 20

/**
 * The first character of a guarded grant, which base32 lacks: the guard refuses every write of its holder unless it is live. Grants
 * that were made without such a guard begin with another, so that a guard of later takes no writes from them.
 */
const GUARDED = '9'

/** The group of a guarded grant, from a random id. */
export function guardedGrant(owner: string, id: string): string {
  return `${guardedPrefix(owner)}${id.slice(1)}`
}

export function guardedPrefix(owner: string): string {
  return `${grantPrefix(owner)}${GUARDED}`
}

export function isGuardedGrant(grant: string): boolean {
  return new RegExp(`^${GRANT_PREFIX}[^:]+:${GUARDED}`).test(grant)
}

/** The ClusterRole whose RoleBinding in the record namespace makes a grant live. */
export function liveRole(owner: string): string {
  return `countersign-${owner}-grants`
}

/** The right that makes a grant live. No role of Kubernetes has it but cluster-admin. */
export const USE_GRANT = { group: 'countersign.dev', resource: 'grants', verb: 'use' } as const

/**
 * The service account, which does not exist, that the guard asks about for a grant: the subject of its live binding. Its name has the
 * owner, because owners may share a record namespace.
 */
export function liveAccount(owner: string, grant: string): string {
  return `${liveAccountPrefix(owner)}${grant.slice(grantPrefix(owner).length)}`
}

export function liveAccountPrefix(owner: string): string {
  return `g-${owner}-`
}

/** The live accounts of the guarded grants of an owner, as a regular expression (RE2, JavaScript and CEL). */
export function liveAccountPattern(owner: string): string {
  return `${liveAccountPrefix(owner)}${GUARDED}${ID_REST}`
}

/** The grants of an owner as a regular expression (RE2, JavaScript and CEL). */
export function grantPattern(owner: string): string {
  return `${grantPrefix(owner)}${ID}`
}

export function grantPrefix(owner: string): string {
  return `${GRANT_PREFIX}${owner}:`
}

/**
 * How the access of a certificate ended before the certificate. `access removed`: a role that it was granted has no binding. A revoked
 * certificate may have bindings that could not be deleted. `writes refused`: by the guard, for a certificate without access.
 * `revoked, without access`: it has no grant that the guard knows, so nothing of it ended.
 */
export type AccessEnd =
  | 'access revoked'
  | 'access removed'
  | 'revoked, but still bound'
  | 'revoked, bindings unknown'
  | 'writes refused'
  | 'revoked, without access'

/** The group of a grant: `countersign:<owner>:<id>`. */
export function grantGroup(owner: string, id: string): string {
  return `${grantPrefix(owner)}${id}`
}

/** Whether a group is a grant of this owner. */
export function isGrantOf(owner: string, group: string): boolean {
  return new RegExp(`^${grantPattern(owner)}$`).test(group)
}

/** Name of the guard's policy of bindings, or of writes, and of its binding. */
export function guardPolicyName(
  owner: string,
  about: 'bindings' | 'writes' | 'emergency' = 'bindings',
): string {
  return `countersign-${owner}-${about}`
}

/** The text with the ids of all grants replaced by one: files of the same meaning differ in them. */
export function withoutGrantIds(text: string): string {
  return text.replaceAll(new RegExp(`(${GRANT_PREFIX}[a-z0-9-]+:)${ID}`, 'g'), '$1…')
}
