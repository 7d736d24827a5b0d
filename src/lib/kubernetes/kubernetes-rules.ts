// The rules by which the API server or a built-in signer refuses a request, checked before anything is created. One rule per line;
// every rule judges every request, so all problems are reported at once.
import type { SignerConfig } from '../../domain/request/config.ts'
import { sortProblems } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { placeOf } from '../../domain/request/request.ts'
import { LEGACY_UNKNOWN } from '../../domain/request/signer.ts'
import { keyIsUsable, requestIsSmall, extensionsAreKnown } from './key-rules.ts'
import {
  clientHasOneName,
  groupsHaveNames,
  kubeletNames,
  kubeletSans,
  noMasters,
  urisAreKept,
} from './kubernetes-name-rules.ts'
import type { Rule } from './kubernetes-rule.ts'
import { dropsOf } from './dropped-by-built-in-signer.ts'
import { builtInSigners, isBuiltIn, signerUsages } from './built-in-signers.ts'
import { DEFAULT_CAP_SECONDS } from './signer-lifetime.ts'
import { signerNameFaults } from './signer-name.ts'

// Rules for usages: those of the API server, and the set that each built-in signer signs.

/**
 * Returns SIGNER_USAGE_NONE for an empty list, and SIGNER_USAGE_DUPLICATE for each repetition (k8s.io/kubernetes
 * pkg/apis/certificates/validation/validation.go).
 */
const usagesAreUnique: Rule = ({ usages, places }) => {
  if (usages.length === 0)
    return [
      {
        code: 'SIGNER_USAGE_NONE',
        at: placeOf(places, 'usages'),
        message: 'there are no usages; the API server wants at least one',
        hint: 'for a client: [digital signature, client auth]',
      },
    ]
  return usages.flatMap((usage, index): Problem[] =>
    usages.indexOf(usage) === index
      ? []
      : [
          {
            code: 'SIGNER_USAGE_DUPLICATE',
            at: placeOf(places, `usages[${index}]`),
            message: `the usage "${usage}" is given twice`,
            hint: 'remove one of them',
          },
        ],
  )
}

/**
 * Returns SIGNER_USAGE for each usage that a built-in signer never signs, SIGNER_USAGE_MISSING for each that it requires and that
 * is missing; empty for other signers. The signer itself finds this only after the approval, and then the object has failed for
 * good.
 */
const usagesFitSigner: Rule = ({ signerName, usages, places }) => {
  const taken = signerUsages(signerName)
  if (taken === null || usages.length === 0) return []
  const allowed = [...taken.required, ...taken.optional]
  const excess = usages.flatMap((usage, index): Problem[] =>
    allowed.includes(usage)
      ? []
      : [
          {
            code: 'SIGNER_USAGE',
            at: placeOf(places, `usages[${index}]`),
            message: `${signerName} never signs "${usage}"`,
            hint:
              usage === 'signing'
                ? 'write "digital signature"'
                : `it signs ${allowed.join(', ')}; for anything else use another signer`,
          },
        ],
  )
  const isOfOther = (usage: string): boolean =>
    usage.endsWith(' auth') && usages.some(each => each.endsWith(' auth'))
  const missing = taken.required
    .filter(usage => !usages.includes(usage))
    .map((usage): Problem => ({
      code: 'SIGNER_USAGE_MISSING',
      at: placeOf(places, 'usages'),
      message: `${signerName} signs only requests with the usage "${usage}"`,
      hint: isOfOther(usage) ? 'use a signer of these usages' : `add "${usage}"`,
    }))
  return [...excess, ...missing]
}

// Rules for the name of the signer.

/** Returns one SIGNER_NAME for each of the `signerNameFaults`. */
const signerIsNamed: Rule = ({ signerName, places }) =>
  signerNameFaults(signerName).map(fault => ({
    code: 'SIGNER_NAME',
    at: placeOf(places, 'signerName'),
    message: `the signerName "${signerName}" ${fault}`,
    hint: `Kubernetes' own are ${builtInSigners().join(', ')}`,
  }))

