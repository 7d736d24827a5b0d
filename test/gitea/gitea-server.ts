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

/**
 * Servers and a folder for what the tests write; they end with the file. `prepare` adds what all of them have: it gets a server that is
 * stopped afterwards.
 */
export function giteaOfFile(
  prepare: (server: GiteaServer, folder: string) => Promise<void> = async () => {},
): {
  readonly server: () => GiteaServer
  readonly folder: () => string
  readonly another: (name: string) => Promise<GiteaServer>
} {
  const servers: GiteaServer[] = []
  const folder = mkdtempSync(join(tmpdir(), 'gitea-of-file-'))
  const first = join(folder, 'first')
  const another = async (name: string): Promise<GiteaServer> => {
    const server = await startGitea({ folder: join(folder, name), from: first })
    servers.push(server)
    return server
  }
  beforeAll(async () => {
    const server = await startGitea({ folder: first })
    await prepare(server, folder)
    await server.stop()
    await another('server')
  })
  afterAll(async () => {
    for (const server of servers) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    server: () => {
      const [server] = servers
      if (server === undefined) throw new Error('Gitea was not started')
      return server
    },
    folder: () => folder,
    another,
  }
}
