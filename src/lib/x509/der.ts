// The strict, bounded reader of DER (ITU-T X.690 §8 to §11): bytes in, a tree of nodes with absolute offsets out. Every form that
// is BER but not DER is refused with its own message, because two readers of such bytes may see two different requests.
import type { Code } from '../../domain/problem-codes.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { checkPrimitive, isUnsortedSet, mustBeConstructed, mustBePrimitive } from './der-forms.ts'

/** One tag-length-value. Offsets count from the first byte that the outermost reader got. */
export interface DerNode {
  /** The identifier octet: class, constructed bit and tag number. */
  readonly tag: number
  readonly offset: number
  /** The whole TLV. */
  readonly bytes: Uint8Array
  readonly content: Uint8Array
  readonly contentOffset: number
  /** The TLVs inside; empty for a primitive node. */
  readonly children: readonly DerNode[]
}

export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTF8: 0x0c,
  NUMERIC: 0x12,
  PRINTABLE: 0x13,
  T61: 0x14,
  IA5: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const

/** A fault that ends the reading of DER. Readers that other folders call turn it into a Problem (`readingDer`). */
export class DerFault extends Error {
  readonly code: Code
  readonly hint: string | null

  constructor(code: Code, sentence: string, offset: number | null, hint: string | null = null) {
    super(offset === null ? sentence : `${sentence} at byte ${offset}`)
    this.name = 'DerFault'
    this.code = code
    this.hint = hint
  }
}

export interface DerLimits {
  /** Largest input in bytes: 64 KiB by default, never more than 1 MiB. */
  readonly maximumBytes?: number
  /** Offset of the first byte in the DER around it, for DER in an OCTET STRING. */
  readonly offset?: number
}

/** Deepest nesting. No certificate needs more, and a hostile file could exhaust the stack with it. */
const MAX_DEPTH = 24
const DEFAULT_BYTES = 64 * 1024
const MAX_BYTES = 1024 * 1024

/**
 * Returns the tree of exactly one DER value, checked to its leaves. Throws DerFault X509_DER for too many bytes, nesting deeper
 * than 24, a form that is not DER, or bytes after the value.
 */
export function readDer(bytes: Uint8Array, limits: DerLimits = {}): DerNode {
  const maximum = Math.min(limits.maximumBytes ?? DEFAULT_BYTES, MAX_BYTES)
  const base = limits.offset ?? 0
  if (bytes.length > maximum) {
    throw new DerFault(
      'X509_DER',
      `${bytes.length} bytes are more than the ${maximum} allowed`,
      null,
    )
  }
  const node = readNode({ bytes, base }, 0, bytes.length, 0)
  if (node.bytes.length !== bytes.length) {
    throw new DerFault('X509_DER', 'bytes follow the end of the value', base + node.bytes.length)
  }
  return node
}

/**
 * Runs a reader and turns a DerFault into a refusal with its code and without a place; the message begins with `what`. Other errors
 * pass through.
 */
export function readingDer<T>(what: string, read: () => T): Checked<T> {
  try {
    return ok(read())
  } catch (error) {
    if (!(error instanceof DerFault)) throw error
    const message = `${what} cannot be read: ${error.message}`
    return refuseAs(error.code, message, error.hint)
  }
}

interface Source {
  readonly bytes: Uint8Array
  readonly base: number
}

function readNode(source: Source, start: number, end: number, depth: number): DerNode {
  const offset = source.base + start
  if (depth > MAX_DEPTH) {
    throw new DerFault('X509_DER', `values nested deeper than ${MAX_DEPTH}`, offset)
  }
  const tag = source.bytes[start]
  if (tag === undefined) throw new DerFault('X509_DER', 'a value is missing', offset)
  checkTag(tag, offset)
  const { length, first } = readLength(source, start + 1, end)
  if (length > end - first) {
    throw new DerFault('X509_DER', `a value of ${length} bytes is cut short`, offset)
  }
  const node = {
    tag,
    offset,
    bytes: source.bytes.subarray(start, first + length),
    content: source.bytes.subarray(first, first + length),
    contentOffset: source.base + first,
    children: (tag & 0x20) === 0 ? [] : readChildren(source, first, first + length, depth + 1),
  }
  checkForm(node)
  return node
}

function readChildren(source: Source, first: number, end: number, depth: number): DerNode[] {
  const children: DerNode[] = []
  for (let at = first; at < end;) {
    const child = readNode(source, at, end, depth)
    children.push(child)
    at += child.bytes.length
  }
  return children
}

function checkTag(tag: number, offset: number): void {
  if ((tag & 0x1f) === 0x1f) {
    throw new DerFault('X509_DER', 'a tag number above 30 (multi-byte tag)', offset)
  }
  if (tag === 0) throw new DerFault('X509_DER', 'an end-of-contents marker (BER, not DER)', offset)
  if (mustBePrimitive(tag)) {
    throw new DerFault('X509_DER', 'a string or number built of parts (BER, not DER)', offset)
  }
  if (mustBeConstructed(tag)) {
    throw new DerFault('X509_DER', 'a SEQUENCE or SET that is not marked as constructed', offset)
  }
}

/** X.690 §10.1: the definite form, in as few bytes as possible. */
function readLength(source: Source, at: number, end: number): { length: number; first: number } {
  const { bytes, base } = source
  const head = at < end ? bytes[at] : undefined
  if (head === undefined) throw new DerFault('X509_DER', 'a length is missing', base + at)
  if (head < 0x80) return { length: head, first: at + 1 }
  const fault = (sentence: string) => new DerFault('X509_DER', sentence, base + at)
  if (head === 0x80) throw fault('an indefinite length (BER, not DER)')
  const count = head & 0x7f
  if (count > 4) throw fault('a length of more than four bytes')
  if (at + 1 + count > end) throw fault('a length is cut short')
  const digits = bytes.subarray(at + 1, at + 1 + count)
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0)
  if (digits[0] === 0) throw fault('a length with leading zeros (not the shortest form)')
  if (length < 0x80) throw fault('a long-form length below 128 (not the shortest form)')
  return { length, first: at + 1 + count }
}

function checkForm(node: DerNode): void {
  const wrong = checkPrimitive(node.tag, node.content)
  if (wrong !== null) throw new DerFault('X509_DER', wrong, node.offset)
  if (node.tag === TAG.SET) requireSorted(node)
}

/**
 * Throws DerFault X509_DER unless the parts of a SET OF ascend (X.690 §11.6). `readDer` checks universal SETs itself; call this for
 * a SET with an implicit tag.
 */
export function requireSorted(set: DerNode): void {
  const wrong = set.children.find((child, index) => {
    const before = set.children[index - 1]
    return before !== undefined && isUnsortedSet(before.bytes, child.bytes)
  })
  if (wrong !== undefined) {
    throw new DerFault('X509_DER', 'a SET whose parts are not in ascending order', wrong.offset)
  }
}

/** Throws DerFault if an identifier is given twice. `nameOf`: what the message calls it. */
export function requireUnique(
  entries: readonly { readonly oid: string; readonly offset: number }[],
  nameOf: (oid: string) => string,
): void {
  const seen = new Set<string>()
  for (const { oid, offset } of entries) {
    if (seen.has(oid))
      throw new DerFault('X509_STRUCTURE', `the ${nameOf(oid)} is given twice`, offset)
    seen.add(oid)
  }
}
