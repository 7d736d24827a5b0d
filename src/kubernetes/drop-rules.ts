// A remark on everything the signer will leave out of the certificate.
import { placeOf } from '../domain/request.ts'
import { dropsOf } from './drops.ts'
import type { Rule } from './rule.ts'
import { isBuiltIn } from './signers.ts'

export const partsAreKept: Rule = request =>
  isBuiltIn(request.signerName)
    ? dropsOf(request).map(({ what, why, member }) => ({
        code: 'SIGNER_DROPS',
        at: placeOf(request.places, member),
        message: `${what} will not be in the certificate: ${why}`,
        hint: null,
      }))
    : []
