// Key and PKCS#10 of one attempt. The PKCS#10 is read back and compared with the approved request before anything is sent.
import type { Pkcs10 } from '../../domain/cluster/certificate.ts'
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { keyUsageOf, requestedPurposesOf } from '../../lib/kubernetes/usage-bits.ts'
import type { GeneratedKey, Keys } from '../../ports/keys.ts'
import { encodeName } from '../../lib/x509/x500-name.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { readPkcs10 } from '../../lib/x509/pkcs10.ts'
import { readPublicKey } from '../../lib/x509/public-key.ts'
import { writePkcs10 } from '../../lib/x509/pkcs10-write.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

export interface Draft {
  readonly pem: string
  readonly pkcs10: Pkcs10
  /** Null if the requester keeps the key. */
  readonly key: GeneratedKey | null
  /** True if the requester or a Secret holds the key: a signed certificate is usable even if this run is cut off. */
  readonly keyStays: boolean
}

/**
 * Returns the requester's own PKCS#10 unchanged, or a new one: for `storedKey` with rotationPolicy Never (null if no Secret holds a
 * key yet), else for a new key. Refuses with CLUSTER_DRAFT_DIFFERS if the key has another algorithm or size than was approved, or
 * if subject, SANs, usages, public key, CA flag or attributes differ when the new PKCS#10 is read back; with an X509_ code if it
 * cannot be read. Throws SINK_KEY_UNREADABLE if `storedKey` is not a private key.
 */
export async function draft(
  approved: ApprovedStep<IssuingStep>,
  keys: Keys,
  storedKey: Secret<string> | null,
): Promise<Checked<Draft>> {
  const { request } = approved.step
  if (request.key.kind === 'own') {
    const { pkcs10 } = request.key
    const pem = encodePem('CERTIFICATE REQUEST', pkcs10.der)
    return ok({ pem, pkcs10, key: null, keyStays: true })
  }
  const { spec } = request.key
  const keepsKey = spec.rotationPolicy === 'Never' && storedKey !== null
  const key = keepsKey ? keys.load(storedKey) : await keys.generate(spec)
  const kind = readPublicKey(key.spki)
  if (!kind.ok) return kind
  if (
    kind.value.algorithm !== spec.algorithm ||
    (spec.size !== null && kind.value.size !== spec.size)
  )
    return refuseAs(
      'CLUSTER_DRAFT_DIFFERS',
      `the stored key of ${request.name} is ${kind.value.algorithm} ${kind.value.size ?? ''}, and ${spec.algorithm} ${spec.size ?? ''} was approved`,
      'set rotationPolicy: Always for one renewal, so that a new key is made',
    )
  const der = writePkcs10({
    subject: request.subject,
    sans: request.sans,
    keyUsage: keyUsageOf(request.usages),
    extendedKeyUsage: requestedPurposesOf(request.usages),
    spki: key.spki,
    sign: data => key.sign(data),
  })
  const read = readPkcs10(der)
  if (!read.ok) return read
  const difference = draftDifference(read.value, request, key)
  if (difference !== null)
    return refuseAs(
      'CLUSTER_DRAFT_DIFFERS',
      `the drafted request for ${request.name} differs from what was approved: ${difference}`,
      'nothing was sent; please report this',
    )
  const pem = encodePem('CERTIFICATE REQUEST', der)
  return ok({ pem, pkcs10: read.value, key, keyStays: keepsKey })
}

/** What a PKCS#10 says differently than the approved request, null if nothing. */
export function draftDifference(
  drafted: Pkcs10,
  request: EffectiveRequest,
  key: Pick<GeneratedKey, 'spki'>,
): string | null {
  if (!same(encodeName(drafted.subject), encodeName(request.subject))) return 'the subject'
  if (drafted.sans.map(formatSan).join() !== request.sans.map(formatSan).join())
    return 'the subject alternative names'
  if (!same(drafted.publicKey.spki, key.spki)) return 'the public key'
  const keyUsage = keyUsageOf(request.usages)
  const extendedKeyUsage = requestedPurposesOf(request.usages)
  if (drafted.keyUsage.join() !== keyUsage.join()) return 'the key usages'
  if (drafted.extendedKeyUsage.join() !== extendedKeyUsage.join()) return 'the extended key usages'
  return drafted.isCa || drafted.otherAttributes.length > 0 ? 'the extensions' : null
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
