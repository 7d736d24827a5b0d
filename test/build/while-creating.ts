// A run that is slow at the worst moment: while its CertificateSigningRequest is created, before the approval, people act and
// more than one minute passes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { RunWords } from './github-run.ts'

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
/** Longer than the maximum age of a proof. */
const AHEAD_MS = 61_000

export function whileCreating(cluster: SandboxCluster, act: () => void): RunWords {
  cluster.faults.plan({ method: 'POST', path: REQUESTS }, { kind: 'delay', milliseconds: 500 })
  return {
    preload: ['test/build/skip-sleeps.mjs'],
    meanwhile: async (child, folder) => {
      const isCreated = (): boolean =>
        cluster.log.some(({ method, path }) => method === 'POST' && path.startsWith(REQUESTS))
      while (!isCreated() && child.exitCode === null)
        await new Promise(resolve => setTimeout(resolve, 5))
      act()
      writeFileSync(join(folder, 'runner/ahead'), String(AHEAD_MS))
    },
  }
}
