// The schema of our own request files (design: the request file). The reader checks with it, and editors complete with it.
import { z } from 'zod'
import { shown } from '../../../lib/source/hidden-characters.ts'
import { orNull } from '../../../lib/schema/absent-members.ts'
import { boundIn } from '../../../lib/schema/refinements.ts'
import { checkRenewBefore, MEMBERS, oneRenewBefore } from '../../../lib/schema/spec-members.ts'
import { DNS_LABEL, RBAC_NAME, text, textList } from '../../../lib/schema/text-rules.ts'
import { REQUEST_NAME } from '../request-file-name.ts'
import { ATTRIBUTE_LISTS, COMMON_NAME, nameList } from '../subject-schema.ts'
import { DNS_NAME, EMAIL_ADDRESS, IP_ADDRESS, sanList, URI } from '../san-schema.ts'

/** Each is a binding for each of its namespaces. */
const MOST_ROLES = 20

const subject = z
  .strictObject({
    organizations: nameList(ATTRIBUTE_LISTS.organizations).describe(
      'Organizations (O); Kubernetes reads them as groups',
    ),
    organizationalUnits: nameList(ATTRIBUTE_LISTS.organizationalUnits).describe(
      'Organizational units (OU)',
    ),
    countries: nameList(ATTRIBUTE_LISTS.countries).describe('Countries (C), two letters each'),
    localities: nameList(ATTRIBUTE_LISTS.localities).describe('Localities (L)'),
    provinces: nameList(ATTRIBUTE_LISTS.provinces).describe('States or provinces (ST)'),
    streetAddresses: nameList(ATTRIBUTE_LISTS.streetAddresses).describe('Street addresses'),
    postalCodes: nameList(ATTRIBUTE_LISTS.postalCodes).describe('Postal codes'),
    serialNumber: text(ATTRIBUTE_LISTS.serialNumber)
      .optional()
      .describe('Serial number of the subject (an attribute of the name)'),
  })
  .describe('The rest of the subject')

const access = z
  .strictObject({
    clusterRole: text(RBAC_NAME).describe('Name of the ClusterRole'),
    namespaces: orNull(textList(DNS_LABEL).min(1)).describe('Namespaces in which it is bound'),
    cluster: z.literal(true).optional().describe('true binds it in the whole cluster'),
  })
  .transform(({ clusterRole, ...where }, context) => ({
    clusterRole,
    namespaces: boundIn(shown(clusterRole), where, context),
  }))

const spec = z
  .strictObject({
    clusters: MEMBERS.clusters,
    signerName: MEMBERS.signerName,
    commonName: text(COMMON_NAME)
      .optional()
      .describe('Common name (CN); Kubernetes reads it as the user name'),
    subject: subject.optional(),
    dnsNames: sanList(DNS_NAME).describe('DNS names'),
    ipAddresses: sanList(IP_ADDRESS).describe('IP addresses'),
    uris: sanList(URI).describe('URIs'),
    emailAddresses: sanList(EMAIL_ADDRESS).describe('Email addresses'),
    usages: MEMBERS.usages,
    duration: MEMBERS.duration,
    renewBefore: MEMBERS.renewBefore,
    renewBeforePercentage: MEMBERS.renewBeforePercentage,
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
