// node scripts/package.mjs FOLDER [COMMIT]: the npm package, countersign-X.Y.Z.tgz. dist/ holds all code that countersign needs, so the
// package.json of the package has no dependencies. COMMIT is that of the release: init pins the action to it. Installs nothing.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ROOT } from './run.mjs'

/** Members of package.json for contributors only. `private` keeps npm from publishing the repository itself. */
const NOT_PUBLISHED = ['private', 'scripts', 'dependencies', 'devDependencies', 'overrides']
/** Files that npm always includes. */
const ALWAYS = ['README.md', 'LICENSE']

/** Value of RELEASE_COMMIT in src/domain/version.ts. A release cannot contain its own commit, so it is written here. */
const UNRELEASED = 'commit-of-an-unreleased-build'

/**
 * @param {string} target an existing folder @param {string | null} [commit] of the release, 40 hex digits
 * @returns {string} the path of the package
 */
export function makePackage(target, commit = null) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const staged = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  try {
    for (const name of [...manifest.files, ...ALWAYS])
      cpSync(join(ROOT, name), join(staged, name), { recursive: true })
    if (commit !== null) writeCommit(join(staged, 'dist'), commit)
    const kept = Object.entries(manifest).filter(([member]) => !NOT_PUBLISHED.includes(member))
    const text = `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`
    writeFileSync(join(staged, 'package.json'), text)
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', target]
    const [packed] = JSON.parse(execFileSync('npm', args, { cwd: staged, encoding: 'utf8' }))
    return join(target, packed.filename)
  } finally {
    rmSync(staged, { recursive: true, force: true })
  }
}

/** Replaces the one place that says "unreleased". Throws if the bundle has none or several. */
function writeCommit(dist, commit) {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`${commit} is not a full commit id`)
  const paths = readdirSync(dist, { recursive: true })
    .filter(name => name.endsWith('.js'))
    .map(name => join(dist, name))
  const parts = paths.map(path => readFileSync(path, 'utf8').split(UNRELEASED))
  const places = parts.flatMap(part => part.slice(1)).length
  if (places !== 1) throw new Error(`dist/ has ${places} places for the commit instead of 1`)
  const at = parts.findIndex(part => part.length === 2)
  writeFileSync(paths[at], parts[at].join(commit))
}

if (process.argv[1] === import.meta.filename) {
  const [folder, commit = null] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('usage: node scripts/package.mjs FOLDER [COMMIT]')
    process.exitCode = 2
  } else {
    mkdirSync(resolve(folder), { recursive: true })
    const path = makePackage(resolve(folder), commit)
    console.log(`${path}  ${(statSync(path).size / 1_000_000).toFixed(2)} MB`)
  }
}
