// The port SigningRequests over certificates.k8s.io/v1.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { SigningRequest } from '../../../domain/cluster/signing-request.ts'
import type { AllSigningRequests, Decided, RequestRow } from '../../../ports/signing-requests.ts'
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

export function kubernetesSigningRequests(
  transport: Asking,
  watch: SigningRequestWatch,
): AllSigningRequests {
  const objects = new ObjectClient(transport, 'CertificateSigningRequest')
  return {
    async create(manifest) {
      const doing = `create CertificateSigningRequest ${manifest.name}`
      const object = await objects.write(wireManifest(manifest), SIGNING_REQUEST, doing)
      return object === null ? { kind: 'exists' } : { kind: 'created', object }
    },

    read(name) {
      return objects.read(name, SIGNING_REQUEST, `read CertificateSigningRequest ${name}`)
    },

    approve: (object, reason, message) => decide(object, 'Approved', reason, message),
    deny: (object, reason, message) => decide(object, 'Denied', reason, message),

    list(owner) {
      const labelSelector = owner === null ? '' : `${OWNER_LABEL}=${owner}`
      return objects.listOf(SIGNING_REQUEST, { ...LIST, labelSelector }, object => object)
    },

    async *listRows(signerName) {
      const call = objects.listing({ ...LIST, fieldSelector: `spec.signerName=${signerName}` })
      for await (const rows of listRows(transport, call)) yield rows.map(rowOf)
    },

    async readSmall(name) {
      const found = await readOne(transport, objects.listing(LIST), name)
      if (found === null) return null
      if (found === 'tooLarge') return { tooLarge: name }
      const needs = objects.needs('list')
      return readAnswer({ status: 200, body: found }, SIGNING_REQUEST, LIST.doing, needs)
    },

    async remove({ name, version }) {
      const doing = `delete CertificateSigningRequest ${name}`
      const done = await objects.remove(name, version, doing, true)
      return done === 'gone' ? 'removed' : 'changed'
    },

    observe: (name, signal) => watch.observe(name, signal),
  }

  /** PUT /approval with uid and resourceVersion: a deleted and recreated object can never be approved in its place. */
  async function decide(
    object: SigningRequest,
    type: 'Approved' | 'Denied',
    reason: string,
    message: string,
  ): Promise<Decided> {
    const { name, conditions } = object
    const condition = { type, status: 'True', reason, message }
    const body = objects.wire(wireDecision(object, [...conditions, condition]))
    const answer = await objects.ask('PUT', { name, subresource: 'approval', body })
    if (answer.status === 409 || answer.status === 404) return { kind: 'changed' }
    const doing = `${type === 'Approved' ? 'approve' : 'deny'} CertificateSigningRequest ${name}`
    const needs = objects.needs('update')
    const resource = `${needs.resource}/approval`
    const decided = readAnswer(answer, SIGNING_REQUEST, doing, { ...needs, resource })
    return { kind: 'decided', object: decided }
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
