// The rule that warns of everything the signer will leave out of the certificate.
import { placeOf } from '../../domain/request/request.ts'
import { dropsOf } from './dropped-by-signer.ts'
import type { Rule } from './kubernetes-rule.ts'
import { isBuiltIn } from './built-in-signers.ts'

/** Returns a warning SIGNER_DROPS for each part that a built-in signer leaves out; empty for other signers. */
export const partsAreKept: Rule = request =>
  isBuiltIn(request.signerName)
    ? dropsOf(request).map(({ what, why, member }) => ({
        code: 'SIGNER_DROPS',
        at: placeOf(request.places, member),
        message: `${what} will not be in the certificate: ${why}`,
        hint: null,
      }))
    : []
