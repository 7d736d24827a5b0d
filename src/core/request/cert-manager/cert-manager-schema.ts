// The schema of a cert-manager Certificate, v1 (pkg/apis/certmanager/v1/types_certificate.go of v1.21): the fields that have an
// effect here. Every other field is refused by name.
import { z } from 'zod'
import { orEmpty, orNull } from '../../../lib/schema/absent-members.ts'
import {
  checkRenewBefore,
  ISSUER_REF,
  MEMBERS,
  oneRenewBefore,
  privateKey as ownPrivateKey,
} from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'
import { secret } from '../../../lib/schema/secret-sink-schema.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, ONE_LINE, text } from '../../../lib/schema/text-rules.ts'
import { STAMPED } from '../pkcs10/csr-manifest.ts'
import { REQUEST_NAME } from '../request-file-name.ts'
import { isObjectIdentifier } from '../object-identifier.ts'
import { NAMES } from '../own/own-schema.ts'

const otherName = z.strictObject({
  oid: z.string().superRefine((value, context) => {
    const message = `"${value}" is not an object identifier`
    if (!isObjectIdentifier(value)) context.addIssue(fault({ message, hint: 'write it as 1.2.3' }))
  }),
  utf8Value: text(ONE_LINE),
})

/** RSA, PKCS1 and 2048 bits are cert-manager's defaults within privateKey. Ed25519 is stored as PKCS #8 in any case. */
const privateKey = ownPrivateKey.def.in
  .transform(({ algorithm = 'RSA', encoding, size, ...said }): z.input<typeof ownPrivateKey> => {
    if (algorithm === 'Ed25519') return { ...said, algorithm, encoding: 'PKCS8' }
    return {
      ...said,
      algorithm,
      encoding: encoding ?? 'PKCS1',
      ...(size !== undefined && { size }),
    }
  })
  .pipe(ownPrivateKey)

const secretShape = secret.def.in.shape

const spec = z
  .strictObject({
    ...NAMES,
    otherNames: z.array(otherName).optional(),
    usages: MEMBERS.usages,
    duration: MEMBERS.duration,
    renewBefore: MEMBERS.renewBefore,
    renewBeforePercentage: MEMBERS.renewBeforePercentage,
    privateKey: orNull(privateKey),
    secretName: text(DNS_SUBDOMAIN),
    secretTemplate: orEmpty(
      z.strictObject({ labels: secretShape.labels, annotations: secretShape.annotations }),
    ),
    keystores: secretShape.keystores,
    issuerRef: z.strictObject(ISSUER_REF),
    isCA: z.boolean().optional(),
    encodeUsagesInRequest: z.boolean().optional(),
    revisionHistoryLimit: z.int().optional(),
  })
  .superRefine((said, context) => {
    checkRenewBefore(said, context)
    if (said.isCA === true) {
      const message = 'isCA must be false: countersign requests no CA certificates'
      context.addIssue(fault({ code: UNSUPPORTED, path: ['isCA'], message, hint: 'remove isCA' }))
    }
  })
  .transform(oneRenewBefore)

const UNSUPPORTED = 'REQUEST_FIELD_UNSUPPORTED'

export const CERTIFICATE_SCHEMA = z.strictObject({
  apiVersion: z.literal('cert-manager.io/v1'),
  kind: z.literal('Certificate'),
  metadata: z.strictObject({
    ...STAMPED.metadata,
    name: text(REQUEST_NAME),
    namespace: text(DNS_LABEL),
  }),
  spec,
  // Of cert-manager, as kubectl prints it. Nothing here reads it.
  status: z.unknown().optional(),
})

export type CertificateManifest = z.output<typeof CERTIFICATE_SCHEMA>
