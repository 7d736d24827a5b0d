// The port SigningRequests over certificates.k8s.io/v1. Only this file knows 201, 409 and the wire format.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../../../domain/cluster/signing-request.ts'
import type { AllSigningRequests, Listing, RequestRow } from '../../../ports/signing-requests.ts'
import { clusterRule, demandGone, refusal, unreadable } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import { listAll, listRows, readOne } from '../http/paged-list.ts'
import type { Row } from '../http/paged-list.ts'
import type { Answer, Call, Transport } from '../http/api-transport.ts'
import type { SigningRequestWatch } from '../http/shared-watch.ts'
import {
  SIGNING_REQUESTS,
  readSigningRequest,
  wireDecision,
  wireManifest,
} from './signing-request-json.ts'

/** Ours have at most 16 KiB of DER, and their certificates less. JSON makes an object of the API server's 1.5 MiB six times larger. */
const OBJECT_BYTES = 256 * 1024
const ROWS = 100
/** A certificate may have 30,000 characters in its name. Turns count by user, and read the whole name later. */
const LONGEST_USERNAME = 256

export class KubernetesSigningRequests implements AllSigningRequests {
  readonly #transport: Transport
  readonly #watch: SigningRequestWatch

  constructor(transport: Transport, watch: SigningRequestWatch) {
    this.#transport = transport
    this.#watch = watch
  }

  async create(manifest: SigningRequestManifest): ReturnType<AllSigningRequests['create']> {
    const answer = await this.#transport.ask({
      method: 'POST',
      path: SIGNING_REQUESTS,
      body: wireManifest(manifest),
    })
    if (answer.status === 409) return { kind: 'exists' }
    const doing = `create CertificateSigningRequest ${manifest.name}`
    return { kind: 'created', object: expectObject(answer, [201], doing, rule('', 'create')) }
  }

  async read(name: string): Promise<SigningRequest | null> {
    const answer = await this.#transport.ask(named('GET', name, ''))
    if (answer.status === 404) return null
    return expectObject(answer, [200], `read CertificateSigningRequest ${name}`, rule('', 'get'))
  }

  async approve(
    object: SigningRequest,
    reason: string,
    message: string,
  ): ReturnType<AllSigningRequests['approve']> {
    const decided = await this.#decide(object, 'Approved', reason, message)
    return decided === null ? { kind: 'changed' } : { kind: 'approved', object: decided }
  }

  async deny(
    object: SigningRequest,
    reason: string,
    message: string,
  ): ReturnType<AllSigningRequests['deny']> {
    const decided = await this.#decide(object, 'Denied', reason, message)
    return decided === null ? { kind: 'changed' } : { kind: 'denied', object: decided }
  }

  async list(owner: string | null): Promise<Listing> {
    const labelSelector = owner === null ? '' : `${OWNER_LABEL}=${owner}`
    return listAll(this.#transport, { ...LIST, labelSelector }, listed)
  }

  async *listRows(signerName: string): ReturnType<AllSigningRequests['listRows']> {
    const call = { ...LIST, fieldSelector: `spec.signerName=${signerName}` }
    for await (const rows of listRows(this.#transport, call)) yield rows.map(rowOf)
  }

  async readSmall(name: string): ReturnType<AllSigningRequests['readSmall']> {
    const found = await readOne(this.#transport, LIST, name)
    if (found === null) return null
    return found === 'tooLarge' ? { tooLarge: name } : listed(found)
  }

  async remove({ name, version }: SigningRequest): ReturnType<AllSigningRequests['remove']> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: version }
    const answer = await this.#transport.ask({ ...named('DELETE', name, ''), body })
    if (answer.status === 409 || answer.status === 404) return 'changed'
    const doing = `delete CertificateSigningRequest ${name}`
    if (answer.status !== 200) throw refusal(answer, doing, rule('', 'delete'))
    demandGone(answer, doing)
    return 'removed'
  }

  observe(name: string, signal: AbortSignal): AsyncIterable<Seen> {
    return this.#watch.observe(name, signal)
  }

  /** PUT /approval with uid and resourceVersion: a deleted and recreated object can never be approved in its place. */
  async #decide(
    object: SigningRequest,
    type: 'Approved' | 'Denied',
    reason: string,
    message: string,
  ): Promise<SigningRequest | null> {
    const condition = { type, status: 'True', reason, message }
    const body = wireDecision(object, [...object.conditions, condition])
    const answer = await this.#transport.ask({ ...named('PUT', object.name, '/approval'), body })
    if (answer.status === 409 || answer.status === 404) return null
    const verb = type === 'Approved' ? 'approve' : 'deny'
    const doing = `${verb} CertificateSigningRequest ${object.name}`
    return expectObject(answer, [200], doing, rule('/approval', 'update'))
  }
}

function named(method: Call['method'], name: string, subresource: string): Call {
  return { method, path: `${SIGNING_REQUESTS}/${encodeURIComponent(name)}${subresource}` }
}

function rule(subresource: string, verb: string): NeededRule {
  return clusterRule('certificates.k8s.io', `certificatesigningrequests${subresource}`, verb)
}

const LIST = {
  path: SIGNING_REQUESTS,
  doing: 'list CertificateSigningRequests',
  needs: rule('', 'list'),
  rows: ROWS,
  objectBytes: OBJECT_BYTES,
}

function rowOf({ Name: name = '', Requestor: username = '', Condition = '' }: Row): RequestRow {
  return {
    name,
    username: username.slice(0, LONGEST_USERNAME),
    isApproved: /^Approved\b/.test(Condition),
    isIssued: /,Issued\b/.test(Condition),
    isPending: Condition === 'Pending',
  }
}

function listed(body: unknown): SigningRequest {
  return expectObject({ status: 200, body }, [200], LIST.doing, LIST.needs)
}

function expectObject(
  answer: Answer,
  statuses: readonly number[],
  doing: string,
  needs: NeededRule,
): SigningRequest {
  if (!statuses.includes(answer.status)) throw refusal(answer, doing, needs)
  const object = readSigningRequest(answer.body)
  if (object === null) throw unreadable(doing, answer.body)
  return object
}
