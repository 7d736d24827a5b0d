// Rules about the lifetime: spec.expirationSeconds is an int32 of at least 600.
import { placeOf } from '../domain/request.ts'
import type { Rule } from './rules.ts'

const SHORTEST = 600
const LONGEST = 2_147_483_647

export const durationIsTaken: Rule = ({ durationSeconds, places }) =>
  durationSeconds >= SHORTEST && durationSeconds <= LONGEST
    ? []
    : [
        {
          code: 'SIGNER_DURATION',
          at: placeOf(places, 'duration'),
          message: `the API server takes 10 minutes (600 s) to ${LONGEST} s, not ${durationSeconds} s`,
          hint: durationSeconds < SHORTEST ? 'ask for 10m or more' : 'ask for less',
        },
      ]

/** Only what the configuration says of the signer is known; the flag of kube-controller-manager cannot be read. */
export const shortenedBySigner: Rule = ({ durationSeconds, signerName, places }, signer) => {
  const cap = signer?.maxDurationSeconds ?? null
  if (cap === null || durationSeconds <= cap) return []
  return [
    {
      code: 'SIGNER_SHORTENS',
      at: placeOf(places, 'duration'),
      message: `${signerName} signs for ${cap} s at most, not for ${durationSeconds} s`,
      hint: 'the certificate will be shorter, and renewed accordingly',
    },
  ]
}
