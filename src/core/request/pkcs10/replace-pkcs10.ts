// A request file with another PKCS#10 request in the place of its own one. Every other byte stays as it is.

const BLOCK =
  /^([ \t]*)-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[^-]*-----END (?:NEW )?CERTIFICATE REQUEST-----/gm
const BASE64 = /[A-Za-z0-9+/]{64,}={0,2}/g

/**
 * Returns the text with `pem` in the place of the PKCS#10 request, which is PEM at any indentation or, as in a
 * CertificateSigningRequest, PEM in base64 on one line. Null if the text does not hold exactly one.
 */
export function replacePkcs10(text: string, pem: string): string | null {
  const blocks = [...text.matchAll(BLOCK)]
  const encoded = [...text.matchAll(BASE64)].filter(([found]) =>
    Buffer.from(found, 'base64').toString('latin1').includes('BEGIN CERTIFICATE REQUEST'),
  )
  const [found, second] = [...blocks, ...encoded]
  if (found === undefined || second !== undefined) return null
  const [old, indent = ''] = found
  const newline = old.includes('\r\n') ? '\r\n' : '\n'
  const lines = pem.trimEnd().split('\n')
  const replacement =
    blocks.length > 0
      ? lines.map(line => `${indent}${line}`).join(newline)
      : Buffer.from(pem).toString('base64')
  return text.slice(0, found.index) + replacement + text.slice(found.index + old.length)
}
