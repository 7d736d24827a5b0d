// The newest of several certificates that a person may use with their key. Their source proves nothing, so each one is checked.
import type { Chain, X509Certificate } from '../../domain/cluster/certificate.ts'
import { isNonEmpty, ok, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import { EXTENDED_KEY_USAGE_OIDS, EXTENSION_OIDS } from '../../lib/x509/oids.ts'
import { orderChain } from './certificate-chain.ts'
import type { Findings } from './check-certificate.ts'
import { chainProblems } from './check-chain.ts'

export interface CredentialQuestion {
  /** Name of the request, for messages. */
  readonly name: string
  /** DER of the SubjectPublicKeyInfo of the person's key. */
  readonly spki: Uint8Array
  /** The CAs that may have signed, null if they are not known. */
  readonly signerCa: readonly X509Certificate[] | null
  readonly now: Date
}

export interface NewestCertificate {
  readonly chain: Chain
  readonly warnings: readonly Problem[]
}

/**
 * Returns the certificate with the latest notBefore among those that pass `credentialProblems`; null if no readable one is for the
 * key. If none passes, refuses with the problems of the latest one for the key; CERTIFICATE_BROKEN if none can be read.
 */
export function newestCertificate(
  pems: readonly string[],
  { name, spki, signerCa, now }: CredentialQuestion,
): Checked<NewestCertificate> | null {
  const chains = pems.map(pem => chainFor(pem, spki))
  const own = chains
    .flatMap(chain => (chain?.ok === true && isFor(chain.value.leaf, spki) ? [chain.value] : []))
    .toSorted((a, b) => b.leaf.notBefore.getTime() - a.leaf.notBefore.getTime())
  const judged = own.map(chain => ({
    chain,
    ...credentialProblems(chain, name, signerCa, now),
  }))
  const good = judged.find(({ problems }) => problems.length === 0)
  if (good !== undefined) return ok({ chain: good.chain, warnings: good.warnings })
  const problems = judged[0]?.problems ?? []
  if (isNonEmpty(problems)) return { ok: false, problems }
  const [first] = chains
  return first?.ok === false ? first : null
}

/** Returns whether the text is a certificate chain for the key that is valid from a later time than `notBefore`; null for any time. */
export function isNewerForKey(pem: string, spki: Uint8Array, notBefore: Date | null): boolean {
  const chain = chainFor(pem, spki)
  if (chain?.ok !== true || !isFor(chain.value.leaf, spki)) return false
  return notBefore === null || chain.value.leaf.notBefore > notBefore
}

/** Null if no certificate of the text is for the key: anyone can write a text, and each signature check takes time. */
function chainFor(pem: string, spki: Uint8Array): Checked<Chain> | null {
  const read = readCertificates(pem)
  return read.ok && !read.value.some(each => isFor(each, spki)) ? null : orderChain(pem)
}

function isFor({ publicKey }: X509Certificate, spki: Uint8Array): boolean {
  return Buffer.compare(publicKey.spki, spki) === 0
}

// The check of a certificate that a person provides for a kubeconfig: valid now, for clients, and issued by the signer's CA.

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
