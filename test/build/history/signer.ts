// The signer of the cluster in histories: what approved steps become, and what somebody who writes records can make of it.
import { authority } from '../issued.ts'

export const SIGNER = authority('acme-signer')
/** Somebody else's. */
export const FOREIGN_SIGNER = authority('acme-signer')
