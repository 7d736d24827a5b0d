import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isInside, writeNew } from '../../../../src/adapters/system/new-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-new-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a new file', () => {
  test('a new file is created with its folders and its mode', async () => {
    const path = join(folder, 'a/b.key')
    expect(await writeNew(path, 'text', 0o600)).toBe(true)
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['text', 0o600])
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700)
  })

  test('an existing file is not overwritten, nor the target of a dangling link', async () => {
    writeFileSync(join(folder, 'there'), 'mine')
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
    expect(await writeNew(join(folder, 'there'), 'text')).toBe(false)
    expect(await writeNew(join(folder, 'link'), 'text')).toBe(false)
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('mine')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test('a file that cannot be written is reported', async () => {
    writeFileSync(join(folder, 'file'), '')
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
    for (const path of [join(folder, 'file/below'), join(folder, 'link/below'), '/proc/new/below'])
      await expect(writeNew(path, 'text')).rejects.toThrow(/RUN_FILES/)
  })

  test('a file whose content cannot be written does not stay', async () => {
    const path = join(folder, 'half')
    await expect(writeNew(path, 1 as never)).rejects.toThrow(/RUN_FILES/)
    expect(existsSync(path)).toBe(false)
  })

  test('two runs that create the same folder at once both write', async () => {
    const paths = ['one', 'two', 'three'].map(name => join(folder, 'a/b/c', name))
    expect(await Promise.all(paths.map(path => writeNew(path, 'text')))).toEqual([true, true, true])
  })
})

describe('a path inside a folder', () => {
  test.each([
    ['a/b', true],
    ['.', true],
    ['..', false],
    ['../elsewhere', false],
    ['link/key', true],
    ['not/there/../../yet', true],
    ['..hidden', true],
  ])('the path %s is inside: %p', async (path, expected) => {
    const top = join(folder, 'repository')
    mkdirSync(join(top, 'real'), { recursive: true })
    symlinkSync(join(top, 'real'), join(top, 'link'))
    expect(await isInside(top, join(top, path))).toBe(expected)
  })

  test('a link from outside leads inside, and one from inside leads outside', async () => {
    const top = join(folder, 'repository')
    mkdirSync(top)
    mkdirSync(join(folder, 'outside'))
    symlinkSync(top, join(folder, 'outside/in'))
    symlinkSync(join(folder, 'outside'), join(top, 'out'))
    expect(await isInside(top, join(folder, 'outside/in/key'))).toBe(true)
    expect(await isInside(top, join(top, 'out/key'))).toBe(false)
  })
})
