// Pending CertificateSigningRequests of kubelets, and the policies that judge them.
import type { KnownInventory, NodeFacts } from '../../src/domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../src/domain/cluster/signing-request.ts'
import type { San } from '../../src/domain/request/x500.ts'
import type { Policies } from '../../src/core/policy/load-policies.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import { named, request } from '../unit/lib/x509/build.ts'
import type { TestKey } from '../unit/lib/x509/build.ts'
import { loadInventory } from '../../src/core/pending/load-inventory.ts'
import { policy, policyFile } from './policy.ts'

export const SERVING = 'kubernetes.io/kubelet-serving'
export const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const USAGES: Readonly<Record<string, readonly string[]>> = {
  [SERVING]: ['digital signature', 'server auth'],
  [CLIENT]: ['digital signature', 'client auth'],
}

export interface PendingShape extends Partial<SigningRequest> {
  readonly subject?: readonly string[]
  readonly sans?: readonly San[]
  readonly key?: TestKey
}

/** A request of the kubelet of n1 for its serving certificate. */
export function pending({ subject, sans, key, ...changes }: PendingShape = {}): SigningRequest {
  const names = named(...(subject ?? ['O=system:nodes', 'CN=system:node:n1']))
  const { signerName = SERVING } = changes
  const usual = signerName === SERVING ? [dns('n1.nodes.example.com'), ip('10.1.0.1')] : []
  const parts = { subject: names, sans: sans ?? usual, ...(key && { key }) }
  return {
    name: 'csr-n1',
    version: { uid: 'uid-n1', resourceVersion: '1' },
    labels: {},
    annotations: {},
    createdAt: new Date('2030-05-31T23:59:56Z'),
    request: encodePem('CERTIFICATE REQUEST', request(parts)),
    signerName,
    usages: USAGES[signerName] ?? ['client auth'],
    expirationSeconds: 3600,
    username: 'system:node:n1',
    groups: ['system:nodes', 'system:authenticated'],
    conditions: [],
    certificate: null,
    ...changes,
  }
}

export function dns(value: string): San {
  return { kind: 'dnsName', value }
}

export function ip(value: string): San {
  return { kind: 'ipAddress', value }
}

export const NODES_SELECTOR = `{usernames: ["system:node:*"], groups: [system:nodes], signerNames: [${SERVING}]}`
export const NODE_LINES = [
  'allowed:',
  '  commonName: {required: true, value: "system:node:*"}',
  '  subject: {organizations: {values: [system:nodes]}}',
  '  dnsNames: {values: ["*.nodes.example.com"]}',
  '  ipAddresses: {values: ["10.1.*"]}',
  '  usages: [digital signature, key encipherment, server auth, client auth]',
  'constraints: {maxDuration: 24h}',
  'approvals: {required: 0}',
  'rules: [{rule: "request.dnsNames.size() <= 1", message: one DNS name}]',
] as const

/** One policy for serving certificates, and one for client certificates by bootstrap tokens. `lines` are added to both. */
export function nodePolicies(lines: readonly string[] = []): Policies {
  const all = [...NODE_LINES, ...lines]
  const tokens = `{groups: [system:bootstrappers, system:nodes], signerNames: [${CLIENT}]}`
  const policies = [policy(all, 'joining', tokens), policy(all, 'serving', NODES_SELECTOR)]
  return { policies, broken: [] }
}

/** n1, n2 and the pool `workers` of the names m… */
export const INVENTORY_YAML = [
  'apiVersion: countersign.dev/v1',
  'kind: NodeInventory',
  'metadata: {name: rack-a}',
  'spec:',
  '  nodes:',
  '    - {name: n1, dnsNames: [n1.nodes.example.com], addresses: [10.1.0.1, 10.1.0.2]}',
  '    - {name: n2, dnsNames: [n2.nodes.example.com], addresses: [10.1.1.2]}',
  '  pools:',
  '    - name: workers',
  '      nodeNames: ["m*"]',
  '      dnsNames: ["{name}.nodes.example.com"]',
  '      addresses: [10.1.0.0/16]',
  '      maxNodes: 3',
].join('\n')

/** The inventory of a file. */
export function inventory(text: string = INVENTORY_YAML): KnownInventory {
  return loadInventory([{ ...policyFile(text), path: 'nodes/rack-a.yaml' }])
}

export const NO_FACTS: NodeFacts = {
  nodes: new Map(),
  addresses: new Map(),
  held: new Map(),
}
