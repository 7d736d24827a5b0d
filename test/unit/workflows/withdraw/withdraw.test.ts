// A withdrawal against the embedded cluster, where single answers of the API server are replaced.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import { proveAtTerminal } from '../../../../src/core/approval/approved-step.ts'
import { withdrawStepFor } from '../../../../src/core/plan/due-withdrawals.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { ok } from '../../../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { ExternalSinks } from '../../../../src/ports/external-sinks.ts'
import { startSandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import { issueStep } from '../../../../src/workflows/issue/issue.ts'
import { withdrawStep } from '../../../../src/workflows/withdraw/withdraw.ts'
import { ApiClient } from '../../../build/api-client.ts'
import { approvedStep, terminalFacts } from '../../../build/approved.ts'
import { clusterAt } from '../../../build/connected.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { grantBinding } from '../../../build/grant-binding.ts'
import { outcomeCodes, replaced, sessionWith, STEP_CONFIG } from '../../../build/one-step.ts'
import { valueOf } from '../../../build/request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../../../build/signing-requests.ts'

let sandbox: SandboxCluster
let open: KubernetesCluster
let count = 0
let request: EffectiveRequest
let secret: string

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
  secret = `user-${count}-tls`
  request = effective({ name: `user-${count}`, sinks: [secretSink({ name: secret })] })
})

async function issued(outside: Partial<ExternalSinks> = {}): Promise<void> {
  const outcome = await issueStep(approvedStep(request), await sessionWith(open, {}, outside))
  expect(outcomeCodes(outcome)).toEqual(['issued'])
}

async function withdraw(
  changes: Partial<Cluster> = {},
  outside: Partial<ExternalSinks> = {},
  because: WithdrawStep['because'] = 'WithdrawAsked',
  planned: Partial<WithdrawStep> = {},
): Promise<StepOutcome> {
  const { name, cluster, path, sinks } = request
  const record = await open.records.read(name)
  const target = { name, cluster, path, sinks }
  const step = { ...withdrawStepFor(target, because, record, record?.issued ?? null), ...planned }
  const approved = valueOf(proveAtTerminal<WithdrawStep>(step, terminalFacts()))
  return withdrawStep(approved, await sessionWith(open, changes, outside))
}

const isThere = async (): Promise<boolean> => (await open.secrets.read('apps', secret)) !== null
const isWithdrawn = async (): Promise<boolean> =>
  ((await open.records.read(request.name))?.withdrawnAt ?? null) !== null

test('a withdrawal deletes the Secret and says so in the record', async () => {
  await issued()
  expect(await withdraw()).toMatchObject({
    kind: 'withdrawn',
    emptied: [`Secret apps/${secret}`],
    hasEnded: false,
  })
  expect([await isThere(), await isWithdrawn()]).toEqual([false, true])
})

describe('bindings that another run made meanwhile', () => {
  const grant = grantGroup(STEP_CONFIG.owner, 'a'.repeat(20))

  async function issuedWithGrant(): Promise<void> {
    await issued()
    const record = await open.records.read(request.name)
    if (record === null) throw new Error('no record')
    const history = record.history.map(each => ({ ...each, grant }))
    await open.records.write({ ...record, history })
  }

  test('those of its grants end before its Secret is deleted', async () => {
    await issuedWithGrant()
    const seen: (readonly [string, boolean])[] = []
    const grants = replaced(open.grants, {
      list: async () => [
        grantBinding(grant),
        grantBinding(grantGroup(STEP_CONFIG.owner, 'b'.repeat(20))),
      ],
      unbind: async ({ name }) => {
        seen.push([name, await isThere()])
        return ok('ended')
      },
    })
    expect(outcomeCodes(await withdraw({ grants }))).toEqual(['withdrawn'])
    expect(seen).toEqual([[`${grant}:view`, true]])
  })

  test('the outcome names the bindings of others in the plan, and not those that ended with its grants', async () => {
    await issuedWithGrant()
    const bindings = [`RoleBinding apps/${grant}:view (ClusterRole view)`, 'RoleBinding apps/team']
    const outcome = await withdraw({}, {}, 'WithdrawAsked', { bindings })
    expect(outcome).toMatchObject({ kind: 'withdrawn', bindings: ['RoleBinding apps/team'] })
  })

  test('one of others that names its grant is a failure, and the record is not withdrawn', async () => {
    await issuedWithGrant()
    const foreign = grantBinding(grant, { name: 'other' })
    const grants = replaced(open.grants, { list: async () => [foreign] })
    expect(outcomeCodes(await withdraw({ grants }))).toEqual(['ACCESS_BINDING_FOREIGN'])
    expect(await isWithdrawn()).toBe(false)
  })
})

