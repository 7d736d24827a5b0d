// One Gitea server for a test file. Where it is not built its tests are skipped with a message, unless COUNTERSIGN_REQUIRE_GITEA=1.
import { afterAll, beforeAll } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readyGitea } from './gitea.mjs'
import { startGitea } from './start.mjs'
import type { GiteaServer } from './start.mjs'

/** Whether Gitea can be tested. */
export function hasGitea(): boolean {
  const isBuilt = readyGitea() !== null
  const how = 'Gitea is not built: node test/gitea/build.mjs'
  if (!isBuilt && process.env['COUNTERSIGN_REQUIRE_GITEA'] === '1') throw new Error(how)
  if (!isBuilt) process.stderr.write(`SKIPPED: ${how}\n`)
  return isBuilt
}

/** A server and a folder for what the tests write; both end with the file. `settings`: more lines of app.ini. */
export function giteaOfFile(settings = ''): {
  readonly server: () => GiteaServer
  readonly folder: () => string
} {
  let server: GiteaServer | null = null
  const folder = mkdtempSync(join(tmpdir(), 'gitea-of-file-'))
  beforeAll(async () => {
    server = await startGitea({ folder: join(folder, 'server'), settings })
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    server: () => {
      if (server === null) throw new Error('Gitea was not started')
      return server
    },
    folder: () => folder,
  }
}
