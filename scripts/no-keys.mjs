// node scripts/no-keys.mjs FILE ...: fails if a text holds a private key, in PEM or in base64 of PEM or DER. .ci/run checks all
// output of tests and demo with it.
import { readFileSync } from 'node:fs'

/** Base64 shows a text in one of three forms, by its offset; cut to the letters that do not depend on neighbouring bytes. */
function inBase64(text) {
  return [0, 1, 2].map(before => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64')
    const known = Math.floor(((before + text.length) * 8) / 6)
    return encoded.slice(Math.ceil((before * 8) / 6), known)
  })
}

const SIGNS = [
  { what: 'a PEM private key', pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/ },
  {
    what: 'a PEM private key in base64',
    pattern: new RegExp(inBase64(' PRIVATE KEY-----').join('|')),
  },
  // PKCS#8 as in RFC 5958, up to the algorithm: RSA, EC, Ed25519; RSAPrivateKey and ECPrivateKey of P-256, P-384, P-521.
  {
    what: 'a PKCS#8 private key in base64',
    pattern:
      /MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG9w0BAQEFAA|MI[A-Za-z0-9+/]{1,4}AgEAM[A-Za-z0-9+/]{2}GByqGSM49AgEG|MC4CAQAwBQYDK2VwBCIE/,
  },
]

/** @returns {readonly string[]} the findings as `line: what`, without the secret itself */
export function findKeys(text) {
  return text
    .split('\n')
    .flatMap((line, index) =>
      SIGNS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${index + 1}: ${what}`),
    )
}

if (process.argv[1] === import.meta.filename) {
  for (const file of process.argv.slice(2)) {
    const found = findKeys(readFileSync(file, 'utf8'))
    for (const finding of found) console.log(`${file}:${finding}`)
    if (found.length > 0) process.exitCode = 1
  }
}
