// The identity that approves pending requests of others, with its least privileges. It cannot issue, and cannot read a Secret.
import type { Approver, Installation } from '../../domain/cluster/installation.ts'
import { issuedNameMaps } from '../../domain/cluster/controller-lease.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { isNonEmpty, mapped } from '../../domain/problem.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import { approverLease } from '../approver-lease.ts'
import { serviceAccount } from './apply-identity.ts'
import { rolesWithBindings, leaderRules, manifestsText, named, rule } from './manifest-parts.ts'

/** Rights for the signers that policies with `selector.usernames` or `selector.groups` name. */
export function approverObjects(
  { owner, cluster }: Installation,
  { subject, signers }: Approver,
): readonly Manifest[] {
  const name = `countersign-${owner}-approver`
  const csr = 'certificatesigningrequests'
  const leases = mapped(signers, signer => approverLease(owner, signer))
  const maps = signers
    .filter(isKubeletSigner)
    .flatMap(signer => issuedNameMaps(approverLease(owner, signer)))
  const roles = [
    {
      namespace: null,
      name,
      rules: [
        rule('certificates.k8s.io', csr, ['get', 'list']),
        rule('certificates.k8s.io', `${csr}/approval`, ['update']),
        named(rule('certificates.k8s.io', 'signers', ['approve']), signers),
        ...(signers.some(isKubeletSigner) ? [rule('', 'nodes', ['list'])] : []),
      ],
    },
    {
      namespace: cluster.recordNamespace,
      name,
      rules: [
        ...leaderRules(leases),
        ...(isNonEmpty(maps)
          ? [
              rule('', 'configmaps', ['create']),
              named(rule('', 'configmaps', ['get', 'update']), maps),
            ]
          : []),
      ],
    },
  ]
  return [...serviceAccount(subject), ...rolesWithBindings(roles, subject)]
}

export function approverManifests(installation: Installation, approver: Approver): string {
  return manifestsText(approverObjects(installation, approver))
}
