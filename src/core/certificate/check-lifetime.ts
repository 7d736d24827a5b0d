// From when until when a certificate may be used, held against how long was asked for.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'

/**
 * Clocks differ, and the built-in signers move both ends by five minutes (k8s.io/kubernetes
 * pkg/controller/certificates/authority/policies.go): notBefore back, and from eight hours on notAfter with it.
 */
const TOLERANCE_SECONDS = 300

/** On top of the five minutes that a signer may take off the end: what the wait for the signer used up. */
const WAIT_SECONDS = 300

/** CERTIFICATE_DATES: not valid at `now`, or valid more than five minutes longer than asked. */
export function dateProblems(
  { notBefore, notAfter }: X509Certificate,
  request: EffectiveRequest,
  now: Date,
): readonly Problem[] {
  const at = placeOf(request.places, 'duration')
  const problem = (message: string, hint: string): Problem => ({
    code: 'CERTIFICATE_DATES',
    at,
    message,
    hint,
  })
  const left = secondsFrom(now, notAfter)
  const longer = left - request.durationSeconds
  return [
    ...(secondsFrom(now, notBefore) > TOLERANCE_SECONDS
      ? [problem(`the certificate is not valid before ${shown(notBefore)}`, CLOCKS)]
      : []),
    ...(left <= 0 ? [problem(`the certificate expired at ${shown(notAfter)}`, CLOCKS)] : []),
    ...(longer > TOLERANCE_SECONDS
      ? [
          problem(
            `the certificate is valid until ${shown(notAfter)}, ${formatDuration(Math.floor(longer))} longer than the ${formatDuration(request.durationSeconds)} asked for`,
            'the signer does not keep to expirationSeconds; ask for as long as it signs',
          ),
        ]
      : []),
  ]
}

const CLOCKS = 'compare the clocks of the signer and of the API server'

/** CERTIFICATE_SHORT: much less is left than was asked for. Nothing where the certificate has expired already. */
export function shortWarnings(
  { notAfter }: X509Certificate,
  request: EffectiveRequest,
  now: Date,
): readonly Problem[] {
  const left = Math.floor(secondsFrom(now, notAfter))
  const asked = request.durationSeconds
  if (left <= 0 || left >= asked - TOLERANCE_SECONDS - WAIT_SECONDS) return []
  return [
    {
      code: 'CERTIFICATE_SHORT',
      at: placeOf(request.places, 'duration'),
      message: `the certificate is valid for ${formatDuration(left)} more, until ${shown(notAfter)}; ${formatDuration(asked)} were asked for`,
      hint: 'the signer or its CA caps the lifetime; the certificate is renewed by its own dates',
    },
  ]
}

function secondsFrom(now: Date, date: Date): number {
  return (date.getTime() - now.getTime()) / 1000
}

function shown(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z')
}
