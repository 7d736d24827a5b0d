// Attacks on the detection of a restored cluster. A failing test is a claim of the pages that does not hold.
import { describe, expect, test } from '@jest/globals'
import { chmod, chown, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterMemory } from '../../../../src/adapters/system/cluster-memory.ts'
import { confirmedMarks } from '../../../../src/core/control/restored-cluster.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { ClusterMemory } from '../../../../src/ports/records.ts'
import { recordsUnlessRestored } from '../../../../src/workflows/plan/restored-clusters.ts'
import { standIn } from '../../../build/stand-in.ts'
import { StoredCluster } from '../../../build/stored-cluster.ts'

/** Only root can give files away. */
const testAsRoot = process.getuid?.() === 0 ? test : test.skip

const PLACE = ['countersign', 'acme']
const run = (stored: StoredCluster, memory: ClusterMemory | null): Promise<unknown> =>
  recordsUnlessRestored(stored.cluster, memory, PLACE)
const RESTORED = { problem: { code: 'CLUSTER_RESTORED' } }

/** Restored to before the revocation of jane, which a run with `memory` saw. */
async function restored(memory: ClusterMemory = clusterMemory('')): Promise<StoredCluster> {
  const stored = new StoredCluster()
  await run(stored, memory)
  const restore = stored.backup()
  stored.revoked = ['jane']
  await run(stored, memory)
  restore()
  return stored
}

describe('two runs at the same time', () => {
  test('a run that loses the write of its mark to the run that found the restore does not act', async () => {
    const memory = clusterMemory('')
    const stored = await restored(memory)
    stored.revoked = ['sam']
    stored.beforeWrite = async () => {
      await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
    }
    // A second controller, or pull mode with a memory of its own: it has read the marks of before.
    await expect(run(stored, clusterMemory(''))).rejects.toMatchObject(RESTORED)
  })

  test('a run that found the restore, and lost the write of that to another run, writes it again', async () => {
    const memory = clusterMemory('')
    const stored = await restored(memory)
    stored.revoked = ['sam']
    stored.beforeWrite = async () => void (await run(stored, clusterMemory('')))
    await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
    await expect(run(stored, null)).rejects.toMatchObject(RESTORED)
  })

  test('a slow run does not take back what a faster run of the same memory remembers', async () => {
    const stored = new StoredCluster()
    const memory = clusterMemory('')
    await run(stored, memory)
    const restore = stored.backup()
    stored.afterList = async () => {
      stored.afterList = async () => undefined
      stored.revoked = ['jane']
      await run(stored, memory)
      // The slow run lists the revocations now; it has the marks of before.
      stored.revoked = []
    }
    await run(stored, memory)
    restore()
    await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
  })
})

describe('a restore between two runs', () => {
  test.failing(
    'what a run itself changed after its mark is remembered, so a backup from the time of the run is seen',
    async () => {
      const stored = new StoredCluster()
      const memory = clusterMemory('')
      await run(stored, memory)
      const restore = stored.backup()
      // The run goes on: it issues, renews or withdraws. No mark is written at its end.
      stored.revoked = ['jane']
      restore()
      await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
    },
  )

  test.failing(
    'marks that start with a high number are compared, so one foreign mark does not switch the detection off',
    async () => {
      const memory = clusterMemory('')
      const stored = await restored(memory)
      stored.marks = {
        marks: ['999999.aa'],
        state: '',
        lost: null,
        version: stored.marks?.version ?? null,
      }
      await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
    },
  )

  test('a number with 400 digits in the marks makes the next mark one that no run can read', async () => {
    const stored = new StoredCluster()
    const version = null
    stored.marks = { marks: [`${'9'.repeat(400)}.aa`], state: '', lost: null, version }
    const next = confirmedMarks(stored.marks, () => 'abc')
    expect(next.marks.at(-1)).toBe('Infinity.abc')
  })
})

