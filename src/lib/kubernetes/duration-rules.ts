// Rules for the lifetime. spec.expirationSeconds is an int32 of at least 600 (k8s.io/kubernetes
// pkg/apis/certificates/validation/validation.go).
import { placeOf } from '../../domain/request/request.ts'
import { DEFAULT_CAP_SECONDS } from './signer-lifetime.ts'
import type { Rule } from './kubernetes-rule.ts'
import { isBuiltIn } from './built-in-signers.ts'

const SHORTEST = 600
const LONGEST = 2_147_483_647

/** Returns SIGNER_DURATION unless the duration is a whole number of seconds from 600 to 2147483647. */
export const durationIsTaken: Rule = ({ durationSeconds, places }) =>
  Number.isInteger(durationSeconds) && durationSeconds >= SHORTEST && durationSeconds <= LONGEST
    ? []
    : [
        {
          code: 'SIGNER_DURATION',
          at: placeOf(places, 'duration'),
          message: `the API server takes 10 minutes (${SHORTEST} s) to ${LONGEST} whole seconds, not ${durationSeconds} s`,
          hint: durationSeconds > LONGEST ? 'ask for less' : 'ask for 10m or more',
        },
      ]

/**
 * Returns a warning SIGNER_SHORTENS if the duration exceeds the signer's maxDuration in the configuration. Without maxDuration, a
 * built-in signer is assumed to sign for at most 8760 h, the default of kube-controller-manager, whose flag cannot be read; other
 * signers then have no limit.
 */
export const shortenedBySigner: Rule = ({ durationSeconds, signerName, places }, signer) => {
  const configured = signer?.maxDurationSeconds ?? null
  const cap = configured ?? (isBuiltIn(signerName) ? DEFAULT_CAP_SECONDS : null)
  if (cap === null || durationSeconds <= cap) return []
  const isGuess = configured === null
  return [
    {
      code: 'SIGNER_SHORTENS',
      at: placeOf(places, 'duration'),
      message: `${signerName} signs for ${cap} s at most${isGuess ? ' by default' : ''}, not for ${durationSeconds} s`,
      hint: isGuess
        ? 'where --cluster-signing-duration is longer, say so as maxDuration of the signer in countersign.yaml'
        : 'the certificate will be shorter, and renewed accordingly',
    },
  ]
}
