// Whether the guard of writes is in a cluster, as this login sees it: then a certificate with a guarded grant can be ended.
import { guardPolicyName } from '../../domain/cluster/grant.ts'
import { contains } from '../../lib/kubernetes/object-differences.ts'
import { refusesWrites } from '../../setup/guard/guard-for-writes.ts'
import type { Cluster } from '../../ports/cluster.ts'

/** False also if its policy or binding may not be read, or is not as countersign writes it. Throws CLUSTER_ codes. */
export async function isWritesGuarded(
  { setupObjects }: Pick<Cluster, 'setupObjects'>,
  owner: string,
  recordNamespace: string,
): Promise<boolean> {
  const metadata = { name: guardPolicyName(owner, 'writes') }
  const binding = await setupObjects.read({ kind: 'ValidatingAdmissionPolicyBinding', metadata })
  const bound = { policyName: metadata.name, validationActions: ['Deny'] }
  if (binding === null || binding === 'hidden' || !contains(binding['spec'], bound)) return false
  const policy = await setupObjects.read({ kind: 'ValidatingAdmissionPolicy', metadata })
  if (policy === null || policy === 'hidden') return false
  return refusesWrites(policy['spec'], owner, recordNamespace)
}
