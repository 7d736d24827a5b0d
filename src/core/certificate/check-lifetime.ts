// The checks of the dates of a certificate against the duration that was asked for.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'

/**
 * Clocks differ, and the built-in signers backdate by five minutes: they move notBefore back, and notAfter too for lifetimes of
 * eight hours or more (k8s.io/kubernetes pkg/controller/certificates/signer/signer.go and authority/policies.go).
 */
const TOLERANCE_SECONDS = 300

/** Time that the wait for the signer may use up, in addition to the five minutes that a signer may take off the end. */
const WAIT_SECONDS = 300

/**
 * Returns one CERTIFICATE_DATES for each fault, empty if there is none: not valid yet five minutes after `now`, expired at `now`,
 * or valid for more than five minutes longer than asked.
 */
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
            `the certificate is valid until ${shown(notAfter)}, ${formatDuration(Math.floor(longer))} longer than the ${formatDuration(request.durationSeconds)} requested`,
            'the signer ignores expirationSeconds; set duration to the lifetime that it signs',
          ),
        ]
      : []),
  ]
}

const CLOCKS = 'compare the clocks of the signer and of the API server'

/**
 * Returns one CERTIFICATE_SHORT if the certificate ends more than ten minutes earlier than asked. Empty if it has expired: then
 * `dateProblems` reports it.
 */
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
      message: `the certificate is valid for ${formatDuration(left)} more, until ${shown(notAfter)}; ${formatDuration(asked)} were requested`,
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
