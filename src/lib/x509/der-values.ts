// Readers of values in DER nodes: integers, identifiers, bit strings, and the fields of a SEQUENCE one after the other.
import { DerFault, readDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'

/** Returns the node if it has this tag. Else throws DerFault X509_STRUCTURE; its message names `what`, the expected type. */
export function requireTag(node: DerNode, tag: number, what: string): DerNode {
  if (node.tag === tag) return node
  throw new DerFault(
    'X509_STRUCTURE',
    `expected ${what}, found tag ${node.tag.toString(16).padStart(2, '0')}`,
    node.offset,
  )
}

/**
 * The fields of a SEQUENCE in order. Call `end` after the last one: it refuses extra fields, so that no field goes unread. Every
 * method throws DerFault X509_STRUCTURE.
 */
export class Fields {
  readonly #what: string
  readonly #end: number
  readonly #rest: DerNode[]

  constructor(node: DerNode, what: string) {
    this.#what = what
    this.#end = node.offset + node.bytes.length
    this.#rest = [...requireTag(node, TAG.SEQUENCE, `${what} (a SEQUENCE)`).children]
  }

  /** Returns the next field, whatever its tag. `field` names it in the fault. */
  any(field: string): DerNode {
    const node = this.#rest.shift()
    if (node !== undefined) return node
    throw new DerFault('X509_STRUCTURE', `${this.#what} has no ${field}`, this.#end)
  }

  /** Returns the next field, which must have this tag. */
  next(tag: number, field: string): DerNode {
    return requireTag(this.any(field), tag, field)
  }

  /** Returns the next field if it has this tag; else null, and the field remains the next one. */
  optional(tag: number): DerNode | null {
    return this.#rest[0]?.tag === tag ? (this.#rest.shift() ?? null) : null
  }

  /** Returns the last field, null if there is none. Refuses any further field. */
  rest(): DerNode | null {
    const node = this.#rest.shift() ?? null
    this.end()
    return node
  }

  /** Refuses fields that are left. */
  end(): void {
    const extra = this.#rest[0]
    if (extra === undefined) return
    throw new DerFault('X509_STRUCTURE', `${this.#what} has a field too many`, extra.offset)
  }
}

/** Go's encoding/asn1 refuses the whole request for a larger one. */
const MAX_ARC = 2n ** 31n - 1n

/**
 * Returns the dotted text of an OBJECT IDENTIFIER. Throws DerFault X509_STRUCTURE for another tag, and for an arc above 2^31 - 1,
 * which Go's encoding/asn1 does not read.
 */
export function oidOf(node: DerNode, what = 'an OBJECT IDENTIFIER'): string {
  requireTag(node, TAG.OID, what)
  if (arcsOf(node.content).every(arc => arc <= MAX_ARC)) return oidText(node.content)
  const sentence = 'an OBJECT IDENTIFIER with an arc above 2^31 - 1'
  throw new DerFault('X509_STRUCTURE', sentence, node.offset)
}

/** Returns the dotted text of OBJECT IDENTIFIER contents (X.690 §8.19). Their form must have been checked before. */
export function oidText(content: Uint8Array): string {
  const [first = 0n, ...rest] = arcsOf(content)
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...rest].join('.')
}

/** The first number encodes the first two arcs. */
function arcsOf(content: Uint8Array): readonly bigint[] {
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of content) {
    arc = arc * 128n + BigInt(byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0n
    }
  }
  return arcs
}

/** Returns the value; negative numbers are allowed (X.690 §8.3.3). Throws DerFault X509_STRUCTURE for another tag. */
export function integerOf(node: DerNode, what: string): bigint {
  requireTag(node, TAG.INTEGER, what)
  const value = BigInt(`0x${Buffer.from(node.content).toString('hex')}`)
  return BigInt.asIntN(node.content.length * 8, value)
}

/** Returns true for FF, false for 00; readDer refuses all other contents. Throws DerFault X509_STRUCTURE for another tag. */
export function booleanOf(node: DerNode, what: string): boolean {
  requireTag(node, TAG.BOOLEAN, what)
  return node.content[0] === 0xff
}

/**
 * Returns the bytes of a BIT STRING that holds whole bytes (keys, signatures). Throws DerFault X509_STRUCTURE for another tag or
 * for unused bits.
 */
export function bitStringBytes(node: DerNode, what: string): Uint8Array {
  requireTag(node, TAG.BIT_STRING, what)
  if (node.content[0] === 0) return node.content.subarray(1)
  throw new DerFault('X509_STRUCTURE', `${what} does not hold whole bytes`, node.offset)
}

/** Returns the value in an EXPLICIT tag. Throws DerFault X509_STRUCTURE unless the tag wraps exactly one value. */
export function explicitOf(node: DerNode, what: string): DerNode {
  const [inner, second] = node.children
  if (inner !== undefined && second === undefined) return inner
  throw new DerFault('X509_STRUCTURE', `${what} must wrap exactly one value`, node.offset)
}

/**
 * Returns the DER value in an OCTET STRING; its offsets count in the DER around it. Throws DerFault X509_STRUCTURE for another tag,
 * X509_DER for contents that are not one DER value.
 */
export function insideOctets(node: DerNode, what: string): DerNode {
  requireTag(node, TAG.OCTET_STRING, what)
  return readDer(node.content, { offset: node.contentOffset, maximumBytes: node.content.length })
}

/** Returns the parts of a SEQUENCE OF or SET OF, at least one. Throws DerFault X509_STRUCTURE for another tag or an empty list. */
export function someOf(node: DerNode, tag: number, what: string): readonly DerNode[] {
  requireTag(node, tag, what)
  if (node.children.length > 0) return node.children
  throw new DerFault('X509_STRUCTURE', `${what} is empty`, node.offset)
}
