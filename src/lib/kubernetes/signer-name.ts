// What the API server says of a signerName (k8s.io/kubernetes pkg/apis/certificates/validation/validation.go,
// ValidateSignerName): domain/path, each with its own rules.

/** The name under which Kubernetes grants every signer of one domain (pkg/certauthorization): example.com/*. */
export function domainWildcard(signerName: string): string {
  return `${signerName.split('/')[0] ?? ''}/*`
}

export function isDomainWildcard(text: string): boolean {
  return /^[^*/]+\/\*$/.test(text)
}

/** Whether one of the names is this signer's, or of its whole domain. */
export function isSignerAmong(names: readonly string[], signerName: string): boolean {
  return names.includes(signerName) || names.includes(domainWildcard(signerName))
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_LENGTH = 63
const DOMAIN_LENGTH = 253
/** 253 for the domain, one for the slash, 317 for the path. */
const WHOLE_LENGTH = 571

/** Every fault of the name in words, in the API server's order. */
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

/** Each piece of the path is held to the rule of a subdomain, whose labels have no length of their own. */
function isLabelOfAnyLength(label: string): boolean {
  return LABEL.test(label)
}
