// What charts/countersign gets from the configuration: names, signers, and each manifest that it installs unchanged. Or the command
// that installs it where bootstrap installs the manifests.
import { stringify } from 'yaml'
import type { Installation } from '../domain/cluster/installation.ts'
import type { GuardOptions } from './guard/guard-policies.ts'
import { installedObjects } from './installed-objects.ts'
import { identityHeading } from './rbac/apply-identity.ts'

/** Label of a namespace: which pods may run there. Helm cannot label a namespace that it does not own. */
export const POD_SECURITY = 'pod-security.kubernetes.io/enforce'

/** A values file. The plan identity is not part of it, and namespaces must exist: they may hold anything. */
export function chartValues(
  installation: Installation,
  trustedConfig: string,
  guard: GuardOptions,
): string {
  const objects = installedObjects(
    { ...installation, planner: null },
    { ...guard, isController: true },
  )
  const manifests = objects.filter(({ kind }) => kind !== 'Namespace')
  const comment = [
    'Values of charts/countersign, by countersign.yaml and policies/. Print them again when they change.',
    'They are part of the trust root: who can change them decides what is proved and who has which rights.',
    ...identityHeading(installation).slice(1),
  ]
  const values = { ...settingsOf(installation), trustedConfig, manifests }
  const text = stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })
  return `${comment.map(line => `# ${line}\n`).join('')}${text}`
}

/** The commands that run the controller of a cluster with rights and guard of `bootstrap --controller`. */
export function chartCommands(
  installation: Installation,
  repository: string,
  trustedConfig: string,
  giteaUrl: string | null,
): readonly string[] {
  const { recordNamespace: namespace } = installation.cluster
  const values = { github: { repository }, giteaUrl, ...settingsOf(installation), trustedConfig }
  return [
    `kubectl label namespace ${namespace} ${POD_SECURITY}=restricted`,
    `kubectl create secret generic countersign-github --namespace ${namespace} --from-file=token=github-token.txt`,
    `helm upgrade --install countersign charts/countersign --namespace ${namespace} --set image.repository=ghcr.io/countersign/countersign,image.digest=sha256:DIGEST --set-json '${JSON.stringify({ ...values, manifests: [] })}'`,
  ]
}

function settingsOf({ cluster, owner, approver }: Installation): object {
  const approve = approver?.signers ?? []
  return { cluster: cluster.name, owner, namespace: cluster.recordNamespace, approve }
}