test('the sinks of a removed file stay until the certificate has ended by the clock of the cluster', async () => {
  await issued()
  expect(outcomeCodes(await withdraw({}, {}, 'FileRemoved'))).toEqual(['kept'])
  expect([await isThere(), await isWithdrawn()]).toEqual([true, false])
  const later = new Date(Date.now() + 400 * 86_400_000)
  const outcome = await withdraw({ now: async () => later }, {}, 'FileRemoved')
  expect(outcome).toMatchObject({ kind: 'withdrawn', hasEnded: true })
})

test('nothing is deleted after the deadline of the claim', async () => {
  await issued()
  const { records } = open
  let isClaimed = false
  const outcome = await withdraw({
    records: replaced(records, {
      write: async record => {
        isClaimed = true
        return records.write(record)
      },
    }),
    now: async () => new Date((await open.now()).getTime() + (isClaimed ? 3_600_000 : 0)),
  })
  expect(outcomeCodes(outcome)).toEqual(['CLUSTER_CLAIM_LOST'])
  expect([await isThere(), await isWithdrawn()]).toEqual([true, false])
})

test('a Secret that belongs to another request is kept', async () => {
  await issued()
  const stored = await open.secrets.read('apps', secret)
  if (stored === null) throw new Error('no Secret')
  const annotations = { ...stored.annotations, 'countersign.dev/request': 'another' }
  await open.secrets.apply({ ...stored, annotations }, stored.version)
  expect(await withdraw()).toMatchObject({
    kind: 'withdrawn',
    emptied: [],
    warnings: [{ code: 'SINK_NOT_DELETED' }],
  })
  expect(await isThere()).toBe(true)
})

test('a Secret that another client changed meanwhile is a failure, and the record is not withdrawn', async () => {
  await issued()
  const secrets = replaced(open.secrets, { remove: async () => 'conflict' })
  expect(outcomeCodes(await withdraw({ secrets }))).toEqual(['SINK_CONFLICT'])
  expect([await isThere(), await isWithdrawn()]).toEqual([true, false])
})

test('a withdrawal whose record changed meanwhile waits', async () => {
  await issued()
  const { records } = open
  const outcome = await withdraw({
    records: replaced(records, {
      write: async record =>
        record.withdrawnAt === null ? records.write(record) : { kind: 'conflict' },
    }),
  })
  expect(outcome.kind).toBe('waiting')
})

test.each([
  ['is deleted if nobody wrote it since', '2030-01-01', true],
  ['is kept if another client wrote it since', '2030-01-02', false],
])('a secret at GitHub %s', async (_, found, expected) => {
  const place = { repository: 'acme/web', environment: 'prod', name: 'WEB', format: null }
  request = { ...request, sinks: [...request.sinks, { kind: 'githubSecret', ...place } as const] }
  const written = { keyId: '1', sha256: 'ab'.repeat(32), updatedAt: new Date('2030-01-01') }
  let isRemoved = false
  const github = (updatedAt: Date | null): Partial<ExternalSinks> => ({
    githubSecrets: {
      look: async () => updatedAt,
      put: async () => written,
      remove: async () => {
        isRemoved = true
      },
    },
  })
  await issued(github(null))
  const outcome = await withdraw({}, github(new Date(found)))
  expect(isRemoved).toBe(expected)
  const warnings = outcome.kind === 'withdrawn' ? outcome.warnings.map(({ code }) => code) : []
  expect(warnings).toEqual(expected ? [] : ['SINK_NOT_DELETED'])
})

