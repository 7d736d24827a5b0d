// A GitHub that is another server, or a repository that changed.
import { afterEach, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { atAcme } from '../../build/at-acme.ts'
import { NOTHING_STANDS, standingIn } from '../../build/place.ts'
import { listening } from '../../build/relay.ts'
import { startDecoy } from '../../build/decoy-server.ts'
import type { DecoyServer } from '../../build/decoy-server.ts'

const JANE = 'requests/people/jane.yaml'

const open: { decoy: DecoyServer | null; server: Server | null } = { decoy: null, server: null }
afterEach(async () => {
  await open.decoy?.close()
  open.server?.closeAllConnections()
  open.server?.close()
  Object.assign(open, { decoy: null, server: null })
})

describe('the token of the job', () => {
  test('the token does not follow a redirect', () =>
    atAcme(async ({ acme, place }) => {
      const decoy = await startDecoy()
      const location = decoy.server.replace('https:', 'http:')
      const server = createServer((_, response) => response.writeHead(307, { location }).end())
      Object.assign(open, { decoy, server })
      acme.merges(1, { [JANE]: 'usual' })
      const env = { GITHUB_API_URL: await listening(server, 'http') }
      expect(await acme.apply({ env })).toMatchObject({ code: 2 })
      expect(decoy.connections).toBe(0)
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
    }))

  test('the token is not sent over plain HTTP', () =>
    atAcme(async ({ acme }) => {
      const env = { GITHUB_API_URL: 'http://192.0.2.1/api/v3' }
      const ran = await acme.apply({ env })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('GITHUB_INSECURE')
    }))
})

describe('a repository that changes before the run', () => {
  test('a renamed repository issues nothing under its old name, and issues under its new name', () =>
    atAcme(async ({ acme, place }) => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.stage.repository.name = 'certificates'
      const ran = await acme.apply()
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('GITHUB_NOT_FOUND')
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
      const workflow = 'acme/certificates/.github/workflows/countersign.yaml@refs/heads/main'
      const env = { GITHUB_REPOSITORY: 'acme/certificates', GITHUB_WORKFLOW_REF: workflow }
      expect(await acme.apply({ env })).toMatchObject({ code: 0 })
    }))

  test('a former default branch issues nothing', () =>
    atAcme(async ({ acme, place, cluster }) => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to trunk', { 'README.md': 'trunk\n' })
      acme.stage.repository.defaultBranch = 'trunk'
      const ran = await acme.apply({ commit: acme.stage.tip('main') })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('apply runs on trunk only')
      expect(cluster.log).toEqual([])
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
    }))

  test('a workflow of another repository does not weaken the proof of the configuration', () =>
    atAcme(async ({ acme }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const GITHUB_WORKFLOW_REF = 'mallory/certs/.github/workflows/countersign.yaml@refs/heads/main'
      // A workflow of another repository is not part of the configuration; the files of acme still are.
      expect(await acme.apply({ env: { GITHUB_WORKFLOW_REF } })).toMatchObject({ code: 0 })
      acme.does('owner pushes to main', { 'policies/people.yaml': 'removed' })
      expect(await acme.apply({ env: { GITHUB_WORKFLOW_REF } })).toMatchObject({ code: 1 })
    }))
})
