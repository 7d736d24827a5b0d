import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { clusterMemory } from '../../../../src/adapters/system/cluster-memory.ts'

const SEEN = { marks: ['2.abc'], revoked: [{ what: 'request', value: 'jane' }] } as const
let home: string
const folder = (): string => join(home, 'countersign', 'clusters')
const file = (): string => join(folder(), readdirSync(folder())[0] ?? '')

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-memory-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('nothing is remembered at first', async () => {
  expect(await clusterMemory(home).read('prod')).toBeNull()
  expect(await clusterMemory('').read('prod')).toBeNull()
})

test('another process of this machine remembers what the first one wrote, and nothing of another cluster', async () => {
  await clusterMemory(home).read('prod')
  await clusterMemory(home).write('prod', SEEN)
  expect(await clusterMemory(home).read('prod')).toEqual(SEEN)
  expect(await clusterMemory(home).read('lab')).toBeNull()
  expect(statSync(file()).mode & 0o777).toBe(0o600)
})

test('without XDG_STATE_HOME the process itself remembers, and another one does not', async () => {
  const memory = clusterMemory('')
  await memory.write('prod', SEEN)
  expect(await memory.read('prod')).toEqual(SEEN)
  expect(await clusterMemory('').read('prod')).toBeNull()
})

test('a file that another program wrote is not believed', async () => {
  await clusterMemory(home).read('prod')
  await clusterMemory(home).write('prod', SEEN)
  writeFileSync(file(), '{"marks": [')
  await expect(clusterMemory(home).read('prod')).rejects.toMatchObject({
    problem: { code: 'RUN_FILES' },
  })
})

test('a folder that others may write is refused, because they could stop every run', async () => {
  await clusterMemory(home).read('prod')
  await clusterMemory(home).write('prod', SEEN)
  chmodSync(folder(), 0o777)
  await expect(clusterMemory(home).read('prod')).rejects.toMatchObject({
    problem: { code: 'SINK_FILE' },
  })
})

test('each random text is another one', () => {
  const { random } = clusterMemory('')
  expect(random()).toMatch(/^[0-9a-f]{12}$/)
  expect(random()).not.toBe(random())
})
