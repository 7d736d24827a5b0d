// Facts about the signers of managed control planes, each with its source. docs/compatibility.md lists the same facts.
import type { ClusterConfig, Provider } from '../../domain/request/config.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Problem } from '../../domain/problem.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'

export interface SignerFacts {
  readonly title: string
  /** Whether kubernetes.io/kube-apiserver-client gets certificates there; null if no source says so. */
  readonly signsClients: boolean | null
  /** How it signs: the end of a sentence that begins with the title. */
  readonly how: string
  readonly source: string
}

export const MANAGED = {
  eks: {
    title: 'EKS',
    signsClients: false,
    how: 'signs no client certificates, only beta.eks.amazonaws.com/app-serving and those of kubelets',
    source: 'aws/containers-roadmap, issues 1604 and 1856',
  },
  gke: {
    title: 'GKE',
    signsClients: null,
    how: 'signs by a service of its own and not by kube-controller-manager',
    source: 'kubernetes/cloud-provider-gcp, cmd/gcp-controller-manager/app/gke_signer.go',
  },
  aks: {
    title: 'AKS',
    signsClients: null,
    how: 'does not say in public how it signs',
    source: 'none found',
  },
} as const satisfies Partial<Readonly<Record<Provider, SignerFacts>>>

/** Returns the facts about a provider's signers; null if Kubernetes' own rules apply or the provider is not known. */
export function signerFactsOf(provider: Provider): SignerFacts | null {
  const facts: Partial<Record<Provider, SignerFacts>> = MANAGED
  return facts[provider] ?? null
}

/** The hint for a cluster that signs no client certificates. */
export const NO_CLIENT_SIGNER_HINT =
  "people log in by the provider's own accounts (EKS: IAM access entries); for workloads install a signer of your own and name it as signerName"

/**
 * Returns CLUSTER_NO_CLIENT_SIGNER if the request needs kubernetes.io/kube-apiserver-client and the provider does not sign with it;
 * else empty. So the plan reports it, before any review.
 */
export function providerProblems(
  request: EffectiveRequest,
  cluster: Pick<ClusterConfig, 'name' | 'provider'>,
): readonly Problem[] {
  const facts = signerFactsOf(cluster.provider)
  if (facts?.signsClients !== false || request.signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    {
      code: 'CLUSTER_NO_CLIENT_SIGNER',
      at: placeOf(request.places, 'signerName'),
      message: `${cluster.name} is an ${facts.title} cluster, and ${facts.title} ${facts.how}`,
      hint: NO_CLIENT_SIGNER_HINT,
    },
  ]
}

/**
 * API servers of AKS in public clouds, Azure Government (two domains) and Azure China (learn.microsoft.com, "Outbound network and
 * FQDN rules for AKS clusters").
 */
const AKS_DOMAINS = [
  '.azmk8s.io',
  '.azmk8s.us',
  '.cx.aks.containerservice.azure.us',
  '.cx.prod.service.azk8s.cn',
] as const

/**
 * Returns who runs a cluster, by gitVersion of its /version (null if it did not answer) and by the host name of its API server.
 * Without a match: `other`, or `auto` if there is no gitVersion.
 */
export function providerOf(gitVersion: string | null, server: string): Provider {
  const host = URL.canParse(server) ? new URL(server).hostname : ''
  const is = (mark: RegExp, domain: string): boolean =>
    mark.test(gitVersion ?? '') || host.endsWith(domain)
  if (is(/-eks-/, '.eks.amazonaws.com')) return 'eks'
  if (is(/-gke\./, '.gke.goog')) return 'gke'
  // The gitVersion of AKS has no mark of its own.
  if (AKS_DOMAINS.some(domain => host.endsWith(domain))) return 'aks'
  return gitVersion === null ? 'auto' : 'other'
}
