// The extensions (RFC 5280 §4.2) of certificates and PKCS#10 requests: all of them as bytes, and the four that are judged as
// values.
import type { ExtensionSet } from '../../domain/cluster/certificate.ts'
import { DerFault, TAG, requireUnique } from './der.ts'
import type { DerNode } from './der.ts'
import {
  booleanOf,
  Fields,
  insideOctets,
  integerOf,
  oidOf,
  requireTag,
  someOf,
} from './der-values.ts'
import { EXTENSION_OIDS, extensionName } from './oids.ts'
import { sansOf } from './general-names.ts'

/** The bits of KeyUsage in their order (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export const NO_EXTENSIONS: ExtensionSet = {
  extensions: [],
  sans: [],
  keyUsage: [],
  extendedKeyUsage: [],
  isCa: false,
}

/**
 * Returns the extensions of a SEQUENCE OF Extension; the values of an absent extension are empty, `isCa` is false. Throws DerFault:
 * X509_STRUCTURE for an empty list, a repeated extension (RFC 5280 §4.2) or a value of another structure; X509_DER for a value that
 * is not DER; X509_STRING for a SAN that cannot be read.
 */
export function extensionsOf(node: DerNode): ExtensionSet {
  const entries = someOf(node, TAG.SEQUENCE, 'the list of extensions (a SEQUENCE)').map(entryOf)
  requireUnique(
    entries.map(({ oid, octets }) => ({ oid, offset: octets.offset })),
    oid => `extension ${extensionName(oid)}`,
  )
  const inside = (oid: string): DerNode | null => {
    const entry = entries.find(entry => entry.oid === oid)
    return entry === undefined ? null : insideOctets(entry.octets, extensionName(oid))
  }
  const sans = inside(EXTENSION_OIDS.subjectAltName)
  const keyUsage = inside(EXTENSION_OIDS.keyUsage)
  const extendedKeyUsage = inside(EXTENSION_OIDS.extendedKeyUsage)
  const constraints = inside(EXTENSION_OIDS.basicConstraints)
  return {
    extensions: entries.map(({ oid, critical, value }) => ({ oid, critical, value })),
    sans: sans === null ? [] : sansOf(sans),
    keyUsage: keyUsage === null ? [] : keyUsageOf(keyUsage),
    extendedKeyUsage: extendedKeyUsage === null ? [] : extendedKeyUsageOf(extendedKeyUsage),
    isCa: constraints !== null && isCaOf(constraints),
  }
}

function entryOf(node: DerNode) {
  const fields = new Fields(node, 'an extension')
  const oid = oidOf(fields.any('identifier'), 'the identifier of an extension')
  const flag = fields.optional(TAG.BOOLEAN)
  const octets = fields.next(TAG.OCTET_STRING, `value (${extensionName(oid)})`)
  fields.end()
  const critical = flag !== null && requireTrue(flag, `critical of ${extensionName(oid)}`)
  return { oid, critical, value: octets.content, octets }
}

/** X.690 §11.5: a default value (FALSE) is left out. */
function requireTrue(node: DerNode, what: string): true {
  if (booleanOf(node, what)) return true
  throw new DerFault('X509_DER', `${what} is written out although it is the default`, node.offset)
}

function keyUsageOf(node: DerNode): readonly string[] {
  const [unused = 0, ...bytes] = requireTag(node, TAG.BIT_STRING, 'keyUsage').content
  const bits = bytes.flatMap(byte => byte.toString(2).padStart(8, '0').split(''))
  const named = unused === 0 ? bits : bits.slice(0, -unused)
  if (named.at(-1) === '0') {
    throw new DerFault('X509_DER', 'keyUsage ends in a bit that is not set', node.offset)
  }
  if (named.length > KEY_USAGES.length) {
    throw new DerFault(
      'X509_STRUCTURE',
      'keyUsage has a bit that RFC 5280 does not name',
      node.offset,
    )
  }
  return KEY_USAGES.filter((_, index) => named[index] === '1')
}

function extendedKeyUsageOf(node: DerNode): readonly string[] {
  return someOf(node, TAG.SEQUENCE, 'extendedKeyUsage').map(purpose =>
    oidOf(purpose, 'a purpose of extendedKeyUsage'),
  )
}

function isCaOf(node: DerNode): boolean {
  const fields = new Fields(node, 'basicConstraints')
  const flag = fields.optional(TAG.BOOLEAN)
  const pathLength = fields.optional(TAG.INTEGER)
  fields.end()
  if (pathLength !== null && (flag === null || integerOf(pathLength, 'pathLenConstraint') < 0n)) {
    const sentence = 'a path length that is negative, or not of a CA'
    throw new DerFault('X509_STRUCTURE', sentence, pathLength.offset)
  }
  return flag !== null && requireTrue(flag, 'cA of basicConstraints')
}
