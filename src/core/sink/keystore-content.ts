// PKCS#12 keystores of an issued certificate, under the file names of cert-manager.
import { createPrivateKey } from 'node:crypto'
import { Secret } from '../../domain/request/secret-value.ts'
import { decodePemBlocks } from '../../lib/x509/pem.ts'
import { writeKeystore, writeTruststore } from '../../lib/x509/pkcs12.ts'
import type { RandomBytes } from '../../lib/x509/pkcs12-crypto.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/** The password of a keystore, and the source of its salts. */
export interface Lock {
  readonly password: Secret<string>
  readonly random: RandomBytes
}

/**
 * Returns `keystore.p12`, and `truststore.p12` if the signer's CA is known. The bytes differ with each call. Throws RangeError
 * without a key.
 */
export function keystoreFiles(
  payload: DeliveryPayload,
  lock: Lock,
): Readonly<Record<string, Uint8Array>> {
  const files = { 'keystore.p12': keystoreOf(payload, lock).reveal() }
  const authorities = payload.signerCa === null ? [] : certificatesOf(payload.signerCa)
  if (authorities.length === 0) return files
  const trust = writeTruststore(authorities, 'ca', lock.password, lock.random)
  return { ...files, 'truststore.p12': trust }
}

/**
 * Returns a keystore (DER) with key and chain; its alias is the name of the request. Throws RangeError without a key: such requests
 * are refused earlier with SINK_NEEDS_KEY.
 */
export function keystoreOf(
  { approved, chain, key }: DeliveryPayload,
  lock: Lock,
): Secret<Uint8Array> {
  const { name } = approved.step.request
  if (key === null) throw new RangeError(`a keystore for ${name} without its key`)
  const pkcs8 = createPrivateKey(key.reveal()).export({ type: 'pkcs8', format: 'der' })
  const contents = {
    key: new Secret(new Uint8Array(pkcs8)),
    chain: [chain.leaf, ...chain.intermediates].map(({ der }) => der),
    name,
  }
  return writeKeystore(contents, lock.password, lock.random)
}

function certificatesOf(pem: string): readonly Uint8Array[] {
  const blocks = decodePemBlocks(pem)
  return blocks.ok ? blocks.value.map(({ der }) => der) : []
}
