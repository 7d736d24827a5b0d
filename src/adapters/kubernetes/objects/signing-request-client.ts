// The port SigningRequests over certificates.k8s.io/v1. Only this file knows 201, 409 and the wire format.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../../../domain/cluster/signing-request.ts'
import type { AllSigningRequests } from '../../../ports/signing-requests.ts'
import { clusterRule, refusal, unreadable } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import { listAll, listInPages } from '../http/paged-list.ts'
import type { Answer, Call, Transport } from '../http/api-transport.ts'
import type { SigningRequestWatch } from '../http/shared-watch.ts'
import {
  SIGNING_REQUESTS,
  readSigningRequest,
  wireDecision,
  wireManifest,
} from './signing-request-json.ts'

/** An object may have 2 MiB, and an answer 64 MiB. */
const SMALL_PAGE = 30

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

  async list(owner: string | null): Promise<readonly SigningRequest[]> {
    const doing = 'list CertificateSigningRequests'
    const needs = rule('', 'list')
    const labelSelector = owner === null ? '' : `${OWNER_LABEL}=${owner}`
    const call = { path: SIGNING_REQUESTS, labelSelector, doing, needs }
    const { items } = await listAll(this.#transport, call, body =>
      expectObject({ status: 200, body }, [200], doing, needs),
    )
    return items
  }

  async *listInParts(signerName: string): AsyncGenerator<readonly SigningRequest[]> {
    const doing = 'list CertificateSigningRequests'
    const needs = rule('', 'list')
    const call = {
      path: SIGNING_REQUESTS,
      fieldSelector: `spec.signerName=${signerName}`,
      doing,
      needs,
    }
    for await (const items of listInPages(this.#transport, call, SMALL_PAGE))
      yield items.map(body => expectObject({ status: 200, body }, [200], doing, needs))
  }

  async remove({ name, version }: SigningRequest): ReturnType<AllSigningRequests['remove']> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: version }
    const answer = await this.#transport.ask({ ...named('DELETE', name, ''), body })
    if (answer.status === 409 || answer.status === 404) return 'changed'
    if (answer.status === 200) return 'removed'
    const doing = `delete CertificateSigningRequest ${name}`
    throw refusal(answer, doing, rule('', 'delete'))
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
