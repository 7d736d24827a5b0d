// Lists of `name` and `name:value`, inline (`DNS:a, IP:b`) or by section (`@alt_names`, whose commas are part of the value), as
// crypto/x509/v3_utl.c (X509V3_parse_list) and v3_conf.c read them.
import type { Place } from '../../../domain/problem.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, PlacedText } from './openssl-sections.ts'

export interface ListItem {
  readonly name: string
  readonly nameAt: Place
  /** Null if an inline item has no value. */
  readonly value: string | null
  readonly at: Place
}

/** The value of an extension without `critical,`: the signer decides that. */
export interface ExtensionValue {
  readonly text: string
  /** Number of characters of `critical,` and the spaces after it. */
  readonly from: number
}

export function extensionValue({ value: { text } }: Entry): ExtensionValue {
  const from = /^critical,\s*/.exec(text)?.[0].length ?? 0
  return { text: text.slice(from), from }
}

/** Every item. An unreadable item is refused and left out. */
export function listItems(entry: Entry, reading: OpensslReading): readonly ListItem[] {
  const { text, from } = extensionValue(entry)
  if (text.startsWith('@')) {
    const section = reading.sectionNamedBy(entry, text.slice(1))
    if (section?.entries.length === 0) reading.refuse(entry.at, `[${section.name}] is empty`)
    return (section?.entries ?? []).map(({ key, keyPlace, value, at }) => ({
      name: key,
      nameAt: keyPlace,
      value: value.text,
      at,
    }))
  }
  // OpenSSL stops at the end of a line, and the rest of the list is lost
  if (/[\r\n]/.test(text)) {
    reading.refuse(entry.at, 'the list holds an escaped line end, where OpenSSL stops reading')
    return []
  }
  return inlineItems(entry, from, reading)
}

function inlineItems(entry: Entry, from: number, reading: OpensslReading): readonly ListItem[] {
  const items: ListItem[] = []
  let start = from
  for (const raw of entry.value.text.slice(from).split(',')) {
    const colon = raw.indexOf(':')
    const name = part(entry.value, start, colon === -1 ? raw : raw.slice(0, colon))
    const value = colon === -1 ? null : part(entry.value, start + colon + 1, raw.slice(colon + 1))
    if (name.text === '' || value?.text === '') {
      const message = name.text === '' ? 'the list has an empty item' : 'nothing follows the colon'
      reading.refuse(name.text === '' ? name.at : (value?.at ?? name.at), message)
    } else {
      const ends = [name, ...(value === null ? [] : [value])]
      const odd = ends.find(({ text, isSpaced }) => text.length === 1 && isSpaced)
      // strip_spaces of v3_utl.c keeps the spaces after a single character
      if (odd !== undefined) reading.refuse(odd.at, 'spaces follow this single character')
      items.push({
        name: name.text,
        nameAt: name.at,
        value: value?.text ?? null,
        at: value?.at ?? name.at,
      })
    }
    start += raw.length + 1
  }
  return items
}

function part(value: PlacedText, start: number, raw: string) {
  const lead = /^\s*/.exec(raw)?.[0].length ?? 0
  const text = raw.slice(lead).replace(/\s+$/, '')
  const begin = start + lead
  const at = value.place(begin, Math.max(begin + text.length, begin + 1))
  return { text, at, isSpaced: raw.length > lead + text.length }
}

/** `DNS.1` → DNS: the part after the first dot only distinguishes entries (ossl_v3_name_cmp). */
export function itemKind(name: string): string {
  return name.replace(/\..*$/, '')
}
