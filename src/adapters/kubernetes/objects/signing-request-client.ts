// The port SigningRequests over certificates.k8s.io/v1.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../../../domain/cluster/signing-request.ts'
import type { AllSigningRequests, Listing, RequestRow } from '../../../ports/signing-requests.ts'
import { readAnswer } from '../http/api-server-refusal.ts'
import { listRows, readOne } from '../http/paged-list.ts'
import type { Row } from '../http/paged-list.ts'
import type { Asking } from '../http/api-transport.ts'
import type { SigningRequestWatch } from '../http/shared-watch.ts'
import { ObjectClient } from './object-client.ts'
import { SIGNING_REQUEST, wireDecision, wireManifest } from './signing-request-json.ts'

/** Ours have at most 16 KiB of DER, and their certificates less. JSON makes an object of the API server's 1.5 MiB six times larger. */
const OBJECT_BYTES = 256 * 1024
const ROWS = 100
/** A certificate may have 30,000 characters in its name. Turns count by user, and read the whole name later. */
const LONGEST_USERNAME = 256

const LIST = { doing: 'list CertificateSigningRequests', rows: ROWS, objectBytes: OBJECT_BYTES }

export class KubernetesSigningRequests implements AllSigningRequests {
  readonly #transport: Asking
  readonly #objects: ObjectClient
  readonly #watch: SigningRequestWatch

  constructor(transport: Asking, watch: SigningRequestWatch) {
    this.#transport = transport
    this.#objects = new ObjectClient(transport, 'CertificateSigningRequest')
    this.#watch = watch
  }

  async create(manifest: SigningRequestManifest): ReturnType<AllSigningRequests['create']> {
    const doing = `create CertificateSigningRequest ${manifest.name}`
    const object = await this.#objects.write(wireManifest(manifest), SIGNING_REQUEST, doing)
    return object === null ? { kind: 'exists' } : { kind: 'created', object }
  }

  read(name: string): Promise<SigningRequest | null> {
    return this.#objects.read(name, SIGNING_REQUEST, `read CertificateSigningRequest ${name}`)
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

  list(owner: string | null): Promise<Listing> {
    const labelSelector = owner === null ? '' : `${OWNER_LABEL}=${owner}`
    return this.#objects.listOf(SIGNING_REQUEST, { ...LIST, labelSelector }, object => object)
  }

  async *listRows(signerName: string): ReturnType<AllSigningRequests['listRows']> {
    const call = this.#objects.listing({ ...LIST, fieldSelector: `spec.signerName=${signerName}` })
    for await (const rows of listRows(this.#transport, call)) yield rows.map(rowOf)
  }

  async readSmall(name: string): ReturnType<AllSigningRequests['readSmall']> {
    const found = await readOne(this.#transport, this.#objects.listing(LIST), name)
    if (found === null) return null
    if (found === 'tooLarge') return { tooLarge: name }
    const needs = this.#objects.needs('list')
    return readAnswer({ status: 200, body: found }, SIGNING_REQUEST, LIST.doing, needs)
  }

  async remove({ name, version }: SigningRequest): ReturnType<AllSigningRequests['remove']> {
    const doing = `delete CertificateSigningRequest ${name}`
    const done = await this.#objects.remove(name, version, doing, true)
    return done === 'gone' ? 'removed' : 'changed'
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
    const { name, conditions } = object
    const condition = { type, status: 'True', reason, message }
    const body = this.#objects.wire(wireDecision(object, [...conditions, condition]))
    const answer = await this.#objects.ask('PUT', { name, subresource: 'approval', body })
    if (answer.status === 409 || answer.status === 404) return null
    const doing = `${type === 'Approved' ? 'approve' : 'deny'} CertificateSigningRequest ${name}`
    const needs = this.#objects.needs('update')
    const resource = `${needs.resource}/approval`
    return readAnswer(answer, SIGNING_REQUEST, doing, { ...needs, resource })
  }
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
