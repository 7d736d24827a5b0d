// countersign in one cluster as it usually is.
import type { Installation } from '../../src/domain/installation.ts'
import { clusterConfig } from './effective.ts'

/** acme-certs in prod by a service account: client certificates for a day, Secrets into apps. */
export function installation(changes: Partial<Installation> = {}): Installation {
  return {
    owner: 'acme-certs',
    cluster: clusterConfig({
      auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
    }),
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' },
    planner: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-plan' },
    signers: [{ name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: 86_400 }],
    secrets: [{ namespace: 'apps', names: null }],
    namespacePatterns: [],
    mayAdopt: false,
    ...changes,
  }
}
