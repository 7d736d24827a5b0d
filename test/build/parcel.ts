// A delivery payload with a real pair, and runs without any outlet except the cluster.
import { locks } from '../../src/adapters/system/age-encryption.ts'
import { Secret } from '../../src/domain/request/secret-value.ts'
import type { Outlets } from '../../src/ports/outlets.ts'
import type { DeliveryPayload } from '../../src/core/sink/secret-layout.ts'
import { approvedStep } from './approved.ts'
import { authority, keyPair, pemOf } from './issued.ts'

export const PARCEL_CA = authority('root')
const below = PARCEL_CA.authority('intermediate')
const pair = keyPair()
const leaf = below.issue({ spki: pair.spki })

/** PEM of the private key in the payload. */
export const PARCEL_KEY = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
/** PEM of leaf and intermediate. */
export const PARCEL_CHAIN = pemOf(leaf, below.certificate)

export function parcelOf(changes: Partial<DeliveryPayload> = {}): DeliveryPayload {
  return {
    approved: approvedStep(),
    owner: 'acme',
    n: 1,
    chain: { leaf, intermediates: [below.certificate] },
    key: new Secret(PARCEL_KEY),
    signerCa: pemOf(PARCEL_CA.certificate),
    server: { url: 'https://10.0.0.1:6443', ca: pemOf(PARCEL_CA.certificate) },
    ...changes,
  }
}

export function noOutlets(changes: Partial<Outlets> = {}): Outlets {
  return { locks, artifacts: null, githubSecrets: null, files: null, ...changes }
}
