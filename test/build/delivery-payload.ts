// A delivery payload with a real certificate and key; and runs without sinks outside of the cluster.
import { locks } from '../../src/adapters/system/age-encryption.ts'
import { Secret } from '../../src/domain/request/secret-value.ts'
import type { ExternalSinks } from '../../src/ports/external-sinks.ts'
import type { DeliveryPayload } from '../../src/core/sink/secret-layout.ts'
import { approvedStep } from './approved.ts'
import { authority, keyPair, pemOf } from './issued.ts'

export const PAYLOAD_CA = authority('root')
const below = PAYLOAD_CA.authority('intermediate')
const pair = keyPair()
const leaf = below.issue({ spki: pair.spki })

/** PEM of the private key in the payload. */
export const PAYLOAD_KEY = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
/** PEM of leaf and intermediate. */
export const PAYLOAD_CHAIN = pemOf(leaf, below.certificate)

export function deliveryPayload(changes: Partial<DeliveryPayload> = {}): DeliveryPayload {
  return {
    approved: approvedStep(),
    owner: 'acme',
    n: 1,
    chain: { leaf, intermediates: [below.certificate] },
    key: new Secret(PAYLOAD_KEY),
    signerCa: pemOf(PAYLOAD_CA.certificate),
    server: { url: 'https://10.0.0.1:6443', ca: pemOf(PAYLOAD_CA.certificate) },
    ...changes,
  }
}

export function noExternalSinks(changes: Partial<ExternalSinks> = {}): ExternalSinks {
  return { locks, artifacts: null, githubSecrets: null, files: null, ...changes }
}
