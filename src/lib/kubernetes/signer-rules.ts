// Rules for the name of the signer.
import { LEGACY_UNKNOWN } from '../../domain/request/signer.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Rule } from './kubernetes-rule.ts'
import { signerNameFaults } from './signer-name.ts'
import { builtInSigners, isBuiltIn } from './built-in-signers.ts'

/** Returns one SIGNER_NAME for each of the `signerNameFaults`. */
export const signerIsNamed: Rule = ({ signerName, places }) =>
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
export const signerExists: Rule = ({ signerName, places }) => {
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
