// An OpenSSL configuration for `openssl req -new` (req(1)): what it asks for, or everything in it that countersign does
// not understand. Nothing is passed over: an entry or a section that would not count is refused by name.
import type { Checked, Problem } from '../domain/problem.ts'
import { checked, refuse } from '../domain/problem.ts'
import type { PrivateKeySpec } from '../domain/request.ts'
import type { SourceText } from '../source/position.ts'
import { placeAt, wholeFile } from '../source/position.ts'
import { opensslExtensions } from './openssl-extensions.ts'
import type { Extensions } from './openssl-extensions.ts'
import { readSections } from './openssl-lines.ts'
import { OpensslReading } from './openssl-reading.ts'
import type { Entry, Section } from './openssl-sections.ts'
import { opensslSubject } from './openssl-subject.ts'
import { checkSetting } from './openssl-settings.ts'
import type { Reading } from './reading.ts'
import { SILENT } from './reading.ts'

export function readOpensslConfig(source: SourceText): Checked<Reading> {
  const sections = readSections(source)
  if (!sections.ok) return sections
  const reading = new OpensslReading(sections.value)
  reading.place('', wholeFile(source))
  refuseDefaults(reading)
  const req = reading.section('req')
  if (req === null) return refuse(noReq(source), ...reading.problems)
  const found = readReq(req, reading)
  refuseLatin1(req, reading)
  for (const { name, at } of reading.unusedSections()) {
    const hint = 'remove it, or refer to it from [req]'
    reading.refuse(at, `nothing in [req] leads to the section [${name}]`, hint)
  }
  return checked(reading.problems, () => ({ name: null, spec: found, places: reading.places }))
}

function readReq(req: Section, reading: OpensslReading): Reading['spec'] {
  const entries = new Map(req.entries.map(entry => [entry.key, entry]))
  for (const entry of req.entries) checkSetting(entry, reading)
  if (!entries.has('prompt')) {
    const hint = 'add prompt = no, and write values instead of questions'
    reading.refuse(req.at, 'without prompt = no OpenSSL asks for the values', hint)
  }
  const subject = subjectOf(entries.get('distinguished_name'), req, reading)
  const { sans, usages } = extensionsOf(entries, reading)
  return {
    ...SILENT,
    subject,
    sans,
    usages,
    privateKey: keyOf(entries.get('default_bits'), reading),
  }
}

function subjectOf(entry: Entry | undefined, req: Section, reading: OpensslReading) {
  if (entry === undefined) {
    reading.refuse(req.at, '[req] does not say distinguished_name')
    return []
  }
  const section = reading.sectionNamedBy(entry)
  if (section === null) return []
  reading.place('subject', section.at)
  return opensslSubject(section, reading)
}

/** x509_extensions are for self-signed certificates (-x509); openssl leaves them out of requests. */
function extensionsOf(entries: ReadonlyMap<string, Entry>, reading: OpensslReading): Extensions {
  const selfSigned = entries.get('x509_extensions')
  const asked = entries.get('req_extensions')
  if (selfSigned !== undefined) {
    reading.sectionNamedBy(selfSigned)
    if (selfSigned.value.text !== asked?.value.text) {
      const message = 'x509_extensions do not become part of a request'
      const hint = 'name the section in req_extensions, and remove x509_extensions'
      reading.unsupported(selfSigned.keyPlace, message, hint)
    }
  }
  const section = asked === undefined ? null : reading.sectionNamedBy(asked)
  return section === null ? { sans: [], usages: null } : opensslExtensions(section, reading)
}

/** default_bits makes an RSA key, as `openssl req -newkey` without more does. */
function keyOf(entry: Entry | undefined, reading: OpensslReading): PrivateKeySpec | null {
  if (entry === undefined) return null
  const size = /^\d{1,5}$/.test(entry.value.text) ? Number(entry.value.text) : 0
  reading.place('privateKey.size', entry.at)
  if (size < 2048 || size > 8192 || size % 8 !== 0) {
    const message = 'default_bits is 2048 to 8192, a multiple of 8'
    reading.refuse(entry.at, message, null, 'REQUEST_KEY_UNSUPPORTED')
  }
  return { algorithm: 'RSA', size, encoding: 'PKCS8', rotationPolicy: 'Always' }
}

/** What stands before the first section is a default for all of them, which a reader of [req] does not see. */
function refuseDefaults(reading: OpensslReading): void {
  for (const entry of reading.section('default')?.entries ?? []) {
    const message = `"${entry.key}" stands outside [req] and the sections it leads to`
    reading.refuse(entry.keyPlace, message, 'remove it, or move it')
  }
}

/** Without utf8 = yes OpenSSL takes each byte for a Latin-1 character: ü becomes two others. */
function refuseLatin1(req: Section, reading: OpensslReading): void {
  if (req.entries.some(({ key, value }) => key === 'utf8' && value.text === 'yes')) return
  const values = reading.sections().flatMap(({ entries }) => entries)
  const odd = values.find(({ value }) => /[^\x20-\x7e]/.test(value.text))
  if (odd === undefined) return
  const message = 'without utf8 = yes OpenSSL reads these letters as others'
  reading.refuse(odd.at, message, 'add utf8 = yes to [req]')
}

function noReq(source: SourceText): Problem {
  const message = 'there is no section [req]'
  return { code: 'REQUEST_OPENSSL', at: placeAt(source, 0), message, hint: null }
}
