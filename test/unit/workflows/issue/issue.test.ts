// One step against the embedded cluster, where single answers of the API server are replaced.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { objectName } from '../../../../src/core/cluster/signing-request-name.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import { failure } from '../../../../src/domain/problem.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { startSandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { ExternalSinks } from '../../../../src/ports/external-sinks.ts'
import { issueStep } from '../../../../src/workflows/issue/issue.ts'
import { approvedStep } from '../../../build/approved.ts'
import { clusterAt } from '../../../build/connected.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { authority, keyPair, pemOf } from '../../../build/issued.ts'
import { outcomeCodes, replaced, sessionWith, STEP_CONFIG } from '../../../build/one-step.ts'
import { signingRequest } from '../../../build/signing-requests.ts'

let sandbox: SandboxCluster
let open: KubernetesCluster
let count = 0
let request: EffectiveRequest

beforeAll(async () => {
  sandbox = await startSandboxCluster({ namespaces: ['apps'] })
  const admin = sandbox.clientFor('admin', ['system:masters'])
  open = clusterAt(sandbox, admin, { owner: STEP_CONFIG.owner })
})
afterAll(async () => {
  await open.close()
  await sandbox.close()
})
beforeEach(() => {
  count += 1
  const name = `user-${count}`
  const sinks = ['one', 'two'].map(each => secretSink({ name: `${name}-${each}` }))
  request = effective({ name, sinks })
})

async function issue(
  changes: Partial<Cluster> = {},
  outside: Partial<ExternalSinks> = {},
  record: RequestRecord | null = null,
): Promise<StepOutcome> {
  return issueStep(approvedStep(request, record), await sessionWith(open, changes, outside))
}

/** Answers as if another run had changed the record, where `isAt` is true for what is written. */
function conflictingRecords(isAt: (record: RequestRecord) => boolean): Pick<Cluster, 'records'> {
  const { records } = open
  return {
    records: replaced(records, {
      write: async record => (isAt(record) ? { kind: 'conflict' } : records.write(record)),
    }),
  }
}

/** Another user has the object name of the first attempt. */
function occupyFirstName(): void {
  const { effective: digest } = approvedStep(request).step
  const named = {
    owner: STEP_CONFIG.owner,
    cluster: 'prod',
    request: request.name,
    effective: digest,
  }
  sandbox.objects.create('certificatesigningrequests', {
    ...signingRequest(objectName({ ...named, n: 1 })),
  })
}

describe('the claim of an interrupted step', () => {
  test('issueStep gives back the current claim after an error under the second object name', async () => {
    occupyFirstName()
    const { signingRequests } = open
    let created = 0
    const outcome = await issue({
      signingRequests: replaced(signingRequests, {
        create: async manifest => {
          created += 1
          if (created === 2) throw failure('CLUSTER_UNREACHABLE', 'gone')
          return signingRequests.create(manifest)
        },
      }),
    })
    expect(outcomeCodes(outcome)).toEqual(['CLUSTER_UNREACHABLE'])
    expect(await open.records.read(request.name)).toMatchObject({
      claim: null,
      n: 2,
      abandoned: [{ n: 2, sha256: null }],
    })
  })

  test('issueStep gives back the current claim if the certificate is already in the record', async () => {
    const { records } = open
    let isSigned = false
    const outcome = await issue({
      records: replaced(records, {
        write: async record => {
          isSigned ||= record.history.length > 0
          return records.write(record)
        },
      }),
      now: async () => {
        if (!isSigned) return open.now()
        isSigned = false
        throw failure('CLUSTER_UNREACHABLE', 'gone')
      },
    })
    expect(outcomeCodes(outcome)).toEqual(['CLUSTER_UNREACHABLE'])
    const record = await open.records.read(request.name)
    expect(record).toMatchObject({
      claim: null,
      abandoned: [{ n: 1, sha256: record?.history[0]?.sha256 }],
    })
  })
})

test('issueStep reports a lost claim, not an occupied name, if the record changed before the second name', async () => {
  occupyFirstName()
  const outcome = await issue(conflictingRecords(({ claim }) => claim?.n === 2))
  expect(outcomeCodes(outcome)).toEqual(['CLUSTER_CLAIM_LOST'])
})

