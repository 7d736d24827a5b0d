// node scripts/release.mjs vX.Y.Z FOLDER: the files of a release: the package, its SBOM, the licences of the code in dist/, and the
// notes. The commit checked out is that of the release. Refuses a tag that differs from the version of package.json or is not in the changelog.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makePackage } from './package.mjs'
import { ROOT } from './run.mjs'

const [tag = '', folder = ''] = process.argv.slice(2)
try {
  release(tag, resolve(folder))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function release(wanted, target) {
  if (folder === '') throw new Error('usage: node scripts/release.mjs vX.Y.Z FOLDER')
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  if (wanted !== `v${version}`)
    throw new Error(`the tag is ${wanted}, and package.json says ${version}`)
  const notes = notesOf(version, readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'))
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'notes.md'), notes)
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()
  makePackage(target, commit)
  const sbom = npm('sbom', '--package-lock-only', '--omit=dev', '--sbom-format=spdx')
  writeFileSync(join(target, 'sbom.spdx.json'), sbom)
  copyFileSync(join(ROOT, 'dist/licenses.txt'), join(target, 'licenses.txt'))
}

/** The part of the changelog below `## [X.Y.Z]`. */
function notesOf(version, changelog) {
  const from = changelog.indexOf(`\n## [${version}]`)
  if (from === -1) throw new Error(`CHANGELOG.md has no part [${version}]`)
  const body = changelog.slice(changelog.indexOf('\n', from + 1))
  const next = body.search(/\n## \[/)
  return `${(next === -1 ? body : body.slice(0, next)).trim()}\n`
}

function npm(...args) {
  return execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' })
}
