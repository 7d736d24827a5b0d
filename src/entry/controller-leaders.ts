// The leaderships of a controller: one by the Lease of its cluster, or one for each signer that it approves for.
import { randomBytes } from 'node:crypto'
import { systemProcesses } from '../adapters/system/process-claims.ts'
import { USUAL_PACE } from '../core/control/lease-turn.ts'
import { usageFailure } from '../domain/problem.ts'
import { builtInSigners, isBuiltIn } from '../lib/kubernetes/built-in-signers.ts'
import { signerNameFaults } from '../lib/kubernetes/signer-name.ts'
import { didYouMean } from '../lib/source/did-you-mean.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { Leases } from '../ports/records.ts'
import { approverLease } from '../setup/approver-lease.ts'
import type { ControllerPorts } from '../workflows/control/controller.ts'
import { Leadership } from '../workflows/control/leadership.ts'
import type { ApproverOptions } from '../workflows/pending/approver.ts'

/** Each leadership has a holder name of its own. */
export function leaderOf(
  clock: Clock,
  leases: Leases,
): Pick<ControllerPorts, 'leadership' | 'processes'> {
  const processes = systemProcesses(null)
  const holder = `${processes.holder.replaceAll(' ', '_')}_${randomBytes(4).toString('hex')}`
  return { processes, leadership: new Leadership(leases, holder, clock, USUAL_PACE) }
}

/** Throws RUN_USAGE for a name that is not that of a signer. */
export function approvedSigners(
  signerNames: readonly string[],
  owner: string,
  cluster: Cluster,
  clock: Clock,
): ApproverOptions['signers'] {
  return signerNames.map(signerName => {
    const [fault] = signerNameFaults(signerName)
    if (fault !== undefined)
      throw usageFailure(
        `--approve ${visible(signerName)}: it ${fault}`,
        '--approve kubernetes.io/kubelet-serving',
      )
    if (signerName.startsWith('kubernetes.io/') && !isBuiltIn(signerName))
      throw usageFailure(
        `--approve ${visible(signerName)}: it is none of the signers of Kubernetes`,
        didYouMean(signerName, builtInSigners(), `there are ${builtInSigners().join(', ')}`),
      )
    const lease = approverLease(owner, signerName)
    return { signerName, lease, leadership: leaderOf(clock, cluster.leasesOf(lease)).leadership }
  })
}
