import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  editPrivateFile,
  moveAside,
  replaceFile,
  writePublicFile,
} from '../../../../src/adapters/system/edited-file.ts'
import { ok, refuseAs } from '../../../../src/domain/problem.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'countersign-edited-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777
const edits = (name: string, text: string) => editPrivateFile(at(name), 'old', () => ok(text))

describe('an edited file', () => {
  test('the new text is for the owner alone, and the old one is beside it', async () => {
    writeFileSync(at('config'), 'before', { mode: 0o644 })
    expect(await edits('config', 'after')).toEqual(ok({ isChanged: true, backup: at('config.old') }))
    expect([readFileSync(at('config'), 'utf8'), readFileSync(at('config.old'), 'utf8')]).toEqual([
      'after',
      'before',
    ])
    expect([modeOf('config'), modeOf('config.old')]).toEqual([0o600, 0o600])
    expect(readdirSync(folder).toSorted()).toEqual(['config', 'config.old'])
  }) // prettier-ignore

  test('a missing file and its folder are made for the owner alone, without a backup', async () => {
    const seen: (string | null)[] = []
    const edited = await editPrivateFile(at('.kube/config'), 'old', text => {
      seen.push(text)
      return ok('new')
    })
    expect([edited, seen]).toEqual([ok({ isChanged: true, backup: null }), [null]])
    expect([modeOf('.kube'), modeOf('.kube/config')]).toEqual([0o700, 0o600])
  })

  test('nothing is written if the text stays the same or the edit refuses', async () => {
    writeFileSync(at('config'), 'same', { mode: 0o640 })
    expect(await edits('config', 'same')).toEqual(ok({ isChanged: false, backup: null }))
    const refused = refuseAs('CONFIG_KUBECONFIG', 'no')
    expect(await editPrivateFile(at('config'), 'old', () => refused)).toEqual(refused)
    expect(readdirSync(folder)).toEqual(['config'])
    expect(modeOf('config')).toBe(0o640)
  })

  test('the target of a link is edited, and the link stays', async () => {
    writeFileSync(at('real'), 'before')
    symlinkSync(at('real'), at('config'))
    await edits('config', 'after')
    expect(lstatSync(at('config')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('real'), 'utf8')).toBe('after')
  })

  test("a file under kubectl's lock is refused, and the lock stays", async () => {
    writeFileSync(at('config'), 'before')
    writeFileSync(at('config.lock'), '')
    await expect(edits('config', 'after')).rejects.toThrow('RUN_FILES: ')
    expect(existsSync(at('config.lock'))).toBe(true)
    expect(readFileSync(at('config'), 'utf8')).toBe('before')
  })

  test.each(['config.lock', 'real.lock'])(
    'a link is refused under the lock %s, and no other lock stays',
    async lock => {
      writeFileSync(at('real'), 'before')
      symlinkSync(at('real'), at('config'))
      writeFileSync(at(lock), '')
      await expect(edits('config', 'after')).rejects.toThrow('is locked')
      expect(readdirSync(folder).toSorted()).toEqual(['config', 'real', lock].toSorted())
      expect(readFileSync(at('real'), 'utf8')).toBe('before')
    },
  )

  test('a file in a linked folder is edited', async () => {
    mkdirSync(at('folder'))
    symlinkSync(at('folder'), at('link'))
    writeFileSync(at('folder/config'), 'before')
    await edits('link/config', 'after')
    expect(readFileSync(at('folder/config'), 'utf8')).toBe('after')
    expect(readdirSync(at('folder')).toSorted()).toEqual(['config', 'config.old'])
  })

  test('a backup is never written over', async () => {
    writeFileSync(at('config'), 'before')
    writeFileSync(at('config.old'), 'older')
    await expect(edits('config', 'after')).rejects.toThrow('exists already')
    expect(readFileSync(at('config'), 'utf8')).toBe('before')
    expect(existsSync(at('config.lock'))).toBe(false)
  })

  test('a path that cannot be written, and what is no file, are RUN_FILES', async () => {
    writeFileSync(at('file'), '')
    symlinkSync('/dev/zero', at('zero'))
    mkdirSync(at('folder'))
    for (const path of ['file/config', 'zero', 'folder'])
      await expect(edits(path, 'after')).rejects.toThrow('RUN_FILES: ')
  })
})

test('a replaced file keeps its mode', async () => {
  writeFileSync(at('jane.yaml'), 'before')
  chmodSync(at('jane.yaml'), 0o664)
  await replaceFile(at('jane.yaml'), 'after')
  expect([readFileSync(at('jane.yaml'), 'utf8'), modeOf('jane.yaml')]).toEqual(['after', 0o664])
})

describe('a file for everyone', () => {
  test('it is written at once with mode 0644, over an older file, and through a link', async () => {
    writeFileSync(at('page.html'), 'before', { mode: 0o600 })
    symlinkSync(at('page.html'), at('link'))
    await writePublicFile(at('link'), 'after')
    expect([readFileSync(at('page.html'), 'utf8'), modeOf('page.html')]).toEqual(['after', 0o644])
    expect(readdirSync(folder).toSorted()).toEqual(['link', 'page.html'])
  })

  test('a folder, a device and a path in a missing folder are RUN_FILES', async () => {
    for (const path of [folder, '/dev/null', at('missing/page.html')])
      await expect(writePublicFile(path, 'after')).rejects.toThrow('RUN_FILES: ')
    expect(readdirSync(folder)).toEqual([])
  })
})

test('a file that is moved aside keeps its content under the other name', async () => {
  writeFileSync(at('jane.key'), 'key')
  expect(await moveAside(at('jane.key'), 'until-now')).toBe(at('jane.key.until-now'))
  expect(readdirSync(folder)).toEqual(['jane.key.until-now'])
  expect(await moveAside(at('jane.key'), 'until-now')).toBeNull()
})
