// The entries of [req] that are no names: each is understood and has no bearing on the certificate, or is refused.
import type { OpensslReading } from './openssl-reading.ts'
import type { Entry } from './openssl-sections.ts'

type Check = (entry: Entry, reading: OpensslReading) => void

/** Read elsewhere (names, extensions, key size), or without bearing: where OpenSSL would write the key. */
const READ_ELSEWHERE: Check = () => undefined

const SETTINGS: ReadonlyMap<string, Check> = new Map([
  ['distinguished_name', READ_ELSEWHERE],
  ['req_extensions', READ_ELSEWHERE],
  ['x509_extensions', READ_ELSEWHERE],
  ['default_bits', READ_ELSEWHERE],
  ['default_keyfile', READ_ELSEWHERE],
  ['prompt', only(['no'], 'write values instead of questions')],
  ['utf8', only(['yes', 'no'])],
  ['string_mask', only(['utf8only'], 'leave it out')],
  ['encrypt_key', only(['no'], 'a key in a Secret is not encrypted by a password')],
  ['encrypt_rsa_key', only(['no'], 'a key in a Secret is not encrypted by a password')],
  ['default_md', digest],
  ['attributes', attributes],
  ['input_password', password],
  ['output_password', password],
])

/** Checks one entry of [req]. */
export function checkSetting(entry: Entry, reading: OpensslReading): void {
  const check = SETTINGS.get(entry.key)
  if (check !== undefined) check(entry, reading)
  else reading.unknown(entry.keyPlace, entry.key, 'a setting of [req]', SETTINGS.keys())
}

function only(values: readonly string[], hint: string | null = null): Check {
  return (entry, reading) => {
    if (values.includes(entry.value.text)) return
    reading.refuse(entry.at, `${entry.key} is read as ${values.join(' or ')} only`, hint)
  }
}

/** The hash follows the key; a weak one in the file is a wish that is not granted silently. */
function digest(entry: Entry, reading: OpensslReading): void {
  if (/^sha(?:256|384|512)$/i.test(entry.value.text)) return
  const message = 'default_md is sha256, sha384 or sha512'
  reading.refuse(entry.at, message, null, 'REQUEST_KEY_UNSUPPORTED')
}

function attributes(entry: Entry, reading: OpensslReading): void {
  const section = reading.sectionNamedBy(entry)
  for (const { key, keyPlace } of section?.entries ?? []) {
    const hint = 'remove it: no signer reads it, and it is a secret in plain text'
    reading.unsupported({ ...keyPlace, excerpt: null }, `the attribute ${key} is not written`, hint)
  }
}

/** The line is not shown: it is a password. */
function password(entry: Entry, reading: OpensslReading): void {
  const hint = 'remove it, and change it where it is used'
  reading.refuse(
    { ...entry.keyPlace, excerpt: null },
    `${entry.key} is a password in the file`,
    hint,
  )
}
