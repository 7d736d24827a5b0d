// The chart of the controller, and the memory in files that docs/reference/controller.md describes.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { clusterMemory } from '../../../../src/adapters/system/cluster-memory.ts'

const CHART = new URL('../../../../charts/countersign/templates/_workload.tpl', import.meta.url)

test.failing('the chart mounts a volume of its values, so XDG_STATE_HOME has a place', async () => {
  const text = await readFile(CHART, 'utf8')
  expect(text).toMatch(/\$values\.\w*[vV]olume/)
})

test('the root of a pod of the chart is read-only, and a memory that cannot be made refuses the cluster', async () => {
  expect(await readFile(CHART, 'utf8')).toContain('readOnlyRootFilesystem: true')
  const file = join(await mkdtemp(join(tmpdir(), 'memory-')), 'file')
  await writeFile(file, '')
  await expect(clusterMemory(join(file, 'state')).read('prod')).rejects.toMatchObject({
    problem: { code: 'RUN_FILES' },
  })
})
