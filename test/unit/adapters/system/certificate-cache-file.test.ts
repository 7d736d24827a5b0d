import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { certificateCacheFile } from '../../../../src/adapters/system/certificate-cache-file.ts'

let home: string
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'countersign-cache-'))))
afterEach(() => rmSync(home, { recursive: true }))

const JANE = { name: 'jane', cluster: 'prod', repository: 'acme/certs' }
const cacheOf = (changes: Partial<typeof JANE> = {}) =>
  certificateCacheFile(join(home, '.countersign'), { ...JANE, ...changes })

describe('the cache of a certificate', () => {
  test('the text is read as it was written, in a folder and file for the owner alone', async () => {
    const cache = cacheOf()
    expect(await cache.read()).toBeNull()
    await cache.write('one')
    await cache.write('two')
    expect(await cacheOf().read()).toBe('two')
    const folder = join(home, '.countersign')
    const [file = '', ...more] = readdirSync(folder)
    expect([file, more]).toEqual([expect.stringMatching(/^jane\.[0-9a-f]{12}\.json$/), []])
    const modes = [folder, join(folder, file)].map(path => statSync(path).mode & 0o777)
    expect(modes).toEqual([0o700, 0o600])
  })

  test('each name, cluster and repository has a cache of its own', async () => {
    await cacheOf().write('jane')
    for (const other of [{ name: 'mark' }, { cluster: 'staging' }, { repository: 'acme/other' }])
      expect(await cacheOf(other).read()).toBeNull()
  })

  test('many writers at once leave the whole text of one of them', async () => {
    const texts = Array.from({ length: 20 }, (_, at) => String(at).repeat(10_000))
    const seen: (string | null)[] = []
    await Promise.all(
      texts.map(async text => {
        await cacheOf().write(text)
        seen.push(await cacheOf().read())
      }),
    )
    expect(seen.filter(text => !texts.includes(text ?? ''))).toEqual([])
    expect(readdirSync(join(home, '.countersign'))).toHaveLength(1)
  })

  test('a folder that others may write to is refused', async () => {
    await cacheOf().write('one')
    chmodSync(join(home, '.countersign'), 0o777)
    await expect(cacheOf().read()).rejects.toThrow('SINK_FILE')
  })
})
