// Keystores of what was issued, under cert-manager's names.
import { createPrivateKey } from 'node:crypto'
import { Secret } from '../../domain/request/secret-value.ts'
import { decodePemBlocks } from '../../lib/x509/pem.ts'
import { writeKeystore, writeTruststore } from '../../lib/x509/pkcs12.ts'
import type { RandomBytes } from '../../lib/x509/pkcs12-crypto.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/** What a keystore is locked with. */
export interface Lock {
  readonly password: Secret<string>
  readonly random: RandomBytes
}

/** keystore.p12, and truststore.p12 where the signer's CA is known. */
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

/** Key and chain under the name of the request. Throws RangeError without a key: such requests are refused before. */
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
