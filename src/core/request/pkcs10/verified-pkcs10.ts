// Values of a PKCS#10 request in PEM, with every fault as REQUEST_CSR_BROKEN at the caller's place.
import type { Pkcs10 } from '../../../domain/cluster/certificate.ts'
import type { Checked, NonEmpty, Place, Problem } from '../../../domain/problem.ts'
import { refuse } from '../../../domain/problem.ts'
import { decodePem } from '../../../lib/x509/pem.ts'
import { readPkcs10 } from '../../../lib/x509/pkcs10.ts'

/** Byte offsets in the messages count from the first byte of the DER. */
export function pkcs10FromPem(text: string, at: Place | null): Checked<Pkcs10> {
  const der = decodePem(text, 'CERTIFICATE REQUEST')
  if (!der.ok) return broken(der.problems, problem => `the PEM text cannot be read: ${problem}`, at)
  const read = readPkcs10(der.value)
  return read.ok ? read : broken(read.problems, message => message, at)
}

function broken(
  [first, ...rest]: NonEmpty<Problem>,
  say: (message: string) => string,
  at: Place | null,
): Checked<never> {
  const one = ({ message, hint }: Problem): Problem => ({
    code: 'REQUEST_CSR_BROKEN',
    at,
    message: say(message),
    hint,
  })
  return refuse(one(first), ...rest.map(one))
}
