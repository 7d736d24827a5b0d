// The place of a new private key, next to repositories other than the one of the request.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { newKeyPath } from '../../../src/entry/commands/own-key/new-key-path.ts'
import { failureOf } from '../../build/connected.ts'

let home: string
beforeEach(() => void (home = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-home-')))))
afterEach(() => rmSync(home, { recursive: true }))

const repository = (path: string): string => {
  mkdirSync(join(home, path, '.git'), { recursive: true })
  return join(home, path)
}
const pathOf = (root: string, key: string | null = null) =>
  newKeyPath({ environment: { HOME: home }, folder: root, root }, 'jane', key)

describe('the path of a new key', () => {
  test('the key of the home folder is beside a repository in it', async () => {
    expect(await pathOf(repository('certs'))).toBe(join(home, '.countersign/jane.key'))
  })

  test('a home folder that is a repository gets no key', async () => {
    const root = repository('certs')
    repository('.')
    expect(await failureOf(pathOf(root))).toMatchObject({
      code: 'RUN_USAGE',
      message: expect.stringContaining(`is inside the repository ${home}, `),
      hint: 'name a file outside of the repository with --key FILE',
    })
  })

  test.each(['other/jane.key', 'other/new/folder/jane.key', 'link/jane.key'])(
    'another repository gets no key at %s',
    async path => {
      const root = repository('certs')
      symlinkSync(repository('other'), join(home, 'link'))
      expect((await failureOf(pathOf(root, join(home, path)))).code).toBe('RUN_USAGE')
    },
  )
})
