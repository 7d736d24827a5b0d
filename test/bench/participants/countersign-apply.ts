// countersign as a participant: one `countersign apply --yes` of all requests.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { pairsInSecrets } from '../bench-cluster.ts'
import type { BenchCluster } from '../bench-cluster.ts'
import { requestNames } from './participant.ts'
import type { IssuingRun, Participant } from './participant.ts'
import { smallRepository } from '../request-repository.ts'
import { timedCountersign } from '../timed.ts'
import type { ProfileTarget } from '../timed.ts'

export function countersignApply(cluster: BenchCluster): Participant {
  return {
    name: 'countersign',
    what: 'one process `countersign apply --yes` for all requests, from the start of Node to its end; key in the run, Secret, record, log-in with each certificate',
    atMost: null,
    authorities: cluster.authorities,
    clear: () => cluster.clear(),
    run: (count, round) => apply(cluster, count, round, null),
  }
}

export async function apply(
  cluster: BenchCluster,
  count: number,
  round: string,
  profile: ProfileTarget | null,
): Promise<IssuingRun> {
  const repository = smallRepository({ names: requestNames(round, count) })
  copyFileSync(cluster.kubeconfig, join(repository.folder, 'kubeconfig'))
  try {
    const seconds = await timedCountersign(['apply', '--yes'], repository.folder, { profile })
    return { seconds, certificates: await pairsInSecrets(cluster.admin) }
  } finally {
    repository.end()
  }
}
