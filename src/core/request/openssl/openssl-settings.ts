// The settings of [req] other than names. Each one has no effect on the certificate, or is refused. Settings that OpenSSL ignores
// give a warning.
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { didYouMean } from '../../../lib/source/did-you-mean.ts'
import { isObjectIdentifier } from '../object-identifier.ts'
import { DEFAULT } from './openssl-sections.ts'
import type { Entry, Section } from './openssl-sections.ts'
import type { OpensslReading } from './openssl-reading.ts'
import { stringMask } from './openssl-strings.ts'
import { EXTENDED_KEY_USAGE, hasOpensslName, ATTRIBUTES } from './openssl-names.ts'
import { promptAnswer } from './openssl-prompts.ts'

// The attributes section of [req]: attributes of the PKCS#10 request itself. No signer of Kubernetes reads them.

const NAMES: readonly string[] = ['unstructuredName', 'unstructuredAddress']

/** Questions without an answer add nothing. A challenge password is a secret in the file; names give a warning. */
function readCsrAttributes(entry: Entry, reading: OpensslReading): void {
  const section = reading.sectionNamedBy(entry)
  if (section === null) return
  const isPrompting = reading.setting('prompt')?.value.text !== 'no'
  for (const said of section.entries) {
    if (!isPrompting) readAttribute(said, said, reading)
    else readQuestion(section, said, reading)
  }
}

function readQuestion(section: Section, question: Entry, reading: OpensslReading): void {
  if (/_(?:default|min|max|value)$/.test(question.key)) return
  const answer = promptAnswer(section, question, reading)
  if (answer !== null) readAttribute(question, answer, reading)
}

function readAttribute({ key, keyPlace }: Entry, answer: Entry, reading: OpensslReading): void {
  if (NAMES.includes(key)) {
    reading.ignore(keyPlace, `${key} is not written: no signer reads it`, 'remove it')
    return
  }
  const at = { ...answer.keyPlace, excerpt: null }
  const hint =
    key === 'challengePassword'
      ? 'remove it: no signer reads it, and it is a secret in plain text'
      : 'remove it: no signer reads it'
  reading.unsupported(at, `the attribute ${key} is not written`, hint)
}

type Check = (entry: Entry, reading: OpensslReading) => void

/**
 * Read elsewhere (names, extensions, key size), or without effect on the certificate: the file where OpenSSL would write the key.
 */
const READ_ELSEWHERE: Check = () => undefined

const SETTINGS: ReadonlyMap<string, Check> = new Map([
  ['distinguished_name', READ_ELSEWHERE],
  ['req_extensions', READ_ELSEWHERE],
  ['x509_extensions', selfSigned],
  ['default_bits', READ_ELSEWHERE],
  ['default_keyfile', READ_ELSEWHERE],
  ['prompt', READ_ELSEWHERE],
  ['utf8', READ_ELSEWHERE],
  ['string_mask', mask],
  ['encrypt_key', encryption],
  ['encrypt_rsa_key', encryption],
  ['default_md', digest],
  ['attributes', readCsrAttributes],
  ['input_password', password],
  ['output_password', password],
  ['oid_section', READ_ELSEWHERE],
  ['oid_file', outside('oid_file')],
  ['openssl_conf', outside('openssl_conf')],
])

/** Settings that OpenSSL takes from the default section only, for req or for the whole program. */
const OF_DEFAULT: readonly string[] = ['oid_section', 'oid_file', 'openssl_conf']

/** Checks every effective setting, in [req] or in the default section. */
export function checkSettings(reading: OpensslReading): void {
  for (const [key, check] of SETTINGS) {
    const entry = OF_DEFAULT.includes(key) ? reading.find(DEFAULT, key) : reading.setting(key)
    if (entry !== null) check(entry, reading)
  }
  for (const entry of reading.section('req')?.entries ?? []) {
    const isMisplaced = OF_DEFAULT.includes(entry.key)
    if (reading.isUsed(entry) || (SETTINGS.has(entry.key) && !isMisplaced)) continue
    const message = `"${entry.key}" is no setting of [req], and OpenSSL ignores it`
    reading.ignore(entry.keyPlace, message, isMisplaced ? MISPLACED : hintFor(entry.key))
  }
}

const MISPLACED = 'it counts before the first section only'

/** Most other settings with this prefix belong to openssl ca. */
function hintFor(key: string): string | null {
  return key.startsWith('default_') ? null : didYouMean(key, SETTINGS.keys())
}

/** Names that oid_section gives to object identifiers. OpenSSL does not add a second name to one that has a name. */
export function readOids(reading: OpensslReading): void {
  const entry = reading.find(DEFAULT, 'oid_section')
  if (entry === null) return
  for (const { key, keyPlace, value, at } of reading.sectionNamedBy(entry)?.entries ?? []) {
    if (!isObjectIdentifier(value.text)) {
      reading.refuse(at, `"${value.text}" is not an object identifier`, 'write it as 1.2.3.4')
    } else if (ATTRIBUTES.has(key) || EXTENDED_KEY_USAGE.has(key)) {
      reading.refuse(keyPlace, `OpenSSL knows the name "${key}" already`, 'choose another name')
    } else if (hasOpensslName(value.text) || [...reading.oids.values()].includes(value.text)) {
      reading.refuse(at, `${value.text} has a name already`, 'use that name')
    } else reading.oids.set(key, value.text)
  }
}

/** x509_extensions are for self-signed certificates (-x509). openssl leaves them out of requests. */
function selfSigned(entry: Entry, reading: OpensslReading): void {
  reading.sectionNamedBy(entry)
  if (entry.value.text === reading.setting('req_extensions')?.value.text) return
  const hint = 'if its names are meant, name the section in req_extensions'
  reading.ignore(entry.keyPlace, 'x509_extensions do not become part of a request', hint)
}

function mask(entry: Entry, reading: OpensslReading): void {
  if (stringMask(entry.value.text) !== null) return
  const message = `string_mask must be utf8only, pkix, nombstr or default: got ${quoted(entry.value.text)}`
  reading.refuse(entry.at, message, 'leave it out: utf8only is the default')
}

function encryption(entry: Entry, reading: OpensslReading): void {
  if (entry.value.text === 'no') return
  const hint = 'write no: a key in a Secret is not encrypted by a password'
  reading.refuse(entry.at, `${entry.key} must be no: got ${quoted(entry.value.text)}`, hint)
}

/** The key decides the hash. A weak hash in the file is refused, not ignored. */
function digest(entry: Entry, reading: OpensslReading): void {
  if (/^sha-?(?:256|384|512)$/i.test(entry.value.text)) return
  const message = `default_md must be sha256, sha384 or sha512: got ${quoted(entry.value.text)}`
  reading.refuse(entry.at, message, null, 'REQUEST_KEY_UNSUPPORTED')
}

function outside(key: string): Check {
  return (entry, reading) => {
    const message =
      key === 'oid_file'
        ? 'oid_file is another file, and one request is one file'
        : 'openssl_conf configures the program, not the request'
    const hint = key === 'oid_file' ? 'name an oid_section in this file' : 'remove it'
    reading.unsupported(entry.keyPlace, message, hint)
  }
}

/** The line is not shown: it contains a password. */
function password(entry: Entry, reading: OpensslReading): void {
  const hint = 'remove it, and change it where it is used'
  reading.refuse(
    { ...entry.keyPlace, excerpt: null },
    `${entry.key} is a password in the file`,
    hint,
  )
}
