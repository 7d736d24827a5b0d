import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import {
  effectiveDigestUnder,
  readConfigurations,
} from '../../../../src/workflows/prove/effective-request-then.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { standIn } from '../../../build/stand-in.ts'
import { effective } from '../../../build/effective.ts'
import { CONFIG_PATH, usualFile } from '../../../build/history/usual-files.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const PATH = 'requests/people/jane.yaml'
const FILES: Readonly<Record<string, string>> = {
  fine: usualFile(CONFIG_PATH, {}),
  broken: 'kind: [',
}
const CONFIG = valueOf(parseConfig(requestFile(FILES['fine'] ?? '', { path: CONFIG_PATH })))
const FILE = { path: PATH, blob: 'a'.repeat(40) }

/** The request in a file of this text. */
const requestIn = (text: string) => (path: string, _: unknown, folder: string) => {
  const read = parseRequest(requestFile(text, { path }), folder)
  return read.ok ? read.value : null
}
const USUAL = requestIn(usualFile(PATH, {}))

describe('the configuration of a commit', () => {
  /** Each commit is named after its file; returns what was read. */
  async function read(...commits: readonly string[]) {
    const asked: string[] = []
    const filesAt = (commit: string) =>
      standIn<RepositoryFiles>({
        read: async (path: string) => {
          asked.push(commit)
          const text = FILES[commit]
          return text === undefined ? null : requestFile(text, { path })
        },
      })
    const source = standIn<ReviewedRepository>({ filesAt })
    const blobOf = (commit: string) => (commit === 'none' ? null : commit)
    return { asked, at: await readConfigurations(source, CONFIG_PATH, commits, blobOf) }
  }

  test('a configuration is known where it can be read', async () => {
    expect((await read('fine')).at('fine')?.owner).toBe('acme-certs')
  })

  test('a configuration is unknown where it cannot be read, whatever other commits have', async () => {
    const { at } = await read('fine', 'broken', 'lost', 'none')
    for (const commit of ['broken', 'lost', 'none', 'not asked']) expect(at(commit)).toBeNull()
  })

  test('a configuration is read once', async () => {
    expect((await read('fine', 'broken', 'fine', 'broken')).asked).toEqual(['fine', 'broken'])
  })
})

describe('the effective request of an earlier file', () => {
  const request = effective({ path: PATH })

  test('the effective digest changes with the defaults', () => {
    const other = { ...CONFIG, defaults: CONFIG.defaults.slice(0, 0) }
    const meaning = effectiveDigestUnder(CONFIG, FILE, request, USUAL)
    expect(meaning).toMatch(/^[0-9a-f]{64}$|^sha256:/)
    expect(effectiveDigestUnder(other, FILE, request, USUAL)).not.toBe(meaning)
  })

  test.each([
    ['of another name', effective({ path: PATH, name: 'joe' })],
    ['of another cluster', effective({ path: PATH, cluster: 'staging' })],
  ])('the effective digest is unknown for a request %s', (_, asked) => {
    expect(effectiveDigestUnder(CONFIG, FILE, asked, USUAL)).toBeNull()
  })

  test('the effective digest is unknown for a file that cannot be read', () => {
    expect(effectiveDigestUnder(CONFIG, FILE, request, requestIn('kind: ['))).toBeNull()
  })
})
