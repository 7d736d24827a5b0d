// The schema of the issuers part of countersign.yaml: the signer for each cert-manager issuer, for files in that format.
import { z } from 'zod'
import type { IssuerConfig } from '../../domain/request/config.ts'
import { refuseRepeats } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, ONE_LINE, text } from '../../lib/schema/text-rules.ts'

const issuer = z
  .strictObject({
    name: text(ONE_LINE).describe('Name of the issuer, as in issuerRef'),
    kind: text(ONE_LINE).optional().describe('Its kind; Issuer where absent, as in issuerRef'),
    group: text(DNS_SUBDOMAIN)
      .optional()
      .describe('Its group; cert-manager.io where absent, as in issuerRef'),
    signerName: text(ONE_LINE).describe('The signer that takes its place'),
    cluster: text(DNS_LABEL)
      .optional()
      .describe('Cluster that signs; where absent, that of the defaults'),
  })
  .transform(
    ({
      name,
      kind = 'Issuer',
      group = 'cert-manager.io',
      signerName,
      cluster = null,
    }): IssuerConfig => ({
      name,
      kind,
      group,
      signerName,
      cluster,
    }),
  )

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
