// One attribute of a name in [dn] and dirName sections (apps/req.c, crypto/x509/v3_utl.c). A prefix up to the first '.' or ',' is a
// number that is dropped, '+' joins the previous attribute, the rest is the type.
import type { NameAttribute } from '../../../domain/request/x500.ts'
import type { Place } from '../../../domain/problem.ts'
import { textFault } from '../../../lib/schema/text-rules.ts'
import { isObjectIdentifier } from '../object-identifier.ts'
import { ATTRIBUTES } from './openssl-names.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, PlacedText } from './openssl-sections.ts'
import { opensslAttribute, stringFault } from './openssl-strings.ts'
import type { Strings } from './openssl-strings.ts'
import { attributeRule, placedMember } from '../subject-schema.ts'

const KEY = /^(?:([^.,]*)[.,](?=.))?(\+?)(.*)$/

export interface AttributeKey {
  /** The type has a leading `+`. */
  readonly joins: boolean
  readonly type: string
  /** The dropped prefix, null if there was none. */
  readonly prefix: string | null
}

/** `1.+OU` → OU, joined. */
export function attributeKey(key: string): AttributeKey {
  const [, prefix = null, plus = '', type = ''] = KEY.exec(key) ?? []
  return { joins: plus === '+', type, prefix }
}

/** The OID of a type: a name that OpenSSL knows, one of oid_section, or dotted; null if it is none of them. */
export function attributeType(type: string, reading: OpensslReading): string | null {
  return reading.oids.get(type) ?? ATTRIBUTES.get(type) ?? (isObjectIdentifier(type) ? type : null)
}

/** Every type with a name. */
export function knownTypes(reading: OpensslReading): readonly string[] {
  return [...ATTRIBUTES.keys(), ...reading.oids.keys()]
}

/** Refuses an unknown type. If a dotted type lost its first number as a prefix, a warning says so. */
export function namedType(entry: Entry, reading: OpensslReading): string | null {
  const { type, prefix } = attributeKey(entry.key)
  const oid = attributeType(type, reading)
  if (oid === null) {
    reading.unknown(entry.keyPlace, type, 'an attribute of a name', knownTypes(reading))
  } else if (prefix !== null && isObjectIdentifier(entry.key)) {
    const message = `OpenSSL takes "${prefix}." for the number of the entry, so that the type is ${type}`
    reading.ignore(entry.keyPlace, message, `write 0.${entry.key} where all of it is the type`)
  }
  return oid
}

/** Reads the attribute, and refuses a bad value. */
export function readAttribute(
  oid: string,
  said: { readonly type: string; readonly value: PlacedText; readonly at: Place },
  strings: Strings,
  reading: OpensslReading,
): NameAttribute {
  const { type, value, at } = said
  const rule = attributeRule(oid)
  const fault = stringFault(oid, value.text, strings)
  if (!rule.pattern.test(value.text)) {
    const { message, hint } = textFault(rule, value.text)
    reading.refuse(at, message, hint, 'FILE_FIELD_VALUE')
  } else if (fault !== null) {
    reading.refuse(at, `the value of ${type} ${fault[0]}`, fault[1], 'FILE_FIELD_VALUE')
  }
  return opensslAttribute(oid, value.text, strings)
}

/** Stores the place of the attribute. */
export function placeAttribute(oid: string, at: Place, reading: OpensslReading): void {
  reading.place(placedMember(oid), at)
}
