// What stands in the way of writing a sink: somebody else's Secret, file or GitHub secret, or one of another type.
import type { Problem } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { SealedSink } from '../../domain/request/sink.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { marksOf, secretType } from './secret-layout.ts'
import type { SecretPlace } from './secret-layout.ts'

/** Whom a Secret would be written for. */
export interface Holder {
  readonly owner: string
  readonly request: string
  readonly cluster: string
}

/** What stands in the way of writing over `stored`, null where nothing does. `hasKey`: the key is made by us and goes there too. */
export function sinkConflict(
  stored: StoredSecret | null,
  place: SecretPlace,
  holder: Holder,
  hasKey: boolean,
): Problem | null {
  return occupiedBy(stored, place, holder) ?? wrongType(stored, place, hasKey) ?? immutable(stored)
}

/** Somebody else's Secret, or that of another request. */
function occupiedBy(
  stored: StoredSecret | null,
  place: SecretPlace,
  holder: Holder,
): Problem | null {
  if (stored === null) return null
  const where = `Secret ${place.namespace}/${place.name}`
  const marks = marksOf(stored)
  if (marks === null)
    return place.adopt
      ? null
      : problem(
          'SINK_NOT_OWNED',
          `${where} exists and was not written by countersign`,
          place.kind === 'secret'
            ? 'name another Secret, or set adopt: true in the request to take it over'
            : 'name another Secret, or delete this one once nobody needs it',
        )
  if (
    marks.owner === holder.owner &&
    marks.request === holder.request &&
    marks.cluster === holder.cluster
  )
    return null
  return problem(
    'PLAN_NAME_TAKEN',
    `${where} holds the certificate of ${marks.request}, owned by ${marks.owner}`,
    'name another Secret',
  )
}

/** A Secret keeps its type for life: a request that turns from our key to theirs, or back, needs another Secret. */
function wrongType(
  stored: StoredSecret | null,
  place: SecretPlace,
  hasKey: boolean,
): Problem | null {
  const type = secretType(place, hasKey)
  if (stored === null || stored.type === type) return null
  return problem(
    'SINK_TYPE',
    `Secret ${place.namespace}/${place.name} is of type ${stored.type}, and has to be ${type} for this request`,
    'name another Secret, or delete this one once nobody needs it; Kubernetes never changes a type',
  )
}

/** What stands under a name: GitHub says when it was written, a file does not. */
export type Found = { readonly writtenAt: Date | null } | null

/** Found before a certificate is made that could not be stored. */
function immutable(stored: StoredSecret | null): Problem | null {
  if (stored?.isImmutable !== true) return null
  const where = `${stored.namespace}/${stored.name}`
  return problem(
    'SINK_IMMUTABLE',
    `Secret ${where} is immutable, so no other certificate can be put into it`,
    'name another Secret, or delete this one once nobody needs it; Kubernetes never takes "immutable" back',
  )
}

/**
 * Files and GitHub secrets say nothing of themselves. One that is there is ours if the record tells that we wrote it, the last
 * time or before, or if a certificate was signed since then whose run ended before it could be recorded.
 */
export function foreignTarget(target: string, found: Found, record: RequestRecord): Problem | null {
  const isListed = record.issued?.written.includes(target) === true
  if (found === null || mayHaveWritten(record)) return null
  if (isListed && !isOfAnother(target, found.writtenAt, record)) return null
  return problem(
    'SINK_NOT_OWNED',
    `${target} exists and was not written by countersign`,
    'name another one, or delete it first: what is in it would be lost either way',
  )
}

/** A withdrawal deletes what is as we wrote it: what stands there later is somebody else's, or has been left to them. */
function isOfAnother(target: string, writtenAt: Date | null, record: RequestRecord): boolean {
  if (record.withdrawnAt === null || writtenAt === null) return false
  return sealedOf(target, record)?.updatedAt.getTime() !== writtenAt.getTime()
}

/** A warning where somebody else wrote, or deleted, what the record tells of. It is written anew all the same. */
export function changedByOthers(
  target: string,
  writtenAt: Date | null,
  record: RequestRecord,
): Problem | null {
  const told = sealedOf(target, record)
  if (told === null || told.updatedAt.getTime() === writtenAt?.getTime()) return null
  // A withdrawal is what deleted it.
  if (writtenAt === null && record.withdrawnAt !== null) return null
  const what = writtenAt === null ? 'deleted' : `written at ${writtenAt.toISOString()}`
  const mayBeOurs = writtenAt !== null && mayHaveWritten(record)
  const by = mayBeOurs ? 'by a run that was cut off or by somebody else' : 'and not by countersign'
  return problem(
    'SINK_CHANGED',
    `${target} was ${what}, ${by}`,
    'it holds the certificate again now; find out who else writes there',
  )
}

/** Whether an attempt after what is recorded, issued or withdrawn, got as far as a certificate. */
function mayHaveWritten({ issued, emptied, abandoned }: RequestRecord): boolean {
  const known = Math.max(issued?.n ?? 0, emptied)
  return abandoned.some(({ n, sha256 }) => sha256 !== null && n > known)
}

function sealedOf(target: string, { issued }: RequestRecord): SealedSink | null {
  return issued?.sealed.find(each => each.target === target) ?? null
}

function problem(code: Problem['code'], message: string, hint: string): Problem {
  return { code, at: null, message, hint }
}
