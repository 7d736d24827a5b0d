// The schema of countersign.yaml (design: config and policy). The reader checks with it, and editors complete with it.
import { z } from 'zod'
import type { Config } from '../../domain/request/config.ts'
import { orElse, orEmpty, orNull } from '../../lib/schema/absent-members.ts'
import { fault } from '../../lib/schema/check-schema.ts'
import { eachOnce, refuseRepeats } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, FOLDER, ONE_LINE, PATH_PATTERN, text } from '../../lib/schema/text-rules.ts'
import {
  checkRenewBefore,
  duration,
  ISSUER_REF,
  MEMBERS,
  oneRenewBefore,
} from '../../lib/schema/spec-members.ts'
import { approvalRule, uniqueIds, user, users } from '../../lib/schema/approval-rule-schema.ts'
import { clusters } from './cluster-schema.ts'
import { emergency } from './emergency-schema.ts'
import { exceptions, limits, rotation } from './limit-schema.ts'

// The schema of the issuers part of countersign.yaml: the signer for each cert-manager issuer, for files in that format.

const issuer = z.strictObject({
  ...ISSUER_REF,
  signerName: text(ONE_LINE).describe('The signer that takes its place'),
  cluster: orNull(text(DNS_LABEL)).describe(
    'Cluster that signs; where absent, that of the defaults',
  ),
})

/** Each issuer has one signer. */
const issuers = z
  .array(issuer)
  .superRefine((said, context) => {
    const ids = said.map(({ name, kind, group }) => JSON.stringify([name, kind, group]))
    refuseRepeats(ids, context, index => {
      const message = `${said[index]?.kind} ${said[index]?.name} is given twice`
      return { path: [index], message, hint: 'keep one' }
    })
  })
  .describe('Signers in place of cert-manager issuers, for its Certificates as request files')

// The schema of the people and approval parts of countersign.yaml. Ids decide; logins and slugs are for reading.

const people = uniqueIds(
  z.array(
    user.extend({
      name: text(ONE_LINE).describe('Name that rules know as requester.name'),
    }),
  ),
)
  .superRefine((said, context) => {
    const logins = said.map(({ login }) => login.toLowerCase())
    refuseRepeats(logins, context, index => {
      const message = `the login ${said[index]?.login} is given twice`
      return { path: [index, 'login'], message, hint: 'keep the one with the id of this account' }
    })
  })
  .describe('People, for rules such as request.commonName == requester.name')

const LONGEST_GRACE_SECONDS = 72 * 3600

const approval = z
  .strictObject({
    configuration: orEmpty(approvalRule).describe('Who approves countersign.yaml and the policies'),
    requests: orEmpty(approvalRule).describe('Least approvals of every request'),
    strict: orElse(z.boolean(), false).describe('true lets only the newest push be approved'),
    maxAge: orNull(duration({ least: 3600, days: true })).describe(
      'How long renewals rely on an approval, for example 180d; no limit if absent',
    ),
    offlineGrace: orElse(
      duration({ least: 0, days: true }).refine(seconds => seconds <= LONGEST_GRACE_SECONDS, {
        error: 'is longer than 72h',
      }),
      0,
    ).describe(
      'How long the controller goes on to renew after its last look while GitHub does not answer, at most 72h; 0h where absent',
    ),
    never: orElse(users, []).describe('Users whose approval never counts'),
    bots: orElse(users, []).describe(
      'Bots that may change `uses:` pins of workflows without an extra approval',
    ),
    commandLine: orElse(z.enum(['ask', 'never']), 'ask').describe(
      'Whether a person at a terminal may approve',
    ),
    mixedPullRequests: orElse(z.enum(['refuse']), 'refuse').describe(
      'Pull requests that change requests and configuration are refused',
    ),
  })
  .describe('Which approvals count')
  .transform(({ maxAge: maxAgeSeconds, offlineGrace: offlineGraceSeconds, ...said }) => ({
    ...said,
    maxAgeSeconds,
    offlineGraceSeconds,
  }))

