// An embedded cluster for one test file, with a workshop that is logged in as its administrator: for tests that inject faults and
// read stored objects.
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { textAt } from '../../src/sandbox/api/json-values.ts'
import { configure } from './request-text.ts'
import { Workshop } from './workshop.ts'
import type { ShownRecord } from './shown-json.ts'
import { shownOrNull } from './api-object.ts'
import type { ApiObject } from './api-object.ts'

export interface OwnCluster {
  readonly cluster: SandboxCluster
  readonly workshop: Workshop
  /** The present record of a request. */
  readonly record: (name: string) => ShownRecord
  /** The Secret of a request; null if there is none. */
  readonly secret: (name: string) => ApiObject | null
  /** The Secret of a request; it throws if there is none. */
  readonly existingSecret: (name: string) => ApiObject
  readonly end: () => Promise<void>
}

/** Records and Secrets in the namespace `apps`. */
export async function ownCluster(owner: string): Promise<OwnCluster> {
  const cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
  const workshop = new Workshop()
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  configure(workshop, { owner, namespace: 'apps' })
  const secret = (name: string): ApiObject | null =>
    shownOrNull(cluster.objects.read('secrets', 'apps', `${name}-tls`))
  return {
    cluster,
    workshop,
    record: name => {
      const map = cluster.objects.read('configmaps', 'apps', `countersign-${owner}-${name}`)
      return JSON.parse(textAt(map ?? {}, 'data', 'record.json'))
    },
    secret,
    existingSecret: name => {
      const found = secret(name)
      if (found === null) throw new Error(`there is no Secret ${name}-tls`)
      return found
    },
    end: async () => {
      workshop.end()
      await cluster.close()
    },
  }
}