test('issueStep keeps its claim under the second name if only the answer to the write was lost', async () => {
  occupyFirstName()
  const { records } = open
  const outcome = await issue({
    records: replaced(records, {
      write: async record => {
        const written = await records.write(record)
        return record.claim?.n === 2 && record.history.length === 0 ? { kind: 'conflict' } : written
      },
    }),
  })
  expect(outcomeCodes(outcome)).toEqual(['issued'])
})

test('issueStep gives back the claim that it took over if the earlier attempt cannot be read', async () => {
  const { records, signingRequests } = open
  const { effective: digest } = approvedStep(request).step
  const named = {
    owner: STEP_CONFIG.owner,
    cluster: 'prod',
    request: request.name,
    effective: digest,
  }
  const claim = {
    n: 1,
    objectName: objectName({ ...named, n: 1 }),
    holder: 'an ended run',
    deadline: new Date('2020-01-01T00:00:00Z'),
    grant: null,
  }
  await records.write({ ...newRecord(request.name, 'prod'), n: 1, claim })
  const outcome = await issue({
    signingRequests: replaced(signingRequests, {
      read: async () => {
        throw failure('CLUSTER_UNREACHABLE', 'gone')
      },
    }),
  })
  expect(outcomeCodes(outcome)).toEqual(['CLUSTER_UNREACHABLE'])
  expect(await records.read(request.name)).toMatchObject({ claim: null, abandoned: [{ n: 1 }] })
})

test('issueStep reports a failed sink and a record that could not be written', async () => {
  const { secrets } = open
  const outcome = await issue({
    ...conflictingRecords(({ issued }) => issued !== null),
    secrets: replaced(secrets, {
      apply: async (manifest, expected) =>
        manifest.name.endsWith('two') ? { kind: 'conflict' } : secrets.apply(manifest, expected),
    }),
  })
  expect(outcomeCodes(outcome)).toEqual(['SINK_INCOMPLETE', 'SINK_CONFLICT', 'CLUSTER_CLAIM_LOST'])
})

test('issueStep reports the warnings of a certificate that one of its sinks did not take', async () => {
  const { secrets } = open
  const outcome = await issue({
    clientCa: async () => null,
    secrets: replaced(secrets, {
      apply: async (manifest, expected) =>
        manifest.name.endsWith('two') ? { kind: 'conflict' } : secrets.apply(manifest, expected),
    }),
  })
  expect(outcomeCodes(outcome)).toEqual([
    'SINK_INCOMPLETE',
    'SINK_CONFLICT',
    'CERTIFICATE_CHAIN_UNCHECKED',
  ])
})

test('issueStep reports a changed GitHub secret though another sink did not take the certificate', async () => {
  const { secrets } = open
  const place = { repository: 'acme/web', environment: 'prod', name: 'WEB', format: null }
  const sinks = [...request.sinks, { kind: 'githubSecret', ...place } as const]
  request = { ...request, sinks }
  const written = { keyId: '1', sha256: 'ab'.repeat(32), updatedAt: new Date('2026-01-01') }
  const github = (writtenAt: Date | null): Partial<ExternalSinks> => ({
    githubSecrets: {
      look: async () => writtenAt,
      put: async () => written,
      remove: async () => undefined,
    },
  })
  expect(outcomeCodes(await issue({}, github(null)))).toEqual(['issued'])
  request = { ...request, reissue: 1 }
  const broken = replaced(secrets, {
    apply: async (manifest, expected) =>
      manifest.name.endsWith('two') ? { kind: 'conflict' } : secrets.apply(manifest, expected),
  })
  const record = await open.records.read(request.name)
  const outcome = await issue({ secrets: broken }, github(new Date('2026-01-02')), record)
  expect(outcomeCodes(outcome)).toEqual(['SINK_INCOMPLETE', 'SINK_CONFLICT', 'SINK_CHANGED'])
})

test('issueStep recovers from the second Secret if the pair in the first is not acceptable', async () => {
  const first = await issue()
  const stored = await open.secrets.read('apps', `${request.name}-one`)
  if (first.kind !== 'issued' || stored === null) throw new Error('nothing was issued')
  const strange = keyPair()
  const data = new Secret({
    'tls.crt': Buffer.from(pemOf(authority('strange').issue({ request, spki: strange.spki }))),
    'tls.key': Buffer.from(strange.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  })
  await open.secrets.apply({ ...stored, data }, stored.version)
  sandbox.objects.remove(
    'configmaps',
    'default',
    `countersign-${STEP_CONFIG.owner}-${request.name}`,
  )
  expect(await issue()).toMatchObject({ kind: 'issued', sha256: first.sha256 })
})
