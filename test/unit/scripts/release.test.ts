// The refusals of scripts/release.mjs; the release workflow runs the rest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
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
