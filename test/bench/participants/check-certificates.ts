// Whether every certificate of a run is good: all are there, the CA signed each for its own key and subject, and no serial is there twice.
import { X509Certificate, createPrivateKey } from 'node:crypto'
import type { IssuedPair } from './participant.ts'

const ORGANIZATION = 'O=developers'

/** What is wrong; empty if nothing is. */
export function certificateFaults(
  pairs: readonly IssuedPair[],
  names: readonly string[],
  authorities: readonly string[],
  /** Whether the subject has an organization of its own next to the common one, as grants have. */
  hasGrant = false,
): readonly string[] {
  const cas = authorities.map(pem => new X509Certificate(pem))
  const serials = new Set<string>()
  const found = new Set(pairs.map(({ name }) => name))
  const missing = names.filter(name => !found.has(name)).map(name => `${name}: no certificate`)
  const faults = pairs.flatMap(({ name, certificatePem, keyPem }) => {
    const leaf = new X509Certificate(certificatePem)
    const isKnown = !serials.has(leaf.serialNumber)
    serials.add(leaf.serialNumber)
    // A subject with two organizations has both in one line.
    const subject = leaf.subject.split(/\n| \+ /)
    const count = hasGrant ? 3 : 2
    const tests = {
      'the serial is there twice': isKnown,
      'the CA did not sign it': cas.some(ca => leaf.checkIssued(ca) && leaf.verify(ca.publicKey)),
      'the key does not fit': keyPem === null || leaf.checkPrivateKey(createPrivateKey(keyPem)),
      [`the subject is ${subject.join(', ')}`]:
        subject.includes(`CN=${name}`) &&
        subject.includes(ORGANIZATION) &&
        subject.length === count,
      'it is not valid now':
        Date.parse(leaf.validTo) > Date.now() && Date.parse(leaf.validFrom) < Date.now(),
    }
    return Object.entries(tests).flatMap(([fault, passed]) => (passed ? [] : [`${name}: ${fault}`]))
  })
  const surplus = pairs.length - names.length
  return [...missing, ...faults, ...(surplus > 0 ? [`${surplus} certificates too many`] : [])]
}

/** Throws unless all are good. */
export function requireGood(who: string, faults: readonly string[]): void {
  if (faults.length === 0) return
  throw new Error(
    `${who}: ${faults.length} faults in its certificates: ${faults.slice(0, 5).join('; ')}`,
  )
}
