// The API server's rules for a signerName: domain/path, with rules for each part (k8s.io/kubernetes
// pkg/apis/core/validation/names.go, ValidateSignerName).

/** Returns the name that grants every signer of a domain, for example `example.com/*` (k8s.io/kubernetes pkg/certauthorization). */
export function domainWildcard(signerName: string): string {
  return `${signerName.split('/')[0] ?? ''}/*`
}

/** Returns whether the text is such a wildcard. */
export function isDomainWildcard(text: string): boolean {
  return /^[^*/]+\/\*$/.test(text)
}

/** Returns whether one of the names is this signer or the wildcard of its domain. */
export function isSignerAmong(names: readonly string[], signerName: string): boolean {
  return names.includes(signerName) || names.includes(domainWildcard(signerName))
}

/** Namespace and name of the cert-manager Issuer that a signer is; null for other signers, and for a ClusterIssuer. */
export function certManagerIssuer(signerName: string): { namespace: string; name: string } | null {
  const [, namespace, name] = /^issuers\.cert-manager\.io\/([^.*]+)\.(.+)$/.exec(signerName) ?? []
  return namespace === undefined || name === undefined ? null : { namespace, name }
}

/** The signers of all cert-manager Issuers in all namespaces. */
export const EVERY_ISSUER = 'issuers.cert-manager.io/*'

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_LENGTH = 63
const DOMAIN_LENGTH = 253
/** In characters: 253 for the domain, 1 for the slash, 317 for the path. */
const WHOLE_LENGTH = 571

/**
 * Returns every fault of the name, each as the end of a sentence; empty if the name is valid. A name without exactly one slash has
 * only that fault.
 */
export function signerNameFaults(signerName: string): readonly string[] {
  const parts = signerName.split('/')
  const [domain, path] = parts
  if (domain === undefined || path === undefined || parts.length !== 2)
    return ['must be a domain and a path with one slash, for example example.com/team']
  const faults: string[] = []
  if (signerName.length > WHOLE_LENGTH) faults.push(`is longer than ${WHOLE_LENGTH} characters`)
  const labels = domain.split('.')
  if (labels.length < 2) faults.push(`needs a domain with a dot, and "${domain}" has none`)
  if (domain.length > DOMAIN_LENGTH)
    faults.push(`has a domain longer than ${DOMAIN_LENGTH} characters`)
  const wrong = labels.find(label => !isLabel(label))
  if (wrong !== undefined)
    faults.push(`has "${wrong}" in its domain; labels are lower-case letters, digits and hyphens`)
  const wrongPiece = path
    .split('.')
    .find(piece => piece.length > DOMAIN_LENGTH || !isLabelOfAnyLength(piece))
  if (wrongPiece !== undefined)
    faults.push(
      `has "${wrongPiece}" in its path; pieces are lower-case letters, digits and hyphens`,
    )
  return faults
}

function isLabel(label: string): boolean {
  return label.length <= LABEL_LENGTH && LABEL.test(label)
}

/** Each piece of the path follows the rule of a subdomain, whose labels have no limit of their own. */
function isLabelOfAnyLength(label: string): boolean {
  return LABEL.test(label)
}
