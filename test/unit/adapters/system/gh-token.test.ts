import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { ghToken } from '../../../../src/adapters/system/gh-token.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'countersign-gh-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function gh(script: string): void {
  writeFileSync(join(folder, 'gh'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'gh'), 0o755)
}
const asked = (apiUrl: string) => ghToken(apiUrl, { PATH: `${folder}:/usr/bin:/bin` })

test('the token is that of gh for the host of the API', async () => {
  gh('echo "token of $4"')
  expect(await asked('https://api.github.com')).toBe('token of github.com')
  expect(await asked('https://ghe.example/api/v3')).toBe('token of ghe.example')
})

test('there is no token if gh has none, fails or is missing', async () => {
  expect(await ghToken('https://api.github.com', { PATH: folder })).toBeNull()
  gh('exit 1')
  expect(await asked('https://api.github.com')).toBeNull()
  gh('echo')
  expect(await asked('https://api.github.com')).toBeNull()
})
