// Names of the Leases of controllers that approve: one for each signer.
import { createHash } from 'node:crypto'

/** Name of the Lease for one signer. */
export function approverLease(owner: string, signerName: string): string {
  const hash = createHash('sha256').update(signerName).digest('hex')
  return `countersign-${owner}-approver-${hash.slice(0, 16)}`
}
