// The subject of a cfssl CSR JSON, in the same bytes as Go writes (csr.go Name, crypto/x509/pkix ToRDNSequence of Go 1.26).
import type { DistinguishedName, NameAttribute } from '../../../domain/request/x500.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import type { Path } from '../../../lib/source/located-values.ts'
import { isPrintable, printableString, utf8String } from '../../../lib/x509/der-write.ts'
import { inDerOrder } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, attributeShortName } from '../../../lib/x509/oids.ts'
import { textFault } from '../../../lib/schema/text-rules.ts'
import type { CfsslReading } from './cfssl-members.ts'
import { isObjectIdentifier } from '../object-identifier.ts'
import { attributeRule, placedMember } from '../subject-schema.ts'

const NAME_MEMBERS = ['C', 'ST', 'L', 'O', 'OU', 'E', 'SerialNumber', 'OID'] as const
/** In the order in which Go writes them. The values of one type share an RDN. */
const GATHERED = ['C', 'ST', 'L', 'O', 'OU'] as const

interface Value {
  readonly oid: string
  readonly text: string
  readonly path: Path
}

export function cfsslSubject(
  members: ReadonlyMap<string, Path>,
  reading: CfsslReading,
): DistinguishedName {
  const names = reading.items(members.get('names')).map(path => nameEntry(path, reading))
  const gathered = names.flatMap(({ gathered: values }) => values)
  const extras = names.flatMap(({ extras: values }) => values)
  const single = [
    ...one(members.get('CN'), ATTRIBUTE_OIDS.CN, reading),
    ...one(members.get('serialnumber'), ATTRIBUTE_OIDS.serialNumber, reading),
  ]
  const taken = new Set(extras.map(({ oid }) => oid))
  for (const value of [...gathered, ...single].filter(({ oid }) => taken.has(oid))) {
    const message = `an OID entry of the same type makes cfssl ignore this ${attributeShortName(value.oid)}`
    reading.trap(reading.at(value.path), message, 'write it in one of the two ways')
  }
  const kept = [...gathered, ...single].filter(({ oid }) => !taken.has(oid))
  const order = [...GATHERED.map(name => ATTRIBUTE_OIDS[name]), ...single.map(({ oid }) => oid)]
  const rdns = order.map(type => kept.filter(({ oid }) => oid === type))
  const all = [...rdns, ...extras.map(extra => [extra])].filter(({ length }) => length > 0)
  return inDerOrder(all.map(values => values.map(value => attributeOf(value, reading))))
}

function one(path: Path | undefined, oid: string, reading: CfsslReading): readonly Value[] {
  const text = reading.text(path)
  return text === null || path === undefined ? [] : [{ oid, text, path }]
}

/** One entry of names. OID entries and E become RDNs of their own, after all others. */
function nameEntry(path: Path, reading: CfsslReading) {
  const members = reading.members(path, NAME_MEMBERS)
  const serial = members.get('SerialNumber')
  if (serial !== undefined) {
    const message = 'cfssl ignores SerialNumber in names'
    reading.trap(reading.keyAt(serial), message, 'write serialnumber next to names')
  }
  const gathered = GATHERED.flatMap(name => one(members.get(name), ATTRIBUTE_OIDS[name], reading))
  const extras = reading.pairs(members.get('OID')).flatMap(([oid, at]) => {
    if (isObjectIdentifier(oid)) return [{ oid, text: reading.text(at) ?? '', path: at }]
    const message = `${shown(oid)} is not an object identifier`
    reading.refuse(at, message, 'write it as 1.2.3.4', 'FILE_FIELD_VALUE')
    return []
  })
  const email = one(members.get('E'), ATTRIBUTE_OIDS.emailAddress, reading)
  return { gathered, extras: [...extras, ...email] }
}

function attributeOf({ oid, text, path }: Value, reading: CfsslReading): NameAttribute {
  const rule = attributeRule(oid)
  reading.place(placedMember(oid), path)
  if (!rule.pattern.test(text)) {
    const { message, hint } = textFault(rule, text)
    reading.refuse(path, message, hint, 'FILE_FIELD_VALUE')
  }
  // Go has no IA5String for emailAddress
  return { oid, value: text, der: isPrintable(text) ? printableString(text) : utf8String(text) }
}
