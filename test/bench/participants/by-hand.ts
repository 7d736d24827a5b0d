// A person with a shell loop of openssl and kubectl as a participant.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NAMESPACE, pairsInSecrets } from '../bench-cluster.ts'
import type { BenchCluster } from '../bench-cluster.ts'
import type { Participant } from './participant.ts'
import { timed } from '../timed.ts'

/** Enough for a rate. */
const AT_MOST = 20

export function byHand(cluster: BenchCluster): Participant {
  return {
    name: 'openssl and kubectl',
    what: `a shell loop, one certificate after the other. openssl makes key and PKCS#10. kubectl creates and approves the request, reads the certificate and creates the Secret. ${AT_MOST} certificates each round`,
    atMost: AT_MOST,
    authorities: cluster.authorities,
    clear: () => cluster.clear(),
    run: async (count, round) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-by-hand-'))
      try {
        const seconds = await timed({
          program: join(import.meta.dirname, 'by-hand.sh'),
          args: [round, String(count), NAMESPACE],
          cwd: folder,
          env: {
            PATH: `${cluster.tools}:${process.env['PATH'] ?? ''}`,
            KUBECONFIG: cluster.kubeconfig,
          },
        })
        return { seconds, certificates: await pairsInSecrets(cluster.admin) }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}
