// Records with the ends of their certificates: a revocation ends what it applies to before any run writes that into the record.
import { revocationsOf } from '../../core/access/revoked-requests.ts'
import { withRevoked } from '../../core/plan/certificate-history.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Observed } from './observe-clusters.ts'

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

/** SHA-256 of the certificates of all records whose access a revocation ended. Throws CLUSTER_ codes. */
export async function revokedCertificates(
  observed: readonly Observed[],
): Promise<{ readonly revoked: ReadonlySet<string>; readonly unread: readonly Problem[] }> {
  const found = await Promise.all(
    observed.map(({ records, cluster }) => revokedRecords(records, cluster)),
  )
  const ended = found.flatMap(({ records }) => records.flatMap(({ history }) => history))
  return {
    revoked: new Set(ended.flatMap(each => (each.ended?.how === 'revoked' ? [each.sha256] : []))),
    unread: found.flatMap(({ unread }) => unread),
  }
}
