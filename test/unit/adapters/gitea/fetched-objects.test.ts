// The copy of a Gitea repository belongs to countersign alone, whatever git was told by the program around it.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GiteaConnection } from '../../../../src/adapters/gitea/connection/gitea-connection.ts'
import { FetchedObjects } from '../../../../src/adapters/gitea/objects/fetched-objects.ts'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'

const VARIABLES = ['GIT_DIR', 'GIT_OBJECT_DIRECTORY', 'GIT_CONFIG_PARAMETERS'] as const
const before = { ...process.env }
let folder = ''

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-copy-')))
})
afterEach(() => {
  for (const name of VARIABLES)
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  rmSync(folder, { recursive: true, force: true })
})

test('a git hook that starts countersign does not lead the copy to its own repository', async () => {
  const hook = join(folder, 'of-the-hook')
  process.env['GIT_DIR'] = hook
  process.env['GIT_OBJECT_DIRECTORY'] = join(hook, 'objects')
  process.env['GIT_CONFIG_PARAMETERS'] = "'core.bare'='false'"
  const access = { url: 'https://git.example.com', token: new Secret('of-gitea'), version: '0' }
  const connection = new GiteaConnection(access, systemClock, () => 0)
  const copy = new FetchedObjects(connection, 'acme/certs', folder)
  const place = (await copy.run(['rev-parse', '--absolute-git-dir'])).trim()
  expect(dirname(place)).toBe(folder)
  expect((await copy.run(['config', 'core.bare'])).trim()).toBe('true')
  expect(readdirSync(folder)).toHaveLength(1)
})
