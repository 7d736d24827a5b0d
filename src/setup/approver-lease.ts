// Names of the Leases of controllers that approve: one for each signer.
import { createHash } from 'node:crypto'

/** Beginning of the names of its Leases. */
export function approverLeasePrefix(owner: string): string {
  return `countersign-${owner}-approver-`
}

/** Name of the Lease for one signer. */
export function approverLease(owner: string, signerName: string): string {
  const hash = createHash('sha256').update(signerName).digest('hex')
  return `${approverLeasePrefix(owner)}${hash.slice(0, 16)}`
}
