// Reader of OpenSSL configurations for `openssl req -new -batch` (req(1)): the request they describe, or everything that
// countersign does not write into requests. Parts that OpenSSL ignores give a warning at their place.
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked, refuse, sortProblems } from '../../../domain/problem.ts'
import type { PrivateKeySpec } from '../../../domain/request/request.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt, wholeFile } from '../../../lib/source/text-position.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import type { DistinguishedName, San } from '../../../domain/request/x500.ts'
import type { Usage } from '../../../domain/request/usage.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'
import { readSections } from './openssl-lines.ts'
import { OpensslReading } from './openssl-reading.ts'
import { opensslSubject } from './openssl-subject.ts'
import { checkSettings, readOids } from './openssl-settings.ts'
import { EXTENDED_KEY_USAGE, KEY_USAGE } from './openssl-names.ts'
import { extensionValue, listItems } from './openssl-lists.ts'
import { opensslSans } from './openssl-sans.ts'
import type { Entry, Section } from './openssl-sections.ts'

export function readOpensslConfig(source: SourceText): Checked<Reading> {
  const sections = readSections(source)
  if (!sections.ok) return sections
  const reading = new OpensslReading(sections.value)
  reading.place('', wholeFile(source))
  if (reading.section('req') === null && reading.setting('distinguished_name') === null)
    return refuse(noReq(source), ...reading.problems)
  const spec = readReq(source, reading)
  remarkUnused(reading)
  return checked(reading.problems, () => ({
    name: null,
    spec,
    places: reading.places,
    remarks: sortProblems(reading.remarks),
  }))
}

function readReq(source: SourceText, reading: OpensslReading): Reading['spec'] {
  readOids(reading)
  checkSettings(reading)
  const { subject, sans, usages } = namesOf(source, reading)
  return { ...SILENT, subject, sans, usages, privateKey: keyOf(reading) }
}

function namesOf(source: SourceText, reading: OpensslReading): Extensions {
  const entry = reading.setting('distinguished_name')
  if (entry === null) {
    const at = reading.section('req')?.at ?? placeAt(source, 0)
    reading.refuse(at, '[req] has no distinguished_name')
  }
  const section = entry === null ? null : reading.sectionNamedBy(entry)
  if (section !== null) reading.place('subject', section.at)
  const isPrompting = reading.setting('prompt')?.value.text !== 'no'
  const subject = section === null ? [] : opensslSubject(section, isPrompting, reading)
  const asked = reading.setting('req_extensions')
  const extensions = asked === null ? null : reading.sectionNamedBy(asked)
  return extensions === null
    ? { subject, sans: [], usages: null }
    : opensslExtensions(extensions, subject, reading)
}

/** default_bits makes an RSA key, as `openssl req -newkey` does without other options. */
function keyOf(reading: OpensslReading): PrivateKeySpec | null {
  const entry = reading.setting('default_bits')
  if (entry === null) return null
  const size = /^\d{1,5}$/.test(entry.value.text) ? Number(entry.value.text) : 0
  reading.place('privateKey.size', entry.at)
  if (size < 2048 || size > 8192 || size % 8 !== 0) {
    const message = `default_bits must be 2048 to 8192 and a multiple of 8: got ${quoted(entry.value.text)}`
    reading.refuse(entry.at, message, null, 'REQUEST_KEY_UNSUPPORTED')
  }
  return { algorithm: 'RSA', size, encoding: 'PKCS8', rotationPolicy: 'Always' }
}

function remarkUnused(reading: OpensslReading): void {
  for (const { key, keyPlace } of reading.unusedDefaults())
    reading.ignore(keyPlace, `nothing asks for "${key}"`)
  for (const { name, at } of reading.unusedSections()) {
    const hint = 'refer to it from [req], or remove it'
    reading.ignore(at, `nothing in [req] leads to the section [${name}]`, hint)
  }
}

function noReq(source: SourceText): Problem {
  const message = 'there is no section [req]'
  return { code: 'REQUEST_OPENSSL', at: placeAt(source, 0), message, hint: null }
}

// The req_extensions section: reads subject alternative names and usages, and refuses all others by name (x509v3_config(5)).

