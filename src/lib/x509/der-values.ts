// Values out of DER nodes: integers, identifiers, bit strings, and the fields of a SEQUENCE one after the other.
import { DerFault, readDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'

/** The node, if it has this tag; else X509_STRUCTURE naming what was expected. */
export function requireTag(node: DerNode, tag: number, what: string): DerNode {
  if (node.tag === tag) return node
  throw new DerFault('X509_STRUCTURE', `expected ${what}, found tag ${hex(node.tag)}`, node.offset)
}

function hex(tag: number): string {
  return tag.toString(16).padStart(2, '0')
}

/** The fields of a SEQUENCE in order; `end` refuses what is left, so that no field goes unread. */
export class Fields {
  readonly #what: string
  readonly #end: number
  readonly #rest: DerNode[]

  constructor(node: DerNode, what: string) {
    this.#what = what
    this.#end = node.offset + node.bytes.length
    this.#rest = [...requireTag(node, TAG.SEQUENCE, `${what} (a SEQUENCE)`).children]
  }

  /** The next field, whatever its tag. */
  any(field: string): DerNode {
    const node = this.#rest.shift()
    if (node !== undefined) return node
    throw new DerFault('X509_STRUCTURE', `${this.#what} has no ${field}`, this.#end)
  }

  next(tag: number, field: string): DerNode {
    return requireTag(this.any(field), tag, field)
  }

  /** The next field if it has this tag, else null and nothing is consumed. */
  optional(tag: number): DerNode | null {
    return this.#rest[0]?.tag === tag ? (this.#rest.shift() ?? null) : null
  }

  /** The last field, null where there is none. */
  rest(): DerNode | null {
    const node = this.#rest.shift() ?? null
    this.end()
    return node
  }

  end(): void {
    const extra = this.#rest[0]
    if (extra === undefined) return
    throw new DerFault('X509_STRUCTURE', `${this.#what} has a field too many`, extra.offset)
  }
}

/** Go's encoding/asn1 refuses the whole request for a larger one. */
const MAX_ARC = 2n ** 31n - 1n

export function oidOf(node: DerNode, what = 'an OBJECT IDENTIFIER'): string {
  requireTag(node, TAG.OID, what)
  if (arcsOf(node.content).every(arc => arc <= MAX_ARC)) return oidText(node.content)
  const sentence = 'an OBJECT IDENTIFIER with an arc above 2^31 - 1'
  throw new DerFault('X509_STRUCTURE', sentence, node.offset)
}

/** Dotted text of OBJECT IDENTIFIER contents whose form was checked already. */
export function oidText(content: Uint8Array): string {
  const [first = 0n, ...rest] = arcsOf(content)
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...rest].join('.')
}

/** The first two arcs are one number. */
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

export function integerOf(node: DerNode, what: string): bigint {
  requireTag(node, TAG.INTEGER, what)
  const value = BigInt(`0x${Buffer.from(node.content).toString('hex')}`)
  return BigInt.asIntN(node.content.length * 8, value)
}

export function booleanOf(node: DerNode, what: string): boolean {
  requireTag(node, TAG.BOOLEAN, what)
  return node.content[0] === 0xff
}

/** The bytes of a BIT STRING that holds whole bytes (keys, signatures). */
export function bitStringBytes(node: DerNode, what: string): Uint8Array {
  requireTag(node, TAG.BIT_STRING, what)
  if (node.content[0] === 0) return node.content.subarray(1)
  throw new DerFault('X509_STRUCTURE', `${what} does not hold whole bytes`, node.offset)
}

/** The value that an EXPLICIT tag wraps. */
export function explicitOf(node: DerNode, what: string): DerNode {
  const [inner, second] = node.children
  if (inner !== undefined && second === undefined) return inner
  throw new DerFault('X509_STRUCTURE', `${what} must wrap exactly one value`, node.offset)
}

/** The DER value inside an OCTET STRING; offsets go on counting in the DER around it. */
export function insideOctets(node: DerNode, what: string): DerNode {
  requireTag(node, TAG.OCTET_STRING, what)
  return readDer(node.content, { offset: node.contentOffset, maximumBytes: node.content.length })
}

/** The parts of a SEQUENCE OF or SET OF that must have at least one. */
export function someOf(node: DerNode, tag: number, what: string): readonly DerNode[] {
  requireTag(node, tag, what)
  if (node.children.length > 0) return node.children
  throw new DerFault('X509_STRUCTURE', `${what} is empty`, node.offset)
}
