// Rules about usages: what the API server takes, and the set each built-in signer signs.
import { placeOf } from '../../domain/request/request.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Rule } from './kubernetes-rule.ts'
import { signerUsages } from './built-in-signers.ts'

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
            message: `the usage "${usage}" stands twice`,
            hint: 'remove one of them',
          },
        ],
  )
}

/** A breach is found by the signer only after the approval, and the object is then failed for good. */
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
