// Whether the guard of writes is in a cluster, as this login sees it: then a certificate with a guarded grant can be ended.
import { guardPolicyName } from '../../domain/cluster/grant.ts'
import { contains } from '../../lib/kubernetes/object-differences.ts'
import { refusesWrites } from '../../setup/guard/guard-for-writes.ts'
import type { Cluster } from '../../ports/cluster.ts'

/** False also if its policy or binding is not as countersign writes it, null if it may not be read. Throws CLUSTER_ codes. */
export async function isWritesGuarded(
  { setupObjects }: Pick<Cluster, 'setupObjects'>,
  owner: string,
  recordNamespace: string,
): Promise<boolean | null> {
  const metadata = { name: guardPolicyName(owner, 'writes') }
  const binding = await setupObjects.read({ kind: 'ValidatingAdmissionPolicyBinding', metadata })
  const bound = { policyName: metadata.name, validationActions: ['Deny'] }
  if (binding === 'hidden') return null
  if (!contains(binding?.['spec'], bound)) return false
  const policy = await setupObjects.read({ kind: 'ValidatingAdmissionPolicy', metadata })
  if (policy === 'hidden') return null
  return policy !== null && refusesWrites(policy['spec'], owner, recordNamespace)
}
