// Rules about the signer's name.
import { LEGACY_UNKNOWN } from '../../domain/request/signer.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Rule } from './kubernetes-rule.ts'
import { signerNameFaults } from './signer-name.ts'
import { builtInSigners, isBuiltIn } from './built-in-signers.ts'

export const signerIsNamed: Rule = ({ signerName, places }) =>
  signerNameFaults(signerName).map(fault => ({
    code: 'SIGNER_NAME',
    at: placeOf(places, 'signerName'),
    message: `the signerName "${signerName}" ${fault}`,
    hint: `Kubernetes' own are ${builtInSigners().join(', ')}`,
  }))

/** Any other kubernetes.io name is accepted, approved and never signed: it would wait until a cleaner removes it. */
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
