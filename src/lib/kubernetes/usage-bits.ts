// Kubernetes usages as X.509 keyUsage bits and extended key usages (k8s.io/kubernetes
// pkg/controller/certificates/authority/policies.go, keyUsagesFromStrings).
import type { Usage } from '../../domain/request/usage.ts'

/** RFC 5280 §4.2.1.3 bit names, in bit order, with the usages that set them. */
const KEY_USAGES = [
  ['digitalSignature', ['digital signature', 'signing']],
  ['contentCommitment', ['content commitment']],
  ['keyEncipherment', ['key encipherment']],
  ['dataEncipherment', ['data encipherment']],
  ['keyAgreement', ['key agreement']],
  ['keyCertSign', ['cert sign']],
  ['cRLSign', ['crl sign']],
  ['encipherOnly', ['encipher only']],
  ['decipherOnly', ['decipher only']],
] as const satisfies readonly (readonly [string, readonly Usage[]])[]

/** Extended key usages in the order the built-in signers write them. */
const EXTENDED_KEY_USAGES = [
  ['2.5.29.37.0', ['any']],
  ['1.3.6.1.5.5.7.3.1', ['server auth']],
  ['1.3.6.1.5.5.7.3.2', ['client auth']],
  ['1.3.6.1.5.5.7.3.3', ['code signing']],
  ['1.3.6.1.5.5.7.3.4', ['email protection', 's/mime']],
  ['1.3.6.1.5.5.7.3.5', ['ipsec end system']],
  ['1.3.6.1.5.5.7.3.6', ['ipsec tunnel']],
  ['1.3.6.1.5.5.7.3.7', ['ipsec user']],
  ['1.3.6.1.5.5.7.3.8', ['timestamping']],
  ['1.3.6.1.5.5.7.3.9', ['ocsp signing']],
  ['1.3.6.1.4.1.311.10.3.3', ['microsoft sgc']],
  ['2.16.840.1.113730.4.1', ['netscape sgc']],
] as const satisfies readonly (readonly [string, readonly Usage[]])[]

/** Returns the RFC 5280 names of the keyUsage bits, in bit order; empty means no keyUsage extension. */
export function keyUsageOf(usages: readonly Usage[]): readonly string[] {
  return KEY_USAGES.flatMap(([name, set]) =>
    set.some(usage => usages.includes(usage)) ? [name] : [],
  )
}

/** Returns the OIDs of the extended key usages, in the built-in signers' order; empty means no extendedKeyUsage extension. */
export function extendedKeyUsageOf(usages: readonly Usage[]): readonly string[] {
  return EXTENDED_KEY_USAGES.flatMap(([oid, set]) =>
    set.some(usage => usages.includes(usage)) ? [oid] : [],
  )
}

/**
 * Returns the same OIDs in the order of `usages`, for a PKCS#10: cert-manager refuses one with another order than spec.usages
 * (pkg/util/pki/certificatetemplate.go).
 */
export function requestedPurposesOf(usages: readonly Usage[]): readonly string[] {
  return [...new Set(usages.flatMap(usage => extendedKeyUsageOf([usage])))]
}
