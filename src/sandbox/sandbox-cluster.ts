// A Kubernetes API server with its signers, inside this process: the parts put together. It is a second opinion on
// Kubernetes' rules, written from the API's behaviour, and shares no code with what it judges.
import { randomBytes } from 'node:crypto'
import { admissionPolicies } from './admission/admission-policies.ts'
import { Authenticator } from './authorization/authenticate.ts'
import { Authorizer } from './authorization/authorize.ts'
import type { Rule, RuleSubject } from './authorization/authorize.ts'
import { boundRules } from './authorization/role-bindings.ts'
import { tokenIssuer } from './authorization/service-account-tokens.ts'
import {
  createAuthority,
  newKeyPair,
  privateKeyPem,
  serverCertificate,
} from './signer/certificate-authority.ts'
import type { Authority } from './signer/certificate-authority.ts'
import { clientCertificate, userKubeconfig } from './authorization/user-credentials.ts'
import type { ClientCredential, ClientOptions } from './authorization/user-credentials.ts'
import { Api } from './api/dispatch.ts'
import { Faults } from './planned-faults.ts'
import { Objects } from './hands-on-objects.ts'
import type { SandboxOptions } from './api/sandbox-options.ts'
import {
  authorityOptions,
  makeAuthorities,
  makeRegistry,
  makeSigners,
  populate,
  serverNames,
} from './cluster-parts.ts'
import { ApiServer } from './api/api-server.ts'
import type { LoggedRequest } from './api/api-server.ts'
import { Signer } from './signer/signing-controller.ts'
import type { SignerFaults } from './signer/signing-controller.ts'
import { StatusError } from './kinds/status-error.ts'
import { ObjectStore } from './storage/object-store.ts'
import { MASTERS, SIGNING_CONTROLLER } from './authorization/api-users.ts'
import { Watches } from './storage/watch-events.ts'

export interface SandboxCluster {
  /** https URL on 127.0.0.1. */
  readonly server: string
  /** CA of the server's certificate. */
  readonly caPem: string
  /** CA of client certificates, and of the built-in signers; the same as caPem unless there are two. */
  readonly clientCaPem: string
  /** CA of a signer, null where nobody signs for that name. */
  signerCaPem(signerName: string): string | null
  /** A client certificate for a user. */
  clientFor(user: string, groups?: readonly string[], options?: ClientOptions): ClientCredential
  /** A kubeconfig for a user with a client certificate of its own. */
  kubeconfig(user: string, groups?: readonly string[]): string
  /** A kubeconfig that may do everything. */
  adminKubeconfig(): string
  /** A kubeconfig that logs in with a token given to addToken. */
  tokenKubeconfig(token: string): string
  addToken(token: string, user: string, groups?: readonly string[]): void
  removeToken(token: string): void
  /** Gives rights, from the next request on. */
  allow(subject: RuleSubject, rules: readonly Rule[]): void
  readonly objects: Objects
  readonly faults: Faults
  /** What the signer does wrong from now on; `{}` heals it, and it looks at what was left lying. */
  signerFaults(faults: SignerFaults): void
  /** A CA nobody trusts, to sign with. */
  strangeAuthority(): Authority
  /** Forgets history and ends every watch with 410. */
  expireWatches(): void
  /** Sends a bookmark to every watch that allows them. */
  sendBookmarks(): void
  /** Running watches. */
  readonly watchCount: number
  readonly log: readonly LoggedRequest[]
  close(): Promise<void>
}

const SIGN: Rule = { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['sign'] }

/** Starts a cluster; it is ready when the promise resolves, and gone after `close()`. */
export async function startSandboxCluster(options: SandboxOptions = {}): Promise<SandboxCluster> {
  const now = options.now ?? (() => new Date())
  const random = options.random ?? (length => new Uint8Array(randomBytes(length)))
  const authorities = makeAuthorities(options, now(), random)
  const store = new ObjectStore()
  const authorizer = new Authorizer(boundRules(store))
  authorizer.allow({ user: SIGNING_CONTROLLER.name }, [SIGN])
  for (const { subject, rules } of options.rules ?? []) authorizer.allow(subject, rules)
  const admit = admissionPolicies(store, authorizer)
  const registry = makeRegistry(store, authorizer, admit, now, random)
  const objects = new Objects(store, registry)
  populate(objects, authorities.client, options.namespaces ?? [])
  const signers = makeSigners(options, authorities.client, now(), random)
  const signer = new Signer({
    store,
    signers,
    now,
    random,
    updateStatus: object => forgiving(() => objects.updateStatus(object)),
    delayMilliseconds: options.signerDelayMilliseconds ?? 5,
  })
  const watches = new Watches(store, options.bookmarkMilliseconds ?? 60_000)
  const authenticator = new Authenticator([authorities.client.certificate], now)
  const faults = new Faults()
  const log: LoggedRequest[] = []
  let address = ''
  const createToken = tokenIssuer({ store, authenticator, admit, now, random })
  const apiParts = { store, registry, authorizer, createToken, watches, now }
  const api = new Api({ ...apiParts, address: () => address })
  const key = newKeyPair()
  const server = new ApiServer({
    api,
    authenticator,
    faults,
    now,
    log,
    audit: options.audit,
    keyPem: privateKeyPem(key.privateKey),
    certificatePem: serverCertificate(authorities.server, key, serverNames(now()), random),
    clientCaPem: authorities.client.certificatePem,
  })
  address = `127.0.0.1:${await server.listen(options.port ?? 0)}`
  const url = `https://${address}`
  const caPem = authorities.server.certificatePem
  const clientFor: SandboxCluster['clientFor'] = (user, groups = [], client = {}) =>
    clientCertificate(authorities.client, user, groups, now(), random, client)

  return {
    server: url,
    caPem,
    clientCaPem: authorities.client.certificatePem,
    signerCaPem: name => signers.get(name)?.root.certificatePem ?? null,
    clientFor,
    kubeconfig: (user, groups = []) => userKubeconfig(url, caPem, clientFor(user, groups)),
    adminKubeconfig: () => userKubeconfig(url, caPem, clientFor('owner', [MASTERS])),
    tokenKubeconfig: token => userKubeconfig(url, caPem, { token }),
    addToken: (token, user, groups = []) => {
      authenticator.addToken(token, { name: user, uid: '', groups, extra: {} })
    },
    removeToken: token => authenticator.removeToken(token),
    allow: (subject, rules) => authorizer.allow(subject, rules),
    objects,
    faults,
    signerFaults: wanted => {
      signer.faults = wanted
      signer.resume()
    },
    strangeAuthority: () => createAuthority(authorityOptions('strange-ca', now()), random),
    expireWatches: () => {
      store.compact()
      watches.expire()
    },
    sendBookmarks: () => watches.bookmark(),
    get watchCount() {
      return watches.count
    },
    log,
    close: async () => {
      signer.end()
      watches.end()
      await server.close()
    },
  }
}

/** A controller's write that came too late, or that a policy refused, is no fault of the cluster. */
function forgiving(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof StatusError) || ![403, 404, 409, 422].includes(error.code)) throw error
  }
}
