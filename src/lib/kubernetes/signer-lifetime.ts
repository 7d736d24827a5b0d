// How long a built-in signer lets a certificate live (k8s.io/kubernetes pkg/controller/certificates/signer/signer.go and
// authority/policies.go). The end of the CA may shorten it further.
import type { SignerConfig } from '../../domain/request/config.ts'

const BACKDATE_SECONDS = 300
/** From this lifetime on the backdating is taken off the end. */
const SHORT_SECONDS = 8 * 3600
/** kube-controller-manager's --cluster-signing-duration where it is not given: 8760h. */
export const DEFAULT_CAP_SECONDS = 8760 * 3600

/** Seconds before the moment of issue to notBefore, and after it to notAfter. A cap nobody configured is the default. */
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
