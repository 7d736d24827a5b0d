// Private keys in Secrets, which other users may write: which certificate each one belongs to.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import { CountersignError, failure } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import type { Keys } from '../../ports/keys.ts'
import { marksOf } from '../../core/sink/secret-layout.ts'
import { storedPair } from '../../core/sink/stored-credential.ts'
import type { OpenSink } from './check-sinks.ts'

/**
 * The key that rotationPolicy Never keeps: the key of the recorded certificate; if the record was lost, of the certificate stored
 * with it. Throws SINK_CHANGED for a key of another writer, SINK_KEY_UNREADABLE for content that is not a key. Null if there is no
 * key yet.
 */
export function storedKey(
  { key: wanted }: EffectiveRequest,
  sinks: readonly OpenSink[],
  { issued }: RequestRecord,
  keys: Keys,
): Secret<string> | null {
  if (wanted.kind === 'own' || wanted.spec.rotationPolicy !== 'Never') return null
  for (const open of sinks) {
    if (open.kind !== 'secret' || open.stored === null || marksOf(open.stored) === null) continue
    const { certificate, key } = storedPair(open.stored, open.place)
    if (key === null) continue
    const { spki } = keys.load(key)
    const chain = orderChain(issued?.certificate ?? certificate)
    if (chain.ok && Buffer.compare(spki, chain.value.leaf.publicKey.spki) === 0) return key
    throw failure(
      'SINK_CHANGED',
      `${open.target} holds another private key than that of the certificate before, and rotationPolicy Never would keep it`,
      'put the old key back; or delete the Secret, or set rotationPolicy: Always, for a new one',
    )
  }
  return null
}

/** Whether it is the private key of the certificate. */
export function isFor(key: Secret<string>, { publicKey }: X509Certificate, keys: Keys): boolean {
  const spki = spkiOf(key, keys)
  return spki !== null && Buffer.compare(spki, publicKey.spki) === 0
}

/** DER of the public key, null if the private key cannot be read. */
export function spkiOf(key: Secret<string>, keys: Keys): Uint8Array | null {
  try {
    return keys.load(key).spki
  } catch (cause) {
    if (cause instanceof CountersignError) return null
    throw cause
  }
}
