// The req_extensions section: subject alternative names and usages in, everything else refused by name (x509v3_config(5)).
import type { San } from '../domain/name.ts'
import type { Usage } from '../domain/signer.ts'
import type { Place } from '../domain/problem.ts'
import { shown } from '../source/characters.ts'
import { canonicalIp } from '../x509/san.ts'
import { EXTENDED_KEY_USAGE, KEY_USAGE, SAN_KINDS } from './openssl-names.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, Item, Section } from './openssl-sections.ts'
import { itemsOf } from './openssl-sections.ts'
import { sanTextFault } from './san-schema.ts'

export interface Extensions {
  readonly sans: readonly San[]
  /** Null where neither keyUsage nor extendedKeyUsage is said, so that defaults may. */
  readonly usages: readonly Usage[] | null
}

export function opensslExtensions(section: Section, reading: OpensslReading): Extensions {
  const sans: San[] = []
  const usages: Usage[] = []
  let saysUsages = false
  for (const entry of section.entries) {
    const table = USAGE_TABLES.get(entry.key)
    if (entry.key === 'subjectAltName') sans.push(...readSans(entry, reading))
    else if (table !== undefined) {
      saysUsages = true
      usages.push(...readUsages(entry, table, reading))
    } else checkOther(entry, reading)
  }
  return { sans, usages: saysUsages ? usages : null }
}

const USAGE_TABLES: ReadonlyMap<string, ReadonlyMap<string, Usage>> = new Map([
  ['keyUsage', KEY_USAGE],
  ['extendedKeyUsage', EXTENDED_KEY_USAGE],
])

/** Length of `critical,` and the spaces behind it: the signer decides what is critical. */
function afterCritical(entry: Entry): number {
  return /^critical[ \t]*,[ \t]*/.exec(entry.value.text)?.[0].length ?? 0
}

function readUsages(
  entry: Entry,
  table: ReadonlyMap<string, Usage>,
  reading: OpensslReading,
): readonly Usage[] {
  return itemsOf(entry.value, afterCritical(entry)).flatMap(({ text, at }) => {
    const usage = table.get(text)
    if (usage === undefined) reading.unknown(at, text, `a value of ${entry.key}`, table.keys())
    reading.place('usages[]', at)
    return usage === undefined ? [] : [usage]
  })
}

/** Inline (`DNS:a, IP:b`) or by section (`@alt_names`, whose commas are part of the name). */
function readSans(entry: Entry, reading: OpensslReading): readonly San[] {
  const from = afterCritical(entry)
  const rest = entry.value.text.slice(from)
  if (!rest.startsWith('@')) {
    return itemsOf(entry.value, from).flatMap(item => inlineSan(item, reading))
  }
  const section = reading.sectionNamedBy(entry, rest.slice(1))
  return (section?.entries ?? []).flatMap(named => {
    const type = named.key.replace(/\..*$/, '')
    return readSan(type, { text: named.value.text, at: named.at }, named.keyPlace, reading)
  })
}

function inlineSan({ text, at, isSpaced }: Item, reading: OpensslReading): readonly San[] {
  const colon = text.indexOf(':')
  const value = text.slice(colon + 1).trim()
  if (colon === -1) {
    reading.refuse(at, `${shown(text)} is not TYPE:value`, 'for example DNS:web.example.com')
    return []
  }
  // v3_utl.c (strip_spaces) leaves the spaces behind a value of one character
  if (isSpaced && value.length === 1) reading.refuse(at, 'spaces stand before the comma')
  return readSan(text.slice(0, colon).trim(), { text: value, at }, at, reading)
}

function readSan(
  type: string,
  { text, at }: Pick<Item, 'text' | 'at'>,
  typeAt: Place,
  reading: OpensslReading,
): readonly San[] {
  const known = SAN_KINDS.get(type)
  if (known === undefined) {
    reading.unknown(typeAt, type, 'a kind of alternative name', SAN_KINDS.keys())
    return []
  }
  if (type === 'email' && (text === 'copy' || text === 'move')) {
    reading.unsupported(at, `email:${text} is not read`, 'write the address out')
    return []
  }
  const fault = sanTextFault(known.kind, text)
  if (fault !== null) reading.refuse(at, fault.message, fault.hint, 'REQUEST_FIELD_VALUE')
  reading.place(`${known.member}[]`, at)
  const address = known.kind === 'ipAddress' ? canonicalIp(text) : null
  return [{ kind: known.kind, value: address ?? text }]
}

/** Extensions that say nothing a signer would not do anyway are passed; every other is refused by name. */
function checkOther(entry: Entry, reading: OpensslReading): void {
  const value = entry.value.text.slice(afterCritical(entry)).replaceAll(/\s/g, '')
  if (entry.key === 'basicConstraints') {
    if (/^CA:false$/i.test(value)) return
    reading.unsupported(entry.at, 'countersign requests no CA certificates', 'write CA:FALSE')
  } else if (entry.key === 'subjectKeyIdentifier') {
    if (value === 'hash') return
    reading.unsupported(entry.at, 'subjectKeyIdentifier is hash, or left out')
  } else if (entry.key === 'authorityKeyIdentifier') {
    const hint = 'leave it out: a request has no issuer yet'
    reading.unsupported(entry.keyPlace, 'authorityKeyIdentifier cannot stand in a request', hint)
  } else {
    const known = ['subjectAltName', 'keyUsage', 'extendedKeyUsage', 'basicConstraints']
    reading.unknown(entry.keyPlace, entry.key, 'an extension', known)
  }
}
