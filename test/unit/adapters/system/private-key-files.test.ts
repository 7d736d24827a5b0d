import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { outputFiles } from '../../../../src/adapters/system/private-key-files.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { failureOf } from '../../../build/connected.ts'

const bytes = (text: string) => new Secret(new TextEncoder().encode(text))
const text = (content: Secret<Uint8Array> | null) =>
  content === null ? null : new TextDecoder().decode(content.reveal())

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const problemOf = async (act: Promise<unknown>) => failureOf(act)

describe('a private key file', () => {
  test('a file is written whole, readable by its owner only, and no other file remains', async () => {
    const files = outputFiles(folder)
    await files.write('jane.pem', bytes('one'))
    await files.write('jane.pem', bytes('two'))
    expect(text(await files.read('jane.pem'))).toBe('two')
    expect(statSync(join(folder, 'jane.pem')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['jane.pem'])
  })

  test('a file gets the mode 0600 where it had a wider one', async () => {
    writeFileSync(join(folder, 'jane.pem'), 'old', { mode: 0o644 })
    await outputFiles(folder).write('jane.pem', bytes('new'))
    expect(statSync(join(folder, 'jane.pem')).mode & 0o777).toBe(0o600)
  })

  test('a missing file is null', async () =>
    expect(await outputFiles(folder).read('jane.pem')).toBeNull())

  test.each([
    ['others can read', 0o755],
    ['others can write', 0o703],
    ['its group can write', 0o720],
  ])('a file in a folder that %s is SINK_FILE, before any file exists', async (_, mode) => {
    mkdirSync(join(folder, 'out'))
    chmodSync(join(folder, 'out'), mode)
    for (const act of [
      () => outputFiles(folder).read('out/jane.pem'),
      () => outputFiles(folder).write('out/jane.pem', bytes('x')),
    ]) {
      const problem = await problemOf(act())
      expect(problem).toMatchObject({ code: 'SINK_FILE' })
      expect(problem.message).toContain(`(${mode.toString(8)})`)
    }
    expect(readdirSync(join(folder, 'out'))).toEqual([])
  })

  test('a file in a missing folder is SINK_FILE', async () => {
    const problem = await problemOf(outputFiles(folder).read('out/jane.pem'))
    expect(problem.message).toBe('out/jane.pem cannot be written: its folder is not there')
  })

  test('a file is never written through a link', async () => {
    writeFileSync(join(folder, 'elsewhere'), 'theirs')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'jane.pem'))
    const problem = await problemOf(outputFiles(folder).read('jane.pem'))
    expect(problem.message).toContain('is not a file')
    await outputFiles(folder).write('jane.pem', bytes('ours'))
    expect(text(await outputFiles(folder).read('elsewhere'))).toBe('theirs')
  })
})
