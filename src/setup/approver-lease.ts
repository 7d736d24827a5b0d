// Names of the Leases of controllers that approve: one for each signer.
import { hash } from 'node:crypto'

/** Name of the Lease for one signer. */
export function approverLease(owner: string, signerName: string): string {
  return `countersign-${owner}-approver-${hash('sha256', signerName).slice(0, 16)}`
}
