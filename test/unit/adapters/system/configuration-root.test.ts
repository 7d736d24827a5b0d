// The folder of the configuration is looked for upward, and not above the repository.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { findRoot } from '../../../../src/adapters/system/configuration-root.ts'

let top: string
const at = (path: string): string => join(top, path)

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-root-')))
  mkdirSync(at('repo/sub/deep'), { recursive: true })
})
afterEach(() => rmSync(top, { recursive: true }))

test('in a repository the nearest configuration above counts', () => {
  mkdirSync(at('repo/.git'))
  writeFileSync(at('repo/countersign.yaml'), '')
  const found = { config: 'countersign.yaml', isRepository: true }
  expect(findRoot(at('repo/sub/deep'), null)).toEqual({ root: at('repo'), ...found })
  writeFileSync(at('repo/sub/countersign.yaml'), '')
  expect(findRoot(at('repo/sub/deep'), null)).toEqual({ root: at('repo/sub'), ...found })
})

test('a configuration above the repository does not count', () => {
  writeFileSync(at('repo/.git'), 'gitdir: elsewhere')
  writeFileSync(at('countersign.yaml'), '')
  expect(findRoot(at('repo/sub'), null)).toMatchObject({ root: at('repo'), isRepository: true })
})

test('outside of a repository only the folder itself counts', () => {
  writeFileSync(at('repo/countersign.yaml'), '')
  expect(findRoot(at('repo/sub'), null)).toMatchObject({
    root: at('repo/sub'),
    isRepository: false,
  })
})

test('a dangling link counts, so that it is refused and not ignored', () => {
  mkdirSync(at('repo/sub/.git'))
  symlinkSync('nowhere', at('repo/sub/countersign.yaml'))
  mkdirSync(at('repo/sub/deep/deeper'))
  expect(findRoot(at('repo/sub/deep/deeper'), null).root).toBe(at('repo/sub'))
})

test('a named configuration is relative to the folder, and the root is the top of the repository', () => {
  expect(findRoot(at('repo/sub'), '../other.yaml')).toEqual({
    root: at('repo/sub'),
    config: '../other.yaml',
    isRepository: false,
  })
  mkdirSync(at('repo/.git'))
  expect(findRoot(at('repo/sub'), 'other.yaml')).toMatchObject({
    root: at('repo'),
    config: 'sub/other.yaml',
  })
})
