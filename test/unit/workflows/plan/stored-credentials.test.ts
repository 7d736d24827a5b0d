// What the Secrets of a plan hold: as written, to be written again, of another writer, or unknown.
import { hash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { secretManifest } from '../../../../src/core/sink/secret-layout.ts'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { StoredSecret } from '../../../../src/domain/cluster/stored-secret.ts'
import { failure } from '../../../../src/domain/problem.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { sinksOf } from '../../../../src/workflows/plan/stored-credentials.ts'
import { issueStep } from '../../../build/approved.ts'
import { PAYLOAD_CA, PAYLOAD_CHAIN, deliveryPayload } from '../../../build/delivery-payload.ts'
import {
  clusterConfig,
  config,
  effective,
  secretPlaceWith,
  secretSink,
} from '../../../build/effective.ts'
import { NOW, authority, issuedRecord, pemOf, requestRecord } from '../../../build/issued.ts'
import { newKey } from '../../../build/openssl-request.ts'
import { standIn } from '../../../build/stand-in.ts'

const REQUEST = effective()
const current = issuedRecord(REQUEST, { certificate: PAYLOAD_CHAIN })
const record = requestRecord(REQUEST, { issued: current })
const inUse = { ...issueStep(REQUEST), record, current, until: NOW }
const KEEP = { ...inUse, kind: 'keep', because: 'UpToDate', renewAt: null } as const
const RENEW = { ...inUse, kind: 'renew', because: 'RenewalDue' } as const

const payload = deliveryPayload()
const written: StoredSecret = {
  ...secretManifest(secretPlaceWith(), payload),
  version: { uid: 'u', resourceVersion: '1' },
  isImmutable: false,
}
const holding = (entry: string, text: string): StoredSecret => ({
  ...written,
  data: new Secret({ ...written.data.reveal(), [entry]: Buffer.from(text) }),
})
const FOREIGN: StoredSecret = { ...written, labels: {}, annotations: {} }

/** The step after a look at its Secret. */
async function looked(
  step: Step,
  read: () => Promise<StoredSecret | null>,
  keys = nodeKeys,
  namespaces: readonly string[] = ['apps'],
): Promise<Step> {
  const settings = clusterConfig()
  const cluster = standIn<Cluster>({
    name: settings.name,
    server: payload.server.url,
    serverCa: payload.server.ca,
    now: async () => NOW,
    clientCa: async () => pemOf(PAYLOAD_CA.certificate),
    secrets: standIn<Cluster['secrets']>({ read }),
    setupObjects: standIn<Cluster['setupObjects']>({
      read: async object => (namespaces.includes(object.metadata.name) ? 'hidden' : null),
    }),
    kubectl: 'kubectl',
  })
  const identity = { username: 'countersign', groups: [] }
  const observed = [{ cluster, settings, version: '', identity, records: [], broken: [] }]
  const readSinks = sinksOf(observed, config({ owner: payload.owner }), keys)
  const { steps } = await readSinks({ basis: 'cluster', steps: [step], problems: [], effects: [] })
  return steps[0] ?? step
}

test('a certificate is kept whose Secret holds what was written', async () =>
  expect(await looked(KEEP, async () => written)).toMatchObject({ kind: 'keep', warnings: [] }))

test('a key with the digest of the record is not decoded, and any other key is', async () => {
  const { 'tls.key': key = new Uint8Array() } = written.data.reveal()
  const decoded: string[] = []
  const counting = {
    ...nodeKeys,
    load(pem: Secret<string>) {
      decoded.push(pem.reveal())
      return nodeKeys.load(pem)
    },
  }
  const keySha256 = hash('sha256', key)
  const keep = { ...KEEP, record: requestRecord(REQUEST, { issued: { ...current, keySha256 } }) }
  expect(await looked(keep, async () => written, counting)).toMatchObject({ kind: 'keep' })
  expect(decoded).toEqual([])
  const other = newKey()
  expect(await looked(keep, async () => holding('tls.key', other), counting)).toMatchObject({
    kind: 'renew',
  })
  expect(decoded).toEqual([other])
})

test.each<[string, StoredSecret | null]>([
  ['is gone', null],
  ['holds another certificate', holding('tls.crt', pemOf(authority().issue()))],
  ['holds another key', holding('tls.key', newKey())],
  ['holds another CA', holding('ca.crt', pemOf(authority('other').certificate))],
])('a certificate is stored again if its Secret %s', async (_, found) =>
  expect(await looked(KEEP, async () => found)).toMatchObject({
    kind: 'renew',
    because: 'CertificateMissingFromSink',
    current: { incomplete: ['Secret apps/jane-tls'] },
  }),
)

test.each<[string, Step]>([
  ['the first certificate', issueStep(REQUEST)],
  ['a renewal', RENEW],
  ['a certificate in use', KEEP],
])('a Secret of another writer blocks %s', async (_, step) =>
  expect(await looked(step, async () => FOREIGN)).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'SINK_NOT_OWNED' }],
  }),
)

const NO_NAMESPACE = {
  code: 'CLUSTER_NOT_SET_UP',
  message: 'prod is not set up for this run: there is no namespace apps',
  hint: expect.stringContaining('\nkubectl create namespace apps'),
}

test('a certificate whose namespaces were deleted after its issue is blocked, and the namespace is named', async () =>
  expect(await looked(KEEP, async () => null, nodeKeys, [])).toMatchObject({
    kind: 'blocked',
    problems: [NO_NAMESPACE],
  }))

test('a deleted namespace is named also to a login whose Role was deleted with it', async () => {
  const refused = async () => Promise.reject(failure('CLUSTER_FORBIDDEN', 'cannot get secrets'))
  expect(await looked(RENEW, refused, nodeKeys, [])).toMatchObject({
    kind: 'blocked',
    problems: [NO_NAMESPACE],
  })
  const unknown = { kind: 'renew', warnings: [{ code: 'SINK_UNKNOWN' }] }
  expect(await looked(RENEW, refused)).toMatchObject(unknown)
  const silent = async () => Promise.reject(failure('CLUSTER_UNREACHABLE', 'no answer'))
  expect(await looked(RENEW, silent, nodeKeys, [])).toMatchObject(unknown)
})

test('a deleted namespace of one of two Secrets is named in a warning, and the other Secret is written', async () => {
  const other = secretSink({ namespace: 'shop' })
  const request = effective({ sinks: [secretSink(), other] })
  const issued = { ...current, sinks: request.sinks }
  const keep = { ...KEEP, request, record: requestRecord(request, { issued }), current: issued }
  expect(await looked(keep, async () => null, nodeKeys, ['shop'])).toMatchObject({
    kind: 'renew',
    because: 'CertificateMissingFromSink',
    warnings: [NO_NAMESPACE],
  })
})

test('a Secret that cannot be read is unknown, and its certificate is kept', async () => {
  const unreadable = async (): Promise<never> => {
    throw failure('CLUSTER_FORBIDDEN', 'may not get secrets in apps', 'add the right')
  }
  expect(await looked(KEEP, unreadable)).toMatchObject({
    kind: 'keep',
    warnings: [
      {
        code: 'SINK_UNKNOWN',
        message: 'what Secret apps/jane-tls holds for jane is unknown: may not get secrets in apps',
        hint: 'add the right',
      },
    ],
  })
})
