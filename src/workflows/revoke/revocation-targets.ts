// What a revocation applies to in one cluster: requests or a grant, their bindings, and the user of their certificate.
import { GRANT_PREFIX, grantGroup, isGrantOf } from '../../domain/cluster/grant.ts'
import { bindingName } from '../../domain/cluster/grant-binding.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { RoleInPlace } from '../../domain/request/access.ts'
import { grantsOf } from '../../core/access/unneeded-bindings.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { clientIdentity } from '../../lib/kubernetes/user-of-certificate.ts'
import type { ClientIdentity } from '../../lib/kubernetes/user-of-certificate.ts'
import type { GrantBinding } from '../../ports/grants.ts'

/** Names of requests, a GitHub login, or a grant, as a person types them. */
export interface Revocable {
  readonly names: readonly string[]
  readonly login: string | null
  readonly grant: string | null
}

export interface RevocationTarget extends Pick<Revocation, 'what' | 'value'> {
  /** Records of the request, or of the request that has the grant; empty if there is none. */
  readonly records: readonly RequestRecord[]
  /** Grants in the records of other requests. Anyone who can edit a binding can name them in it. */
  readonly others: readonly string[]
  readonly bindings: readonly GrantBinding[]
}

/** Throws RUN_USAGE for what cannot be a name or a grant. */
export function targetsIn(
  { names, login, grant }: Revocable,
  owner: string,
  records: readonly RequestRecord[],
  bindings: readonly GrantBinding[],
): readonly RevocationTarget[] {
  const found = login === null ? [] : records.filter(record => isRequestOf(record, login))
  const values = [...names, ...found.map(({ request }) => request)]
  const odd = values.find(name => !REQUEST_NAME.pattern.test(name))
  if (odd !== undefined) throw usageFailure(`${quoted(odd)} ${REQUEST_NAME.says}`, nameHint(odd))
  const group = grant === null ? null : grantNamed(owner, grant)
  return [...new Set(group === null ? values : [group])].map(value => {
    const isOf = (record: RequestRecord): boolean =>
      group === null ? record.request === value : grantsOf(record, owner).includes(value)
    const target = {
      what: group === null ? ('request' as const) : ('grant' as const),
      value,
      records: records.filter(isOf),
      others: records.filter(each => !isOf(each)).flatMap(each => grantsOf(each, owner)),
    }
    return { ...target, bindings: bindingsOfTarget(target, owner, bindings) }
  })
}

/** The group of a grant that was typed whole or without `countersign:<owner>:`. Throws RUN_USAGE. */
export function grantNamed(owner: string, typed: string): string {
  const found = [typed, grantGroup(owner, typed)].find(group => isGrantOf(owner, group))
  if (found !== undefined) return found
  throw usageFailure(
    `${quoted(typed)} is not a grant of ${owner}`,
    `a grant is ${grantGroup(owner, '')} and 20 letters; countersign inspect shows it as a group`,
  )
}

/** The bindings that the records of a target name: each of its grants to each role that the certificate in use was granted. */
export function recordedBindings(
  { what, value, records }: Omit<RevocationTarget, 'bindings'>,
  owner: string,
): readonly (RoleInPlace & Pick<GrantBinding, 'name'>)[] {
  return records.flatMap(record => {
    const grants = what === 'grant' ? [value] : [...new Set(grantsOf(record, owner))]
    const places = record.issued?.granted?.places ?? []
    return grants.flatMap(grant =>
      places.map(place => ({ ...place, name: bindingName(grant, place.clusterRole) })),
    )
  })
}

/** Bindings of the grant, or of all grants of the request. Anyone who can edit a binding can change its annotation. */
export function bindingsOfTarget(
  { what, value, records }: Omit<RevocationTarget, 'bindings'>,
  owner: string,
  bindings: readonly GrantBinding[],
): readonly GrantBinding[] {
  const grants = what === 'grant' ? [value] : records.flatMap(record => grantsOf(record, owner))
  return bindings.filter(
    binding =>
      (what === 'request' && binding.request === value && binding.isOfTheseRecords) ||
      binding.grants.some(grant => grants.includes(grant)),
  )
}

/** The user of the certificate in use, without its grant if another grant is revoked; null without a certificate. */
export function userOf(
  { issued }: RequestRecord,
  { what, value }: Pick<RevocationTarget, 'what' | 'value'>,
): ClientIdentity | null {
  const leaf = issued === null ? null : leafOf(issued)
  const user = leaf === null ? null : clientIdentity(leaf.subject)
  if (user === null || what === 'request') return user
  const groups = user.groups.filter(each => each === value || !each.startsWith(GRANT_PREFIX))
  return { ...user, groups }
}

/** Every grant of a target, each once: those that its records know, and those of its bindings that no other request has. */
export function allGrants(
  { records, others, value, what }: Omit<RevocationTarget, 'bindings'>,
  bindings: readonly GrantBinding[],
  owner: string,
): readonly string[] {
  if (what === 'grant') return [value]
  const bound = bindings.flatMap(({ grants }) => grants.filter(grant => !others.includes(grant)))
  return [...new Set([...bound, ...records.flatMap(record => grantsOf(record, owner))])]
}

/** Whether the login opened or contributed to a pull request that a certificate was issued for. */
function isRequestOf({ issued }: RequestRecord, login: string): boolean {
  return issued?.people.some(each => each.login.toLowerCase() === login.toLowerCase()) === true
}

/** What somebody meant who has a serial number, a context, a subject, a pattern or a file in place of a name. */
function nameHint(odd: string): string {
  const names = odd.trim().split(/[\s,]+/)
  if (names.every(name => REQUEST_NAME.pattern.test(name)))
    return `countersign revoke ${names.join(' ')}`
  const [, context, cluster] = /^([a-z0-9-]+)@([a-z0-9-]+)$/.exec(odd) ?? []
  if (context !== undefined) return `countersign revoke ${context} --cluster ${cluster}`
  const [, common] = /(?:^|[,/ ])CN ?= ?([a-z0-9-]+)(?=$|[,/])/.exec(odd) ?? []
  if (common !== undefined) return `if its request is called so: countersign revoke ${common}`
  if (/^(?:[\da-f]{2}:)+(?:[\da-f]{0,2}|…)$/i.test(odd))
    return `its request is named by: countersign prove ${shellWord(odd)}`
  return odd.includes('*') ? 'name each request' : 'give the name, not the file'
}
