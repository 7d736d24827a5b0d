// Kubernetes' names of usages (k8s.io/api certificates/v1/types.go), unchanged.

/** Every usage that a CertificateSigningRequest may name, in Kubernetes' spelling and alphabetical order. */
export const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
] as const

export type Usage = (typeof USAGES)[number]

export function isUsage(text: string): text is Usage {
  return USAGES.some(usage => usage === text)
}
