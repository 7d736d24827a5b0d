// The schema of our own request files (design: the request file). The reader checks with it, and editors complete with it.
import { z } from 'zod'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { orNull } from '../../../lib/schema/absent-members.ts'
import { boundIn, refuseValue } from '../../../lib/schema/refinements.ts'
import { checkRenewBefore, MEMBERS, oneRenewBefore } from '../../../lib/schema/spec-members.ts'
import { DNS_LABEL, RBAC_NAME, text, textList } from '../../../lib/schema/text-rules.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import { REQUEST_NAME } from '../request-file-name.ts'
import { attributeList, attributeRule } from '../subject-schema.ts'
import { DNS_NAME, EMAIL_ADDRESS, IP_ADDRESS, sanList, URI } from '../san-schema.ts'

/** Each is a binding for each of its namespaces. */
const MOST_ROLES = 20

const subject = z
  .strictObject({
    organizations: attributeList(ATTRIBUTE_OIDS.O).describe(
      'Organizations (O); Kubernetes reads them as groups',
    ),
    organizationalUnits: attributeList(ATTRIBUTE_OIDS.OU).describe('Organizational units (OU)'),
    countries: attributeList(ATTRIBUTE_OIDS.C).describe('Countries (C), two letters each'),
    localities: attributeList(ATTRIBUTE_OIDS.L).describe('Localities (L)'),
    provinces: attributeList(ATTRIBUTE_OIDS.ST).describe('States or provinces (ST)'),
    streetAddresses: attributeList(ATTRIBUTE_OIDS.STREET).describe('Street addresses'),
    postalCodes: attributeList(ATTRIBUTE_OIDS.postalCode).describe('Postal codes'),
    serialNumber: text(attributeRule(ATTRIBUTE_OIDS.serialNumber))
      .optional()
      .describe('Serial number of the subject (an attribute of the name)'),
  })
  .describe('The rest of the subject')

/** The members with names, which cert-manager has too. */
export const NAMES = {
  commonName: text(attributeRule(ATTRIBUTE_OIDS.CN))
    .optional()
    .describe('Common name (CN); Kubernetes reads it as the user name'),
  subject: subject.optional(),
  dnsNames: sanList(DNS_NAME).describe('DNS names'),
  ipAddresses: sanList(IP_ADDRESS).describe('IP addresses'),
  uris: sanList(URI).describe('URIs'),
  emailAddresses: sanList(EMAIL_ADDRESS).describe('Email addresses'),
} as const

const access = z
  .strictObject({
    clusterRole: text(RBAC_NAME).describe('Name of the ClusterRole'),
    namespaces: orNull(textList(DNS_LABEL).min(1)).describe('Namespaces in which it is bound'),
    cluster: z.literal(true).optional().describe('true binds it in the whole cluster'),
  })
  .transform(({ clusterRole, ...where }, context) => ({
    clusterRole,
    namespaces: boundIn(quoted(clusterRole), where, context),
  }))

const TIME = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/

const until = z
  .string()
  .transform((said, context) => {
    const day = TIME.exec(said)?.[1] ?? ''
    const time = new Date(said)
    // Date reads 30 February as 2 March
    const midnight = new Date(`${day}T00:00Z`).toJSON() ?? ''
    const isDay = day !== '' && midnight.startsWith(day)
    if (isDay && !Number.isNaN(time.getTime())) return time
    const message = `${quoted(said)} is not a time with a time zone`
    return refuseValue(context, { message, hint: 'write for example 2027-01-31T18:00Z' })
  })
  .meta({ pattern: TIME.source })
  .describe(
    'When the access ends: 2027-01-31T18:00Z. No certificate ends later, and none is renewed then',
  )

const spec = z
  .strictObject({
    clusters: MEMBERS.clusters,
    signerName: MEMBERS.signerName,
    ...NAMES,
    usages: MEMBERS.usages,
    duration: MEMBERS.duration,
    renewBefore: MEMBERS.renewBefore,
    renewBeforePercentage: MEMBERS.renewBeforePercentage,
    until: orNull(until),
    privateKey: MEMBERS.privateKey,
    request: z
      .string()
      .optional()
      .describe(
        'Your own PKCS#10 request (PEM); names next to it must agree, and the key stays with you',
      ),
    access: orNull(z.array(access).max(MOST_ROLES)).describe(
      'Roles of the holder; reviewed with the request, ended by countersign revoke',
    ),
    reissue: MEMBERS.reissue,
    withdraw: MEMBERS.withdraw,
    sinks: MEMBERS.sinks,
  })
  .superRefine(checkRenewBefore)
  .describe('Content of the request')
  .transform(({ commonName, subject, dnsNames, ipAddresses, uris, emailAddresses, ...said }) => ({
    ...oneRenewBefore(said),
    names: { commonName, subject, dnsNames, ipAddresses, uris, emailAddresses },
  }))

export const OWN_REQUEST_SCHEMA = z
  .strictObject({
    apiVersion: z.literal('countersign.dev/v1').describe('Version of this format'),
    kind: z.literal('CertificateRequest').describe('Kind of this file'),
    metadata: z
      .strictObject({
        name: text(REQUEST_NAME)
          .optional()
          .describe('Name of the request; the name of the file where absent'),
      })
      .optional()
      .describe('Name of the request'),
    spec,
  })
  .describe('A request for a Kubernetes certificate')

export type OwnRequest = z.output<typeof OWN_REQUEST_SCHEMA>
