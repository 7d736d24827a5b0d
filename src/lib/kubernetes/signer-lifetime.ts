// The lifetime that a built-in signer gives a certificate (k8s.io/kubernetes pkg/controller/certificates/signer/signer.go and
// pkg/controller/certificates/authority/policies.go). The end of the CA may shorten it further.
import type { SignerConfig } from '../../domain/request/config.ts'

const BACKDATE_SECONDS = 300
/** From this lifetime on, the backdating is subtracted from the end. */
const SHORT_SECONDS = 8 * 3600
/** The default of kube-controller-manager's --cluster-signing-duration: 8760h, in seconds. */
export const DEFAULT_CAP_SECONDS = 8760 * 3600

/**
 * Returns the seconds from notBefore to the moment of issue, and from there to notAfter. `asked` is in seconds. Without maxDuration
 * in the configuration, the limit is the default of 8760 h.
 */
export function lifetimeOf(
  asked: number,
  signer: SignerConfig | null,
): { readonly backdateSeconds: number; readonly lifetimeSeconds: number } {
  const granted = Math.min(asked, signer?.maxDurationSeconds ?? DEFAULT_CAP_SECONDS)
  return {
    backdateSeconds: BACKDATE_SECONDS,
    lifetimeSeconds: granted < SHORT_SECONDS ? granted : granted - BACKDATE_SECONDS,
  }
}
