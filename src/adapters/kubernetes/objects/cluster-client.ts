// The port Cluster: one API server with a login, and every call that the workflows need.
import { z } from 'zod'
import { leaseName } from '../../../domain/cluster/controller-lease.ts'
import type { PastedCluster } from '../../../lib/source/shell-word.ts'
import type { Secret } from '../../../domain/request/secret-value.ts'
import type { AdministeredCluster } from '../../../ports/administration.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { ClusterIdentity, Right } from '../../../ports/cluster.ts'
import type { Leases } from '../../../ports/records.ts'
import type { SetupObjects } from '../../../ports/setup-objects.ts'
import type { AllSigningRequests } from '../../../ports/signing-requests.ts'
import type { SeenNodes } from '../../../domain/cluster/pending-request.ts'
import { readAnswer, apiRefusal } from '../http/api-server-refusal.ts'
import { Transport } from '../http/api-transport.ts'
import type { TransportLimits, Asking, Credential } from '../http/api-transport.ts'
import { SigningRequestWatch } from '../http/shared-watch.ts'
import { kubernetesAdministration } from './administration-client.ts'
import { bindingsOfUsers } from './bindings-of-user.ts'
import { kubernetesEmergencies } from './emergency-store.ts'
import { kubernetesEvents } from './event-store.ts'
import { kubernetesGrants } from './grant-bindings.ts'
import { kubernetesIssuedNames } from './issued-name-store.ts'
import { kubernetesLeases } from './lease-store.ts'
import { missingRights } from './missing-rights.ts'
import { ObjectClient } from './object-client.ts'
import { kubernetesRecords } from './record-config-maps.ts'
import { kubernetesRevocations } from './revocation-store.ts'
import { kubernetesSecrets } from './secret-store.ts'
import { kubernetesSetupObjects } from './setup-object-client.ts'
import { kubernetesSigningRequests } from './signing-request-client.ts'

const SELF_REVIEW = z.object({
  status: z.object({
    userInfo: z.object({ username: z.string(), groups: z.array(z.string()).default([]) }),
  }),
})
const ACCESS_REVIEW = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const VERSION = z.object({ gitVersion: z.string() })
const AUTHENTICATION = z.object({ data: z.record(z.string(), z.string()).default({}) })

/** For calls that an answer 403 says enough about. */
const NO_RESOURCE = { group: '', resource: 'version', verb: 'get' }

/** More than the steps that run at once. */
const MOST_HOLDERS = 32

export interface ClusterSettings {
  readonly name: string
  readonly owner: string
  readonly recordNamespace: string
  /** The command that is running. */
  readonly command?: string | undefined
  /** The run is for no other cluster. */
  readonly isOnly?: boolean
}

/** Apply needs none of the additions. */
export interface KubernetesCluster extends AdministeredCluster {
  readonly signingRequests: AllSigningRequests
  readonly setupObjects: SetupObjects
}

