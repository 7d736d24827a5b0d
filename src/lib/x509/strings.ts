// Character strings of ASN.1, each decoded in its own encoding (X.680 §41); what cannot be is refused as X509_STRING.
// VisibleString and UniversalString are no character strings here: Go's encoding/asn1 reads them as nothing, so a
// signer would leave out what was judged.
import { DerFault, TAG } from './der.ts'
import type { DerNode } from './der.ts'

type Decoder = (content: Uint8Array) => string | null

const DECODERS: ReadonlyMap<number, { readonly name: string; readonly decode: Decoder }> = new Map([
  [TAG.UTF8, { name: 'UTF8String', decode: decodeUtf8 }],
  [TAG.NUMERIC, { name: 'NumericString', decode: asciiLike(/^[0-9 ]*$/) }],
  [TAG.PRINTABLE, { name: 'PrintableString', decode: asciiLike(/^[A-Za-z0-9 '()+,\-./:=?]*$/) }],
  // T.61 has escapes and code pages, and readers disagree about them: only its common part with ASCII is read.
  [TAG.T61, { name: 'TeletexString', decode: asciiLike(/^\p{ASCII}*$/u) }],
  [TAG.IA5, { name: 'IA5String', decode: asciiLike(/^\p{ASCII}*$/u) }],
  [TAG.BMP, { name: 'BMPString', decode: decodeBmp }],
])

/** Text of any character string type, for `what` at its place. Throws DerFault with X509_STRING. */
export function stringOf(node: DerNode, what: string): string {
  const type = DECODERS.get(node.tag)
  if (type === undefined) {
    throw new DerFault('X509_STRING', `${what} is not a character string`, node.offset)
  }
  const text = type.decode(node.content)
  if (text === null) {
    throw new DerFault('X509_STRING', `${what} is not a valid ${type.name}`, node.offset)
  }
  return requireVisible(text, what, node.offset)
}

/** Contents of an implicitly tagged IA5String (dNSName and its kin). */
export function ia5Of(node: DerNode, what: string): string {
  const text = Buffer.from(node.content).toString('latin1')
  if (/[\u0080-\u00ff]/.test(text)) {
    throw new DerFault('X509_STRING', `${what} is not ASCII`, node.offset)
  }
  return requireVisible(text, what, node.offset)
}

/** NUL and control characters end or reorder text in some readers, and an empty name is no name (RFC 5280 A.1: SIZE 1..). */
function requireVisible(text: string, what: string, offset: number): string {
  if (text === '') throw new DerFault('X509_STRING', `${what} is empty`, offset)
  if (/\p{Cc}/u.test(text)) {
    throw new DerFault('X509_STRING', `${what} holds a control character`, offset)
  }
  return text
}

function asciiLike(alphabet: RegExp): Decoder {
  return content => {
    const text = Buffer.from(content).toString('latin1')
    return alphabet.test(text) ? text : null
  }
}

function decodeUtf8(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return null
  }
}

/** UCS-2, big-endian: an odd length or half a surrogate pair is no text, and neither is a whole pair in UCS-2. */
function decodeBmp(content: Uint8Array): string | null {
  if (content.length % 2 !== 0) return null
  const text = Buffer.from(content).swap16().toString('utf16le')
  return /[\ud800-\udfff]/.test(text) ? null : text
}
