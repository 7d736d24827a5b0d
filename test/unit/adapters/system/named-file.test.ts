// A file that a person named is read, or the reason is reported.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { readNamedText } from '../../../../src/adapters/system/named-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-named-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a path is relative to the folder', async () => {
  writeFileSync(join(folder, 'jane.key'), 'text')
  expect(await readNamedText(folder, 'jane.key')).toBe('text')
  expect(await readNamedText('/', join(folder, 'jane.key'))).toBe('text')
})

test.each([
  ['nope', 'nope cannot be read: there is no such file'],
  ['.', '. cannot be read: it is a folder'],
])('the path %s fails with the reason: %s', async (path, message) => {
  await expect(readNamedText(folder, path)).rejects.toThrow(`RUN_FILES: ${message}`)
})
