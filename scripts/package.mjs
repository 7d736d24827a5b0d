// node scripts/package.mjs FOLDER: the npm package, countersign-X.Y.Z.tgz. dist/ holds all code that countersign needs, so the
// package.json of the package has no dependencies. Installs nothing.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ROOT } from './run.mjs'

/** Members of package.json for contributors only. */
const NOT_PUBLISHED = ['scripts', 'dependencies', 'devDependencies', 'overrides']
/** Files that npm always includes. */
const ALWAYS = ['README.md', 'LICENSE']

/** @param {string} target an existing folder @returns {string} the path of the package */
export function makePackage(target) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const staged = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  try {
    for (const name of [...manifest.files, ...ALWAYS])
      cpSync(join(ROOT, name), join(staged, name), { recursive: true })
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

if (process.argv[1] === import.meta.filename) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('usage: node scripts/package.mjs FOLDER')
    process.exitCode = 2
  } else {
    mkdirSync(resolve(folder), { recursive: true })
    console.log(makePackage(resolve(folder)))
  }
}
