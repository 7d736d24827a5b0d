// The problem of a record that another run holds.
import { expect, test } from '@jest/globals'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Records } from '../../../../src/ports/records.ts'
import type { ClusterSession } from '../../../../src/workflows/issue/cluster-session.ts'
import { claimUntil } from '../../../../src/workflows/issue/write-claim.ts'
import { standIn } from '../../../build/stand-in.ts'

test('the time of a claim is rounded up to the minute, so that the problems of many requests are one', async () => {
  const records = standIn<Records>({ read: async () => null })
  const session = standIn<ClusterSession>({ cluster: standIn<Cluster>({ records }) })
  const hintOf = async (freeAt: string) => {
    const by = {
      holder: 'laptop 7',
      n: 1,
      grant: null,
      objectName: 'cs-jane-1',
      deadline: new Date(freeAt),
    }
    const asked = { kind: 'claimedByOther', by, freeAt: new Date(freeAt) } as const
    const answer = await claimUntil('jane', null, session, async () => asked)
    return 'problem' in answer ? answer.problem.hint : null
  }
  const rounded = 'if it is gone, apply again after 2026-03-08T12:01:00.000Z'
  expect(await hintOf('2026-03-08T12:00:00.001Z')).toBe(rounded)
  expect(await hintOf('2026-03-08T12:01:00Z')).toBe(rounded)
})
