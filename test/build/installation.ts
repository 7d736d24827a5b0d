// A usual installation of countersign in one cluster.
import type { InstalledSigner, Installation } from '../../src/domain/cluster/installation.ts'
import { isNonEmpty } from '../../src/domain/problem.ts'
import type { NonEmpty } from '../../src/domain/problem.ts'
import { clusterConfig } from './effective.ts'

/** acme-certs in prod with a service account: client certificates for one day, Secrets in apps. */
export function installation(changes: Partial<Installation> = {}): Installation {
  return {
    owner: 'acme-certs',
    cluster: clusterConfig({
      auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
    }),
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' },
    planner: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-plan' },
    approver: null,
    signers: [{ name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: 86_400 }],
    secrets: [{ namespace: 'apps', names: null }],
    secretPlaces: (changes.secrets ?? [{ namespace: 'apps', names: null }]).map(
      ({ namespace, names }) => ({ namespaces: [namespace], names }),
    ),
    namespacePatterns: [],
    accessRoles: [],
    accessPlaces: everywhere(changes.accessRoles ?? []),
    mayAdopt: false,
    emergency: null,
    ...changes,
  }
}

/** A number of signers of one domain, each for one hour. */
export function manySigners(count: number, domain = 'example.com'): NonEmpty<InstalledSigner> {
  const signers = Array.from({ length: count }, (_, index) => ({
    name: `${domain}/signer-${index + 1}`,
    maxDurationSeconds: 3600,
  }))
  if (!isNonEmpty(signers)) throw new Error('an installation has at least one signer')
  return signers
}

/** The roles in every place. */
function everywhere(clusterRoles: readonly string[]): Installation['accessPlaces'] {
  if (clusterRoles.length === 0) return []
  return [
    { clusterRoles, namespaces: null },
    { clusterRoles, namespaces: ['*'] },
  ]
}
