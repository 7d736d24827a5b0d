// The obstacles to writing a sink: a Secret, file or GitHub secret of another owner, a Secret of another type, an immutable Secret.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { SealedSink } from '../../domain/request/sink.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { marksOf, secretType } from './secret-layout.ts'
import type { SecretPlace } from './secret-layout.ts'

/** The request that a Secret is written for. */
export interface MarkedRequest {
  readonly owner: string
  readonly request: string
  readonly cluster: string
}

/**
 * Returns why `stored` must not be overwritten, null if it may be: SINK_NOT_OWNED, PLAN_NAME_TAKEN (it belongs to another request
 * or owner), SINK_TYPE or SINK_IMMUTABLE. A null `stored` means that there is no Secret yet, which is no conflict. `hasKey`:
 * countersign makes the key and stores it there.
 */
export function sinkConflict(
  stored: StoredSecret | null,
  place: SecretPlace,
  holder: MarkedRequest,
  hasKey: boolean,
): Problem | null {
  return occupiedBy(stored, place, holder) ?? wrongType(stored, place, hasKey) ?? immutable(stored)
}

/** Returns whether a Secret with these marks was written for this request. */
export function isMarkedFor(marks: MarkedRequest, holder: MarkedRequest): boolean {
  return (
    marks.owner === holder.owner &&
    marks.request === holder.request &&
    marks.cluster === holder.cluster
  )
}

/** A Secret of another request or owner, or one that countersign did not write. */
function occupiedBy(
  stored: StoredSecret | null,
  place: SecretPlace,
  holder: MarkedRequest,
): Problem | null {
  if (stored === null) return null
  const where = `Secret ${place.namespace}/${place.name}`
  const marks = marksOf(stored)
  if (marks === null)
    return place.adopt
      ? null
      : unplaced(
          'SINK_NOT_OWNED',
          `${where} exists and was not written by countersign`,
          place.layout.kind === 'secret'
            ? 'name another Secret; or take it over with adopt: true at sinks[].secret of the request and of its policy'
            : 'name another Secret, or delete this one once nobody needs it',
        )
  if (isMarkedFor(marks, holder)) return null
  return unplaced(
    'PLAN_NAME_TAKEN',
    `${where} holds the certificate of ${marks.request}, owned by ${marks.owner}`,
    isMarkedFor({ ...marks, owner: holder.owner }, holder)
      ? `metadata.name in countersign.yaml is ${holder.owner}: if it was ${marks.owner} before, set it back; otherwise name another Secret`
      : 'name another Secret',
  )
}

/**
 * Kubernetes never changes the type of a Secret. So a request that switches between our key and the requester's needs another one.
 */
function wrongType(
  stored: StoredSecret | null,
  place: SecretPlace,
  hasKey: boolean,
): Problem | null {
  const type = secretType(place, hasKey)
  if (stored === null || stored.type === type) return null
  return unplaced(
    'SINK_TYPE',
    `Secret ${place.namespace}/${place.name} is of type ${stored.type}, and has to be ${type} for this request`,
    'name another Secret, or delete this one once nobody needs it; Kubernetes never changes a type',
  )
}

/** An existing file or GitHub secret; `writtenAt` is GitHub's date, null for a file. Null if nothing exists. */
export type SinkDate = { readonly writtenAt: Date | null } | null

/** An immutable Secret is refused before a certificate is made that cannot be stored. */
function immutable(stored: StoredSecret | null): Problem | null {
  if (stored?.isImmutable !== true) return null
  const where = `${stored.namespace}/${stored.name}`
  return unplaced(
    'SINK_IMMUTABLE',
    `Secret ${where} is immutable, so no other certificate can be put into it`,
    'name another Secret, or delete this one once nobody needs it; Kubernetes never takes "immutable" back',
  )
}

/**
 * Returns SINK_NOT_OWNED if a file or GitHub secret exists and countersign did not write it, null if it may be written. Such sinks
 * carry no marks, so the record decides: it is ours if the record lists it as written (after a withdrawal only with the recorded
 * date), or if an attempt after the recorded one got a certificate and its run ended before it could be recorded.
 */
export function foreignTarget(
  target: string,
  found: SinkDate,
  record: RequestRecord,
): Problem | null {
  const isListed = record.issued?.written.includes(target) === true
  if (found === null || mayHaveWritten(record)) return null
  if (isListed && !isOfAnother(target, found.writtenAt, record)) return null
  return unplaced(
    'SINK_NOT_OWNED',
    `${target} exists and was not written by countersign`,
    'name another one, or delete it first: what is in it would be lost either way',
  )
}

/**
 * A withdrawal deletes a secret only as we wrote it. So a secret that exists afterwards with another date was left, or written
 * later, by another writer.
 */
function isOfAnother(target: string, writtenAt: Date | null, record: RequestRecord): boolean {
  if (record.withdrawnAt === null || writtenAt === null) return false
  return sealedOf(target, record)?.updatedAt.getTime() !== writtenAt.getTime()
}

/**
 * Returns the warning SINK_CHANGED if a GitHub secret was written or deleted since the write that the record lists; null if not, or
 * if the record lists none. `writtenAt` is null if there is no such secret. The secret is written in any case.
 */
export function changedByOthers(
  target: string,
  writtenAt: Date | null,
  record: RequestRecord,
): Problem | null {
  const told = sealedOf(target, record)
  if (told === null || told.updatedAt.getTime() === writtenAt?.getTime()) return null
  // The withdrawal deleted it.
  if (writtenAt === null && record.withdrawnAt !== null) return null
  const what = writtenAt === null ? 'deleted' : `written at ${writtenAt.toISOString()}`
  const mayBeOurs = writtenAt !== null && mayHaveWritten(record)
  const by = mayBeOurs ? 'by an interrupted run or another client' : 'and not by countersign'
  return unplaced(
    'SINK_CHANGED',
    `${target} was ${what}, ${by}`,
    'it holds the certificate again now; find out who else writes there',
  )
}

/** Returns whether an attempt after the recorded one, issued or withdrawn, got as far as a certificate. */
function mayHaveWritten({ issued, emptied, abandoned }: RequestRecord): boolean {
  const known = Math.max(issued?.n ?? 0, emptied)
  return abandoned.some(({ n, sha256 }) => sha256 !== null && n > known)
}

function sealedOf(target: string, { issued }: RequestRecord): SealedSink | null {
  return issued?.sealed.find(each => each.target === target) ?? null
}
