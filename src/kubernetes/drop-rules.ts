// A remark on everything the signer will leave out of the certificate.
import { placeOf } from '../domain/request.ts'
import { predict } from './predict.ts'
import type { Rule } from './rules.ts'

export const partsAreKept: Rule = (request, signer) => {
  const prediction = predict(request, signer)
  if (prediction.kind === 'not-predicted') return []
  return prediction.dropped.map(({ what, why }) => ({
    code: 'SIGNER_DROPS',
    at: placeOf(request.places, ''),
    message: `${what} will not be in the certificate: ${why}`,
    hint: null,
  }))
}
