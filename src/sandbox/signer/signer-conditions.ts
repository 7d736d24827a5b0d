// Which requests a built-in signer signs (kubernetes/pkg/controller/certificates/signer/signer.go,
// pkg/apis/certificates/helpers.go). The answer is the message of the Failed condition, null where it signs.
import type { San } from '../../domain/request/x500.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import type { GoRequest } from './go-request.ts'

export type SignerRule = (request: GoRequest, usages: readonly string[]) => string | null

const ORGANIZATION = 'subject organization is not system:nodes'
const COMMON_NAME = 'subject common name does not begin with system:node:'

function isNodeOrganization({ subject }: GoRequest): boolean {
  const organizations = attributeValues(subject, ATTRIBUTE_OIDS.O)
  return organizations.length === 1 && organizations[0] === 'system:nodes'
}

function isNodeName({ subject }: GoRequest): boolean {
  return attributeValues(subject, ATTRIBUTE_OIDS.CN).at(-1)?.startsWith('system:node:') ?? false
}

function has({ sans }: GoRequest, kind: San['kind']): boolean {
  return sans.some(san => san.kind === kind)
}

/** The set must be these usages, with or without key encipherment. */
function usageFault(usages: readonly string[], required: readonly string[]): string | null {
  const asked = [...new Set(usages)].filter(usage => usage !== 'key encipherment').sort()
  const wanted = required.filter(usage => usage !== 'key encipherment')
  const matches = asked.length === wanted.length && asked.every(usage => wanted.includes(usage))
  return matches ? null : `usages did not match [${required.join(' ')}]`
}

function clientFault(_request: GoRequest, usages: readonly string[]): string | null {
  const allowed = ['client auth', 'digital signature', 'key encipherment']
  const other = usages.find(usage => !allowed.includes(usage))
  if (other !== undefined) return `invalid usage for client certificate: ${other}`
  return usages.includes('client auth')
    ? null
    : 'missing required usage for client certificate: client auth'
}

function kubeletClientFault(request: GoRequest, usages: readonly string[]): string | null {
  if (!isNodeOrganization(request)) return ORGANIZATION
  if (has(request, 'dnsName')) return 'DNS subjectAltNames are not allowed'
  if (has(request, 'emailAddress')) return 'Email subjectAltNames are not allowed'
  if (has(request, 'ipAddress')) return 'IP subjectAltNames are not allowed'
  if (has(request, 'uri')) return 'URI subjectAltNames are not allowed'
  if (!isNodeName(request)) return COMMON_NAME
  return usageFault(usages, ['client auth', 'digital signature', 'key encipherment'])
}

function kubeletServingFault(request: GoRequest, usages: readonly string[]): string | null {
  if (!isNodeOrganization(request)) return ORGANIZATION
  if (!has(request, 'dnsName') && !has(request, 'ipAddress')) {
    return 'DNS or IP subjectAltName is required'
  }
  if (has(request, 'emailAddress')) return 'Email subjectAltNames are not allowed'
  if (has(request, 'uri')) return 'URI subjectAltNames are not allowed'
  const fault = usageFault(usages, ['digital signature', 'key encipherment', 'server auth'])
  return fault ?? (isNodeName(request) ? null : COMMON_NAME)
}

export const SIGNER_RULES: Readonly<Record<string, SignerRule>> = {
  'kubernetes.io/kube-apiserver-client': clientFault,
  'kubernetes.io/kube-apiserver-client-kubelet': kubeletClientFault,
  'kubernetes.io/kubelet-serving': kubeletServingFault,
}
