// The parts of a cluster that depend on its options: CAs, signers, kinds, and what is there from the start.
import { createAuthority } from './signer/certificate-authority.ts'
import type {
  Authority,
  AuthorityOptions,
  RandomBytes,
  ServerCertificateOptions,
} from './signer/certificate-authority.ts'
import type { Admission } from './admission/admission-request.ts'
import type { Authorizer } from './authorization/authorize.ts'
import { escalationCheck } from './authorization/escalation-check.ts'
import {
  CONFIG_MAP_STRATEGY,
  NAMESPACE_STRATEGY,
  SECRET_STRATEGY,
} from './kinds/core-strategies.ts'
import { POLICY_BINDING_STRATEGY, POLICY_STRATEGY } from './kinds/policy-strategies.ts'
import { ROLE_BINDING_STRATEGY, ROLE_STRATEGY } from './kinds/rbac-strategies.ts'
import type { Objects } from './hands-on-objects.ts'
import type { SandboxOptions } from './api/sandbox-options.ts'
import { dnsSubdomain } from './api/object-name-rules.ts'
import { Registry } from './api/registry.ts'
import * as resources from './api/resources.ts'
import type { Resource } from './api/resources.ts'
import type { SignerSetup } from './signer/signing-controller.ts'
import { signingRequestStrategy } from './kinds/signing-request-strategy.ts'
import type { ObjectStore } from './storage/object-store.ts'
import { plainStrategy } from './kinds/kind-strategy.ts'
import type { Strategy } from './kinds/kind-strategy.ts'

const DAY = 86_400_000
const LONG_AGO = new Date('2000-01-01T00:00:00Z')
const YEAR_SECONDS = 8760 * 3600
const BUILT_IN = [
  'kubernetes.io/kube-apiserver-client',
  'kubernetes.io/kube-apiserver-client-kubelet',
  'kubernetes.io/kubelet-serving',
]

/** TLS clients judge by the machine's clock whatever the cluster's says: so from long ago, for ten years. */
export function authorityOptions(name: string, now: Date): AuthorityOptions {
  const latest = Math.max(now.getTime(), Date.now())
  return { name, notBefore: LONG_AGO, notAfter: new Date(latest + 3650 * DAY) }
}

export interface Authorities {
  /** Signs the API server's certificate. */
  readonly server: Authority
  /** Signs clients, and for the built-in signers. */
  readonly client: Authority
}

export function makeAuthorities(
  options: SandboxOptions,
  now: Date,
  random: RandomBytes,
): Authorities {
  const { clientCaNotAfter } = options
  // A server whose own CA has ended could not be talked to.
  const isTwo = options.authorities === 'two' || clientCaNotAfter !== undefined
  const life = authorityOptions(isTwo ? 'kubernetes-client-ca' : 'kubernetes-ca', now)
  const notAfter = clientCaNotAfter ?? life.notAfter
  const client = createAuthority({ ...life, notAfter }, random)
  const server = isTwo ? createAuthority(authorityOptions('kubernetes-ca', now), random) : client
  return { server, client }
}

export function serverNames(now: Date): ServerCertificateOptions {
  const { notBefore, notAfter } = authorityOptions('kube-apiserver', now)
  const addresses = [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(10, 0, 0, 1)]
  return { dnsNames: ['localhost', 'kubernetes.default.svc'], addresses, notBefore, notAfter }
}

export function makeSigners(
  options: SandboxOptions,
  client: Authority,
  now: Date,
  random: RandomBytes,
): ReadonlyMap<string, SignerSetup> {
  const signers = new Map<string, SignerSetup>()
  if (options.signs !== false) {
    const setup = {
      authority: client,
      root: client,
      chain: [],
      maxSeconds: options.signingSeconds ?? YEAR_SECONDS,
    }
    for (const name of BUILT_IN) signers.set(name, setup)
  }
  for (const { signerName, hasIntermediate, maxSeconds } of options.signers ?? []) {
    const root = createAuthority(authorityOptions(`${signerName} root`, now), random)
    const intermediate = { ...authorityOptions(`${signerName} intermediate`, now), issuer: root }
    const authority = hasIntermediate === true ? createAuthority(intermediate, random) : root
    const chain = hasIntermediate === true ? [authority] : []
    signers.set(signerName, { authority, root, chain, maxSeconds: maxSeconds ?? YEAR_SECONDS })
  }
  return signers
}

export function makeRegistry(
  store: ObjectStore,
  authorizer: Authorizer,
  admit: Admission,
  now: () => Date,
  random: RandomBytes,
): Registry {
  const precheck = escalationCheck(store, authorizer)
  const role = { ...ROLE_STRATEGY, precheck }
  const binding = { ...ROLE_BINDING_STRATEGY, precheck }
  const strategies = new Map<Resource, Strategy>([
    [resources.SECRETS, SECRET_STRATEGY],
    [resources.CONFIG_MAPS, CONFIG_MAP_STRATEGY],
    [resources.NAMESPACES, NAMESPACE_STRATEGY],
    [resources.SERVICE_ACCOUNTS, plainStrategy(dnsSubdomain)],
    [resources.PODS, plainStrategy(dnsSubdomain)],
    [resources.NODES, plainStrategy(dnsSubdomain)],
    [resources.LEASES, plainStrategy(dnsSubdomain)],
    [resources.SIGNING_REQUESTS, signingRequestStrategy(authorizer, now)],
    [resources.ROLES, role],
    [resources.CLUSTER_ROLES, role],
    [resources.ROLE_BINDINGS, binding],
    [resources.CLUSTER_ROLE_BINDINGS, binding],
    [resources.POLICIES, POLICY_STRATEGY],
    [resources.POLICY_BINDINGS, POLICY_BINDING_STRATEGY],
  ])
  return new Registry({
    store,
    strategies,
    authorizer,
    admit,
    now,
    uuid: () => uuid(random),
    suffix: () => suffix(random),
  })
}

/** A random UUID (RFC 9562 §5.4). */
function uuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** No vowels and nothing that looks like one (k8s.io/apimachinery/pkg/util/rand). */
function suffix(random: RandomBytes): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  return [...random(5)].map(byte => letters.charAt(byte % letters.length)).join('')
}

const NAMESPACES_AT_START = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** What ClusterRole `view` of Kubernetes may read, as far as the sandbox knows the kinds. */
const VIEW_RULES = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'events', 'namespaces', 'pods', 'serviceaccounts'],
    verbs: ['get', 'list', 'watch'],
  },
]

/** The namespaces and the role every cluster has, the wanted namespaces, and the client CA where Kubernetes publishes it. */
export function populate(objects: Objects, client: Authority, wanted: readonly string[]): void {
  for (const name of [...NAMESPACES_AT_START, ...wanted]) objects.createNamespace(name)
  objects.create('clusterroles', { metadata: { name: 'view' }, rules: VIEW_RULES })
  objects.create('configmaps', {
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: { 'client-ca-file': client.certificatePem },
  })
}
