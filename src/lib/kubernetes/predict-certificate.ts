// The certificate that a built-in signer will make of a request. Sources: authority/authority.go and authority/policies.go below
// k8s.io/kubernetes pkg/controller/certificates, and Go's crypto/x509, which rebuild subject and names.
import type { SignerConfig } from '../../domain/request/config.ts'
import type { PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { dropsOf } from './dropped-by-built-in-signer.ts'
import { clientIdentity } from './user-of-certificate.ts'
import { lifetimeOf } from './signer-lifetime.ts'
import { rebuiltSans, rebuiltSubject } from './rebuilt-names.ts'
import { isBuiltIn } from './built-in-signers.ts'
import { extendedKeyUsageOf, keyUsageOf } from './usage-bits.ts'

/**
 * Returns `predicted` with names, usages, times in seconds, the dropped parts and the login (null if the certificate is not for
 * clients); or `not-predicted` for a signer that is not Kubernetes' own, which may change anything. `signer` is null if the
 * configuration has no entry for it.
 */
export function predict(
  request: EffectiveRequest,
  signer: SignerConfig | null,
): PredictedCertificate {
  const { signerName, usages, durationSeconds } = request
  if (!isBuiltIn(signerName))
    return { kind: 'not-predicted', why: `${signerName} is not one of Kubernetes' own signers` }
  const subject = rebuiltSubject(request.subject)
  return {
    kind: 'predicted',
    subject,
    sans: rebuiltSans(request.sans),
    usages,
    keyUsage: keyUsageOf(usages),
    extendedKeyUsage: extendedKeyUsageOf(usages),
    ...lifetimeOf(durationSeconds, signer),
    dropped: dropsOf(request).map(({ what, why }) => ({ what, why })),
    logsInAs: usages.includes('client auth') ? clientIdentity(subject) : null,
  }
}
