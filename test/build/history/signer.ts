// The signer of the cluster in histories: certificates of approved steps, and forgeries by somebody who writes records.
import { authority } from '../issued.ts'

export const SIGNER = authority('acme-signer')
/** The CA of somebody else. */
export const FOREIGN_SIGNER = authority('acme-signer')