test('a sink that the record lists and no file names is kept, with a warning', async () => {
  await issued()
  const outcome = await withdraw({}, {}, 'WithdrawAsked', { sinks: [] })
  expect(outcome).toMatchObject({ kind: 'withdrawn', warnings: [{ code: 'SINK_NOT_DELETED' }] })
  expect(await isThere()).toBe(true)
})

test('nothing is deleted if another run has issued another certificate since the plan', async () => {
  await issued()
  const record = await open.records.read(request.name)
  request = { ...request, reissue: 1 }
  const again = await issueStep(approvedStep(request, record), await sessionWith(open, {}))
  expect(outcomeCodes(again)).toEqual(['issued'])
  const planned = { record, current: record?.issued ?? null }
  expect(outcomeCodes(await withdraw({}, {}, 'WithdrawAsked', planned))).toEqual(['kept'])
  expect([await isThere(), await isWithdrawn()]).toEqual([true, false])
})

test('nothing is deleted before the record has the claim', async () => {
  await issued()
  const { records, secrets } = open
  let writes = 0
  const claims: boolean[] = []
  const outcome = await withdraw({
    records: replaced(records, {
      write: async record => {
        writes += 1
        return writes === 1 ? { kind: 'conflict' } : records.write(record)
      },
    }),
    secrets: replaced(secrets, {
      remove: async stored => {
        claims.push(((await records.read(request.name))?.claim ?? null) !== null)
        return secrets.remove(stored)
      },
    }),
  })
  expect([outcomeCodes(outcome), claims]).toEqual([['withdrawn'], [true]])
})

describe('an attempt that was stored and never recorded', () => {
  /** The run could not write the issue into the record, and left its claim. */
  async function unrecorded(): Promise<void> {
    const { records } = open
    const changes = {
      records: replaced(records, {
        write: async record =>
          record.issued === null ? records.write(record) : { kind: 'conflict' },
      }),
    } satisfies Partial<Cluster>
    await issueStep(approvedStep(request), await sessionWith(open, changes))
    expect(await open.records.read(request.name)).toMatchObject({ issued: null, claim: { n: 1 } })
    expect(await isThere()).toBe(true)
  }

  test('its Secret is deleted', async () => {
    await unrecorded()
    expect(outcomeCodes(await withdraw())).toEqual(['withdrawn'])
    expect([await isThere(), await isWithdrawn()]).toEqual([false, true])
  })

  test('its claim stays if its Secret could not be deleted: nothing else shows the attempt', async () => {
    await unrecorded()
    const secrets = replaced(open.secrets, { remove: async () => 'conflict' })
    expect(outcomeCodes(await withdraw({ secrets }))).toEqual(['SINK_CONFLICT'])
    expect(await open.records.read(request.name)).toMatchObject({ claim: { n: 1 } })
  })
})

test('an attempt that an ended run left pending is denied before its Secret is deleted', async () => {
  await issued()
  const name = `cs-${request.name}-left`
  const client = new ApiClient(sandbox, sandbox.clientFor('admin', ['system:masters']))
  await client.created(SIGNING_REQUESTS, signingRequest(name))
  client.close()
  const record = await open.records.read(request.name)
  if (record === null) throw new Error('no record')
  const deadline = new Date('2020-01-01T00:00:00Z')
  const claim = { n: 2, objectName: name, holder: 'an ended run', deadline, grant: null }
  await open.records.write({ ...record, n: 2, claim })
  expect(outcomeCodes(await withdraw())).toEqual(['withdrawn'])
  const object = await open.signingRequests.read(name)
  expect(object?.conditions.map(({ type }) => type)).toEqual(['Denied'])
})
