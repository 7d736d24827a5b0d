// The digest of a role's rules, kept in the record: a login that may edit a role changes every binding of it.
import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { RoleRule } from '../../domain/cluster/grant-binding.ts'

/** SHA-256 over the RFC 8785 JSON of the rules, lower-case hex. */
export function rulesDigest(rules: readonly RoleRule[]): string {
  return hash('sha256', canonicalize(rules) ?? '')
}
