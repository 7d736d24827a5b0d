import { expect, test } from '@jest/globals'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Records } from '../../../../src/ports/records.ts'
import type { SigningRequests } from '../../../../src/ports/signing-requests.ts'
import type { Observed } from '../../../../src/workflows/plan/observe-clusters.ts'
import { denyOrphans } from '../../../../src/workflows/withdraw/deny-orphans.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { pending } from '../../../build/pending.ts'
import { STEP_CONFIG } from '../../../build/one-step.ts'
import { standIn } from '../../../build/stand-in.ts'

const NOW = new Date('2030-01-01T00:00:00Z')

/** What happens with an undecided object of this user that no record lists, this many minutes old. */
async function orphanOf(minutes: number, mayDeny: boolean) {
  const denied: string[] = []
  const object = pending({
    name: 'cs-jane-01234567-1',
    username: 'countersign',
    createdAt: new Date(NOW.getTime() - minutes * 60_000),
  })
  const cluster = standIn<Cluster>({
    name: 'prod',
    now: async () => NOW,
    records: standIn<Records>({ list: async () => ({ records: [], broken: [] }) }),
    signingRequests: standIn<SigningRequests>({
      list: async () => ({ items: [object], tooLarge: [] }),
      deny: async ({ name }) => {
        denied.push(name)
        return { kind: 'decided', object }
      },
    }),
  })
  const identity = { username: 'countersign', groups: [] }
  const settings = clusterConfig({ recordNamespace: 'default' })
  const observed = [standIn<Observed>({ cluster, settings, identity, records: [], broken: [] })]
  const nothing = { requests: [], refused: [] }
  const problems = await denyOrphans(nothing, observed, STEP_CONFIG, mayDeny)
  return { denied: denied.length, codes: problems.map(({ code }) => code) }
}

test('an undecided orphan is denied and reported', async () => {
  expect(await orphanOf(13, true)).toEqual({ denied: 1, codes: ['CLUSTER_ORPHAN'] })
})

test('an undecided orphan is only reported by a run that was interrupted', async () => {
  expect(await orphanOf(13, false)).toEqual({ denied: 0, codes: ['CLUSTER_ORPHAN'] })
})

test('an object that a running claim may belong to is no orphan', async () => {
  expect(await orphanOf(11, true)).toEqual({ denied: 0, codes: [] })
})
