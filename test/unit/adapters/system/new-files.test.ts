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

describe('writeNew', () => {
  test('makes folders, and the file with its mode', async () => {
    const path = join(folder, 'a/b.key')
    expect(await writeNew(path, 'text', 0o600)).toBe(true)
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['text', 0o600])
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700)
  })

  test('leaves what is there, and what a dangling link points to', async () => {
    writeFileSync(join(folder, 'there'), 'mine')
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
    expect(await writeNew(join(folder, 'there'), 'text')).toBe(false)
    expect(await writeNew(join(folder, 'link'), 'text')).toBe(false)
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('mine')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test('says where it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(writeNew(join(folder, 'file/below'), 'text')).rejects.toThrow(/RUN_FILES/)
  })
})

describe('isInside', () => {
  test.each([
    ['a/b', true],
    ['.', true],
    ['..', false],
    ['../elsewhere', false],
    ['link/key', true],
    ['not/there/../../yet', true],
    ['..hidden', true],
  ])('%s: %p', async (path, expected) => {
    const top = join(folder, 'repository')
    mkdirSync(join(top, 'real'), { recursive: true })
    symlinkSync(join(top, 'real'), join(top, 'link'))
    expect(await isInside(top, join(top, path))).toBe(expected)
  })

  test('a link from outside leads in, and one from inside leads out', async () => {
    const top = join(folder, 'repository')
    mkdirSync(top)
    mkdirSync(join(folder, 'outside'))
    symlinkSync(top, join(folder, 'outside/in'))
    symlinkSync(join(folder, 'outside'), join(top, 'out'))
    expect(await isInside(top, join(folder, 'outside/in/key'))).toBe(true)
    expect(await isInside(top, join(top, 'out/key'))).toBe(false)
  })
})
