// The schema of the Secret sink, converted into the domain's sink. An absent name becomes a placeholder, see sinks-schema.ts.
import { z } from 'zod'
import { quoted } from '../source/hidden-characters.ts'
import { orElse, orEmpty, orNull } from './absent-members.ts'
import { fault } from './check-schema.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, ONE_LINE, text, textWithPlaceholders } from './text-rules.ts'

const namespace = textWithPlaceholders(DNS_LABEL).describe('Namespace in the cluster that signs')
const secretName = textWithPlaceholders(DNS_SUBDOMAIN)
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
/** The label by which Argo CD finds its clusters. */
const ARGO_CD = { 'argocd.argoproj.io/secret-type': 'cluster' }
/** Keys of the data of a Secret (Kubernetes: IsConfigMapKey). */
const DATA_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/

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

export const kubeconfigSecret = z
  .strictObject({
    namespace,
    name: orElse(secretName, '{name}-kubeconfig').describe(
      'Name of the Secret; <name>-kubeconfig where absent',
    ),
    key: text({ pattern: DATA_KEY, says: 'is not a key of a Secret' })
      .optional()
      .describe('Key that holds it: Flux and Cluster API read value; kubeconfig where absent'),
    format: orNull(z.enum(['argocd'])).describe(
      'argocd writes name, server and config as Argo CD reads a cluster, and its label',
    ),
    labels: orElse(labels, {}),
    annotations: orElse(annotations, {}),
  })
  .describe('An Opaque Secret')
  .transform(({ key, ...said }, context) => {
    if (said.format !== null && key !== undefined) {
      const message = 'Argo CD reads keys of its own'
      context.addIssue(fault({ message, hint: 'leave key or format out', atKey: true }))
    }
    const marks: Readonly<Record<string, string>> = said.format === null ? {} : ARGO_CD
    for (const [label, value] of Object.entries(marks))
      if ((said.labels[label] ?? value) !== value)
        context.addIssue(fault({ message: `Argo CD finds a cluster by ${label}: ${value}` }))
    const named = { ...said, labels: { ...said.labels, ...marks } }
    return { kind: 'secret' as const, key: key ?? 'kubeconfig', ...named }
  })
