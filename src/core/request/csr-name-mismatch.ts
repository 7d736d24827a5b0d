// Comparison of the names written next to a PKCS#10 with the names inside it: a reviewer reads the first, the signer the second.
import { without } from '../../domain/lists.ts'
import type { Pkcs10 } from '../../domain/cluster/certificate.ts'
import type { DistinguishedName, San } from '../../domain/request/x500.ts'
import type { Place, Problem } from '../../domain/problem.ts'
import { writtenAgain } from '../../lib/source/shell-word.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

/**
 * One REQUEST_CSR_DIFFERS that lists everything that only one side has, or null if they agree. Order and grouping of attributes do
 * not count: signers rebuild names.
 */
export function disagreement(
  pkcs10: Pkcs10,
  said: { readonly subject: DistinguishedName; readonly sans: readonly San[] },
  at: Place | null,
): Problem | null {
  const beside = nameTexts(said.subject, said.sans)
  const inside = nameTexts(pkcs10.subject, pkcs10.sans)
  const differences = [
    ...without(beside, inside, String).map(text => `${text} is not in the PKCS#10`),
    ...without(inside, beside, String).map(text => `${text} is only in the PKCS#10`),
  ]
  if (differences.length === 0) return null
  return {
    code: 'REQUEST_CSR_DIFFERS',
    at,
    message: `the names next to the request differ from those in it: ${differences.join('; ')}`,
    hint: `remove all names from the file, or list exactly those of the PKCS#10; ${writtenAgain()}`,
  }
}

function nameTexts(subject: DistinguishedName, sans: readonly San[]): readonly string[] {
  return [...subject.flat().map(attribute => formatName([[attribute]])), ...sans.map(formatSan)]
}
