// The schema of the Secret sink, converted into the domain's sink. An absent name becomes a placeholder, see sinks-schema.ts.
import { z } from 'zod'
import { quoted } from '../source/hidden-characters.ts'
import { orElse, orEmpty, orNull } from './absent-members.ts'
import { fault } from './check-schema.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, ONE_LINE, text, textWithPlaceholders } from './text-rules.ts'

export const namespace = textWithPlaceholders(DNS_LABEL).describe(
  'Namespace in the cluster that signs',
)
export const secretName = textWithPlaceholders(DNS_SUBDOMAIN)
const LABEL_KEY =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/

/** Keys of Kubernetes labels and annotations. countersign.dev/ is reserved: countersign recognizes its own Secrets by it. */
const metadataKey = z
  .string()
  .superRefine((key, context) => {
    if (!LABEL_KEY.test(key)) {
      context.addIssue(fault({ message: `${quoted(key)} is not a key of labels or annotations` }))
    } else if (/^(?:[^/]+\.)?countersign\.dev\//.test(key)) {
      context.addIssue(fault({ message: `${quoted(key)} is for countersign itself` }))
    }
  })
  .meta({ pattern: LABEL_KEY.source })

const labels = z
  .record(metadataKey, text({ pattern: LABEL_VALUE, says: 'is not the value of a label' }))
  .describe('Labels of the Secret')
const annotations = z.record(metadataKey, z.string()).describe('Annotations of the Secret')

const passwordSecretRef = z.strictObject({
  name: text(DNS_SUBDOMAIN).describe('Secret in the same namespace'),
  key: text(ONE_LINE).describe('Key in that Secret'),
})

const pkcs12 = z
  .strictObject({
    create: orElse(z.boolean(), true).describe('false leaves the keystore out'),
    profile: orElse(z.enum(['Modern2023', 'LegacyDES', 'LegacyRC2']), 'Modern2023').describe(
      'Encryption of the keystore; Modern2023 where absent',
    ),
    passwordSecretRef: orNull(passwordSecretRef).describe(
      'Secret with the password of the keystore',
    ),
  })
  .describe('A PKCS#12 keystore next to the PEM files')
  .transform(({ create, ...store }) => (create ? store : null))

const keystores = z
  .strictObject({ pkcs12: orNull(pkcs12) })
  .describe('Further forms of certificate and key in the same Secret')

export const secret = z
  .strictObject({
    namespace,
    name: orElse(secretName, '{name}-tls').describe('Name of the Secret; <name>-tls where absent'),
    labels: orElse(labels, {}),
    annotations: orElse(annotations, {}),
    keystores: orEmpty(keystores),
    adopt: orElse(z.boolean(), false).describe('true takes over a Secret that exists already'),
  })
  .describe('A Secret in the cluster that signs')
  .transform(said => ({ kind: 'secret' as const, ...said }))
