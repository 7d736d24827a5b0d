// One step against the embedded cluster, where single answers of the API server are replaced.
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { objectName } from '../../../../src/core/cluster/signing-request-name.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import { failure } from '../../../../src/domain/problem.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { sinkTarget } from '../../../../src/domain/request/sink.ts'
import { textAt } from '../../../../src/sandbox/api/json-values.ts'
import type { JsonObject } from '../../../../src/sandbox/api/json-values.ts'
import { startSandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { ExternalSinks } from '../../../../src/ports/external-sinks.ts'
import { issueStep } from '../../../../src/workflows/issue/issue.ts'
import { approvedStep } from '../../../build/approved.ts'
import { clusterAt } from '../../../build/connected.ts'
import { effective, secretSink, subject } from '../../../build/effective.ts'
import { evidence } from '../../../build/evidence.ts'
import { authority, keyPair, pemOf } from '../../../build/issued.ts'
import { newKey, opensslRequest } from '../../../build/openssl-request.ts'
import { outcomeCodes, replaced, sessionWith, STEP_CONFIG } from '../../../build/one-step.ts'
import { valueOf } from '../../../build/request.ts'
import { signingRequest } from '../../../build/signing-requests.ts'

let sandbox: SandboxCluster
let open: KubernetesCluster
let count = 0
let request: EffectiveRequest
/** Whether the random part of the next name is known. */
let isIdKnown = false
const KNOWN_ID = 'a'.repeat(20)

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
  isIdKnown = false
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
  const keys = isIdKnown ? replaced(nodeKeys, { randomId: () => KNOWN_ID }) : nodeKeys
  const session = await sessionWith(open, changes, outside, { keys })
  return issueStep(approvedStep(request, record), session)
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

/** Another user has the object name of the first attempt, as if its random part were known. */
function occupyFirstName(): void {
  isIdKnown = true
  const { effective: digest } = approvedStep(request).step
  const named = {
    owner: STEP_CONFIG.owner,
    cluster: 'prod',
    request: request.name,
    effective: digest,
  }
  sandbox.objects.create('certificatesigningrequests', {
    ...signingRequest(objectName({ ...named, n: 1, id: KNOWN_ID })),
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

describe('a claim that has ended', () => {
  /** The API server's time, an hour later from a moment on. */
  const timeUntil = (isOver: () => boolean) => async () => {
    const now = await open.now()
    return isOver() ? new Date(now.getTime() + 3_600_000) : now
  }
  /** The claim ends right after the CertificateSigningRequest is created. */
  const endedAfterCreate = (): Partial<Cluster> => {
    const { signingRequests } = open
    let isCreated = false
    return {
      now: timeUntil(() => isCreated),
      signingRequests: replaced(signingRequests, {
        create: async manifest => {
          isCreated = true
          return signingRequests.create(manifest)
        },
      }),
    }
  }

  test('issueStep approves nothing once its claim has ended', async () => {
    expect(outcomeCodes(await issue(endedAfterCreate()))).toEqual(['CLUSTER_CLAIM_LOST'])
    const record = await open.records.read(request.name)
    expect(record).toMatchObject({ claim: null, abandoned: [{ n: 1, sha256: null }] })
    const object = await open.signingRequests.read(record?.abandoned[0]?.objectName ?? '')
    expect(object?.conditions).toMatchObject([{ type: 'Denied' }])
  })

  test('issueStep leaves an attempt with a key that is kept to the next run', async () => {
    const { der } = opensslRequest({ subject: `/O=developers/CN=${request.name}` })
    const pkcs10 = valueOf(readPkcs10(der))
    request = { ...request, key: { kind: 'own', pkcs10 }, subject: pkcs10.subject }
    expect(outcomeCodes(await issue(endedAfterCreate()))).toEqual(['CLUSTER_CLAIM_LOST'])
    const record = await open.records.read(request.name)
    expect(record).toMatchObject({ claim: { n: 1 }, abandoned: [], failures: null })
    expect(await issue({}, {}, record)).toMatchObject({ kind: 'issued' })
    expect(await open.records.read(request.name)).toMatchObject({ claim: null, issued: { n: 1 } })
  })

  test('issueStep stores nothing once its claim has ended', async () => {
    const { records } = open
    let isSigned = false
    const outcome = await issue({
      now: timeUntil(() => isSigned),
      records: replaced(records, {
        write: async record => {
          isSigned ||= record.history.length > 0
          return records.write(record)
        },
      }),
    })
    expect(outcomeCodes(outcome)).toEqual(['CLUSTER_CLAIM_LOST'])
    expect(await open.secrets.read('apps', `${request.name}-one`)).toBeNull()
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
    objectName: objectName({ ...named, n: 1, id: KNOWN_ID }),
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

function hasCertificate(object: JsonObject, name: string): boolean {
  return (
    textAt(object, 'metadata', 'name') === name && textAt(object, 'status', 'certificate') !== ''
  )
}

describe('a certificate that may not be stored', () => {
  const named = { username: '', groups: [] as readonly string[] }
  const login = (changes: Partial<typeof named> | null) => async () =>
    changes === null
      ? null
      : { username: request.name, groups: ['developers', 'system:authenticated'], ...changes }

  test.each<[string, Partial<typeof named> | null]>([
    ['the API server does not accept', null],
    ['logs in as another user', { username: 'admin' }],
    ['logs in without the groups of the request', { groups: ['system:authenticated'] }],
  ])('issueStep stores no certificate that %s', async (_, changes) => {
    request = { ...request, subject: subject(`CN=${request.name}`, 'O=developers') }
    expect(outcomeCodes(await issue({ logIn: login(changes) }))).toEqual(['SINK_LOGIN'])
    expect(await open.secrets.read('apps', `${request.name}-one`)).toBeNull()
    expect(outcomeCodes(await issue({ logIn: login({}) }))).toEqual(['issued'])
  })

  test('issueStep stores no certificate for another key than the drafted one', async () => {
    sandbox.signerFaults({ otherKey: true })
    const outcome = await issue().finally(() => sandbox.signerFaults({}))
    expect(outcomeCodes(outcome)).toEqual(['CERTIFICATE_KEY'])
    expect(await open.secrets.read('apps', `${request.name}-one`)).toBeNull()
  })
})

test('issueStep stores nothing if the certificate cannot be recorded first', async () => {
  const lost = conflictingRecords(({ history, issued }) => history.length > 0 && issued === null)
  expect(outcomeCodes(await issue(lost))).toEqual(['CLUSTER_CLAIM_LOST'])
  expect(await open.secrets.read('apps', `${request.name}-one`)).toBeNull()
})

test('issueStep records no issue and keeps its claim for the next run if each of two Secrets failed', async () => {
  const secrets = replaced(open.secrets, { apply: async () => ({ kind: 'conflict' }) })
  expect(outcomeCodes(await issue({ secrets }))).toEqual(['SINK_CONFLICT', 'SINK_CONFLICT'])
  const record = await open.records.read(request.name)
  expect(record).toMatchObject({ issued: null, abandoned: [], claim: { n: 1 } })
})

test('issueStep does not count a sink that it could not open as written', async () => {
  await issue()
  const place = { repository: 'acme/web', environment: 'prod', name: 'WEB', format: null }
  request = { ...request, sinks: [...request.sinks, { kind: 'githubSecret', ...place } as const] }
  const githubSecrets = {
    look: async () => new Date('2026-01-01'),
    put: () => Promise.reject(new Error('it was written')),
    remove: () => Promise.reject(new Error('it was removed')),
  }
  const outcome = await issue({}, { githubSecrets }, await open.records.read(request.name))
  expect(outcomeCodes(outcome)).toEqual(['SINK_INCOMPLETE', 'SINK_NOT_OWNED'])
  const { issued } = (await open.records.read(request.name)) ?? {}
  const [one, two, github] = request.sinks.map(sinkTarget)
  expect(issued?.written).toEqual([one, two])
  expect(issued?.incomplete).toEqual([github])
})

describe('what is in the sinks already', () => {
  const neverWritten = (): Promise<never> => Promise.reject(new Error('it was written'))
  const forget = (): void => {
    const name = `countersign-${STEP_CONFIG.owner}-${request.name}`
    sandbox.objects.remove('configmaps', 'default', name)
  }
  /** Replaces an entry of the Secret; its marks stay. */
  const change = async (name: string, entry: string, text: string): Promise<void> => {
    const stored = await open.secrets.read('apps', name)
    if (stored === null) throw new Error('no Secret')
    const data = new Secret({ ...stored.data.reveal(), [entry]: Buffer.from(text) })
    await open.secrets.apply({ ...stored, data }, stored.version)
  }
  const sha256Of = (outcome: StepOutcome): string =>
    outcome.kind === 'issued' ? outcome.sha256 : outcome.kind
  beforeEach(() => {
    request = { ...request, sinks: request.sinks.slice(0, 1) }
  })

  test('issueStep records the pair that an earlier run stored and could not record', async () => {
    const first = sha256Of(await issue(conflictingRecords(({ issued }) => issued !== null)))
    const record = await open.records.read(request.name)
    expect(record).toMatchObject({ issued: null, claim: { n: 1 } })
    expect(sha256Of(await issue({}, {}, record))).toBe(first)
    expect(await open.records.read(request.name)).toMatchObject({ claim: null, issued: { n: 1 } })
  })

  test('who approved a certificate whose record was lost is not said, although its file is approved now', async () => {
    const reviewed = async (): Promise<StepOutcome> => {
      const session = await sessionWith(open, {}, {}, { keys: nodeKeys })
      const proof = { kind: 'review', evidence: evidence(), at: new Date(), digest: 'a' } as const
      return issueStep({ ...approvedStep(request), proof }, session)
    }
    const first = await reviewed()
    expect(first).toMatchObject({ kind: 'issued', evidence: evidence(), warnings: [] })
    expect((await open.records.read(request.name))?.history[0]?.approval).not.toBeNull()
    forget()
    const again = await reviewed()
    expect(again).toMatchObject({ kind: 'issued', warnings: [{ code: 'AUDIT_UNPROVED' }] })
    expect(sha256Of(again)).toBe(sha256Of(first))
    expect(again).not.toHaveProperty('evidence')
    const { history } = (await open.records.read(request.name)) ?? {}
    expect(history).toMatchObject([{ sha256: sha256Of(first), approval: null }])
  })

  test('issueStep does not store the pair of another effective request again', async () => {
    const first = sha256Of(await issue())
    forget()
    request = { ...request, reissue: 1 }
    const second = sha256Of(await issue())
    expect(second).toMatch(/^[0-9a-f]{64}$/)
    expect(second).not.toBe(first)
  })

  test('issueStep does not store a certificate again whose key does not belong to it', async () => {
    const first = sha256Of(await issue())
    forget()
    await change(`${request.name}-one`, 'tls.key', newKey())
    const second = sha256Of(await issue())
    expect(second).toMatch(/^[0-9a-f]{64}$/)
    expect(second).not.toBe(first)
  })

  test('issueStep fills a sink only with the recorded certificate, not with another one of the same attempt', async () => {
    await issue()
    const name = `cs-by-hand-${count}`
    const { base64, keyPem } = opensslRequest({
      subject: `/O=developers/CN=${request.name}`,
    })
    const { usages, signerName, durationSeconds: expirationSeconds } = request
    const spec = { request: base64, usages, signerName, expirationSeconds }
    const signed = sandbox.objects.next('certificatesigningrequests', ({ object }) =>
      hasCertificate(object, name),
    )
    sandbox.objects.create('certificatesigningrequests', { ...signingRequest(name, spec) })
    sandbox.objects.approve(name)
    const certificate = textAt((await signed).object, 'status', 'certificate')
    await change(`${request.name}-one`, 'tls.crt', Buffer.from(certificate, 'base64').toString())
    await change(`${request.name}-one`, 'tls.key', keyPem)
    const stored = new X509Certificate(Buffer.from(certificate, 'base64'))
    const record = await open.records.read(request.name)
    const approved = approvedStep(request, record)
    const step = { ...approved.step, because: 'CertificateMissingFromSink' } as const
    const outcome = await issueStep({ ...approved, step }, await sessionWith(open, {}))
    expect(sha256Of(outcome)).toMatch(/^[0-9a-f]{64}$/)
    expect(sha256Of(outcome)).not.toBe(stored.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  test('issueStep does not keep a key that another client put into the Secret', async () => {
    const { key } = request
    if (key.kind !== 'generated') throw new Error('no key')
    request = { ...request, key: { ...key, spec: { ...key.spec, rotationPolicy: 'Never' } } }
    await issue()
    await change(`${request.name}-one`, 'tls.key', newKey())
    const before = await open.records.read(request.name)
    request = { ...request, reissue: 1 }
    expect(outcomeCodes(await issue({}, {}, before))).toEqual(['SINK_CHANGED'])
  })

  test('issueStep does not overwrite a Secret that countersign did not write', async () => {
    const metadata = { name: `${request.name}-one`, namespace: 'apps' }
    sandbox.objects.create('secrets', {
      metadata,
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' },
    })
    expect(outcomeCodes(await issue())).toEqual(['SINK_NOT_OWNED'])
    const stored = await open.secrets.read('apps', metadata.name)
    expect(Buffer.from(stored?.data.reveal()['tls.crt'] ?? '').toString()).toBe('a')
  })

  test('issueStep does not overwrite a file that countersign did not write', async () => {
    const sink = { kind: 'file', path: 'out/user.pem', format: null } as const
    request = { ...request, sinks: [...request.sinks, sink] }
    const files = { read: async () => new Secret(new Uint8Array(1)), write: neverWritten }
    expect(outcomeCodes(await issue({}, { files }))).toEqual(['SINK_NOT_OWNED'])
  })

  test('issueStep does not overwrite a secret at GitHub that countersign did not write', async () => {
    const place = { repository: 'acme/web', environment: 'prod', name: 'WEB', format: null }
    request = { ...request, sinks: [...request.sinks, { kind: 'githubSecret', ...place } as const] }
    const githubSecrets = {
      look: async () => new Date('2026-01-01'),
      put: neverWritten,
      remove: neverWritten,
    }
    expect(outcomeCodes(await issue({}, { githubSecrets }))).toEqual(['SINK_NOT_OWNED'])
  })
})

describe('a record that changed since the plan', () => {
  const OVERTAKEN = { kind: 'waiting', problem: { code: 'CLUSTER_CLAIMED' } }

  test('issueStep issues nothing if another run issued something else meanwhile', async () => {
    await issue()
    const before = await open.records.read(request.name)
    request = { ...request, reissue: 1 }
    expect(await issue()).toMatchObject(OVERTAKEN)
    expect(await open.records.read(request.name)).toEqual(before)
  })

  test('issueStep issues nothing if the run that had the claim issued something else', async () => {
    await issue()
    const before = await open.records.read(request.name)
    const claim = {
      n: 1,
      objectName: 'cs-other',
      holder: 'another run',
      deadline: new Date(Date.now() + 60_000),
      grant: null,
    }
    const planned = { ...newRecord(request.name, 'prod'), n: 1, claim }
    request = { ...request, reissue: 1 }
    expect(await issue({}, {}, planned)).toMatchObject(OVERTAKEN)
    expect(await open.records.read(request.name)).toEqual(before)
  })

  test('issueStep does not deny the object of another user that an earlier claim names', async () => {
    const name = `cs-${request.name}-of-another`
    sandbox.objects.create('certificatesigningrequests', { ...signingRequest(name) })
    const claim = {
      n: 1,
      objectName: name,
      holder: 'an ended run',
      deadline: new Date('2020-01-01T00:00:00Z'),
      grant: null,
    }
    await open.records.write({ ...newRecord(request.name, 'prod'), n: 1, claim })
    const planned = await open.records.read(request.name)
    expect(outcomeCodes(await issue({}, {}, planned))).toEqual(['issued'])
    expect((await open.signingRequests.read(name))?.conditions).toEqual([])
  })
})
