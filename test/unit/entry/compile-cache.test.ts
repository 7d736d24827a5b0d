// Real starts of the command line. On Node 20, which has no such cache, each of them writes nothing.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const hasCache = 'enableCompileCache' in module
const isRoot = process.getuid?.() === 0
const home = mkdtempSync(join(tmpdir(), 'countersign-home-'))
afterEach(() => {
  chmodSync(home, 0o700)
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true })
})

/** The exit code of `countersign --help`, which loads the commands. */
function help(environment: Readonly<Record<string, string>>): number | null {
  const hooks = join(ROOT, 'scripts/typescript.mjs')
  const { status } = spawnSync(
    process.execPath,
    ['--import', hooks, join(ROOT, 'src/cli.ts'), '--help'],
    { env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...environment } },
  )
  return status
}

function entries(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0
}

test('a start keeps compiled code in a cache folder that only the user can read, and starts again with it', () => {
  expect([help({ HOME: home }), help({ HOME: home })]).toEqual([0, 0])
  const folder = join(home, '.cache/countersign/node')
  expect(entries(folder)).toBe(hasCache ? 1 : 0)
  if (hasCache) expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('XDG_CACHE_HOME says where the cache folder is', () => {
  const cache = join(home, 'elsewhere')
  mkdirSync(cache)
  expect(help({ HOME: home, XDG_CACHE_HOME: cache })).toBe(0)
  expect(entries(join(cache, 'countersign/node'))).toBe(hasCache ? 1 : 0)
  expect(existsSync(join(home, '.cache/countersign'))).toBe(false)
})

test('a folder that others may write to is not used, because its content would run', () => {
  const shared = join(home, '.cache/countersign')
  mkdirSync(shared, { recursive: true })
  chmodSync(shared, 0o777)
  expect(help({ HOME: home })).toBe(0)
  expect(entries(shared)).toBe(0)
})

test('a folder below one that others may write to is not used, because they could put another in its place', () => {
  const shared = join(home, 'shared')
  const cache = join(shared, 'mine')
  mkdirSync(cache, { recursive: true })
  chmodSync(shared, 0o777)
  expect(help({ HOME: home, XDG_CACHE_HOME: cache })).toBe(0)
  expect(entries(join(cache, 'countersign'))).toBe(0)
  chmodSync(shared, 0o1777)
  expect(help({ HOME: home, XDG_CACHE_HOME: cache })).toBe(0)
  expect(entries(join(cache, 'countersign'))).toBe(hasCache ? 1 : 0)
})

// Only root can give a folder to another user.
const testAsRoot = isRoot ? test : test.skip
testAsRoot(
  'a folder of another user is not used, as with sudo in the environment of that user',
  () => {
    mkdirSync(join(home, '.cache'))
    spawnSync('chown', ['65534', join(home, '.cache')])
    expect(help({ HOME: home })).toBe(0)
    expect(entries(join(home, '.cache'))).toBe(0)
  },
)

test.each([
  ['a home that cannot exist', '/dev/null/home'],
  ['a relative home', 'home'],
  ['an empty home', ''],
])('%s has no cache folder, and the program starts', (_what, folder) => {
  expect(help({ HOME: folder })).toBe(0)
  expect(existsSync(join(ROOT, 'home'))).toBe(false)
})

test('a cache folder that cannot be written changes nothing', () => {
  mkdirSync(join(home, '.cache'))
  spawnSync('touch', [join(home, '.cache/countersign')])
  expect(help({ HOME: home })).toBe(0)
})
