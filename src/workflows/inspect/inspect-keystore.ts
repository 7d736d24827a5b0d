// Certificates and key of a PKCS#12 keystore. The key is read only to find its certificate.
import { Secret } from '../../domain/request/secret-value.ts'
import type { Keys } from '../../ports/keys.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { readKeystore } from '../../lib/x509/pkcs12-read.ts'
import { at, inspectCertificate, inspectPrivateKey, joined, note } from './inspect-pem.ts'
import type { Found } from './inspect-pem.ts'

const HINT = 'say in which variable its password is: --password-env VARIABLE'

/** If a keystore inside another file does not open, this is a note only: it may have its own password. */
export function inspectKeystore(
  file: Uint8Array,
  where: string,
  { keys, password }: { readonly keys: Keys; readonly password: Secret<string> },
): Found {
  const opened = readKeystore(file, password)
  if (!opened.ok) {
    const isClosed = opened.problems.every(({ code }) => code === 'X509_PASSWORD')
    if (isClosed && where !== '') return note(where, `a keystore with another password; ${HINT}`)
    const problems = opened.problems.map(at(where))
    return {
      parts: [],
      problems: isClosed ? problems.map(each => ({ ...each, hint: HINT })) : problems,
    }
  }
  const { key, certificates } = opened.value
  const inside = (part: string): string => (where === '' ? part : `${where} ${part}`)
  const keyPem = key === null ? null : new Secret(encodePem('PRIVATE KEY', key.reveal()))
  return joined([
    ...certificates.map((der, index) =>
      inspectCertificate(der, inside(`certificate ${index + 1}`)),
    ),
    ...(keyPem === null ? [] : [inspectPrivateKey(keyPem, inside('private key'), keys)]),
  ])
}
