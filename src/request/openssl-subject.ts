// The distinguished_name section with prompt = no: entries in, the subject in the order of the file out
// (apps/req.c auto_info: a prefix up to the first '.' or ',' is dropped, '+' joins the RDN before).
import type { DistinguishedName, NameAttribute } from '../domain/name.ts'
import { shown } from '../source/characters.ts'
import { attribute, encodeName, readName } from '../x509/name.ts'
import { ASCII_ATTRIBUTES, ATTRIBUTES, MEMBERS_OF } from './openssl-names.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, Section } from './openssl-sections.ts'
import { attributeRule } from './subject-schema.ts'

const TYPE = /^(?:[^.,]*[.,](?=.))?(\+?)(.*)$/

export function opensslSubject(section: Section, reading: OpensslReading): DistinguishedName {
  const rdns: NameAttribute[][] = []
  for (const entry of section.entries) {
    const [, plus = '', type = ''] = TYPE.exec(entry.key) ?? []
    const read = readAttribute(entry, type, reading)
    if (read === null) continue
    const last = rdns.at(-1)
    if (plus === '') rdns.push([read])
    else if (last === undefined) reading.refuse(entry.keyPlace, '+ needs a field before it')
    else last.push(read)
  }
  if (section.entries.length === 0) reading.refuse(section.at, `[${section.name}] names nobody`)
  return inDerOrder(rdns)
}

function readAttribute(entry: Entry, type: string, reading: OpensslReading): NameAttribute | null {
  const oid = ATTRIBUTES.get(type)
  if (oid === undefined) {
    refuseType(entry, type, reading)
    return null
  }
  const value = entry.value.text
  const { pattern, says, hint } = attributeRule(oid)
  const isAscii = /^[\x20-\x7e]*$/.test(value)
  if (!pattern.test(value)) {
    const told = typeof hint === 'function' ? hint(value) : (hint ?? null)
    reading.refuse(entry.at, `${shown(value)} ${says}`, told, 'REQUEST_FIELD_VALUE')
  } else if (ASCII_ATTRIBUTES.has(oid) && !isAscii) {
    reading.refuse(entry.at, `${type} takes ASCII only`, null, 'REQUEST_FIELD_VALUE')
  }
  reading.place(MEMBERS_OF.get(oid) ?? 'subject', entry.at)
  return attribute(oid, value)
}

function refuseType(entry: Entry, type: string, reading: OpensslReading): void {
  if (/_(?:default|min|max|value)$/.test(type)) {
    reading.refuse(
      entry.keyPlace,
      `${shown(type)} belongs to prompt mode`,
      'write the value itself',
    )
  } else reading.unknown(entry.keyPlace, type, 'an attribute of a name', ATTRIBUTES.keys())
}

/** As the bytes will stand: DER orders the attributes within an RDN (X.690 §11.6). */
function inDerOrder(name: DistinguishedName): DistinguishedName {
  const read = readName(encodeName(name))
  return read.ok ? read.value : name
}
