// CertificateSigningRequests for tests.
import type { ApiObject } from './api-object.ts'
import type { Subject } from './subjects.ts'
import { opensslRequest } from './openssl-request.ts'
import type { MadeRequest, RequestShape } from './openssl-request.ts'

export const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
export const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
/** A signer name without a signer. */
export const NO_SIGNER = 'example.com/nobody'

let plain: string | null = null

/** A valid request, made once. */
export function plainRequest(): string {
  plain ??= opensslRequest({ subject: '/O=developers/CN=jane' }).base64
  return plain
}

export function signingRequest(name: string, spec: object = {}, rest: object = {}): object {
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      request: plainRequest(),
      signerName: NO_SIGNER,
      usages: ['client auth'],
      ...spec,
    },
    ...rest,
  }
}

/** Creates one as the administrator; it is deleted when the run ends. */
export async function createRequest(
  subject: Subject,
  base: string,
  spec: object = {},
): Promise<ApiObject> {
  const name = subject.name(base)
  subject.later(`${SIGNING_REQUESTS}/${encodeURIComponent(name)}`)
  return subject.admin.created(SIGNING_REQUESTS, signingRequest(name, spec))
}

export function condition(type: string, rest: object = {}): object {
  return { type, status: 'True', ...rest }
}

/** The same object with these conditions. */
export function withConditions(object: ApiObject, ...conditions: readonly object[]): object {
  return { ...object, status: { ...object.status, conditions } }
}

/** Creates and approves one, and waits until the signer has signed it or marked it Failed. */
export async function settled(
  subject: Subject,
  base: string,
  shape: RequestShape,
  spec: object,
): Promise<ApiObject & { readonly made: MadeRequest }> {
  const made = opensslRequest(shape)
  const object = await createRequest(subject, base, { request: made.base64, ...spec })
  const path = `${SIGNING_REQUESTS}/${object.metadata.name}`
  const watch = await subject.admin.watch(
    `${SIGNING_REQUESTS}?watch=1&fieldSelector=metadata.name%3D${object.metadata.name}`,
  )
  await subject.admin.put(`${path}/approval`, withConditions(object, condition('Approved')))
  const event = await watch.until(
    ({ object: seen }) =>
      seen.status.certificate !== undefined ||
      (seen.status.conditions ?? []).some(one => one.type === 'Failed'),
  )
  watch.stop()
  return { ...event.object, made }
}

export function certificateOf(object: ApiObject): string {
  return Buffer.from(object.status.certificate, 'base64').toString('utf8')
}

/** The message of a 422 for a CertificateSigningRequest. */
export function invalidText(name: string, rest: string): string {
  return `CertificateSigningRequest.certificates.k8s.io "${name}" is invalid: ${rest}`
}
