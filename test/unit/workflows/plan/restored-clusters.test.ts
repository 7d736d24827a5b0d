import { describe, expect, test } from '@jest/globals'
import type { Remembered } from '../../../../src/domain/cluster/cluster-marks.ts'
import { failure } from '../../../../src/domain/problem.ts'
import { clusterMemory } from '../../../../src/adapters/system/cluster-memory.ts'
import type { ClusterMemory } from '../../../../src/ports/records.ts'
import { recordsUnlessRestored } from '../../../../src/workflows/plan/restored-clusters.ts'
import { StoredCluster } from '../../../build/stored-cluster.ts'

const runs = (stored: StoredCluster, memory: ClusterMemory | null): Promise<unknown> =>
  recordsUnlessRestored(stored.cluster, memory, ['countersign', 'acme'])

const RESTORED = { problem: { code: 'CLUSTER_RESTORED' } }

/** A cluster that was restored to before the revocation of jane, which a run with this memory saw. */
async function restored(): Promise<{ stored: StoredCluster; memory: ClusterMemory }> {
  const stored = new StoredCluster()
  const memory = clusterMemory('')
  await runs(stored, memory)
  const restore = stored.backup()
  stored.revoked = ['jane']
  await runs(stored, memory)
  restore()
  return { stored, memory }
}

describe('a run that remembers the cluster', () => {
  test('the first run marks the cluster, and a run that finds no change writes nothing', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    await runs(stored, memory)
    expect(stored.written).toBe(1)
  })

  test('a restore is refused with the revocation that is gone and the command, and found again without a write', async () => {
    const { stored, memory } = await restored()
    for (const _ of [1, 2])
      await expect(runs(stored, memory)).rejects.toMatchObject({
        problem: {
          code: 'CLUSTER_RESTORED',
          message: expect.stringMatching(/lacks the change 2\.\w+,.* gone: jane$/),
          hint: expect.stringContaining('countersign restore --cluster prod'),
        },
      })
    expect(stored.written).toBe(3)
  })

  test('runs that remember nothing, and a controller that started later, refuse what another run found', async () => {
    const { stored, memory } = await restored()
    await runs(stored, null)
    await expect(runs(stored, memory)).rejects.toMatchObject(RESTORED)
    await expect(runs(stored, null)).rejects.toMatchObject(RESTORED)
    await expect(runs(stored, clusterMemory(''))).rejects.toMatchObject(RESTORED)
  })

  test('a run that cannot write what it found refuses all the same, and says that others do not see it', async () => {
    const { stored, memory } = await restored()
    stored.beforeWrite = async () => {
      throw failure('CLUSTER_FORBIDDEN', 'no right to update')
    }
    await expect(runs(stored, memory)).rejects.toMatchObject({
      problem: { message: expect.stringMatching(/Only this run sees it: no right to update$/) },
    })
  })

  test('a lost memory is no restore', async () => {
    const { stored } = await restored()
    await expect(runs(stored, clusterMemory(''))).resolves.toBeDefined()
  })

  test('a cluster that was created again has another CA, and is no restore', async () => {
    const { stored, memory } = await restored()
    stored.serverCa = 'other'
    await expect(runs(stored, memory)).resolves.toBeDefined()
  })

  test('the records that were deleted as a whole are a restore', async () => {
    const { stored, memory } = await restored()
    stored.marks = null
    await expect(runs(stored, memory)).rejects.toMatchObject(RESTORED)
  })
})

describe('no false alarm', () => {
  test('a crash between the mark in the cluster and the memory is no restore', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    stored.revoked = ['jane']
    const dies: ClusterMemory = {
      ...memory,
      write: async () => {
        throw new Error('killed')
      },
    }
    await expect(runs(stored, dies)).rejects.toThrow('killed')
    await expect(runs(stored, memory)).resolves.toBeDefined()
  })

  test('a crash before the mark was written is no restore', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    stored.revoked = ['jane']
    stored.beforeWrite = async () => {
      throw new Error('killed')
    }
    await expect(runs(stored, memory)).rejects.toThrow('killed')
    stored.beforeWrite = async () => null
    await expect(runs(stored, memory)).resolves.toBeDefined()
  })

  test('two controllers that mark in turn do not see each other as a restore', async () => {
    const stored = new StoredCluster()
    const [one, two] = [clusterMemory(''), clusterMemory('')]
    for (const revoked of [[], ['jane'], ['jane', 'sam'], ['sam']]) {
      stored.revoked = revoked
      await runs(stored, one)
      await runs(stored, two)
    }
    await expect(runs(stored, one)).resolves.toBeDefined()
  })

  test('revocations that cannot be revoked again are not remembered: others may write anything', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    const restore = stored.backup()
    stored.revoked = ['jane', 'Not A Name', 'x'.repeat(300)]
    await runs(stored, memory)
    restore()
    await expect(runs(stored, memory)).rejects.toMatchObject(RESTORED)
    expect(stored.marks?.lost?.revoked).toEqual([{ what: 'request', value: 'jane' }])
  })

  test('a run that loses the write of its mark again and again does not act, and a later one does', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    stored.revoked = ['jane']
    stored.beforeWrite = async () => 'conflict'
    await expect(runs(stored, memory)).rejects.toMatchObject({
      problem: { code: 'CLUSTER_CHANGED' },
    })
    stored.beforeWrite = async () => null
    await runs(stored, memory)
    expect(stored.marks?.marks).toHaveLength(2)
  })

  test('a memory that another run of this machine writes while the records are read is not newer than they are', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await runs(stored, memory)
    const before = stored.marks
    stored.revoked = ['jane']
    let isSecond = false
    stored.beforeList = async () => {
      if (isSecond) return
      isSecond = true
      await runs(stored, memory)
      // The first run has read the records of before.
      stored.marks = before
    }
    await expect(runs(stored, memory)).resolves.toBeDefined()
  })
})

test('the random part of a mark decides, so a clock that jumps changes nothing', async () => {
  const seen: Remembered[] = []
  const memory: ClusterMemory = {
    read: async () => seen.at(-1) ?? null,
    write: async (_, each) => void seen.push(each),
    random: () => 'abc',
  }
  const stored = new StoredCluster()
  await runs(stored, memory)
  stored.revoked = ['jane']
  await runs(stored, memory)
  expect(seen.map(({ marks }) => marks)).toEqual([['1.abc'], ['2.abc']])
})
