// The subject of [req]. With prompt = no the entries of its section are values, in the order of the file. Otherwise they are
// questions, and `openssl req -batch` answers each with its _value or _default (apps/req.c: auto_info, prompt_info).
import type { DistinguishedName, NameAttribute } from '../../../domain/request/x500.ts'
import { inDerOrder } from '../../../lib/x509/x500-name.ts'
import {
  attributeKey,
  attributeType,
  knownTypes,
  namedType,
  placeAttribute,
  readAttribute,
} from './openssl-attributes.ts'
import { hasOpensslName } from './openssl-names.ts'
import { promptAnswer } from './openssl-prompts.ts'
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry, PlacedText, Section } from './openssl-sections.ts'
import type { Place } from '../../../domain/problem.ts'
import type { Strings } from './openssl-strings.ts'

/** A value of the name, and the entry that adds it to the name. */
interface Said {
  readonly entry: Entry
  readonly oid: string
  readonly value: PlacedText
  readonly at: Place
}

const QUESTION_PART = /_(?:default|min|max|value)$/

/** `isPrompting`: the entries of the section are questions. */
export function opensslSubject(
  section: Section,
  isPrompting: boolean,
  reading: OpensslReading,
): DistinguishedName {
  const said = isPrompting ? answers(section, reading) : values(section, reading)
  const name = joined(said, reading.strings(), reading, true)
  const isFine = reading.problems.length === 0
  if (said.length === 0 && isFine) refuseNobody(section, isPrompting, reading)
  return inDerOrder(name)
}

/** The name from the values of a section, for dirName. OpenSSL reads its bytes as Latin-1 in spite of utf8. */
export function opensslDirectoryName(section: Section, reading: OpensslReading): DistinguishedName {
  const strings = { ...reading.strings(), isUtf8: false }
  return inDerOrder(joined(values(section, reading), strings, reading, false))
}

function values(section: Section, reading: OpensslReading): readonly Said[] {
  return section.entries.flatMap(entry => {
    if (QUESTION_PART.test(entry.key)) {
      const hint = 'write the value itself, or remove prompt = no'
      reading.refuse(entry.keyPlace, `"${entry.key}" belongs to prompt mode`, hint)
      return []
    }
    const oid = namedType(entry, reading)
    return oid === null ? [] : [{ entry, oid, value: entry.value, at: entry.at }]
  })
}

function answers(section: Section, reading: OpensslReading): readonly Said[] {
  return section.entries.flatMap(entry => {
    if (QUESTION_PART.test(entry.key)) return []
    const answer = promptAnswer(section, entry, reading)
    if (answer === null) return []
    const { type } = attributeKey(entry.key)
    const oid = attributeType(type, reading)
    // OpenSSL ignores types without a name of its own. countersign does not know which these are, so an answer to one is refused.
    if (oid === null || (oid === type && !hasOpensslName(oid))) {
      reading.unknown(entry.keyPlace, type, 'an attribute of a name', knownTypes(reading))
      return []
    }
    return [{ entry, oid, value: answer.value, at: answer.at }]
  })
}

function joined(
  said: readonly Said[],
  strings: Strings,
  reading: OpensslReading,
  isSubject: boolean,
): DistinguishedName {
  const rdns: NameAttribute[][] = []
  for (const { entry, oid, value, at } of said) {
    const { joins, type } = attributeKey(entry.key)
    const read = readAttribute(oid, { type, value, at }, strings, reading)
    if (isSubject) placeAttribute(oid, at, reading)
    const last = rdns.at(-1)
    if (joins && last === undefined)
      reading.ignore(entry.keyPlace, '+ has no field before it to join')
    if (joins && last !== undefined) last.push(read)
    else rdns.push([read])
  }
  return rdns
}

function refuseNobody(section: Section, isPrompting: boolean, reading: OpensslReading): void {
  const hint = isPrompting
    ? 'add prompt = no to [req] where these are the values, or give the questions a _default'
    : null
  reading.refuse(section.at, `[${section.name}] names nobody`, hint)
}
