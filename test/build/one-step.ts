// One step of apply against an embedded cluster: the session of a run, with single answers replaced.
import { nodeKeys } from '../../src/adapters/system/node-keys.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import type { StepOutcome } from '../../src/domain/cluster/outcome.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import type { ExternalSinks } from '../../src/ports/external-sinks.ts'
import { openSession } from '../../src/workflows/issue/cluster-session.ts'
import type { ClusterSession, SessionParts } from '../../src/workflows/issue/cluster-session.ts'
import { noExternalSinks } from './delivery-payload.ts'
import { clusterConfig, config } from './effective.ts'

export const STEP_CONFIG = config({ clusters: [clusterConfig({ recordNamespace: 'default' })] })

/** The same object with some members replaced. */
export function replaced<T extends object>(target: T, changes: Partial<T>): T {
  return new Proxy(target, {
    get: (_, key): unknown => {
      const value: unknown = Reflect.get(key in changes ? changes : target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The session of a run that issues one certificate. */
export async function sessionWith(
  open: Cluster,
  changes: Partial<Cluster>,
  outside: Partial<ExternalSinks> = {},
  more: Partial<SessionParts> = {},
): Promise<ClusterSession> {
  const parts = {
    cluster: replaced(open, changes),
    config: STEP_CONFIG,
    clusterConfig: STEP_CONFIG.clusters[0] ?? clusterConfig(),
    identity: await open.whoAmI(),
    keys: nodeKeys,
    clock: systemClock,
    processes: { holder: 'this run', isGone: () => false },
    progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
    externalSinks: noExternalSinks(outside),
    objection: async () => null,
    ...more,
  }
  return openSession(parts, 1)
}

export function outcomeCodes(outcome: StepOutcome): readonly string[] {
  return 'problems' in outcome ? outcome.problems.map(({ code }) => code) : [outcome.kind]
}