describe('the memory in files', () => {
  const files = async (): Promise<string> => mkdtemp(join(tmpdir(), 'memory-'))
  const folderOf = (home: string): string => join(home, 'countersign', 'clusters')
  const place = JSON.stringify(['prod', 'https://127.0.0.1:1', 'ca', ...PLACE])

  test.failing(
    'a volume of Kubernetes with fsGroup, which gives its folders to the group at each mount, is a memory',
    async () => {
      const home = await files()
      const stored = new StoredCluster()
      await run(stored, clusterMemory(home))
      // As SetVolumeOwnership of the kubelet does: mode | 0660 for files, | 02770 for folders.
      await chmod(join(home, 'countersign'), 0o2770)
      await chmod(folderOf(home), 0o2770)
      for (const name of await readdir(folderOf(home)))
        await chmod(join(folderOf(home), name), 0o660)
      await expect(run(stored, clusterMemory(home))).resolves.toBeDefined()
    },
  )

  testAsRoot('a memory in a folder of another user is not believed', async () => {
    const home = await files()
    await mkdir(folderOf(home), { recursive: true })
    const path = join(folderOf(home), `${hash('sha256', place)}.json`)
    const revoked = [{ what: 'request', value: 'owner' }]
    await writeFile(path, JSON.stringify({ marks: ['9.aa'], revoked }))
    await chmod(path, 0o644)
    await chmod(folderOf(home), 0o711)
    await chown(path, 4242, 4242)
    await chown(folderOf(home), 4242, 4242)
    await expect(run(new StoredCluster(), clusterMemory(home))).rejects.toMatchObject({
      problem: { code: 'RUN_FILES', message: expect.stringContaining('belongs to another user') },
    })
  })

  test('a memory that is a link is refused', async () => {
    const home = await files()
    await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
    await writeFile(join(home, 'other'), '{}')
    await symlink(join(home, 'other'), join(folderOf(home), `${hash('sha256', place)}.json`))
    await expect(run(new StoredCluster(), clusterMemory(home))).rejects.toMatchObject({
      problem: { code: 'SINK_FILE' },
    })
  })

  test('a broken memory is refused, and says which file to delete', async () => {
    const home = await files()
    await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
    await writeFile(join(folderOf(home), `${hash('sha256', place)}.json`), '{"marks":')
    await expect(run(new StoredCluster(), clusterMemory(home))).rejects.toMatchObject({
      problem: { code: 'RUN_FILES' },
    })
  })
})

describe('marks that others hide, without the guard: the label is taken away, so the list has none and no run can create them', () => {
  async function hidden(memory: ClusterMemory): Promise<StoredCluster> {
    const stored = await restored(memory)
    await expect(run(stored, memory)).rejects.toMatchObject(RESTORED)
    await expect(run(stored, null)).rejects.toMatchObject(RESTORED)
    const cluster = { ...stored.cluster }
    Object.defineProperty(stored, 'cluster', {
      get: () =>
        standIn<Cluster>({
          ...cluster,
          records: standIn<Cluster['records']>({
            list: async () => ({ records: [], broken: [], marks: null }),
            writeMarks: async () => null,
          }),
        }),
    })
    return stored
  }

  test.failing('a run without a memory does not act where the marks cannot be listed', async () => {
    await expect(run(await hidden(clusterMemory('')), null)).rejects.toBeDefined()
  })

  test.failing('a run that remembers says that only it sees the restore', async () => {
    const memory = clusterMemory('')
    await expect(run(await hidden(memory), memory)).rejects.toMatchObject({
      problem: { message: expect.stringContaining('Only this run sees it') },
    })
  })

  test.failing('a run that can never write its mark says so', async () => {
    const stored = await hidden(clusterMemory(''))
    const memory = clusterMemory('')
    await run(stored, memory)
    await expect(run(stored, memory)).rejects.toBeDefined()
  })
})

describe('two replicas of a controller, each with the memory of its process', () => {
  /** Replica one saw the revocation of jane, replica two that an approved change lifted it. Then a backup of before both came back. */
  async function confirmed(): Promise<{ stored: StoredCluster; one: ClusterMemory }> {
    const [one, two] = [clusterMemory(''), clusterMemory('')]
    const stored = new StoredCluster()
    await run(stored, one)
    const restore = stored.backup()
    stored.revoked = ['jane']
    await run(stored, one)
    stored.revoked = []
    await run(stored, two)
    restore()
    await expect(run(stored, two)).rejects.toMatchObject(RESTORED)
    if (stored.marks === null) throw new Error('no marks')
    stored.marks = confirmedMarks(stored.marks, () => 'abc')
    await expect(run(stored, two)).resolves.toBeDefined()
    return { stored, one }
  }

  test.failing(
    'a restore that an administrator confirmed is not reported again by the replica that leads next',
    async () => {
      const { stored, one } = await confirmed()
      await expect(run(stored, one)).resolves.toBeDefined()
    },
  )

  test.failing(
    'a revocation that was lifted before the restore is not listed as gone, and not revoked again',
    async () => {
      const { stored, one } = await confirmed()
      await run(stored, one).catch(() => undefined)
      expect(stored.marks?.lost?.revoked ?? []).toEqual([])
    },
  )
})
