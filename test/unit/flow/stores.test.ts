import { describe, expect, test } from '@jest/globals'
import { failure } from '../../../src/domain/problem.ts'
import type { Sink } from '../../../src/domain/sink.ts'
import type { SecretManifest, StoredSecret } from '../../../src/domain/stored-secret.ts'
import type { Desk } from '../../../src/flow/desk.ts'
import type { Inspected } from '../../../src/flow/inspect.ts'
import { readSinks, store } from '../../../src/flow/stores.ts'
import { readPkcs10 } from '../../../src/x509/pkcs10.ts'
import { approvedStep } from '../../build/approved.ts'
import { config, effective, secretSink } from '../../build/effective.ts'
import { authority } from '../../build/issued.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { codesOf, valueOf } from '../../build/request.ts'

const own = { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest().der)) } as const
const artifact = (name: string): Sink => ({ kind: 'artifact', name, format: null, recipients: [] })
const inspected: Inspected = {
  chain: { leaf: authority().issue(), intermediates: [] },
  key: null,
  signerCa: null,
  logsInAs: null,
  warnings: [],
}

/** A desk whose Secrets and artifacts are lists; what is named in `broken` is not taken. */
function desk(broken: readonly string[] = []) {
  const written: string[] = []
  const kept = new Map<string, StoredSecret>()
  const secrets = {
    rehearse: async () => undefined,
    read: async (_: string, name: string) => kept.get(name) ?? null,
    apply: async (manifest: SecretManifest) => {
      if (broken.includes(manifest.name)) return { kind: 'conflict' }
      const version = { uid: 'u', resourceVersion: '1' }
      kept.set(manifest.name, { ...manifest, version })
      written.push(manifest.name)
      return { kind: 'applied', version }
    },
  }
  const artifacts = {
    upload: async (name: string) => {
      if (broken.includes(name)) throw failure('SINK_ARTIFACT', `no ${name}`)
      written.push(name)
    },
  }
  const parts = { config: config(), cluster: { secrets }, artifacts }
  return { written, desk: parts as unknown as Desk }
}

async function stored(sinks: readonly Sink[], broken: readonly string[] = []) {
  const { written, desk: at } = desk(broken)
  const request = effective({ key: own, sinks })
  const open = valueOf(await readSinks(request, at))
  return { written, answer: await store(open, approvedStep(request), 1, inspected, at) }
}

const BOTH = [artifact('one'), secretSink({ name: 'jane-tls' }), artifact('two')]

describe('store', () => {
  test('writes Secrets first and artifacts last, whatever order they are named in', async () => {
    const { written, answer } = await stored(BOTH)
    expect(written).toEqual(['jane-tls', 'one', 'two'])
    expect(valueOf(answer)).toEqual(['Secret apps/jane-tls', 'artifact one', 'artifact two'])
  })

  test('uploads nothing where a Secret failed: the next run may go on from nothing', async () => {
    const { written, answer } = await stored(BOTH, ['jane-tls'])
    expect([written, codesOf(answer)]).toEqual([[], ['SINK_CONFLICT']])
  })

  test('tells an artifact that was not taken, and uploads the others', async () => {
    const { written, answer } = await stored(BOTH, ['one'])
    expect([written, codesOf(answer)]).toEqual([['jane-tls', 'two'], ['SINK_ARTIFACT']])
  })
})

describe('readSinks', () => {
  test('refuses an artifact where no runner is, all others that cannot be written, each at once', async () => {
    const { desk: at } = desk()
    const sinks = [artifact('one'), { kind: 'file', path: 'x', format: null } as const]
    const answer = await readSinks(effective({ key: own, sinks }), { ...at, artifacts: null })
    expect(codesOf(answer)).toEqual(['SINK_NO_RUNNER 1:1', 'SINK_UNSUPPORTED 1:1'])
  })

  test('never takes a generated key for an artifact', async () => {
    const answer = await readSinks(effective({ sinks: [artifact('one')] }), desk().desk)
    expect(codesOf(answer)).toEqual(['SINK_RECIPIENTS 1:1'])
  })
})
