// How many certificates each participant issues a second while the signer has no limit.
import { byHand } from './participants/by-hand.ts'
import { progress, startBenchCluster } from './bench-cluster.ts'
import type { BenchCluster } from './bench-cluster.ts'
import { measureCalls } from './calls.ts'
import { certManager } from './participants/cert-manager.ts'
import { certificateFaults, requireGood } from './participants/check-certificates.ts'
import { apply, countersignApply } from './participants/countersign-apply.ts'
import { FIVE_CALLS, SAME_CALLS, goClient } from './participants/go-client.ts'
import type { Extent } from './options.ts'
import { requestNames, rotated } from './participants/participant.ts'
import type { Participant } from './participants/participant.ts'
import type { IssueReport, Measured } from './report.ts'

function participantsOn(cluster: BenchCluster, others: Participant): readonly Participant[] {
  return [
    countersignApply(cluster),
    goClient(cluster, SAME_CALLS),
    goClient(cluster, FIVE_CALLS),
    byHand(cluster),
    others,
  ]
}

export async function measureIssuing({
  requests,
  rounds,
  profileFolder,
}: Extent): Promise<IssueReport> {
  const calls = await measureCalls()
  const cluster = await startBenchCluster()
  const others = await certManager().catch(async (cause: unknown) => {
    await cluster.end()
    throw cause
  })
  try {
    const participants = participantsOn(cluster, others)
    const taken = new Map<string, Taken>(
      participants.map(({ name }) => [name, { many: [], one: [] }]),
    )
    const seconds = async (who: Participant, count: number, prefix: string): Promise<number> => {
      await who.clear()
      const run = await who.run(count, prefix)
      const names = requestNames(prefix, count)
      requireGood(who.name, certificateFaults(run.certificates, names, who.authorities))
      return run.seconds
    }
    // Round 0 warms the API server and the disk, and is not counted.
    for (let round = 0; round <= rounds; round++)
      for (const who of rotated(participants, round)) {
        const count = countOf(who, round === 0 ? Math.min(requests, WARM_UP) : requests)
        const one = await seconds(who, 1, `w${round}`)
        const many = await seconds(who, count, `r${round}`)
        progress(
          `issue, round ${round} of ${rounds}: ${who.name}, ${count} in ${many.toFixed(2)} s, ${(count / many).toFixed(1)} a second`,
        )
        if (round === 0) continue
        taken.get(who.name)!.many.push(many)
        taken.get(who.name)!.one.push(one)
      }
    if (profileFolder !== null) {
      await cluster.clear()
      await apply(cluster, requests, 'profile', { folder: profileFolder, name: 'issue' })
    }
    const measured = participants.map((who): Measured => {
      const { many, one } = taken.get(who.name)!
      const certificates = countOf(who, requests)
      return { name: who.name, what: who.what, certificates, seconds: many, secondsOfOne: one }
    })
    return { participants: measured, ...calls }
  } finally {
    await others.end()
    await cluster.end()
  }
}

const WARM_UP = 50

interface Taken {
  readonly many: number[]
  readonly one: number[]
}

function countOf({ atMost }: Participant, requests: number): number {
  return atMost === null ? requests : Math.min(atMost, requests)
}
