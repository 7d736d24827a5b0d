// docs/reference/permissions.md: the rights in the cluster, from the objects that countersign manifests prints.
import { readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { Approver, Installation } from '../../src/domain/cluster/installation.ts'
import { parseConfig } from '../../src/core/config/parse-config.ts'
import { guardObjects } from '../../src/setup/guard/guard-policies.ts'
import { identityObjects } from '../../src/setup/rbac/apply-identity.ts'
import { approverObjects } from '../../src/setup/rbac/approver-identity.ts'
import { controllerObjects, revokerManifests } from '../../src/setup/rbac/least-rights.ts'
import { HERE } from './error-data.ts'
import { cell, code, fromTemplate, sentence, table } from './template.ts'

const RULE = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
})
const ROLE = z.object({
  kind: z.enum(['ClusterRole', 'Role']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(RULE),
})
const GUARD = z.object({
  kind: z.literal('ValidatingAdmissionPolicy'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    matchConstraints: z.object({
      resourceRules: z.array(z.object({ resources: z.array(z.string()) })),
    }),
  }),
})

const OWNER = 'acme-certs'
const APPROVER: Approver = {
  subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
  signers: ['kubernetes.io/kubelet-serving'],
}

/** An installation with every part: access, pending requests, and a controller in the cluster. */
function installation(): Installation {
  const path = 'countersign.yaml'
  const bytes = readFileSync(`${HERE}repository/${path}`)
  const read = parseConfig({ path, bytes, mode: '100644', blob: '0'.repeat(40), uncommitted: null })
  const [cluster] = read.ok ? read.value.clusters : []
  if (cluster === undefined) throw new RangeError('the example configuration cannot be read')
  const account = (name: string) => ({
    kind: 'ServiceAccount' as const,
    namespace: cluster.recordNamespace,
    name,
  })
  return {
    owner: OWNER,
    cluster: { ...cluster, auth: { kind: 'inCluster' } },
    subject: account('countersign-apply'),
    planner: account('countersign-plan'),
    signers: [{ name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: 604_800 }],
    approver: APPROVER,
    secrets: [{ namespace: 'apps', names: null }],
    secretPlaces: [{ namespaces: ['apps'], names: null }],
    namespacePatterns: [],
    accessRoles: ['view'],
    accessPlaces: [{ clusterRoles: ['view'], namespaces: ['apps'] }],
    mayAdopt: false,
    emergency: null,
  }
}

export function permissionsPage(): string {
  const parts = installation()
  const identity = identityObjects(parts)
  const revoker = parseAllDocuments(revokerManifests(parts.cluster, OWNER, null))
  const of = (role: string, objects: readonly unknown[]) => rightsTable(role, objects)
  return fromTemplate('permissions', {
    apply: of('apply', identity),
    plan: of('plan', identity),
    controller: of('controller', controllerObjects(parts)),
    approver: of('approver', approverObjects(parts, APPROVER)),
    revoker: of(
      'revoker',
      revoker.map(document => document.toJS()),
    ),
    guard: guardTable(guardObjects(parts, { approvers: [] })),
  })
}

/** Why an identity has each right, by its name. */
export function reasons(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const said: unknown = parse(readFileSync(`${HERE}permissions.yaml`, 'utf8'))
  return z.record(z.string(), z.record(z.string(), z.string())).parse(said)
}

/** The reasons of `role` that were used; the others are spare. */
const used = new Set<string>()

function reasonFor(role: string, keys: readonly string[]): string {
  const known = reasons()[role] ?? {}
  const key = keys.find(each => known[each] !== undefined)
  if (key === undefined)
    throw new RangeError(`permissions.yaml says nothing of ${role}: ${keys.at(-1)}`)
  used.add(`${role}: ${key}`)
  return cell(sentence(known[key] ?? ''))
}

/** Reasons that no right has. The page has to be made before. */
export function spareReasons(): readonly string[] {
  return Object.entries(reasons())
    .flatMap(([role, all]) => Object.keys(all).map(key => `${role}: ${key}`))
    .filter(key => !used.has(key))
}

function rightsTable(role: string, objects: readonly unknown[]): string {
  const rows = objects.flatMap(object => {
    const read = ROLE.safeParse(object)
    if (!read.success) return []
    const { kind, metadata, rules } = read.data
    // The names of the roles end with the identity, or with what they are for.
    if (!metadata.name.startsWith(`countersign-${OWNER}-${role}`)) return []
    const where = kind === 'ClusterRole' ? 'cluster' : code(metadata.namespace ?? '')
    return rules.map(rule => [
      where,
      ...rightCells(rule),
      reasonFor(role, keysOf(rule, metadata.namespace)),
    ])
  })
  return table(['where', 'resources', 'names', 'verbs', 'why'], rows)
}

function rightCells({
  apiGroups,
  resources,
  resourceNames,
  verbs,
}: z.output<typeof RULE>): readonly string[] {
  const group = apiGroups.join(', ')
  return [
    `${resources.map(code).join(', ')}${group === '' ? '' : ` (${group})`}`,
    namesCell(resourceNames ?? []),
    verbs.join(', '),
  ]
}

/** The first names; an installation has as many as its policies need. */
function namesCell(names: readonly string[]): string {
  const shown = names.length > 3 ? names.slice(0, 2) : names
  const more = names.length - shown.length
  return `${shown.map(code).join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

/** Keys of permissions.yaml for a rule, the closest first. */
function keysOf(
  { apiGroups, resources, resourceNames }: z.output<typeof RULE>,
  namespace = '',
): readonly string[] {
  const key = `${apiGroups.join(', ')}/${resources.join(', ')}`
  return [`${namespace} ${key}`, ...(resourceNames === undefined ? [] : [`named ${key}`]), key]
}

function guardTable(objects: readonly unknown[]): string {
  const rows = objects.flatMap(object => {
    const read = GUARD.safeParse(object)
    if (!read.success) return []
    const { metadata, spec } = read.data
    const { resourceRules } = spec.matchConstraints
    const resources = [...new Set(resourceRules.flatMap(rule => rule.resources))]
    const about = metadata.name.slice(`countersign-${OWNER}-`.length)
    return [[code(metadata.name), resources.map(code).join(', '), reasonFor('guard', [about])]]
  })
  return table(['admission policy', 'applies to', 'rule'], rows)
}