/**
 * Returns SIGNER_LEGACY for kubernetes.io/legacy-unknown, which certificates.k8s.io/v1 refuses, and SIGNER_UNKNOWN_BUILT_IN for any
 * other kubernetes.io name without a signer. The API server accepts such a request, but nothing signs it, and a cleaner removes it
 * later.
 */
const signerExists: Rule = ({ signerName, places }) => {
  const at = placeOf(places, 'signerName')
  if (signerName === LEGACY_UNKNOWN)
    return [
      {
        code: 'SIGNER_LEGACY',
        at,
        message: `${LEGACY_UNKNOWN} is not allowed in certificates.k8s.io/v1`,
        hint: 'for people and robots use kubernetes.io/kube-apiserver-client',
      },
    ]
  if (!signerName.startsWith('kubernetes.io/') || isBuiltIn(signerName)) return []
  return [
    {
      code: 'SIGNER_UNKNOWN_BUILT_IN',
      at,
      message: `Kubernetes has no signer "${signerName}": the request would be approved and never signed`,
      hint: `it has ${builtInSigners().join(', ')}`,
    },
  ]
}

// Rules for the lifetime. spec.expirationSeconds is an int32 of at least 600 (k8s.io/kubernetes
// pkg/apis/certificates/validation/validation.go).

const SHORTEST = 600
const LONGEST = 2_147_483_647

/** Returns SIGNER_DURATION unless the duration is a whole number of seconds from 600 to 2147483647. */
const durationIsTaken: Rule = ({ durationSeconds, places }) =>
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
const shortenedBySigner: Rule = ({ durationSeconds, signerName, places }, signer) => {
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

// The rule that warns of everything the signer will leave out of the certificate.

/** Returns a warning SIGNER_DROPS for each part that a built-in signer leaves out; empty for other signers. */
const partsAreKept: Rule = request =>
  isBuiltIn(request.signerName)
    ? dropsOf(request).map(({ what, why, member }) => ({
        code: 'SIGNER_DROPS',
        at: placeOf(request.places, member),
        message: `${what} will not be in the certificate: ${why}`,
        hint: null,
      }))
    : []

const REFUSALS: readonly Rule[] = [
  signerIsNamed, // domain/path, as the API server wants it
  signerExists, // no legacy-unknown, no invented kubernetes.io signer
  usagesAreUnique, // at least one, none twice
  usagesFitSigner, // kube-apiserver-client never signs "server auth"
  durationIsTaken, // 600 s and an int32
  noMasters, // the one group that the API server itself refuses
  clientHasOneName, // one CN, the same for reviewer and signer; a client needs one to log in
  groupsHaveNames, // O becomes a group
  kubeletNames, // O exactly system:nodes, CN system:node:…
  kubeletSans, // none for the client, DNS or IP for serving
  urisAreKept, // Go rewrites URIs
  keyIsUsable, // RSA 2048–8192, P-256/384/521, Ed25519; SHA-2; no CA
  extensionsAreKnown, // another signer may copy any into the certificate
  requestIsSmall, // 16 KiB
]

const REMARKS: readonly Rule[] = [
  partsAreKept, // what the signer will leave out
  shortenedBySigner, // the configured maxDuration, or the default
]

/**
 * Returns problems, which refuse the request, and warnings, which are shown with it; each list by place in the file, empty if there
 * are none. All have SIGNER_ codes. `signer` is null if the configuration has no entry for it.
 */
export function signerProblems(
  request: EffectiveRequest,
  signer: SignerConfig | null,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const run = (rules: readonly Rule[]): readonly Problem[] =>
    sortProblems(rules.flatMap(rule => rule(request, signer)))
  return { problems: run(REFUSALS), warnings: run(REMARKS) }
}
