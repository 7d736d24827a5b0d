// Builders of DER on node-forge's asn1 writer: typed values in, the bytes of one TLV out, so that parts nest freely.
import asn1 from 'node-forge/lib/asn1.js'

/** Returns a TLV with this identifier octet; its contents are `parts` one after the other. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  // forge writes length and contents; the identifier is put in afterwards, because forge trims what looks like a
  // padded INTEGER even under a context tag ([2] is a dNSName).
  const contents = Buffer.concat(parts).toString('latin1')
  const node = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NONE, false, contents)
  const bytes = new Uint8Array(Buffer.from(asn1.toDer(node).getBytes(), 'latin1'))
  bytes[0] = tag
  return bytes
}

/** Returns a SEQUENCE with the parts in the given order. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, ...parts)
}

/** Returns a SET OF. Sorts the parts in ascending order (X.690 §11.6). */
export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x31, ...sorted(parts))
}

/** Returns a copy in ascending order of the bytes, the order of a SET OF (X.690 §11.6). */
export function sorted(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...parts].sort((first, second) => Buffer.compare(first, second))
}

/** Returns a BOOLEAN: FF for true, 00 for false (X.690 §11.1). */
export function boolean(value: boolean): Uint8Array {
  return tlv(0x01, Uint8Array.of(value ? 0xff : 0x00))
}

/**
 * Returns an INTEGER in as few bytes as possible (X.690 §8.3.2); negative numbers are allowed. Throws RangeError for a fraction.
 */
export function integer(value: number | bigint): Uint8Array {
  const number = BigInt(value)
  const bits = (number < 0n ? -number - 1n : number).toString(2).length
  const length = Math.floor(bits / 8) + 1
  const digits = BigInt.asUintN(length * 8, number).toString(16)
  return tlv(0x02, Buffer.from(digits.padStart(length * 2, '0'), 'hex'))
}

/** Returns a non-negative INTEGER from big-endian bytes, for example a random serial number. No bytes give 0. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  return integer(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`))
}

/**
 * Returns a BIT STRING of whole bytes, or with `unusedBits` (0 to 7) at the end of its last byte. The caller sets these to zero
 * (X.690 §11.2.1).
 */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return tlv(0x03, Uint8Array.of(unusedBits), bytes)
}

/** Returns a BIT STRING with these bits set, counted from 0. Trailing zero bits are left out (X.690 §11.2.2). */
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

/** Returns an OCTET STRING (X.690 §8.7). */
export function octetString(bytes: Uint8Array): Uint8Array {
  return tlv(0x04, bytes)
}

/** Returns a NULL, which has no contents (X.690 §8.8). */
export function nullValue(): Uint8Array {
  return tlv(0x05)
}

/** Returns an OBJECT IDENTIFIER from its dotted text. Throws RangeError if the text is not one. */
export function oid(dotted: string): Uint8Array {
  return tlv(0x06, oidContents(dotted))
}

/**
 * Returns the contents of an OBJECT IDENTIFIER without its tag, for an implicit tag (registeredID). Throws RangeError if the text
 * is not one. Not written with forge, which encodes arcs from 2.48 on wrongly.
 */
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

/** Returns a UTF8String. Half a surrogate pair becomes U+FFFD. */
export function utf8String(text: string): Uint8Array {
  return tlv(0x0c, Buffer.from(text, 'utf8'))
}

/** Returns a PrintableString. Throws RangeError for a character outside its alphabet (X.680 §41.4). */
export function printableString(text: string): Uint8Array {
  if (!isPrintable(text)) throw new RangeError(`"${text}" is not a PrintableString`)
  return tlv(0x13, Buffer.from(text, 'latin1'))
}

/** Returns whether all characters belong to the alphabet of PrintableString (X.680 §41.4); true for an empty text. */
export function isPrintable(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)
}

/** Returns an IA5String. Throws RangeError for a character that is not ASCII. */
export function ia5String(text: string): Uint8Array {
  return tlv(0x16, ia5Contents(text))
}

/**
 * Returns the contents of an IA5String without its tag, for an implicit tag (dNSName, rfc822Name, URI). Throws RangeError for a
 * character that is not ASCII.
 */
export function ia5Contents(text: string): Uint8Array {
  if (!isAscii(text)) throw new RangeError(`"${text}" is not an IA5String`)
  return Buffer.from(text, 'latin1')
}

/** Returns whether all characters are ASCII, control characters included; true for an empty text. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text)
}

/**
 * Returns a UTCTime for the years 1950 to 2049, else a GeneralizedTime (RFC 5280 §4.1.2.5). Fractions of a second are dropped.
 * Throws RangeError for an invalid date.
 */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
  const short = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050
  return short
    ? tlv(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(0x18, Buffer.from(digits, 'latin1'))
}

/** Returns a constructed context tag (0 to 30): EXPLICIT around whole TLVs, or IMPLICIT for a SEQUENCE or SET of the parts. */
export function context(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...parts)
}

/** Returns a context tag (0 to 30) in place of a primitive type's own tag (IMPLICIT). */
export function contextPrimitive(number: number, contents: Uint8Array): Uint8Array {
  return tlv(0x80 | number, contents)
}
