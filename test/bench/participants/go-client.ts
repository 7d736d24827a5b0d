// The Go programs as participants: client-go with the calls of countersign, with five calls, or only with those of the signer's rate.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goProgram } from '../../build/go-program.ts'
import { NAMESPACE, certificatesInRequests, pairsInSecrets } from '../bench-cluster.ts'
import type { BenchCluster } from '../bench-cluster.ts'
import type { Participant } from './participant.ts'
import { timed } from '../timed.ts'

/** As many requests at once as countersign. */
export const WORKERS = 16

export interface GoCalls {
  readonly calls: 'same' | 'five' | 'signer'
  readonly name: string
  readonly what: string
}

export const SAME_CALLS: GoCalls = {
  calls: 'same',
  name: 'Go client, same calls',
  what: `client-go without its QPS limit, ${WORKERS} requests at once and one watch: the calls of countersign in the same order, with objects of the same size`,
}
export const FIVE_CALLS: GoCalls = {
  calls: 'five',
  name: 'Go client, five calls',
  what: 'the same program with the fewest calls of a correct issuer. It creates the record (the claim) and the CertificateSigningRequest, approves it, creates the Secret, and updates the record. It reads nothing, because the watch returns the certificate and a creation fails if another run was first',
}
export const SIGNER_ALONE: GoCalls = {
  calls: 'signer',
  name: "the signer's own rate",
  what: 'the same program only creates and approves: no record, no Secret, no access',
}

export function goClient(cluster: BenchCluster, { calls, name, what }: GoCalls): Participant {
  const binary = yardstick()
  return {
    name,
    what,
    atMost: null,
    authorities: cluster.authorities,
    clear: () => cluster.clear(),
    run: async (count, round) => {
      const options = {
        calls,
        kubeconfig: cluster.kubeconfig,
        namespace: NAMESPACE,
        prefix: round,
        count,
        workers: WORKERS,
      }
      const args = Object.entries(options).map(([option, value]) => `-${option}=${value}`)
      const seconds = await timed({ program: binary, args, cwd: tmpdir() })
      const read = calls === 'signer' ? certificatesInRequests : pairsInSecrets
      return { seconds, certificates: await read(cluster.admin) }
    },
  }
}

function yardstick(): string {
  const binary = goProgram({
    name: 'bench-go',
    module: join(import.meta.dirname, 'go'),
    judges: 'the benchmark has no yardstick',
  })
  if (binary === null) throw new Error('the Go client cannot be built')
  return binary
}
