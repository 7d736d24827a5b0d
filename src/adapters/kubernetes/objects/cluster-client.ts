// The port Cluster: one API server with a login, and every call that the workflows need.
import { z } from 'zod'
import { leaseName } from '../../../domain/cluster/controller-lease.ts'
import type { Secret } from '../../../domain/request/secret-value.ts'
import type { Administration } from '../../../ports/administration.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { Cluster, ClusterIdentity, Right } from '../../../ports/cluster.ts'
import type { Grants, Revocations } from '../../../ports/grants.ts'
import type { Events, IssuedNames, Leases, Records } from '../../../ports/records.ts'
import type { Secrets } from '../../../ports/secrets.ts'
import type { SetupObjects } from '../../../ports/setup-objects.ts'
import type { AllSigningRequests } from '../../../ports/signing-requests.ts'
import { KubernetesAdministration } from './administration-client.ts'
import { Bindings } from './bindings-of-user.ts'
import { readAnswer, refusal } from '../http/api-server-refusal.ts'
import { KubernetesEvents } from './event-store.ts'
import { KubernetesGrants } from './grant-bindings.ts'
import { KubernetesIssuedNames } from './issued-name-store.ts'
import { KubernetesLeases } from './lease-store.ts'
import { listNodes } from './node-list.ts'
import { ObjectClient } from './object-client.ts'
import { KubernetesRecords } from './record-store.ts'
import { KubernetesRevocations } from './revocation-store.ts'
import { KubernetesSecrets } from './secret-store.ts'
import { KubernetesSetupObjects } from './setup-object-client.ts'
import { KubernetesSigningRequests } from './signing-request-client.ts'
import { Transport } from '../http/api-transport.ts'
import type { Credential } from '../http/api-transport.ts'
import { SigningRequestWatch } from '../http/shared-watch.ts'

const SELF_REVIEW = z.object({
  status: z.object({
    userInfo: z.object({ username: z.string(), groups: z.array(z.string()).default([]) }),
  }),
})
const ACCESS_REVIEW = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const VERSION = z.object({ gitVersion: z.string() })
const AUTHENTICATION = z.object({ data: z.record(z.string(), z.string()).default({}) })

/** For calls that an answer 403 says enough about. */
const NO_RESOURCE = { apiGroup: '', resource: 'version', verb: 'get', namespace: null, name: null }

/** More than the steps that run at once. */
const MOST_HOLDERS = 32

export interface ClusterSettings {
  readonly name: string
  readonly owner: string
  readonly recordNamespace: string
}

export class KubernetesCluster implements Cluster {
  readonly name: string
  readonly server: string
  readonly serverCa: string | null
  readonly signingRequests: AllSigningRequests
  readonly records: Records
  readonly secrets: Secrets
  readonly grants: Grants
  readonly revocations: Revocations
  readonly leases: Leases
  readonly events: Events
  /** For the setup of countersign; apply needs none of it. */
  readonly administration: Administration
  readonly setupObjects: SetupObjects
  readonly #transport: Transport
  readonly #watch: SigningRequestWatch
  readonly #bindings: Bindings
  /** Connections of holders by certificate and key. A handshake costs as much as ten calls. */
  readonly #holders = new Map<string, Transport>()
  readonly #credential: Credential
  readonly #clock: Clock
  readonly #random: () => number
  readonly #place: { readonly namespace: string; readonly owner: string }

  constructor(
    settings: ClusterSettings,
    credential: Credential,
    clock: Clock,
    random: () => number,
  ) {
    this.name = settings.name
    this.server = credential.server.href.replace(/\/$/, '')
    this.serverCa = credential.ca
    this.#credential = credential
    this.#clock = clock
    this.#random = random
    this.#transport = new Transport(credential, clock, random)
    this.#bindings = new Bindings(this.#transport)
    this.#watch = new SigningRequestWatch(this.#transport, clock, settings.owner)
    this.signingRequests = new KubernetesSigningRequests(this.#transport, this.#watch)
    this.secrets = new KubernetesSecrets(this.#transport)
    this.administration = new KubernetesAdministration(this.#transport)
    this.setupObjects = new KubernetesSetupObjects(this.#transport)
    const { name: cluster, owner, recordNamespace: namespace } = settings
    this.grants = new KubernetesGrants(this.#transport, owner, { cluster, namespace })
    this.#place = { namespace, owner }
    this.revocations = new KubernetesRevocations(this.#transport, this.#place)
    this.leases = this.leasesOf(leaseName(owner))
    this.events = new KubernetesEvents(this.#transport, this.#place)
    this.records = new KubernetesRecords(this.#transport, { ...this.#place, cluster })
  }

  leasesOf(name: string): Leases {
    return new KubernetesLeases(this.#transport, { ...this.#place, name })
  }

  issuedNamesOf(lease: string): IssuedNames {
    return new KubernetesIssuedNames(this.#transport, { ...this.#place, name: lease })
  }

  nodes(): ReturnType<typeof listNodes> {
    return listNodes(this.#transport)
  }

  async version(): Promise<string> {
    const answer = await this.#transport.ask({ method: 'GET', path: '/version' })
    return readAnswer(answer, VERSION, 'ask for the version', NO_RESOURCE).gitVersion
  }

  async whoAmI(): Promise<ClusterIdentity> {
    const identity = await selfReview(this.#transport)
    if (identity === null)
      throw refusal({ status: 401, body: 'Unauthorized' }, 'log in', NO_RESOURCE)
    return identity
  }

  async may(right: Right): Promise<boolean> {
    return accessReview(this.#transport, right)
  }

  async now(): Promise<Date> {
    if (this.#transport.serverNow() === null) await this.version()
    return this.#transport.serverNow() ?? this.#clock.now()
  }

  async clientCa(): Promise<string | null> {
    const maps = new ObjectClient(this.#transport, 'ConfigMap', 'kube-system')
    const doing = 'read the CA of client certificates'
    const map = await maps.look('extension-apiserver-authentication', AUTHENTICATION, doing)
    return map === null || map === 'hidden' ? null : (map.data['client-ca-file'] ?? null)
  }

  /**
   * Tries once, on a connection that `mayAs` continues. The API server reads a new client certificate from its own files a moment later
   * than the signer.
   */
  async logIn(certificate: string, key: Secret<string>): Promise<ClusterIdentity | null> {
    return selfReview(this.#holder(certificate, key))
  }

  async mayAs(certificate: string, key: Secret<string>, right: Right): Promise<boolean> {
    return accessReview(this.#holder(certificate, key), right)
  }

  async bindingsOf(identity: ClusterIdentity): Promise<readonly string[] | null> {
    return this.#bindings.of(identity)
  }

  async close(): Promise<void> {
    this.#watch.close()
    for (const each of [this.#transport, ...this.#holders.values()]) each.close()
    this.#holders.clear()
  }

  #holder(certificate: string, key: Secret<string>): Transport {
    const id = `${certificate}${key.reveal()}`
    const known = this.#holders.get(id)
    if (known !== undefined) return known
    const { server, ca, serverName } = this.#credential
    const authorization = async (): Promise<null> => null
    const as: Credential = { server, ca, serverName, certificate, key, authorization }
    const holder = new Transport(as, this.#clock, this.#random)
    this.#holders.set(id, holder)
    const [oldest] = this.#holders
    if (oldest !== undefined && this.#holders.size > MOST_HOLDERS) {
      this.#holders.delete(oldest[0])
      oldest[1].close()
    }
    return holder
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
