// The names that approved CertificateSigningRequests keep from other nodes.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { IssuedName, NameHolder } from '../../domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import { namesHeld } from '../../core/pending/node-names.ts'
import { pkcs10FromPem } from '../../core/request/pkcs10/verified-pkcs10.ts'
import { NODE_PREFIX } from '../../lib/kubernetes/kubernetes-name-rules.ts'
import { DNS_SUBDOMAIN } from '../../lib/schema/text-rules.ts'
import { DEFAULT_CAP_SECONDS } from '../../lib/kubernetes/signer-lifetime.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'

export type Holders = Map<string, readonly NameHolder[]>

/** Between an approval and the certificate. Until then the CertificateSigningRequest itself keeps its names. */
const SIGNING_MS = 2 * 3_600_000

export function isApproved({ conditions }: SigningRequest): boolean {
  const has = (type: string): boolean => conditions.some(each => each.type === type)
  return has('Approved') && !has('Denied') && !has('Failed')
}

/** Adds the names of an approved request, unless its certificate has expired or cannot be read. */
export function hold(held: Holders, object: SigningRequest, now: Date): void {
  const leaf = leafIn(object.certificate)
  if (leaf !== null && leaf.notAfter <= now) return
  for (const { name, ...holder } of namesOf(object, leaf))
    held.set(name, [...(held.get(name) ?? []), holder])
}

/** Whether a request asks for an address that no certificate has. */
export function asksForAddress(object: SigningRequest, held: Holders): boolean {
  return namesOf(object, null).some(({ name }) => name.startsWith('IP ') && !held.has(name))
}

/** The names that a request has once it is approved, each with the latest end of its certificate. */
export function issuedBy(
  object: SigningRequest,
  cluster: ClusterConfig,
  now: Date,
): readonly IssuedName[] {
  const signer = signerNamed(cluster, object.signerName)
  const seconds = object.expirationSeconds ?? signer?.maxDurationSeconds ?? DEFAULT_CAP_SECONDS
  const until = new Date(now.getTime() + seconds * 1000 + SIGNING_MS)
  return namesOf(object, null).map(({ name, commonName }) => ({ name, commonName, until }))
}

/** The names in the certificate of a node, until it expires. Empty if it has no certificate of a node. */
export function certifiedBy(object: SigningRequest): readonly IssuedName[] {
  const leaf = leafIn(object.certificate)
  if (leaf === null) return []
  const named = namesOf(object, leaf).filter(({ commonName }) => isNode(commonName))
  return named.map(({ name, commonName }) => ({ name, commonName, until: leaf.notAfter }))
}

/** An approval by hand may have given any name. */
function isNode(commonName: string): boolean {
  const node = commonName.slice(NODE_PREFIX.length)
  return commonName.startsWith(NODE_PREFIX) && DNS_SUBDOMAIN.pattern.test(node)
}

function namesOf({ request }: SigningRequest, leaf: X509Certificate | null) {
  const asked = leaf === null ? pkcs10FromPem(request, null) : null
  const named = leaf ?? (asked?.ok === true ? asked.value : null)
  if (named === null) return []
  const [commonName = ''] = attributeValues(named.subject, ATTRIBUTE_OIDS.CN)
  return namesHeld(named).map(name => ({ name, commonName, key: named.publicKey.sha256 }))
}
