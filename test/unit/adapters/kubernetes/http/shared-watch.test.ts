// The shared watch against a stand-in for an API server: what its readers get when it begins, for a deletion, and when it begins again.
import { describe, expect, test } from '@jest/globals'
import { SigningRequestWatch } from '../../../../../src/adapters/kubernetes/http/shared-watch.ts'
import type { Call } from '../../../../../src/adapters/kubernetes/http/api-transport.ts'
import type { Clock } from '../../../../../src/ports/clock-port.ts'

const NAME = 'cs-jane-00000000-1'
const OBJECT = {
  metadata: {
    name: NAME,
    uid: 'u1',
    resourceVersion: '5',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { request: '', signerName: 'example.com/signer' },
}
const clock: Clock = { now: () => new Date(), sleep: async () => undefined }

/** What a reader of NAME gets until a watch is silent. `exists` answers each read; each of `streams` is one watch before the silent one. */
async function seen(
  exists: readonly boolean[],
  streams: readonly (readonly unknown[])[],
): Promise<{ readonly kinds: readonly string[]; readonly calls: readonly string[] }> {
  const calls: string[] = []
  const [reads, watches] = [[...exists], [...streams]]
  const ending = new AbortController()
  const ask = async ({ path, query }: Call) => {
    calls.push(query?.['limit'] === undefined ? 'get' : 'list')
    if (!path.endsWith(NAME)) return { status: 200, body: { metadata: { resourceVersion: '9' } } }
    return reads.shift() === true ? { status: 200, body: OBJECT } : { status: 404, body: {} }
  }
  async function* stream(_call: Call, signal: AbortSignal) {
    calls.push('watch')
    const events = watches.shift()
    if (events !== undefined) return yield* events
    ending.abort()
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  }
  const watch = new SigningRequestWatch({ ask, stream }, clock, 'acme')
  const kinds: string[] = []
  for await (const { kind } of watch.observe(NAME, ending.signal)) kinds.push(kind)
  watch.close()
  return { kinds, calls }
}

describe('the shared watch of CertificateSigningRequests', () => {
  test('an object that was created before the watch begins is seen, and nothing is listed but its place', async () => {
    const { kinds, calls } = await seen([true], [])
    expect(kinds).toEqual(['present'])
    expect(calls).toEqual(['list', 'get', 'watch'])
  })

  test('a deletion is seen as absent if the object is gone, and as its state if it only lost its label', async () => {
    const deleted = { type: 'DELETED', object: OBJECT }
    expect((await seen([false, false], [[deleted]])).kinds).toEqual(['absent'])
    expect((await seen([false, true], [[deleted]])).kinds).toEqual(['present'])
  })

  test('when the watch begins again after 410, an object that is gone is absent', async () => {
    const tooOld = { type: 'ERROR', object: { code: 410 } }
    const { kinds, calls } = await seen([true, false], [[tooOld]])
    expect(kinds).toEqual(['present', 'absent'])
    expect(calls).toEqual(['list', 'get', 'watch', 'list', 'get', 'watch'])
  })

  test('states of other objects are not read', async () => {
    const other = { ...OBJECT, metadata: { ...OBJECT.metadata, name: 'cs-other-00000000-1' } }
    const events = [
      { type: 'MODIFIED', object: other },
      { type: 'MODIFIED', object: OBJECT },
    ]
    expect((await seen([false], [events])).kinds).toEqual(['present'])
  })
})
