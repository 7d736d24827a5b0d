// The key of a request, whoever makes it.
import type { RequestedKey } from '../../domain/request/request.ts'

export interface KeyFacts {
  readonly algorithm: string
  /** Bits, null for kinds without a size. */
  readonly size: number | null
  /** The request's own PKCS#10 asks for a CA. */
  readonly isCa: boolean
}

export function keyOf(key: RequestedKey): KeyFacts {
  if (key.kind === 'generated') return { ...key.spec, isCa: false }
  const { publicKey, isCa } = key.pkcs10
  return { algorithm: publicKey.algorithm, size: publicKey.size, isCa }
}
