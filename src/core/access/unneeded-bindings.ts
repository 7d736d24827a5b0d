// Bindings of grants that are not needed any more: without a record, of an ended or expired certificate, revoked, or of an access that
// was reduced since. Only what is there is judged: nothing is ever added here.
import { isGrantOf } from '../../domain/cluster/grant.ts'
import { isRecord, jsonOf } from '../../domain/json-text.ts'
import { grouped } from '../../domain/lists.ts'
import type { Access } from '../../domain/request/access.ts'
import { isLiveRole, roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import type {
  BrokenRecord,
  RecordedCertificate,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import type { GrantBinding } from '../../domain/cluster/grant-binding.ts'

export interface AccessState {
  readonly owner: string
  /** Read after the bindings: a grant is recorded before it is bound. */
  readonly records: readonly RequestRecord[]
  readonly broken: readonly BrokenRecord[]
  /** The access that is approved now, by the name of the request, and the attempt whose certificate was in use when it was looked up. */
  readonly approved: ReadonlyMap<string, ApprovedAccess>
  readonly revocations: readonly Revocation[]
  /** The API server's clock. */
  readonly now: Date
  /** A claim with an earlier deadline has ended. */
  readonly oldestDeadline: Date
  /** Whether the holder of a claim has certainly ended. */
  readonly isGone: (holder: string) => boolean
  /**
   * Seconds for which a renewed certificate keeps its access beside the new one, if it was only in Secrets, which clients read again;
   * null until it ends.
   */
  readonly overlapSeconds: number | null
}

export interface ApprovedAccess {
  readonly access: readonly Access[]
  /** Null if there was no certificate in use. */
  readonly n: number | null
  /** No new certificate is issued in this run. */
  readonly isKept: boolean
}

/** The bindings to remove. Those that countersign did not make are left out: `foreignBindings` has them. */
export function unneededBindings(
  bindings: readonly GrantBinding[],
  state: AccessState,
): readonly GrantBinding[] {
  const known = certificatesByGrant(state.records)
  const unreadable = new Set(state.broken.map(({ request }) => request))
  return bindings.filter(binding => {
    if (!isNamedByUs(binding, state.owner) || !binding.isOfTheseRecords) return false
    // One without subjects gives nothing, and is another run's that is about to fill it in.
    if (!binding.isExact && binding.isGranting) return true
    const isNeeded = (grant: string): boolean => {
      const found = known.get(grant)
      if (found === undefined) return binding.request !== null && unreadable.has(binding.request)
      return found.some(
        ({ record, entry }) =>
          isInForce(record, entry, binding, state) && covers(record, entry, binding, state),
      )
    }
    return !binding.grants.every(isNeeded)
  })
}

interface Certificate {
  readonly record: RequestRecord
  readonly entry: RecordedCertificate
}

/** Each renewal of a requester's own PKCS#10 carries the same grant. */
function certificatesByGrant(
  records: readonly RequestRecord[],
): ReadonlyMap<string, readonly Certificate[]> {
  const all = records.flatMap(record => record.history.map(entry => ({ record, entry })))
  return grouped(all.flatMap(each => (each.entry.grant === null ? [] : [[each.entry.grant, each]])))
}

/** Bindings of others that name a grant of this owner: made without the guard, and not ours to remove. */
export function foreignBindings(
  bindings: readonly GrantBinding[],
  { owner }: Pick<AccessState, 'owner'>,
): readonly GrantBinding[] {
  return bindings.filter(binding => binding.isGranting && !isNamedByUs(binding, owner))
}

/** Requests that are approved with access while the grant of their certificate in use lacks a binding, and no revocation says why. */
export function requestsWithoutAccess(
  bindings: readonly GrantBinding[],
  { records, approved, revocations, owner, now }: AccessState,
): readonly string[] {
  const bound = rolesByGrant(bindings.filter(each => isNamedByUs(each, owner)))
  return records.flatMap(record => {
    const { request, issued, claim } = record
    const known = approved.get(request)
    const { grant = null, notAfter = now } = inUse(record) ?? {}
    const isKept = claim === null && known?.isKept === true && known.n === issued?.n
    if (!isKept || grant === null || notAfter <= now) return []
    if (revocations.some(({ value }) => value === request || value === grant)) return []
    const wanted = rolesInPlaces(known.access).map(roleInPlaceText)
    return lostRoles(record, bound).some(each => wanted.includes(each)) ? [request] : []
  })
}

/** The roles that bindings give to each grant, as text. */
export function rolesByGrant(
  bindings: readonly GrantBinding[],
): ReadonlyMap<string, readonly string[]> {
  const granting = bindings.filter(({ isGranting }) => isGranting)
  return grouped(
    granting.flatMap(each => each.grants.map(grant => [grant, roleInPlaceText(each)] as const)),
  )
}

/** The roles that the certificate in use was granted, and that no binding gives to its grant now. */
export function lostRoles(
  record: RequestRecord,
  bound: ReturnType<typeof rolesByGrant>,
): readonly string[] {
  const roles = bound.get(inUse(record)?.grant ?? '') ?? []
  const granted = record.issued?.granted?.places ?? []
  return granted.map(roleInPlaceText).filter(each => !roles.includes(each))
}

/** The grants that certificates of this request carry, those of earlier ones included. */
export function grantsOf({ history, claim }: RequestRecord, owner: string): readonly string[] {
  const known = [...history.map(({ grant }) => grant), claim?.grant ?? null]
  return known.flatMap(grant => grant ?? []).filter(grant => isGrantOf(owner, grant))
}

function inUse({ issued, history }: RequestRecord): RecordedCertificate | undefined {
  return history.findLast(({ objectName }) => objectName === issued?.objectName)
}

function isNamedByUs({ name, clusterRole }: GrantBinding, owner: string): boolean {
  return (
    name.endsWith(`:${clusterRole}`) && isGrantOf(owner, name.slice(0, -clusterRole.length - 1))
  )
}

function isInForce(
  record: RequestRecord,
  { grant, objectName, ended, notAfter, targets }: RecordedCertificate,
  { clusterRole }: GrantBinding,
  { revocations, now, overlapSeconds }: AccessState,
): boolean {
  const isRevoked = revocations.some(({ what, value }) =>
    what === 'grant' ? value === grant : value === record.request,
  )
  if (isRevoked || notAfter <= now) return false
  // One that was issued before the end was lowered works longer.
  const meaning = jsonOf(record.issued?.meaning ?? '')
  const until = isRecord(meaning) ? meaning['until'] : undefined
  if (typeof until === 'string' && new Date(until) <= now) return false
  if (ended !== null) {
    // Programs may use the certificate before until it expires, so it keeps its writes.
    if (isLiveRole(clusterRole)) return ended.how === 'renewed' || ended.how === 'reissued'
    // A reissue may be for another key or another name, so only a renewal leaves the access of the certificate before.
    const isOverlapOver =
      overlapSeconds !== null &&
      targets.every(target => target.startsWith('Secret ')) &&
      now.getTime() >= ended.at.getTime() + overlapSeconds * 1000
    return ended.how === 'renewed' && !isOverlapOver
  }
  const isLost = record.abandoned.some(each => each.objectName === objectName)
  return record.withdrawnAt === null && (!isLost || record.issued?.objectName === objectName)
}

/** Whether the approved access of today still has this role in this place. An attempt under way is left alone. */
function covers(
  { request, claim, issued }: RequestRecord,
  { n }: RecordedCertificate,
  binding: GrantBinding,
  { approved, oldestDeadline, isGone }: AccessState,
): boolean {
  const isUnderWay = claim?.n === n && claim.deadline >= oldestDeadline && !isGone(claim.holder)
  if (isUnderWay || isLiveRole(binding.clusterRole)) return true
  const known = approved.get(request)
  const isNewest = known !== undefined && known.n === (issued?.n ?? null)
  const places = isNewest ? rolesInPlaces(known.access) : (issued?.granted?.places ?? [])
  return places.map(roleInPlaceText).includes(roleInPlaceText(binding))
}
