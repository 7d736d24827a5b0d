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

/** A distinguished name from its DER: every RDN, every attribute. Problems carry X509_DER, X509_STRUCTURE or X509_STRING. */
export function readName(der: Uint8Array): Checked<DistinguishedName> {
  return readingDer('the name', () => nameOf(readDer(Uint8Array.from(der))))
}

/** The same for a node of a larger structure. Throws DerFault. */
export function nameOf(node: DerNode): DistinguishedName {
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

/** DER of a name: values as they stand in `der` of each attribute, RDNs of several attributes in SET OF order. */
export function encodeName(name: DistinguishedName): Uint8Array {
  return sequence(...name.map(encodeRdn))
}

function encodeRdn(rdn: Rdn): Uint8Array {
  return set(...rdn.map(attribute => sequence(oidDer(attribute.oid), attribute.der)))
}

/** RFC 4519 §2.4 and RFC 2985 §5.2.1 give these IA5String. */
const IA5_ATTRIBUTES: ReadonlySet<string> = new Set([
  ATTRIBUTE_OIDS.emailAddress,
  ATTRIBUTE_OIDS.DC,
  ATTRIBUTE_OIDS.unstructuredName,
])

/**
 * An attribute to write: IA5String for emailAddress and DC, else PrintableString if the text allows it, else
 * UTF8String, as Go's crypto/x509/pkix does for the names the built-in signers rebuild. Half a surrogate pair
 * becomes U+FFFD, in `value` as in `der`.
 */
export function attribute(oid: string, value: string): NameAttribute {
  const text = Buffer.from(value, 'utf8').toString('utf8')
  return { oid, value: text, der: encodeValue(oid, text) }
}

function encodeValue(oid: string, text: string): Uint8Array {
  if (IA5_ATTRIBUTES.has(oid) && isAscii(text)) return ia5String(text)
  return isPrintable(text) ? printableString(text) : utf8String(text)
}

/** Every value of one attribute type, in the order of the name. */
export function valuesOf(name: DistinguishedName, oid: string): readonly string[] {
  return name
    .flat()
    .filter(attribute => attribute.oid === oid)
    .map(attribute => attribute.value)
}

/**
 * A name for people: `CN=jane, O=developers`, in the order of its bytes, '+' inside an RDN. Special characters are
 * escaped as in RFC 4514 §2.4; what nobody can see (controls, direction marks, odd spaces) as the hex pairs of its UTF-8.
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

/** What nobody can see, except the space itself, as the hex pairs of its UTF-8: `\E2\80\AE`. */
export function showInvisible(text: string): string {
  return text.replaceAll(/(?! )[\p{C}\p{Z}\p{DI}]/gu, hexPairs)
}

function hexPairs(character: string): string {
  const hex = Buffer.from(character, 'utf8').toString('hex').toUpperCase()
  return hex.replaceAll(/../g, String.raw`\$&`)
}

/** As the bytes will stand: DER orders the attributes within an RDN (X.690 §11.6). */
export function inDerOrder(name: DistinguishedName): DistinguishedName {
  const read = readName(encodeName(name))
  return read.ok ? read.value : name
}

/** Refuses a name that holds nothing, for structures where RFC 5280 wants one (an issuer). */
export function requireNonEmptyName(name: DistinguishedName, node: DerNode, what: string): void {
  if (name.length === 0) throw new DerFault('X509_STRUCTURE', `${what} is empty`, node.offset)
}
