// The end that a request asks for (`until`): its certificates end by then, and none is requested that could not.
import type { Step } from '../../domain/cluster/plan-step.ts'
import { isIssuing } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { blockedBy } from './blocked-step.ts'

/** The API server's minimum of expirationSeconds (pkg/apis/certificates/validation). */
const SHORTEST_SECONDS = 600
/** A signer counts from the moment when it signs. A certificate that is signed later than this ends too late, and is not stored. */
const SIGNING_SECONDS = 60
/** The built-in signers move the end of a long certificate back by five minutes. */
const LAST_SECONDS = SHORTEST_SECONDS + SIGNING_SECONDS

/**
 * The lifetime to ask for now, in seconds: the duration, or less where the request ends before. Null if the API server signs nothing
 * that short.
 */
export function secondsToAsk(
  { durationSeconds, until }: Pick<EffectiveRequest, 'durationSeconds' | 'until'>,
  now: Date,
): number | null {
  if (until === null) return durationSeconds
  const left = Math.floor(secondsBetween(now, until)) - SIGNING_SECONDS
  return left < SHORTEST_SECONDS ? null : Math.min(durationSeconds, left)
}

/** REQUEST_UNTIL: the request ends too early for a certificate. */
export function endsTooSoon(request: EffectiveRequest): Problem {
  return memberProblem(
    'REQUEST_UNTIL',
    request,
    'until',
    `${request.name} ends at ${request.until?.toISOString()}, and the shortest certificate needs ${formatDuration(LAST_SECONDS)} until then`,
    'nothing is issued for it any more: set a later until, or remove the file',
  )
}

/**
 * The plan's steps. A step that needs a certificate is blocked if none can end in time; after the end there is none, if there ever was a
 * certificate. A certificate that ends with its request is kept, and not renewed.
 */
export function withUntil(steps: readonly Step[], now: Date): readonly Step[] {
  return steps.flatMap((step): readonly Step[] => {
    if (!isIssuing(step) && step.kind !== 'keep') return [step]
    const { request } = step
    const isOver = secondsToAsk(request, now) === null
    if (step.kind === 'keep' || step.kind === 'renew') {
      const isLost =
        step.because === 'CertificateMissingFromSink' || step.because === 'AuthorityRetires'
      if (!isOver && (isLost || !isLast(request, step.until))) return [step]
      const because = isOver ? 'Ended' : 'LastCertificate'
      return [{ ...step, kind: 'keep', because, renewAt: null }]
    }
    if (!isOver) return [step]
    const hasEnded = step.record !== null && request.until !== null && request.until <= now
    return hasEnded && step.kind === 'issue' ? [] : [blockedBy(step, [endsTooSoon(request)])]
  })
}

/** Whether no other certificate of the request would end later than this one. */
export function isLast({ until }: Pick<EffectiveRequest, 'until'>, ends: Date | null): boolean {
  if (until === null || ends === null) return false
  return secondsBetween(ends, until) < LAST_SECONDS
}

function secondsBetween(one: Date, other: Date): number {
  return (other.getTime() - one.getTime()) / 1000
}
