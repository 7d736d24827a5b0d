// The ASN.1 string type that OpenSSL uses for the value of a name (crypto/asn1/{tbl_standard.h,a_strnid.c,a_mbstr.c}). Some
// attributes have a fixed type, all others follow string_mask.
import type { NameAttribute } from '../../../domain/request/x500.ts'
import {
  ia5String,
  isAscii,
  isPrintable,
  printableString,
  tlv,
  utf8String,
} from '../../../lib/x509/der-write.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'

const MASKS = ['utf8only', 'pkix', 'nombstr', 'default'] as const
export type StringMask = (typeof MASKS)[number]

/** The mask of that name, null if there is none (`MASK:` with a number is not read). */
export function stringMask(text: string): StringMask | null {
  return MASKS.find(mask => mask === text) ?? null
}

export interface Strings {
  /** utf8 = yes; otherwise each byte is a Latin-1 character. */
  readonly isUtf8: boolean
  readonly mask: StringMask
}

const PRINTABLE: ReadonlySet<string> = new Set([
  ATTRIBUTE_OIDS.C,
  ATTRIBUTE_OIDS.serialNumber,
  ATTRIBUTE_OIDS.dnQualifier,
])
const ASCII: ReadonlySet<string> = new Set([ATTRIBUTE_OIDS.emailAddress, ATTRIBUTE_OIDS.DC])
const T61 = 0x14
const BMP = 0x1e

/** Why the value of an attribute cannot be written, as the end of a sentence, and what to do; null if it can. */
export function stringFault(
  oid: string,
  text: string,
  { isUtf8, mask }: Strings,
): readonly [says: string, hint: string | null] | null {
  if (PRINTABLE.has(oid) && !isPrintable(text))
    return ["takes letters, digits, spaces and ' ( ) + , - . / : = ? only", null]
  if (ASCII.has(oid) && !isAscii(text)) return ['takes ASCII only', null]
  if (isAscii(text)) return null
  if (!isUtf8)
    return [
      'holds letters that OpenSSL reads as others without utf8 = yes',
      'add utf8 = yes to [req]',
    ]
  if (mask === 'utf8only' || mask === 'pkix') return null
  return [
    `would be a TeletexString by string_mask = ${mask}, which readers take for different letters`,
    'write string_mask = utf8only',
  ]
}

/** The attribute as OpenSSL writes it, for values without a fault. */
export function opensslAttribute(oid: string, value: string, { mask }: Strings): NameAttribute {
  return { oid, value, der: encode(oid, value, mask) }
}

function encode(oid: string, value: string, mask: StringMask): Uint8Array {
  if (ASCII.has(oid) && isAscii(value)) return ia5String(value)
  const isFixed = PRINTABLE.has(oid)
  if ((isFixed || mask !== 'utf8only') && isPrintable(value)) return printableString(value)
  if (mask === 'nombstr' || mask === 'default') return tlv(T61, Buffer.from(value, 'latin1'))
  return mask === 'pkix' && !/[\ud800-\udfff]/.test(value) ? bmpString(value) : utf8String(value)
}

function bmpString(value: string): Uint8Array {
  return tlv(BMP, Buffer.from(value, 'utf16le').swap16())
}
