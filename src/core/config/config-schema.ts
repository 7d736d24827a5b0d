// The schema of countersign.yaml (design: config and policy). The reader checks with it, and editors complete with it.
import { z } from 'zod'
import { fault } from '../../lib/schema/check-schema.ts'
import { eachOnce } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, FOLDER, PATH_PATTERN, text } from '../../lib/schema/text-rules.ts'
import { checkRenewBefore, MEMBERS } from '../../lib/schema/spec-members.ts'
import { approval, people } from './approval-schema.ts'
import { clusters } from './cluster-schema.ts'
import { issuers } from './issuer-schema.ts'
import { exceptions, limits, rotation } from './limit-schema.ts'

const OWNER = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
  says: 'is not an owner: lower-case letters, digits and dashes, at most 30, no dash at either end',
}

const paths = z.array(text(PATH_PATTERN)).min(1).superRefine(eachOnce)

const defaultSpec = z
  .strictObject({
    clusters: MEMBERS.clusters,
    signerName: MEMBERS.signerName,
    usages: MEMBERS.usages,
    duration: MEMBERS.duration,
    renewBefore: MEMBERS.renewBefore,
    renewBeforePercentage: MEMBERS.renewBeforePercentage,
    privateKey: MEMBERS.privateKey,
    reissue: MEMBERS.reissue,
    withdraw: MEMBERS.withdraw,
    sinks: MEMBERS.sinks,
    namespace: text(DNS_LABEL)
      .optional()
      .describe('Namespace of the Secret that a request without sinks gets'),
  })
  .superRefine(checkRenewBefore)
  .describe('Members of spec that these requests may leave out; identity is never among them')

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
    requests: text(FOLDER)
      .optional()
      .describe('Folder of the request files; requests where absent'),
    defaultCluster: text(DNS_LABEL).optional().describe('Cluster of requests that name none'),
    clusters: clusters.describe('Clusters by the names that requests use'),
    defaults: defaults.optional(),
    issuers: issuers.optional(),
    people: people.optional(),
    approval: approval.optional(),
    limits: limits.optional(),
    rotation: rotation.optional(),
    exceptions: exceptions.optional(),
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

export type ConfigFile = z.output<typeof CONFIG_SCHEMA>

interface NamesClusters {
  readonly defaultCluster?: string | undefined
  readonly issuers?: readonly { readonly cluster: string | null }[] | undefined
  readonly defaults?:
    readonly { readonly spec: { readonly clusters?: readonly string[] | undefined } }[] | undefined
}

/** Every mention of a cluster outside `clusters`, with its path. */
function namedClusters(config: NamesClusters) {
  const { defaultCluster, defaults = [], issuers: said = [] } = config
  const signing = said.flatMap(({ cluster }, index) =>
    cluster === null ? [] : [{ path: ['issuers', index, 'cluster'], name: cluster }],
  )
  const inDefaults = defaults.flatMap(({ spec }, block) =>
    (spec.clusters ?? []).map((name, index) => ({
      path: ['defaults', block, 'spec', 'clusters', index],
      name,
    })),
  )
  const mentions = [...inDefaults, ...signing]
  if (defaultCluster === undefined) return mentions
  return [{ path: ['defaultCluster'], name: defaultCluster }, ...mentions]
}
