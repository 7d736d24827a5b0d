// The loops of the controller, without a cluster.
import { expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { USUAL_PACE } from '../../../../src/core/control/lease-turn.ts'
import { failure } from '../../../../src/domain/problem.ts'
import { control } from '../../../../src/workflows/control/controller.ts'
import { Leadership } from '../../../../src/workflows/control/leadership.ts'
import { noExternalSinks } from '../../../build/delivery-payload.ts'
import type { Emergencies } from '../../../../src/ports/records.ts'
import { standIn } from '../../../build/stand-in.ts'
import { StoredLease } from '../../../build/stored-lease.ts'

const never = async (): Promise<never> => {
  throw failure('GITHUB_UNREACHABLE', 'there is no network', null)
}

test('an error in the loop of the Lease ends the loop of the passes too', async () => {
  const stop = new AbortController()
  const leases = new StoredLease()
  const clock = { now: () => new Date('2026-03-01T12:00:00Z'), sleep: async () => undefined }
  let looks = 0
  const turn = async (): Promise<void> => {
    await new Promise(resolve => setImmediate(resolve))
  }
  const running = control(
    {
      clock,
      pause: turn,
      keys: nodeKeys,
      processes: { holder: 'one', isGone: () => false },
      progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
      externalSinks: noExternalSinks(),
      clusters: { open: never },
      comments: null,
      leadership: new Leadership(leases, 'one', clock, USUAL_PACE),
      emergencies: standIn<Emergencies>({ readKept: async () => null }),
      openRepository: never,
      tip: never,
      reports: {
        looked: () => {
          looks += 1
        },
        leads: isLeader => {
          if (!isLeader) throw new TypeError('a bug')
        },
        passed: () => undefined,
        turned: () => undefined,
        failed: () => undefined,
        stopped: () => undefined,
      },
    },
    {
      config: 'countersign.yaml',
      trustedConfig: 'sha256:0',
      trustedRequests: null,
      cluster: { name: 'prod', recordNamespace: 'apps', owner: 'acme', server: 'https://prod' },
      callsPerHour: 1000,
      pace: USUAL_PACE,
    },
    stop.signal,
  )
  await turn()
  if (leases.lease !== null) leases.lease = { ...leases.lease, holder: 'two', version: 'other' }
  await expect(running).rejects.toThrow('a bug')
  await turn()
  const then = looks
  for (let turns = 0; turns < 10; turns += 1) await turn()
  stop.abort()
  expect(looks).toBe(then)
})
