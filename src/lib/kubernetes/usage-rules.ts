// Rules for usages: those of the API server, and the set that each built-in signer signs.
import { placeOf } from '../../domain/request/request.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Rule } from './kubernetes-rule.ts'
import { signerUsages } from './built-in-signers.ts'

/**
 * Returns SIGNER_USAGE_NONE for an empty list, and SIGNER_USAGE_DUPLICATE for each repetition (k8s.io/kubernetes
 * pkg/apis/certificates/validation/validation.go).
 */
export const usagesAreUnique: Rule = ({ usages, places }) => {
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
export const usagesFitSigner: Rule = ({ signerName, usages, places }) => {
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
  const missing = taken.required
    .filter(usage => !usages.includes(usage))
    .map((usage): Problem => ({
      code: 'SIGNER_USAGE_MISSING',
      at: placeOf(places, 'usages'),
      message: `${signerName} signs only requests with the usage "${usage}"`,
      hint: `add "${usage}"`,
    }))
  return [...excess, ...missing]
}
