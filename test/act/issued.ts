// The result of a run in the cluster, read over HTTP as administrator.
import { X509Certificate } from 'node:crypto'
import { storedPair } from '../build/stored.ts'
import type { StoredPair } from '../build/stored.ts'
import type { Subject } from '../build/subjects.ts'
import type { Acme } from './acme.ts'
import type { ApiObject } from '../build/api-object.ts'

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

/** Subject of a certificate in its own order, one attribute per line. */
export function subjectOf(pem: string): string {
  return new X509Certificate(pem).subject
}

export function serialOf(pem: string): string {
  return new X509Certificate(pem).serialNumber
}

/** The pair in the Secret of a request, or null. Its key is treated as a secret from now on. */
export async function pairOf(
  subject: Subject,
  acme: Acme,
  name: string,
): Promise<StoredPair | null> {
  const pair = await storedPair(subject, acme.namespace, `${name}-tls`)
  if (pair?.key) acme.secrets.push(pair.key)
  return pair
}

export interface DescribedRequest {
  readonly name: string
  /** Conditions such as `Approved`, with their reason and message. */
  readonly conditions: readonly { type: string; reason: string; message: string }[]
}

/** The CertificateSigningRequests of a configuration, by name; only those of one request if it is named. */
export async function requestsOf(
  subject: Subject,
  acme: Acme,
  name = '',
): Promise<readonly DescribedRequest[]> {
  const label = encodeURIComponent(`countersign.dev/owner=${acme.owner}`)
  const { body } = await subject.admin.get(`${REQUESTS}?labelSelector=${label}`)
  const prefix = name === '' ? '' : `cs-${name}-`
  return body.items
    .filter(({ metadata }: ApiObject) => metadata.name.startsWith(prefix))
    .map(({ metadata, status }: ApiObject) => ({
      name: metadata.name,
      conditions: status.conditions ?? [],
    }))
}
