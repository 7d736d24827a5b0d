// subjectAltName of an OpenSSL configuration, with all seven kinds (crypto/x509/v3_san.c): text names by the rules of every format,
// the others as the bytes that OpenSSL would write.
import { TEXT_SAN_MEMBERS } from '../../../lib/kubernetes/names-in-spec.ts'
import type { DistinguishedName, San, TextSanKind } from '../../../domain/request/x500.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import { context, contextPrimitive, oidContents } from '../../../lib/x509/der-write.ts'
import { encodeName, valuesOf } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import { canonicalIp } from '../../../lib/x509/general-names.ts'
import { attributeType } from './openssl-attributes.ts'
import type { ListItem } from './openssl-lists.ts'
import { itemKind, listItems } from './openssl-lists.ts'
import { SAN_KINDS } from './openssl-names.ts'
import { opensslOtherName } from './openssl-other-names.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry } from './openssl-sections.ts'
import { opensslDirectoryName } from './openssl-subject.ts'
import { sanTextFault } from '../san-schema.ts'

interface Item extends ListItem {
  readonly value: string
}

type Reader = (item: Item, reading: OpensslReading) => San | null

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['RID', registeredId],
  ['dirName', directoryName],
  ['otherName', otherName],
])

/** `email:copy` and `email:move` use the addresses of the subject; `move` also removes them from it. */
export function opensslSans(
  entry: Entry,
  subject: DistinguishedName,
  reading: OpensslReading,
): { readonly subject: DistinguishedName; readonly sans: readonly San[] } {
  let left = subject
  const problems = reading.problems.length
  const sans = listItems(entry, reading).flatMap((item): readonly San[] => {
    const { name, value, at } = item
    if (itemKind(name) !== 'email' || (value !== 'copy' && value !== 'move'))
      return readSan(item, reading)
    const copied = valuesOf(left, ATTRIBUTE_OIDS.emailAddress)
    if (value === 'move') left = withoutEmail(left)
    if (copied.length === 0) reading.ignore(at, 'the subject has no emailAddress to take')
    return copied.flatMap(address =>
      textSan('emailAddress', { ...item, value: address, at }, reading),
    )
  })
  if (sans.length === 0 && reading.problems.length === problems)
    reading.refuse(entry.at, 'the subject has no emailAddress, so there would be no name')
  return { subject: left, sans }
}

function withoutEmail(name: DistinguishedName): DistinguishedName {
  return name
    .map(rdn => rdn.filter(({ oid }) => oid !== ATTRIBUTE_OIDS.emailAddress))
    .filter(({ length }) => length > 0)
}

function readSan(item: ListItem, reading: OpensslReading): readonly San[] {
  const kind = itemKind(item.name)
  if (item.value === null) {
    const message = `${shown(item.name)} is not TYPE:value`
    reading.refuse(item.nameAt, message, 'for example DNS:web.example.com')
    return []
  }
  const said = { ...item, value: item.value }
  const textKind = SAN_KINDS.get(kind)
  if (textKind !== undefined) return textSan(textKind, said, reading)
  const reader = READERS.get(kind)
  if (reader === undefined) {
    const known = [...SAN_KINDS.keys(), ...READERS.keys()]
    reading.unknown(item.nameAt, kind, 'a kind of alternative name', known)
    return []
  }
  const san = reader(said, reading)
  return san === null ? [] : [san]
}

function textSan(kind: TextSanKind, { value, at }: Item, reading: OpensslReading): readonly San[] {
  const fault = sanTextFault(kind, value)
  if (fault !== null) reading.refuse(at, fault.message, fault.hint, 'FILE_FIELD_VALUE')
  reading.place(`${TEXT_SAN_MEMBERS[kind]}[]`, at)
  return [{ kind, value: (kind === 'ipAddress' ? canonicalIp(value) : null) ?? value }]
}

function registeredId({ value, at }: Item, reading: OpensslReading): San | null {
  const oid = attributeType(value, reading)
  reading.place('registeredIds[]', at)
  if (oid !== null) return { kind: 'registeredId', der: contextPrimitive(8, oidContents(oid)) }
  reading.unsupported(at, `${shown(value)} is not an object identifier`, 'write it as 1.2.3')
  return null
}

function directoryName({ value, at }: Item, reading: OpensslReading): San | null {
  const section = reading.section(value)
  reading.place('directoryNames[]', at)
  if (section === null) {
    reading.refuse(at, `there is no section [${value}]`)
    return null
  }
  if (section.entries.length === 0) reading.refuse(section.at, `[${value}] names nobody`)
  const name = opensslDirectoryName(section, reading)
  return { kind: 'directoryName', der: context(4, encodeName(name)) }
}

function otherName({ value, at }: Item, reading: OpensslReading): San | null {
  reading.place('otherNames[]', at)
  return opensslOtherName(value, at, reading)
}