const OWNER = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
  says: 'is not an owner: lower-case letters, digits and dashes, at most 30, no dash at either end',
}

const FORGE_URL = {
  pattern: /^https?:\/\/[\w.:[\]-]+(?:\/[\w.~-]+)*$/,
  says: 'is not the address of a server, such as https://git.example.com',
}

const forge = z
  .strictObject({
    kind: z.literal('gitea').describe('Kind of the server'),
    url: text(FORGE_URL).describe('Address of the server, without a slash at the end'),
  })
  .describe('Server of the repository, if it is not GitHub')

const paths = z.array(text(PATH_PATTERN)).min(1).superRefine(eachOnce)

const defaultSpec = z
  .strictObject({
    ...MEMBERS,
    namespace: orNull(text(DNS_LABEL)).describe(
      'Namespace of the Secret that a request without sinks gets',
    ),
  })
  .superRefine(checkRenewBefore)
  .describe('Members of spec that these requests may leave out; identity is never among them')
  .transform(oneRenewBefore)

const defaults = z
  .array(
    z.strictObject({
      paths: paths.describe('Which request files, as path patterns: *, ** and ?'),
      spec: defaultSpec,
    }),
  )
  .describe('Blocks of defaults; each absent member is filled whole by the first block that has it')

export const CONFIG_SCHEMA = z
  .strictObject({
    apiVersion: z.literal('countersign.dev/v1').describe('Version of this format'),
    kind: z.literal('Config').describe('Kind of this file'),
    metadata: z
      .strictObject({ name: text(OWNER).describe('Owner of the records in the clusters') })
      .describe('Whose configuration this is'),
    forge: orNull(forge),
    repositoryId: orNull(z.int().min(1)).describe(
      'Id of the repository, which it keeps under another name; another repository with this file is refused',
    ),
    requests: orElse(text(FOLDER), 'requests').describe(
      'Folder of the request files; requests where absent',
    ),
    defaultCluster: orNull(text(DNS_LABEL)).describe('Cluster of requests that name none'),
    clusters: clusters.describe('Clusters by the names that requests use'),
    defaults: orElse(defaults, []),
    issuers: orElse(issuers, []),
    people: orElse(people, []),
    approval: orEmpty(approval),
    certificatesInPublicComments: orElse(z.boolean(), false).describe(
      'true puts certificates for keys of requesters into comments in a public repository too',
    ),
    limits: orEmpty(limits),
    rotation: orEmpty(rotation),
    exceptions: orElse(exceptions, []),
    emergency: orNull(emergency),
  })
  .superRefine((config, context) => {
    for (const { path, name } of namedClusters(config)) {
      if (Object.hasOwn(config.clusters, name)) continue
      const message = `"${name}" is not one of the clusters here`
      const hint = `there are: ${Object.keys(config.clusters).join(', ')}`
      context.addIssue(fault({ code: 'CONFIG_CLUSTER_UNKNOWN', path, message, hint }))
    }
  })
  .describe('Configuration of countersign')
  .transform(({ metadata, clusters: named, ...said }) => ({
    ...said,
    owner: metadata.name,
    clusters: Object.entries(named).map(([name, cluster]) => ({ name, ...cluster })),
  }))

/** Every mention of a cluster outside `clusters`, with its path. A part with a fault is as the file has it. */
function namedClusters({
  defaultCluster,
  defaults,
  issuers,
}: Pick<Config, 'defaultCluster' | 'defaults' | 'issuers'>) {
  const named = (name: string | null | undefined, ...path: (string | number)[]) =>
    name === null || name === undefined ? [] : [{ path, name }]
  return [
    ...named(defaultCluster, 'defaultCluster'),
    ...(defaults ?? []).flatMap(({ spec }, block) =>
      (spec.clusters ?? []).flatMap((name, index) =>
        named(name, 'defaults', block, 'spec', 'clusters', index),
      ),
    ),
    ...(issuers ?? []).flatMap(({ cluster }, index) => named(cluster, 'issuers', index, 'cluster')),
  ]
}
