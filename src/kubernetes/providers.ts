// What managed control planes are known not to do. EKS: aws/containers-roadmap 1856 and 1604, "certificate signing" in the EKS
// user guide: it signs for beta.eks.amazonaws.com/app-serving and for kubelets, never client certificates.
import type { ClusterConfig, Provider } from '../domain/config.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { Problem } from '../domain/problem.ts'
import { KUBE_APISERVER_CLIENT } from '../domain/signer.ts'

/** Said in the plan, not after the review. */
export function providerProblems(
  request: EffectiveRequest,
  cluster: Pick<ClusterConfig, 'name' | 'provider'>,
): readonly Problem[] {
  if (cluster.provider !== 'eks' || request.signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    {
      code: 'CLUSTER_NO_CLIENT_SIGNER',
      at: placeOf(request.places, 'signerName'),
      message: `${cluster.name} is an EKS cluster, and EKS signs no client certificates`,
      hint: 'people log in to EKS by IAM access entries; for workloads install a signer of your own and name it as signerName',
    },
  ]
}

/** Who runs a cluster, by gitVersion of its /version (null where it did not answer) and the address of its API server. */
export function providerOf(gitVersion: string | null, server: string): Provider {
  const host = URL.canParse(server) ? new URL(server).hostname : ''
  const is = (mark: RegExp, domain: string): boolean =>
    mark.test(gitVersion ?? '') || host.endsWith(domain)
  if (is(/-eks-/, '.eks.amazonaws.com')) return 'eks'
  if (is(/-gke\./, '.gke.goog')) return 'gke'
  // Azure builds Kubernetes without a mark of its own.
  if (is(/(?!)/, '.azmk8s.io')) return 'aks'
  return gitVersion === null ? 'auto' : 'other'
}
