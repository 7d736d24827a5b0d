import { describe, expect, test } from '@jest/globals'
import { failure } from '../../../../src/domain/problem.ts'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import type { StoredSecret } from '../../../../src/domain/cluster/stored-secret.ts'
import type { ClaimedRecord } from '../../../../src/workflows/issue/claim-attempt.ts'
import type { ClusterSession } from '../../../../src/workflows/issue/cluster-session.ts'
import type { Inspected } from '../../../../src/workflows/issue/inspect-certificate.ts'
import { obstacles, openSinks } from '../../../../src/workflows/issue/check-sinks.ts'
import { writeSinks } from '../../../../src/workflows/issue/write-sinks.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import type { Artifacts } from '../../../../src/ports/artifacts.ts'
import { standIn } from '../../../build/stand-in.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Secrets } from '../../../../src/ports/secrets.ts'
import { approvedStep } from '../../../build/approved.ts'
import { config, effective, secretSink } from '../../../build/effective.ts'
import { authority, requestRecord } from '../../../build/issued.ts'
import { noExternalSinks } from '../../../build/delivery-payload.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'

const own = { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest().der)) } as const
const artifact = (name: string): Sink => ({ kind: 'artifact', name, format: null, recipients: [] })
const inspected: Inspected = {
  chain: { leaf: authority().issue(), intermediates: [] },
  key: null,
  signerCa: null,
  logsInAs: null,
  warnings: [],
}

/** A session with lists of Secrets and artifacts; a sink named in `broken` is refused. */
function session(broken: readonly string[] = []) {
  const written: string[] = []
  const kept = new Map<string, StoredSecret>()
  const secrets = standIn<Secrets>({
    rehearse: async () => 'absent',
    read: async (_, name) => kept.get(name) ?? null,
    apply: async manifest => {
      if (broken.includes(manifest.name)) return { kind: 'conflict' }
      const version = { uid: 'u', resourceVersion: '1' }
      const stored = { ...manifest, version, isImmutable: false }
      kept.set(manifest.name, stored)
      written.push(manifest.name)
      return { kind: 'applied', stored }
    },
  })
  const artifacts = standIn<Artifacts>({
    upload: async name => {
      if (broken.includes(name)) throw failure('SINK_ARTIFACT', `no ${name}`)
      written.push(name)
    },
  })
  const cluster = standIn<Cluster>({ server: 'https://10.0.0.1:6443', serverCa: null, secrets })
  const externalSinks = noExternalSinks({ artifacts })
  return { written, session: standIn<ClusterSession>({ config: config(), cluster, externalSinks }) }
}

async function stored(sinks: readonly Sink[], broken: readonly string[] = []) {
  const { written, session: at } = session(broken)
  const request = effective({ key: own, sinks })
  const { open } = await openSinks(request, newRecord('jane', 'prod'), at)
  const claimed = standIn<ClaimedRecord>({ n: 1 })
  const attempt = { approved: approvedStep(request), claimed, session: at }
  const { delivered, missed } = await writeSinks(open, attempt, inspected)
  const answer = [delivered.map(({ where }) => where), missed.map(({ problem }) => problem.code)]
  return { written, answer }
}

const BOTH = [artifact('one'), secretSink({ name: 'jane-tls' }), artifact('two')]

describe('the writing of sinks', () => {
  test('Secrets are written first and artifacts last, in any order of the request', async () => {
    const { written, answer } = await stored(BOTH)
    expect(written).toEqual(['jane-tls', 'one', 'two'])
    expect(answer).toEqual([['Secret apps/jane-tls', 'artifact one', 'artifact two'], []])
  })

  test('no artifact is uploaded where every Secret failed, so that the next run can start again', async () => {
    const { written, answer } = await stored(BOTH, ['jane-tls'])
    const codes = ['SINK_CONFLICT', 'SINK_INCOMPLETE', 'SINK_INCOMPLETE']
    expect([written, answer]).toEqual([[], [[], codes]])
  })

  test('artifacts are uploaded where another Secret was written, so that the next run completes the rest', async () => {
    const sinks = [...BOTH, secretSink({ name: 'other-tls' })]
    const { written, answer } = await stored(sinks, ['jane-tls'])
    expect(written).toEqual(['other-tls', 'one', 'two'])
    expect(answer[1]).toEqual(['SINK_CONFLICT'])
  })

  test('a failed artifact is reported, and the others are uploaded', async () => {
    const { written, answer } = await stored(BOTH, ['one'])
    expect([written, answer[1]]).toEqual([['jane-tls', 'two'], ['SINK_ARTIFACT']])
  })
})

describe('the opening of sinks', () => {
  const record = newRecord('jane', 'prod')
  const file = { kind: 'file', path: 'x', format: null } as const
  const codes = (found: Awaited<ReturnType<typeof openSinks>>) =>
    found.closed.map(({ problem }) => problem.code)

  test('each sink that this run cannot write is reported', async () => {
    const { session: at } = session()
    const request = effective({ key: own, sinks: [artifact('one'), file] })
    const opened = await openSinks(request, record, { ...at, externalSinks: noExternalSinks() })
    expect(codes(opened)).toEqual(['SINK_NO_RUNNER', 'SINK_FILE_IN_ACTION'])
  })

  test('a generated key is never written into an artifact without recipients', async () => {
    const sinks = [artifact('one')]
    expect(codes(await openSinks(effective({ sinks }), record, session().session))).toEqual([
      'SINK_RECIPIENTS',
    ])
  })

  test('a closed sink stops the first certificate, and no later one while a Secret is open', async () => {
    const request = effective({ sinks: [secretSink(), file] })
    const opened = await openSinks(request, record, session().session)
    const codesOf = (problems: ReturnType<typeof obstacles>) => problems?.map(({ code }) => code)
    expect(codesOf(obstacles(opened, record))).toEqual(['SINK_FILE_IN_ACTION'])
    const issued = requestRecord(request)
    expect(obstacles(opened, issued)).toBeNull()
    expect(codesOf(obstacles({ ...opened, open: [] }, issued))).toEqual(['SINK_FILE_IN_ACTION'])
  })
})
