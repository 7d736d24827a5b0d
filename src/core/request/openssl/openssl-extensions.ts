// The req_extensions section: reads subject alternative names and usages, and refuses all others by name (x509v3_config(5)).
import type { DistinguishedName, San } from '../../../domain/request/x500.ts'
import type { Usage } from '../../../domain/request/signer.ts'
import { EXTENDED_KEY_USAGE, KEY_USAGE } from './openssl-names.ts'
import { extensionValue, listItems } from './openssl-lists.ts'
import type { OpensslReading } from './openssl-reading.ts'
import { opensslSans } from './openssl-sans.ts'
import type { Entry, Section } from './openssl-sections.ts'

export interface Extensions {
  /** The subject without the addresses that `email:move` removed. */
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  /** Null if the file has neither keyUsage nor extendedKeyUsage, so that defaults can fill it. */
  readonly usages: readonly Usage[] | null
}

export function opensslExtensions(
  section: Section,
  subject: DistinguishedName,
  reading: OpensslReading,
): Extensions {
  const usages: Usage[] = []
  let names: Pick<Extensions, 'subject' | 'sans'> = { subject, sans: [] }
  let saysUsages = false
  for (const entry of section.entries) {
    const table = USAGE_TABLES.get(entry.key)
    if (isArbitrary(entry)) refuseArbitrary(entry, reading)
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

function isArbitrary(entry: Entry): boolean {
  return /^(?:DER|ASN1):/.test(extensionValue(entry).text)
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
