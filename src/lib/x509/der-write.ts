// Builders of DER on node-forge's asn1 writer: typed values in, the bytes of one TLV out, so that parts nest freely.
import asn1 from 'node-forge/lib/asn1.js'

/** A TLV with this identifier octet. Contents are the concatenation of `parts`. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  // forge writes length and contents; the identifier is put in afterwards, because forge trims what looks like a
  // padded INTEGER even under a context tag ([2] is a dNSName).
  const contents = Buffer.concat(parts).toString('latin1')
  const node = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NONE, false, contents)
  const bytes = new Uint8Array(Buffer.from(asn1.toDer(node).getBytes(), 'latin1'))
  bytes[0] = tag
  return bytes
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, ...parts)
}

/** A SET OF: the parts are written in ascending order, as X.690 §11.6 wants them. */
export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x31, ...sorted(parts))
}

export function sorted(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...parts].sort((first, second) => Buffer.compare(first, second))
}

export function boolean(value: boolean): Uint8Array {
  return tlv(0x01, Uint8Array.of(value ? 0xff : 0x00))
}

/** An INTEGER in as few bytes as it needs; negative numbers too. */
export function integer(value: number | bigint): Uint8Array {
  const number = BigInt(value)
  const bits = (number < 0n ? -number - 1n : number).toString(2).length
  const length = Math.floor(bits / 8) + 1
  const digits = BigInt.asUintN(length * 8, number).toString(16)
  return tlv(0x02, Buffer.from(digits.padStart(length * 2, '0'), 'hex'))
}

/** A non-negative INTEGER from big-endian bytes, for example a random serial number. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  return integer(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`))
}

/** A BIT STRING of whole bytes, or with `unusedBits` at the end of its last one. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(0x03, Uint8Array.of(unusedBits), bytes)
}

/** A BIT STRING of named bits: trailing zero bits are left out (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return bitString(new Uint8Array(0))
  const highest = Math.max(...bits)
  const bytes = new Uint8Array(Math.floor(highest / 8) + 1)
  for (const bit of bits) {
    const index = Math.floor(bit / 8)
    bytes[index] = (bytes[index] ?? 0) | (0x80 >> (bit % 8))
  }
  return bitString(bytes, 7 - (highest % 8))
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return tlv(0x04, bytes)
}

export function nullValue(): Uint8Array {
  return tlv(0x05)
}

/** An OBJECT IDENTIFIER from its dotted text. Throws RangeError where the text is none. */
export function oid(dotted: string): Uint8Array {
  return tlv(0x06, oidContents(dotted))
}

/** The contents alone, for an implicit tag (registeredID). forge writes arcs from 2.48 on wrongly, so it is not asked. */
export function oidContents(dotted: string): Uint8Array {
  if (!/^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/.test(dotted)) {
    throw new RangeError(`"${dotted}" is not an object identifier`)
  }
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(arc => BigInt(arc))
  return Uint8Array.from([root * 40n + second, ...rest].flatMap(base128))
}

function base128(arc: bigint): readonly number[] {
  const digits = [Number(arc % 128n)]
  for (let left = arc / 128n; left > 0n; left /= 128n) digits.unshift(Number(left % 128n) | 0x80)
  return digits
}

export function utf8String(text: string): Uint8Array {
  return tlv(0x0c, Buffer.from(text, 'utf8'))
}

/** Throws RangeError where a character is not one of PrintableString's (X.680 §41.4). */
export function printableString(text: string): Uint8Array {
  if (!isPrintable(text)) throw new RangeError(`"${text}" is not a PrintableString`)
  return tlv(0x13, Buffer.from(text, 'latin1'))
}

export function isPrintable(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)
}

/** Throws RangeError where a character is not ASCII. */
export function ia5String(text: string): Uint8Array {
  return tlv(0x16, ia5Contents(text))
}

/** The contents alone, for an implicit tag (dNSName and its kin). */
export function ia5Contents(text: string): Uint8Array {
  if (!isAscii(text)) throw new RangeError(`"${text}" is not an IA5String`)
  return Buffer.from(text, 'latin1')
}

export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text)
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). Fractions of a second are dropped. */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
  const short = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050
  return short
    ? tlv(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(0x18, Buffer.from(digits, 'latin1'))
}

/** A context tag around whole TLVs (EXPLICIT), or around the parts of an IMPLICIT SEQUENCE or SET. */
export function context(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...parts)
}

/** A context tag in place of a primitive type's own (IMPLICIT). */
export function contextPrimitive(number: number, contents: Uint8Array): Uint8Array {
  return tlv(0x80 | number, contents)
}
