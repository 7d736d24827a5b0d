// subjectAltName of an OpenSSL configuration, with all seven kinds (crypto/x509/v3_san.c): text names by the rules of every format,
// the others as the bytes that OpenSSL would write.
import { TEXT_SAN_MEMBERS } from '../../../lib/kubernetes/names-in-spec.ts'
import type { DistinguishedName, San, TextSanKind } from '../../../domain/request/x500.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import {
  context,
  contextPrimitive,
  ia5String,
  isAscii,
  isPrintable,
  oid as oidDer,
  oidContents,
  printableString,
  utf8String,
} from '../../../lib/x509/der-write.ts'
import { encodeName, attributeValues } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import { canonicalIp } from '../../../lib/x509/general-names.ts'
import type { Place } from '../../../domain/problem.ts'
import { sanTextFault } from '../san-schema.ts'
import { attributeType } from './openssl-attributes.ts'
import type { ListItem } from './openssl-lists.ts'
import { itemKind, listItems } from './openssl-lists.ts'
import { SAN_KINDS } from './openssl-names.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry } from './openssl-sections.ts'
import { opensslDirectoryName } from './openssl-subject.ts'

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
    const copied = attributeValues(left, ATTRIBUTE_OIDS.emailAddress)
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
    const message = `${quoted(item.name)} is not TYPE:value`
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
  reading.unsupported(at, `${quoted(value)} is not an object identifier`, 'write it as 1.2.3')
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

// otherName of an OpenSSL configuration: `<oid>;<TYPE>:<text>`, with the common string types of asn1_generate_nconf(3).

interface TextType {
  readonly write: (text: string) => Uint8Array
  readonly fits: (text: string) => boolean
}

const UTF8: TextType = { write: utf8String, fits: () => true }
const IA5: TextType = { write: ia5String, fits: isAscii }
const PRINTABLE: TextType = { write: printableString, fits: isPrintable }

const TYPES: ReadonlyMap<string, TextType> = new Map([
  ['UTF8', UTF8],
  ['UTF8String', UTF8],
  ['IA5', IA5],
  ['IA5STRING', IA5],
  ['PRINTABLE', PRINTABLE],
  ['PRINTABLESTRING', PRINTABLE],
])

const VALUE = /^([^;]*);(FORMAT:(?:UTF8|ASCII),)?([A-Za-z0-9]+):(.*)$/s

/** The name, null if it was refused. */
function opensslOtherName(value: string, at: Place, reading: OpensslReading): San | null {
  const [, id, format = '', type = '', text = ''] = VALUE.exec(value) ?? []
  if (id === undefined) {
    const hint = 'for example 1.3.6.1.4.1.311.20.2.3;UTF8:jane@example.com'
    reading.unsupported(at, `${quoted(value)} is not <oid>;<TYPE>:<text>`, hint)
    return null
  }
  const oid = attributeType(id, reading)
  if (oid === null) {
    reading.unsupported(at, `${quoted(id)} is not an object identifier`, 'write it as 1.2.3')
    return null
  }
  const known = TYPES.get(type)
  if (known === undefined) {
    reading.unknown(at, type, 'a type of text', TYPES.keys())
    return null
  }
  if (!isAscii(text) && !format.startsWith('FORMAT:UTF8')) {
    const hint = `write ${id};FORMAT:UTF8,${type}:…`
    reading.refuse(at, 'without FORMAT:UTF8 OpenSSL reads these letters as others', hint)
    return null
  }
  if (text === '' || !known.fits(text) || /\p{Cc}/u.test(text)) {
    reading.refuse(at, `${quoted(text)} is not a text of the type ${type}`)
    return null
  }
  const der = context(0, oidDer(oid), context(0, known.write(text)))
  return { kind: 'otherName', der }
}