export function kubernetesCluster(
  { name, owner, recordNamespace: namespace, command, isOnly }: ClusterSettings,
  credential: Credential,
  clock: Clock,
  random: () => number,
  limits: Partial<TransportLimits> = {},
): KubernetesCluster {
  const place = { namespace, owner }
  const { kubectl } = credential
  const shown: PastedCluster & { user?: string } = { name, kubectl, command, isOnly }
  const transport = new Transport(credential, clock, random, { ...limits, cluster: shown })
  const watch = new SigningRequestWatch(transport, clock, owner)
  /** Connections of holders by certificate and key. A handshake costs as much as ten calls. */
  const holders = new Map<string, Transport>()
  const leasesOf = (lease: string): Leases => kubernetesLeases(transport, { ...place, name: lease })
  const version = async (): Promise<string> => {
    const answer = await transport.ask({ method: 'GET', path: '/version' })
    return readAnswer(answer, VERSION, 'ask for the version', NO_RESOURCE).gitVersion
  }
  return {
    name,
    kubectl,
    server: credential.server.href.replace(/\/$/, ''),
    serverCa: credential.ca,
    signingRequests: kubernetesSigningRequests(transport, watch),
    records: kubernetesRecords(transport, { ...place, cluster: name }),
    secrets: kubernetesSecrets(transport),
    grants: kubernetesGrants(transport, owner, { name, namespace, kubectl }),
    revocations: kubernetesRevocations(transport, place),
    leases: leasesOf(leaseName(owner)),
    emergencies: kubernetesEmergencies(transport, place),
    events: kubernetesEvents(transport, place),
    administration: kubernetesAdministration(transport),
    setupObjects: kubernetesSetupObjects(transport),
    leasesOf,
    issuedNamesOf: lease => kubernetesIssuedNames(transport, { ...place, name: lease }),
    nodes: () => listNodes(transport),
    version,

    async whoAmI() {
      const identity = await selfReview(transport)
      if (identity === null)
        throw apiRefusal({ status: 401, body: 'Unauthorized' }, 'log in', NO_RESOURCE)
      shown.user = identity.username
      return identity
    },

    may: right => accessReview(transport, right),
    lacks: rights =>
      missingRights(transport, rights, namespace, right => accessReview(transport, right)),

    async now() {
      if (transport.serverNow() === null) await version()
      return transport.serverNow() ?? clock.now()
    },

    async clientCa() {
      const maps = new ObjectClient(transport, 'ConfigMap', 'kube-system')
      const doing = 'read the CA of client certificates'
      const map = await maps.look('extension-apiserver-authentication', AUTHENTICATION, doing)
      return map === null || map === 'hidden' ? null : (map.data['client-ca-file'] ?? null)
    },

    /**
     * Tries once, on a connection that `mayAs` continues. The API server reads a new client certificate from its own files a moment later
     * than the signer.
     */
    logIn: (certificate, key) => selfReview(holder(certificate, key)),
    mayAs: (certificate, key, right) => accessReview(holder(certificate, key), right),
    bindingsOf: bindingsOfUsers(transport),

    async close() {
      watch.close()
      for (const each of [transport, ...holders.values()]) each.close()
      holders.clear()
    },
  }

  function holder(certificate: string, key: Secret<string>): Transport {
    const id = `${certificate}${key.reveal()}`
    const known = holders.get(id)
    if (known !== undefined) return known
    const { server, ca, serverName } = credential
    const authorization = async (): Promise<null> => null
    const as: Credential = { server, ca, serverName, certificate, key, authorization }
    const opened = new Transport(as, clock, random, { cluster: shown })
    holders.set(id, opened)
    const [oldest] = holders
    if (oldest !== undefined && holders.size > MOST_HOLDERS) {
      holders.delete(oldest[0])
      oldest[1].close()
    }
    return opened
  }
}

async function accessReview(transport: Transport, right: Right): Promise<boolean> {
  const reviews = new ObjectClient(transport, 'SelfSubjectAccessReview')
  const review = { spec: { resourceAttributes: right } }
  const { status } = await reviews.create(review, ACCESS_REVIEW, 'ask which rights there are')
  return status.allowed
}

/** The user that the API server sees in the caller; null for 401. */
async function selfReview(transport: Transport): Promise<ClusterIdentity | null> {
  const reviews = new ObjectClient(transport, 'SelfSubjectReview')
  const answer = await reviews.ask('POST', { body: reviews.wire({}) })
  if (answer.status === 401) return null
  const doing = 'ask who the credential belongs to'
  return readAnswer(answer, SELF_REVIEW, doing, reviews.needs('create')).status.userInfo
}

// Node objects: their names and uids for decisions, and the addresses that each node writes about itself.

const NODE = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  status: z
    .object({ addresses: z.array(z.object({ address: z.string() })).default([]) })
    .prefault({}),
})

async function listNodes(transport: Asking): Promise<SeenNodes> {
  const nodes = new ObjectClient(transport, 'Node')
  const call = { doing: 'list the nodes', objectBytes: null }
  const { items } = await nodes.listOf(NODE, call, ({ metadata, status }) => ({
    ...metadata,
    addresses: status.addresses.map(({ address }) => address),
  }))
  return {
    nodes: new Map(items.map(({ name, uid }) => [name, uid])),
    addresses: new Map(items.map(({ name, addresses }) => [name, addresses])),
  }
}
