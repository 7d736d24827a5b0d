// The embedded cluster as a subject.
import type { SandboxOptions } from '../../src/sandbox/api/sandbox-options.ts'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { Backend } from './subjects.ts'

export async function sandboxSubject(options: SandboxOptions = {}): Promise<Backend> {
  // Two CAs, so that code that confuses them fails.
  const cluster = await startSandboxCluster({ authorities: 'two', ...options })
  return {
    server: cluster.server,
    caPem: cluster.caPem,
    admin: cluster.clientFor('admin', ['system:masters']),
    user: async (name, groups, rules) => {
      cluster.allow({ user: name }, rules)
      return cluster.clientFor(name, groups)
    },
    staleWatch: async () => {
      cluster.expireWatches()
      return '/api/v1/configmaps?watch=1&resourceVersion=1'
    },
    close: () => cluster.close(),
  }
}
