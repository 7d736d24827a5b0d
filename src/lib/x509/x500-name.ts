// X.501 names (RFC 5280 §4.1.2.4): DER in and out with nothing dropped, and a form for people.
import type { DistinguishedName, NameAttribute, Rdn } from '../../domain/request/x500.ts'
import type { Checked } from '../../domain/problem.ts'
import { DerFault, readDer, readingDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { Fields, oidOf, requireTag, someOf } from './der-values.ts'
import {
  ia5String,
  isAscii,
  isPrintable,
  oid as oidDer,
  printableString,
  sequence,
  set,
  utf8String,
} from './der-write.ts'
import { ATTRIBUTE_OIDS, attributeShortName } from './oids.ts'
import { stringOf } from './strings.ts'

/**
 * Returns a distinguished name with every RDN and attribute; an empty list for an empty name. Refuses with X509_DER, X509_STRUCTURE
 * or X509_STRING.
 */
export function readName(der: Uint8Array): Checked<DistinguishedName> {
  return readingDer('the name', () => nameFromNode(readDer(Uint8Array.from(der))))
}

/** Returns the same for a node of a larger structure. Throws DerFault with the codes of `readName`. */
export function nameFromNode(node: DerNode): DistinguishedName {
  return requireTag(node, TAG.SEQUENCE, 'a name (a SEQUENCE)').children.map(rdnOf)
}

function rdnOf(node: DerNode): Rdn {
  return someOf(node, TAG.SET, 'a relative distinguished name (a SET)').map(attributeOf)
}

function attributeOf(node: DerNode): NameAttribute {
  const fields = new Fields(node, 'an attribute of a name')
  const oid = oidOf(fields.any('type'), 'the type of a name attribute')
  const value = fields.any('value')
  fields.end()
  return { oid, value: stringOf(value, `${attributeShortName(oid)} of a name`), der: value.bytes }
}

/**
 * Returns the DER of a name: the `der` of each attribute unchanged, the attributes of one RDN in SET OF order (X.690 §11.6). Throws
 * RangeError for an attribute type that is not an OID.
 */
export function encodeName(name: DistinguishedName): Uint8Array {
  return sequence(...name.map(encodeRdn))
}

function encodeRdn(rdn: Rdn): Uint8Array {
  return set(...rdn.map(attribute => sequence(oidDer(attribute.oid), attribute.der)))
}

/** RFC 4519 §2.4 and RFC 2985 §5.2.1 define these as IA5String. */
const IA5_ATTRIBUTES: ReadonlySet<string> = new Set([
  ATTRIBUTE_OIDS.emailAddress,
  ATTRIBUTE_OIDS.DC,
  ATTRIBUTE_OIDS.unstructuredName,
])

/**
 * Returns an attribute to write. IA5String for emailAddress, DC and unstructuredName if the text is ASCII; else PrintableString if
 * the text allows it, else UTF8String, as Go's crypto/x509/pkix chooses for the names that built-in signers rebuild. Half a
 * surrogate pair becomes U+FFFD, in `value` as in `der`.
 */
export function attribute(oid: string, value: string): NameAttribute {
  const text = Buffer.from(value, 'utf8').toString('utf8')
  return { oid, value: text, der: encodeValue(oid, text) }
}

function encodeValue(oid: string, text: string): Uint8Array {
  if (IA5_ATTRIBUTES.has(oid) && isAscii(text)) return ia5String(text)
  return isPrintable(text) ? printableString(text) : utf8String(text)
}

/** Returns every value of one attribute type (an OID), in the order of the name; empty if there is none. */
export function attributeValues(name: DistinguishedName, oid: string): readonly string[] {
  const values: string[] = []
  for (const rdn of name) for (const one of rdn) if (one.oid === oid) values.push(one.value)
  return values
}

/**
 * Returns a name for people: `CN=jane, O=developers`, RDNs in the order of the DER, '+' between the attributes of one RDN. Special
 * characters are escaped as in RFC 4514 §2.4, invisible ones (controls, direction marks, odd spaces) as hex pairs of their UTF-8.
 * Empty for an empty name.
 */
export function formatName(name: DistinguishedName): string {
  return name.map(rdn => rdn.map(formatAttribute).join('+')).join(', ')
}

function formatAttribute({ oid, value }: NameAttribute): string {
  return `${attributeShortName(oid)}=${escapeValue(value)}`
}

function escapeValue(value: string): string {
  return showInvisible(value.replaceAll(/[\\,+"<>;=]/g, String.raw`\$&`)).replaceAll(
    /^[ #]| $/g,
    String.raw`\$&`,
  )
}

/** Returns the text with each invisible character, except the space, as hex pairs of its UTF-8: `\E2\80\AE`. */
export function showInvisible(text: string): string {
  return text.replaceAll(/(?! )[\p{C}\p{Z}\p{DI}]/gu, hexPairs)
}

function hexPairs(character: string): string {
  const hex = Buffer.from(character, 'utf8').toString('hex').toUpperCase()
  return hex.replaceAll(/../g, String.raw`\$&`)
}

/**
 * Returns the name with the attributes of each RDN in the order of DER (X.690 §11.6). Returns it unchanged if its DER cannot be
 * read.
 */
export function inDerOrder(name: DistinguishedName): DistinguishedName {
  const read = readName(encodeName(name))
  return read.ok ? read.value : name
}

/** Throws DerFault X509_STRUCTURE for an empty name, where RFC 5280 requires one (§4.1.2.4, issuer). */
export function requireNonEmptyName(name: DistinguishedName, node: DerNode, what: string): void {
  if (name.length === 0) throw new DerFault('X509_STRUCTURE', `${what} is empty`, node.offset)
}
