// The check of a certificate that a person provides for a kubeconfig: valid now, for clients, and issued by the signer's CA.
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { EXTENDED_KEY_USAGE_OIDS, EXTENSION_OIDS } from '../../lib/x509/oids.ts'
import type { Findings } from './check-certificate.ts'
import { chainProblems } from './check-chain.ts'

/**
 * Returns `problems` with CERTIFICATE_DATES, CERTIFICATE_USAGE or CERTIFICATE_CHAIN if the certificate cannot be used to log in;
 * empty if it can. `signerCa` are the CAs that may have signed it; if it is null, the chain is not checked and the warning
 * CERTIFICATE_CHAIN_UNCHECKED says so. `name` is the request, for messages.
 */
export function credentialProblems(
  chain: Chain,
  name: string,
  signerCa: readonly X509Certificate[] | null,
  now: Date,
): Findings {
  const { leaf } = chain
  return {
    problems: [
      ...dateProblems(leaf, name, now),
      ...usageProblems(leaf, name),
      ...(signerCa === null ? [] : chainProblems(chain, signerCa, now)),
    ],
    warnings: signerCa === null ? [unchecked(name)] : [],
  }
}

function dateProblems(leaf: X509Certificate, name: string, now: Date): readonly Problem[] {
  const [from, until] = [leaf.notBefore, leaf.notAfter].map(date => date.toISOString())
  if (now >= leaf.notAfter)
    return [
      unplaced(
        'CERTIFICATE_DATES',
        `the certificate of ${name} expired at ${until}`,
        'the renewed certificate is in the comment of the same pull request, or in a newer artifact',
      ),
    ]
  if (now >= leaf.notBefore) return []
  return [
    unplaced(
      'CERTIFICATE_DATES',
      `the certificate of ${name} is not valid before ${from}`,
      'compare the clock of this machine',
    ),
  ]
}

/** A certificate without an extendedKeyUsage extension is good for any purpose (RFC 5280 §4.2.1.12). */
function usageProblems(leaf: X509Certificate, name: string): readonly Problem[] {
  const { clientAuth, anyExtendedKeyUsage } = EXTENDED_KEY_USAGE_OIDS
  const isLimited = leaf.extensions.some(({ oid }) => oid === EXTENSION_OIDS.extendedKeyUsage)
  const isForClients = [clientAuth, anyExtendedKeyUsage].some(oid =>
    leaf.extendedKeyUsage.includes(oid),
  )
  if (!isLimited || isForClients) return []
  return [
    unplaced(
      'CERTIFICATE_USAGE',
      `the certificate of ${name} is not for logging in: client auth is not among its usages`,
      'a kubeconfig needs a request with the usage client auth',
    ),
  ]
}

function unchecked(name: string): Problem {
  return unplaced(
    'CERTIFICATE_CHAIN_UNCHECKED',
    `the CA that signs for ${name} is not known, so the chain was not checked`,
    'put certificateAuthorityData of the signer into countersign.yaml',
  )
}
