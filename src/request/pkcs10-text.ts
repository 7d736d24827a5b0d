// PEM text of a PKCS#10 request → its values, with every fault as REQUEST_CSR_BROKEN at the place the caller knows.
import type { Pkcs10 } from '../domain/certificate.ts'
import type { Checked, Place, Problem } from '../domain/problem.ts'
import { refuse } from '../domain/problem.ts'
import { decodePem } from '../x509/pem.ts'
import { readPkcs10 } from '../x509/pkcs10.ts'

/** Byte offsets in the messages count from the first byte of the DER. */
export function pkcs10FromPem(text: string, at: Place | null): Checked<Pkcs10> {
  const der = decodePem(text, 'CERTIFICATE REQUEST')
  const read = der.ok ? readPkcs10(der.value) : der
  if (read.ok) return read
  const [first, ...rest] = read.problems
  return refuse(broken(first, at), ...rest.map(problem => broken(problem, at)))
}

function broken({ message, hint }: Problem, at: Place | null): Problem {
  const sentence = `the PKCS#10 request cannot be used: ${message}`
  return { code: 'REQUEST_CSR_BROKEN', at, message: sentence, hint }
}
