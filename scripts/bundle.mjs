// npm run bundle: src → build/ (tsc) → dist/ (ncc), one bundle for each door. Both are built aside and then put in place,
// so that no file of an earlier build stays behind. With --check nothing is put in place: it says what differs, and fails.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installed, ROOT, runNode, runSteps } from './run.mjs'

const MEGABYTE = 1_000_000
// What a run reads before it knows what it has to do, and what a person downloads.
const LIMITS = { door: 3 * MEGABYTE, all: 50 * MEGABYTE }
const SHEBANG = '#!/usr/bin/env node\n'
const DOORS = [
  { name: 'action', entry: 'build/action.js', folder: '.' },
  { name: 'cli', entry: 'build/cli.js', folder: 'cli' },
]

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const committed = join(ROOT, 'dist')
const aside = mkdtempSync(join(tmpdir(), 'countersign-dist-'))
const fresh = join(aside, 'dist')
try {
  const built = await build()
  const passed = built && isSmallEnough() && (values.check ? isSame() : putInPlace())
  process.exitCode = passed ? 0 : 1
} finally {
  rmSync(aside, { recursive: true, force: true })
}

async function build() {
  rmSync(join(ROOT, 'build'), { recursive: true, force: true })
  const compiled = await runSteps([
    {
      name: 'tsc',
      run: () => runNode([installed('typescript/bin/tsc'), '-p', 'tsconfig.build.json']),
    },
  ])
  if (!compiled) return false
  const bundled = await runSteps(
    DOORS.map(door => ({ name: `ncc ${door.name}`, run: () => bundle(door) })),
  )
  if (bundled) makeExecutable(join(fresh, 'cli', 'index.js'))
  return bundled
}

/** ncc's own package.json beside each bundle stays: without it Node would not take the file for an ES module. */
function bundle({ entry, folder }) {
  const out = join(fresh, folder)
  const options = ['--minify', '--license', 'licenses.txt', '--no-cache', '--quiet']
  return runNode([
    installed('@vercel/ncc/dist/ncc/cli.js'),
    'build',
    entry,
    '--out',
    out,
    ...options,
  ])
}

function makeExecutable(file) {
  const text = readFileSync(file, 'utf8')
  if (!text.startsWith('#!')) writeFileSync(file, SHEBANG + text)
  chmodSync(file, 0o755)
}

function isSmallEnough() {
  const size = file => statSync(join(fresh, file)).size
  const all = filesOf(fresh).reduce((sum, file) => sum + size(file), 0)
  const sizes = [
    ...DOORS.map(({ folder }) => ({
      what: join(folder, 'index.js'),
      bytes: size(join(folder, 'index.js')),
      limit: LIMITS.door,
    })),
    { what: 'dist in all', bytes: all, limit: LIMITS.all },
  ]
  for (const { what, bytes, limit } of sizes) {
    const text = `${what}: ${(bytes / MEGABYTE).toFixed(2)} MB of at most ${limit / MEGABYTE} MB`
    console.log(bytes > limit ? `TOO LARGE  ${text}` : text)
  }
  return sizes.every(({ bytes, limit }) => bytes <= limit)
}

function isSame() {
  const names = [...new Set([...filesOf(fresh), ...filesOf(committed)])].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const differing = names.filter(name => !sameFile(join(fresh, name), join(committed, name)))
  for (const name of differing) console.log(`dist/${name} is not what src makes`)
  console.log(
    differing.length === 0 ? 'dist is what src makes' : 'run "npm run bundle" and commit dist',
  )
  return differing.length === 0
}

function sameFile(one, other) {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}

function putInPlace() {
  rmSync(committed, { recursive: true, force: true })
  cpSync(fresh, committed, { recursive: true })
  return true
}

/** Paths of all files below a folder, relative to it. */
function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
