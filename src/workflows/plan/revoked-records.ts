// Records with the ends of their certificates: a revocation ends what it applies to before any run writes that into the record.
import { revocationsOf } from '../../core/access/revoked-requests.ts'
import { withRevoked } from '../../core/plan/certificate-history.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Cluster } from '../../ports/cluster.ts'

/** `unread`: a problem for each revocation that cannot be read. Throws CLUSTER_ codes. */
export async function revokedRecords(
  records: readonly RequestRecord[],
  cluster: Pick<Cluster, 'revocations'>,
): Promise<{ readonly records: readonly RequestRecord[]; readonly unread: readonly Problem[] }> {
  const { revocations, broken: unread } = await cluster.revocations.list()
  const ended = records.map(record =>
    withRevoked(record, grant => revocationsOf(record.request, revocations, grant)),
  )
  return { records: ended, unread }
}