interface Extensions {
  /** The subject without the addresses that `email:move` removed. */
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  /** Null if the file has neither keyUsage nor extendedKeyUsage, so that defaults can fill it. */
  readonly usages: readonly Usage[] | null
}

function opensslExtensions(
  section: Section,
  subject: DistinguishedName,
  reading: OpensslReading,
): Extensions {
  const usages: Usage[] = []
  let names: Pick<Extensions, 'subject' | 'sans'> = { subject, sans: [] }
  let saysUsages = false
  for (const entry of section.entries) {
    const table = USAGE_TABLES.get(entry.key)
    if (/^(?:DER|ASN1):/.test(extensionValue(entry).text)) refuseArbitrary(entry, reading)
    else if (entry.key === 'subjectAltName') names = opensslSans(entry, subject, reading)
    else if (table !== undefined) {
      saysUsages = true
      usages.push(...readUsages(entry, table, reading))
    } else checkOther(entry, reading)
  }
  return { ...names, usages: saysUsages ? [...new Set(usages)] : null }
}

const USAGE_TABLES: ReadonlyMap<string, ReadonlyMap<string, Usage>> = new Map([
  ['keyUsage', KEY_USAGE],
  ['extendedKeyUsage', EXTENDED_KEY_USAGE],
])

/** For keyUsage the names of the items count, for extendedKeyUsage their values if they have one. */
function readUsages(
  entry: Entry,
  table: ReadonlyMap<string, Usage>,
  reading: OpensslReading,
): readonly Usage[] {
  return listItems(entry, reading).flatMap(({ name, nameAt, value, at }) => {
    const isPurpose = entry.key === 'extendedKeyUsage' && value !== null
    const [said, place] = isPurpose ? [value, at] : [name, nameAt]
    const usage = table.get(said)
    if (usage === undefined) reading.unknown(place, said, `a value of ${entry.key}`, table.keys())
    else if (entry.key === 'keyUsage' && value !== null)
      reading.ignore(at, 'OpenSSL ignores the value of a key usage')
    reading.place('usages[]', place)
    return usage === undefined ? [] : [usage]
  })
}

function refuseArbitrary(entry: Entry, reading: OpensslReading): void {
  const kind = extensionValue(entry).text.startsWith('DER') ? 'DER:' : 'ASN1:'
  const hint = 'write names as subjectAltName and usages as keyUsage and extendedKeyUsage'
  reading.unsupported(
    entry.at,
    `${kind} writes an extension by hand, which nobody can review`,
    hint,
  )
}

/** Accepts extensions that change nothing for a signer, and refuses every other by name. */
function checkOther(entry: Entry, reading: OpensslReading): void {
  if (entry.key === 'basicConstraints') checkConstraints(entry, reading)
  else if (entry.key === 'subjectKeyIdentifier') {
    if (extensionValue(entry).text === 'hash') return
    reading.unsupported(entry.at, 'subjectKeyIdentifier is hash, or left out')
  } else if (entry.key === 'authorityKeyIdentifier') {
    const hint = 'leave it out: a request has no issuer yet'
    reading.unsupported(entry.keyPlace, 'authorityKeyIdentifier cannot be in a request', hint)
  } else {
    const known = ['subjectAltName', 'keyUsage', 'extendedKeyUsage', 'basicConstraints']
    reading.unknown(entry.keyPlace, entry.key, 'an extension', known)
  }
}

const FALSE = new Set(['FALSE', 'false', 'N', 'n', 'NO', 'no'])

function checkConstraints(entry: Entry, reading: OpensslReading): void {
  for (const { name, nameAt, value, at } of listItems(entry, reading)) {
    if (name === 'CA' && FALSE.has(value ?? '')) continue
    if (name === 'CA') {
      reading.unsupported(at, 'countersign requests no CA certificates', 'write CA:FALSE')
    } else if (name === 'pathlen') {
      reading.unsupported(nameAt, 'pathlen is for CA certificates', 'remove it')
    } else reading.unknown(nameAt, name, 'a part of basicConstraints', ['CA'])
  }
}
