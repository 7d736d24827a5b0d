// Wire format of a CertificateSigningRequest: its JSON in both directions.
import { z } from 'zod'
import type {
  Condition,
  SigningRequest,
  SigningRequestManifest,
} from '../../../domain/cluster/signing-request.ts'

/** Other fields of a condition (its times) are sent back unchanged when another condition is added. */
const CONDITION = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
})

const OBJECT = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    request: z.string(),
    signerName: z.string(),
    usages: z.array(z.string()).default([]),
    expirationSeconds: z.number().optional(),
    username: z.string().default(''),
    groups: z.array(z.string()).default([]),
  }),
  status: z
    .object({ conditions: z.array(CONDITION).default([]), certificate: z.string().optional() })
    .default({ conditions: [] }),
})

/** A wire object as SigningRequest. */
export const SIGNING_REQUEST = OBJECT.transform(({ metadata, spec, status }): SigningRequest => {
  return {
    name: metadata.name,
    version: { uid: metadata.uid, resourceVersion: metadata.resourceVersion },
    labels: metadata.labels,
    annotations: metadata.annotations,
    createdAt: new Date(metadata.creationTimestamp),
    request: fromBase64(spec.request),
    signerName: spec.signerName,
    usages: spec.usages,
    expirationSeconds: spec.expirationSeconds ?? null,
    username: spec.username,
    groups: spec.groups,
    conditions: status.conditions,
    certificate: status.certificate === undefined ? null : fromBase64(status.certificate),
  }
})

/** The members of a new object. */
export function wireManifest(
  manifest: Omit<SigningRequestManifest, 'usages'> & { readonly usages: readonly string[] },
) {
  const { name, labels, annotations, request, signerName, usages, expirationSeconds } = manifest
  return {
    metadata: { name, labels, annotations },
    spec: { request: toBase64(request), signerName, usages, expirationSeconds },
  }
}

/** The members of an update of /approval, for this object and no other of its name. */
export function wireDecision(object: SigningRequest, conditions: readonly Condition[]) {
  const { name, version, labels, annotations, request, signerName, usages } = object
  const { expirationSeconds } = object
  const lifetime = expirationSeconds === null ? {} : { expirationSeconds }
  return {
    metadata: { name, ...version, annotations, labels },
    spec: { request: toBase64(request), signerName, usages, ...lifetime },
    status: { conditions },
  }
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}
