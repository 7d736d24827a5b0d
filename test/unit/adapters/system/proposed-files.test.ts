// Files that do not exist yet, read with those of the work tree.
import { expect, test } from '@jest/globals'
import { withProposed } from '../../../../src/adapters/system/proposed-files.ts'
import { blobId } from '../../../../src/adapters/system/git-command.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'

const existing: RepositoryFiles = withProposed(
  { description: 'working tree', read: async () => null, list: async () => null },
  new Map([
    ['policies/a.yaml', 'old'],
    ['policies/b.yaml', 'b'],
  ]),
)
const files = withProposed(
  existing,
  new Map([
    ['policies/a.yaml', 'new'],
    ['c.yaml', 'c'],
  ]),
)

test('a proposed file is read in the place of an existing one, with its blob', async () => {
  const file = await files.read('policies/a.yaml')
  expect(Buffer.from(file?.bytes ?? []).toString()).toBe('new')
  expect(file?.blob).toBe(blobId(Buffer.from('new')))
  expect((await files.read('policies/b.yaml'))?.path).toBe('policies/b.yaml')
  expect(await files.read('d.yaml')).toBeNull()
})

test('a folder lists each file once, sorted by path', async () => {
  const listed = await files.list('policies')
  expect(listed?.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
    ['policies/a.yaml', 'new'],
    ['policies/b.yaml', 'b'],
  ])
  expect(await files.list('requests')).toBeNull()
})
