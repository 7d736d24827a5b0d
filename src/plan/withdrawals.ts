// Certificates that nobody asks for any more: which, and from when on their sinks may be emptied.
import type { Refused, WithdrawStep } from '../domain/plan.ts'
import type { IssuedRecord, RequestRecord } from '../domain/record.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { Sink } from '../domain/sink.ts'
import { unrecordedAttempt } from './record-state.ts'
import { requestKey } from './request-key.ts'
import { leafOf, standingOf } from './standing.ts'

/**
 * Records whose file is gone. While any file cannot be read, its request might be one of them, so nothing is withdrawn. What to
 * empty is not theirs to say: it is read from git afterwards.
 */
export function removedRequests(
  requests: readonly EffectiveRequest[],
  refused: readonly Refused[],
  records: ReadonlyMap<string, readonly RequestRecord[]>,
): readonly WithdrawStep[] {
  if (refused.some(({ name }) => name === null)) return []
  const asked = new Set(requests.map(({ cluster, name }) => requestKey(cluster, name)))
  const names = new Set(refused.map(({ name }) => name))
  return [...records].flatMap(([cluster, list]) =>
    list.flatMap(record => {
      const isAsked = asked.has(requestKey(cluster, record.request)) || names.has(record.request)
      const issued = standingOf(record)
      return isAsked || issued === null
        ? []
        : [withdrawStep(record, issued, 'FileRemoved', issued.path, [])]
    }),
  )
}

/** The step of a request that asks for it; none where nothing is stored, as far as the record can tell. */
export function askedWithdrawal(
  record: RequestRecord | null,
  { path, sinks }: EffectiveRequest,
): readonly WithdrawStep[] {
  if (record === null) return []
  const issued = standingOf(record)
  if (issued === null && unrecordedAttempt(record) === null) return []
  return [withdrawStep(record, issued, 'WithdrawAsked', path, sinks)]
}

/**
 * Whether the sinks may be emptied now: at once where the file asks for it, else once the certificate has ended. A record whose
 * certificate cannot be read says no end, and then nothing is emptied.
 */
export function isWithdrawalDue({ because, until }: WithdrawStep, now: Date): boolean {
  return because === 'WithdrawAsked' || (until !== null && until <= now)
}

function withdrawStep(
  record: RequestRecord,
  issued: IssuedRecord | null,
  because: WithdrawStep['because'],
  path: string,
  sinks: readonly Sink[],
): WithdrawStep {
  const { request: name, cluster } = record
  const until = issued === null ? null : (leafOf(issued)?.notAfter ?? null)
  const standing = { current: issued, until }
  return {
    kind: 'withdraw',
    because,
    name,
    cluster,
    path,
    sinks,
    record,
    bindings: null,
    ...standing,
  }
}
