// Grants among the groups of a subject. A PKCS#10 is signed by its requester, so it carries its own; others get theirs at issue.
import { GRANT_PREFIX, isGrantOf, isGuardedGrant } from '../../domain/cluster/grant.ts'
import type { EffectiveRequest, RequestSpec } from '../../domain/request/request.ts'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { attribute, inDerOrder, attributeValues } from '../x509/x500-name.ts'

/** Every group that begins as grants do, well-formed or not. */
export function claimedGrants(subject: DistinguishedName): readonly string[] {
  return attributeValues(subject, ATTRIBUTE_OIDS.O).filter(group => group.startsWith(GRANT_PREFIX))
}

/** The first grant of this owner, null if there is none. */
export function grantIn(subject: DistinguishedName, owner: string): string | null {
  return claimedGrants(subject).find(group => isGrantOf(owner, group)) ?? null
}

/** The request whose certificate also carries `grant`; itself if that is null, or if its PKCS#10 carries its grant already. */
export function carryingGrant(request: EffectiveRequest, grant: string | null): EffectiveRequest {
  if (grant === null || request.key.kind === 'own') return request
  return { ...request, subject: withGroup(request.subject, grant) }
}

/** The group joins the other groups, as Go's pkix.Name writes them; without any, it is a part of its own. */
function withGroup(subject: DistinguishedName, group: string): DistinguishedName {
  const added = attribute(ATTRIBUTE_OIDS.O, group)
  const index = subject.findIndex(rdn => rdn.every(({ oid }) => oid === ATTRIBUTE_OIDS.O))
  if (index < 0) return [[added], ...subject]
  return inDerOrder(subject.map((rdn, at) => (at === index ? [...rdn, added] : rdn)))
}

/**
 * The grant in the PKCS#10 of a request, null without one. That a request with access has just one, and that it is of this owner, was
 * checked when the request was read (accessFaults). Without access only a guarded grant counts. A request that has no file was
 * approved by nobody, so the grant in it is that of another.
 */
export function ownGrant(request: EffectiveRequest): string | null {
  const { key, access, path, subject } = request
  if (key.kind !== 'own' || path === '') return null
  const [grant = null, ...others] = claimedGrants(subject)
  if (grant === null || access.length > 0) return grant
  return others.length === 0 && isGuardedGrant(grant) && isClient(request) ? grant : null
}

/**
 * Whether the certificate logs in to the API server by a signer of its own. Names of Kubernetes itself get no grant without access: a
 * control plane whose writes depend on countersign could not repair it.
 */
export function isClient(
  request: Pick<RequestSpec, 'signerName' | 'usages'> & Pick<EffectiveRequest, 'subject'>,
): boolean {
  const { signerName, usages, subject } = request
  return (
    signerName === KUBE_APISERVER_CLIENT &&
    usages?.includes('client auth') === true &&
    !attributeValues(subject, ATTRIBUTE_OIDS.CN).some(name => name.startsWith('system:'))
  )
}
