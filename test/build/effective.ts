// Effective requests, clusters and configurations with usual values, so that a test names only what matters.
import type { ClusterConfig, Config } from '../../src/domain/request/config.ts'
import type { DistinguishedName, San, TextSanKind } from '../../src/domain/request/x500.ts'
import type { Place } from '../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../src/domain/request/request.ts'
import { KUBE_APISERVER_CLIENT } from '../../src/domain/request/signer.ts'
import type { SecretPlace } from '../../src/core/sink/secret-layout.ts'
import type { KubeconfigSecret, KubeconfigSink, SecretSink } from '../../src/domain/request/sink.ts'
import { attribute } from '../../src/lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../src/lib/x509/oids.ts'

export const DAY = 24 * 3600

/** Names as in a request file; each replaces its part of the default identity (`CN=jane, O=developers`). */
export interface Identity {
  readonly commonName?: string | null
  readonly organizations?: readonly string[]
  readonly dnsNames?: readonly string[]
  readonly ipAddresses?: readonly string[]
  readonly uris?: readonly string[]
  readonly emailAddresses?: readonly string[]
}

/** jane of the developers, a client certificate for a week from prod, stored as Secret apps/jane-tls. */
export function effective(changes: Partial<EffectiveRequest> & Identity = {}): EffectiveRequest {
  const { commonName, organizations, dnsNames, ipAddresses, uris, emailAddresses, ...members } =
    changes
  const name = members.name ?? 'jane'
  const path = members.path ?? `requests/${name}.yaml`
  const identity = { commonName: commonName === undefined ? name : commonName, organizations }
  return {
    name,
    path,
    blob: '1'.repeat(40),
    format: 'countersign',
    uncommitted: null,
    places: new Map([['', place(path)]]),
    remarks: [],
    cluster: 'prod',
    signerName: KUBE_APISERVER_CLIENT,
    subject: subjectOf(identity),
    sans: sansOf({ dnsNames, emailAddresses, ipAddresses, uris }),
    usages: ['digital signature', 'client auth'],
    durationSeconds: 7 * DAY,
    renewBefore: null,
    until: null,
    key: {
      kind: 'generated',
      spec: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
    },
    sinks: [secretSink({ name: `${name}-tls` })],
    reissue: 0,
    access: [],
    withdraw: false,
    ...members,
  }
}

export function secretSink(changes: Partial<SecretSink> = {}): SecretSink {
  return {
    kind: 'secret',
    namespace: 'apps',
    name: 'jane-tls',
    labels: {},
    annotations: {},
    keystores: { pkcs12: null },
    adopt: false,
    ...changes,
  }
}

/** The place that the sink writes. */
export function secretPlaceWith(changes: Partial<SecretSink> = {}): SecretPlace {
  return { ...secretSink(changes), layout: { kind: 'secret' } }
}

/** A kubeconfig in a Secret. */
export function kubeconfigSink(changes: Partial<KubeconfigSecret> = {}): KubeconfigSink {
  const secret = { kind: 'secret', namespace: 'apps', name: 'jane-kubeconfig' } as const
  const plain = { labels: {}, annotations: {}, key: 'kubeconfig', format: null }
  return { kind: 'kubeconfig', into: { ...secret, ...plain, ...changes } }
}

/** The first character of a line. */
export function place(file: string, line = 1): Place {
  return { file, line, column: 1, length: 1, excerpt: null }
}

/** `CN=jane`, `O=developers` …, one RDN each; joined by '+', one RDN for all. Short names of x509/oids.ts or OIDs. */
export function subject(...rdns: readonly string[]): DistinguishedName {
  return rdns.map(rdn =>
    rdn.split('+').map(text => {
      const [type = '', value = ''] = text.split('=')
      const known: Readonly<Record<string, string>> = ATTRIBUTE_OIDS
      return attribute(known[type] ?? type, value)
    }),
  )
}

function subjectOf(identity: {
  readonly commonName: string | null
  readonly organizations: readonly string[] | undefined
}): DistinguishedName {
  const { commonName, organizations = ['developers'] } = identity
  const common = commonName === null ? [] : [[attribute(ATTRIBUTE_OIDS.CN, commonName)]]
  return [...common, ...organizations.map(value => [attribute(ATTRIBUTE_OIDS.O, value)])]
}

function sansOf(names: {
  readonly dnsNames: readonly string[] | undefined
  readonly emailAddresses: readonly string[] | undefined
  readonly ipAddresses: readonly string[] | undefined
  readonly uris: readonly string[] | undefined
}): readonly San[] {
  const kind = (kind: TextSanKind, values: readonly string[] = []): readonly San[] =>
    values.map(value => ({ kind, value }))
  return [
    ...kind('dnsName', names.dnsNames),
    ...kind('emailAddress', names.emailAddresses),
    ...kind('ipAddress', names.ipAddresses),
    ...kind('uri', names.uris),
  ]
}

/** prod, pinned to a server on loopback, without configured signers. */
export function clusterConfig(changes: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    name: 'prod',
    provider: 'kubeadm',
    server: 'https://127.0.0.1:6443',
    certificateAuthority: null,
    auth: { kind: 'currentKubeconfig' },
    recordNamespace: 'countersign',
    signers: [],
    nodeInventory: null,
    knownCredentials: [],
    ...changes,
  }
}

const ONE_APPROVAL = { required: 1, users: [], teams: [], codeOwners: false }

/** acme-certs with the one cluster prod, and no jitter. */
export function config(changes: Partial<Config> = {}): Config {
  const file = 'countersign.yaml'
  return {
    owner: 'acme-certs',
    path: file,
    places: new Map([['', place(file)]]),
    requests: 'requests',
    forge: null,
    repositoryId: null,
    defaultCluster: 'prod',
    clusters: [clusterConfig()],
    defaults: [],
    issuers: [],
    people: [],
    approval: {
      configuration: ONE_APPROVAL,
      requests: ONE_APPROVAL,
      strict: false,
      maxAgeSeconds: null,
      offlineGraceSeconds: 0,
      never: [],
      bots: [],
      commandLine: 'ask',
      mixedPullRequests: 'refuse',
    },
    certificatesInPublicComments: false,
    limits: {
      maxIssue: { kind: 'count', count: 50 },
      maxRenew: { kind: 'count', count: 500 },
      maxWithdraw: { kind: 'percent', percent: 10 },
      lifted: [],
    },
    rotation: { jitterPercent: 0, window: null },
    exceptions: [],
    emergency: null,
    ...changes,
  }
}
