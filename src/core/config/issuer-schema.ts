// The schema of the issuers part of countersign.yaml: the signer for each cert-manager issuer, for files in that format.
import { z } from 'zod'
import { orNull } from '../../lib/schema/absent-members.ts'
import { refuseRepeats } from '../../lib/schema/refinements.ts'
import { ISSUER_REF } from '../../lib/schema/spec-members.ts'
import { DNS_LABEL, ONE_LINE, text } from '../../lib/schema/text-rules.ts'

const issuer = z.strictObject({
  ...ISSUER_REF,
  signerName: text(ONE_LINE).describe('The signer that takes its place'),
  cluster: orNull(text(DNS_LABEL)).describe(
    'Cluster that signs; where absent, that of the defaults',
  ),
})

/** Each issuer has one signer. */
export const issuers = z
  .array(issuer)
  .superRefine((said, context) => {
    const ids = said.map(({ name, kind, group }) => JSON.stringify([name, kind, group]))
    refuseRepeats(ids, context, index => {
      const message = `${said[index]?.kind} ${said[index]?.name} is given twice`
      return { path: [index], message, hint: 'keep one' }
    })
  })
  .describe('Signers in place of cert-manager issuers, for its Certificates as request files')
