// Character strings of ASN.1, each decoded in its own encoding (X.680 §41). A string that cannot be decoded is refused with
// X509_STRING. So are VisibleString and UniversalString: Go's encoding/asn1 does not read them, so a signer would leave out text
// that was judged.
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

/**
 * Returns the text of a node of any character string type. Throws DerFault X509_STRING for another type, bytes that are not valid
 * in its encoding, an empty text, or a control character. `what` names the text in the message.
 */
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

/**
 * Returns the text of an implicitly tagged IA5String (dNSName, rfc822Name, URI). Throws DerFault X509_STRING for a character that
 * is not ASCII, an empty text, or a control character.
 */
export function ia5Of(node: DerNode, what: string): string {
  const text = Buffer.from(node.content).toString('latin1')
  if (/[\u0080-\u00ff]/.test(text)) {
    throw new DerFault('X509_STRING', `${what} is not ASCII`, node.offset)
  }
  return requireVisible(text, what, node.offset)
}

/** NUL and control characters end or reorder text in some readers. An empty name is not allowed (RFC 5280 A.1: SIZE 1..). */
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

/** UCS-2, big-endian. Refused: an odd length, half a surrogate pair, and a whole pair, which UCS-2 does not have. */
function decodeBmp(content: Uint8Array): string | null {
  if (content.length % 2 !== 0) return null
  const text = Buffer.from(content).swap16().toString('utf16le')
  return /[\ud800-\udfff]/.test(text) ? null : text
}
