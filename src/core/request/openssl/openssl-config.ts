// Reader of OpenSSL configurations for `openssl req -new -batch` (req(1)): the request they describe, or everything that
// countersign does not write into requests. Parts that OpenSSL ignores give a warning at their place.
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked, refuse, sortProblems } from '../../../domain/problem.ts'
import type { PrivateKeySpec } from '../../../domain/request/request.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt, wholeFile } from '../../../lib/source/text-position.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import { opensslExtensions } from './openssl-extensions.ts'
import type { Extensions } from './openssl-extensions.ts'
import { readSections } from './openssl-lines.ts'
import { OpensslReading } from './openssl-reading.ts'
import { opensslSubject } from './openssl-subject.ts'
import { checkSettings, readOids } from './openssl-settings.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'

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
    const message = `default_bits must be 2048 to 8192 and a multiple of 8: got ${shown(entry.value.text)}`
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
