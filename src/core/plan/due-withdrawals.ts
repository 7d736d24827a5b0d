// Certificates that no request asks for any more, and the time from which their sinks may be deleted.
import type { Refused, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { unrecordedAttempt } from './claim-rules.ts'
import { requestKey } from './request-index.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

/** Records whose file is gone. The sinks to delete are not taken from the record: they are read from git afterwards. */
export function removedRequests(
  files: Files,
  records: readonly RequestRecord[],
): readonly WithdrawStep[] {
  return unasked(files, records, ({ request }) => request).flatMap(record => {
    const issued = currentCertificate(record)
    if (issued === null) return []
    const { request: name, cluster } = record
    const target = { name, cluster, path: issued.path, sinks: [] }
    return [withdrawStepFor(target, 'FileRemoved', record, issued)]
  })
}

/** An attempt that may have been stored without being recorded, and whose file is gone. Nothing says which file that was. */
export interface RemovedAttempt {
  readonly request: string
  readonly objectName: string
  /** When its certificate ends, null if this is unknown. */
  readonly until: Date | null
}

export function removedAttempts(
  files: Files,
  records: readonly RequestRecord[],
): readonly RemovedAttempt[] {
  return unasked(files, records, ({ request }) => request).flatMap(record => {
    const attempt = currentCertificate(record) === null ? unrecordedAttempt(record) : null
    if (attempt === null) return []
    const { objectName } = attempt
    const signed = record.abandoned.find(each => each.objectName === objectName)
    return [{ request: record.request, objectName, until: signed?.notAfter ?? null }]
  })
}

interface Files {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
}

/** What no file asks for. While any file cannot be read, it might ask for all of it, so nothing is unasked. */
export function unasked<Held extends { readonly cluster: string }>(
  { requests, refused }: Files,
  held: readonly Held[],
  nameOf: (each: Held) => string,
): readonly Held[] {
  if (refused.some(({ name }) => name === null)) return []
  const asked = new Set(requests.map(({ cluster, name }) => requestKey(cluster, name)))
  const names = new Set(refused.map(({ name }) => name))
  return held.filter(
    each => !names.has(nameOf(each)) && !asked.has(requestKey(each.cluster, nameOf(each))),
  )
}

/** The step of a request that asks for withdrawal, or has ended; none if nothing is stored, as far as the record shows. */
export function askedWithdrawal(
  record: RequestRecord | null,
  { path, sinks, withdraw, until }: EffectiveRequest,
): readonly WithdrawStep[] {
  if (record === null) return []
  const issued = currentCertificate(record)
  if (issued === null && unrecordedAttempt(record) === null) return []
  const target = { name: record.request, cluster: record.cluster, path, sinks }
  const step = withdrawStepFor(target, withdraw ? 'WithdrawAsked' : 'Ended', record, issued)
  return [withdraw || until === null ? step : { ...step, end: until }]
}

/**
 * Whether the sinks may be deleted now: at once if the file asks for it, at the end of the request, otherwise once the certificate has
 * ended. A record with an unreadable certificate gives no end, so nothing is deleted.
 */
export function isWithdrawalDue(step: WithdrawStep, now: Date): boolean {
  const end = step.end ?? step.until
  return step.because === 'WithdrawAsked' || (end !== null && end <= now)
}

/** `record` and `issued` are null if no cluster was asked. */
export function withdrawStepFor(
  { name, cluster, path, sinks }: Pick<WithdrawStep, 'name' | 'cluster' | 'path' | 'sinks'>,
  because: WithdrawStep['because'],
  record: RequestRecord | null = null,
  issued: IssuedRecord | null = null,
): WithdrawStep {
  const until = issued === null ? null : (leafOf(issued)?.notAfter ?? null)
  const inUse = { record, current: issued, until }
  return { kind: 'withdraw', because, name, cluster, path, sinks, ...inUse, bindings: null }
}
