// The files of a release, and what scripts/release.mjs refuses.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT } from '../../build/documents.ts'
import { VERSION } from '../../../src/domain/version.ts'

test.each([
  ['a tag other than the version', ['v99.0.0'], `package.json says ${VERSION}`],
  ['no folder', [], 'usage:'],
])('a release with %s is refused, and nothing is written', (_, tags, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-release-'))
  const args = tags.length === 0 ? [`v${VERSION}`] : [...tags, folder]
  const ran = spawnSync(process.execPath, ['scripts/release.mjs', ...args], { cwd: ROOT })
  expect(ran.status).toBe(1)
  expect(ran.stderr.toString()).toContain(said)
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

/** In a copy of the repository, since the changelog of this one has no part for its next release. */
test('a release has the package with the commit of the tag, its SBOM, licences and notes', () => {
  const root = mkdtempSync(join(tmpdir(), 'countersign-release-'))
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const others = ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'scripts']
  for (const name of [...files, ...others])
    cpSync(join(ROOT, name), join(root, name), { recursive: true })
  writeFileSync(join(root, 'CHANGELOG.md'), `# Changelog\n\n## [${VERSION}]\n\nNew.\n`)
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=author', '-c', 'user.email=author@example.com', ...args],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
  git('init', '--quiet')
  git('add', 'CHANGELOG.md')
  git('commit', '--quiet', '--message', 'release')
  execFileSync(process.execPath, ['scripts/release.mjs', `v${VERSION}`, 'out'], { cwd: root })
  const out = join(root, 'out')
  const packed = `countersign-${VERSION}.tgz`
  const names = [packed, 'licenses.txt', 'notes.md', 'sbom.spdx.json']
  expect(readdirSync(out).toSorted()).toEqual(names.toSorted())
  expect(readFileSync(join(out, 'notes.md'), 'utf8')).toBe('New.\n')
  const { packages } = JSON.parse(readFileSync(join(out, 'sbom.spdx.json'), 'utf8'))
  expect(packages.length).toBeGreaterThan(10)
  const text = execFileSync('tar', ['-xzOf', join(out, packed)], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  expect(text.split(git('rev-parse', 'HEAD').trim())).toHaveLength(2)
  rmSync(root, { recursive: true })
})
