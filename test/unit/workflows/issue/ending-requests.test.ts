// Certificates of a request with an end: late signers, runs that were cut off, and clocks that differ.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import { startSandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../../src/sandbox/sandbox-cluster.ts'
import type { KubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { CountersignError, unplaced } from '../../../../src/domain/problem.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { SigningRequests } from '../../../../src/ports/signing-requests.ts'
import { issueStep } from '../../../../src/workflows/issue/issue.ts'
import { approvedStep } from '../../../build/approved.ts'
import { clusterAt } from '../../../build/connected.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { STEP_CONFIG, outcomeCodes, replaced, sessionWith } from '../../../build/one-step.ts'

const MINUTE_MS = 60_000
const HOUR = 3600

let ahead = 0
let count = 0
let sandbox: SandboxCluster
let open: KubernetesCluster

beforeAll(async () => {
  const now = (): Date => new Date(Date.now() + ahead)
  sandbox = await startSandboxCluster({ namespaces: ['apps'], now })
  const credential = sandbox.clientFor('admin', ['system:masters'])
  open = clusterAt(sandbox, credential, { owner: STEP_CONFIG.owner })
})
afterAll(async () => {
  await open.close()
  await sandbox.close()
})
beforeEach(() => {
  ahead = 0
  count += 1
})

function ending(minutes: number, rotationPolicy: 'Always' | 'Never'): EffectiveRequest {
  const name = `user-${count}`
  const { key } = effective()
  if (key.kind !== 'generated') throw new TypeError('a generated key')
  return effective({
    name,
    durationSeconds: 8 * HOUR,
    until: new Date(Date.now() + minutes * MINUTE_MS),
    key: { ...key, spec: { ...key.spec, rotationPolicy } },
    sinks: [secretSink({ name: `${name}-tls` })],
  })
}

async function issue(
  request: EffectiveRequest,
  changes: Partial<Cluster> = {},
): Promise<StepOutcome> {
  const { records } = await open.records.list()
  const record = records.find(each => each.request === request.name) ?? null
  const session = await sessionWith(open, changes, {}, { keys: nodeKeys, clock: systemClock })
  return issueStep(approvedStep(request, record), session)
}

/** The same cluster; `before` and `after` run around each approval. */
function around(
  before: () => void,
  after: () => void = () => undefined,
): Pick<Cluster, 'signingRequests'> {
  const { signingRequests } = open
  const approve: SigningRequests['approve'] = async (...asked) => {
    before()
    const answer = await signingRequests.approve(...asked)
    after()
    return answer
  }
  return { signingRequests: replaced(signingRequests, { approve }) }
}

const cut = (): never => {
  throw new CountersignError(unplaced('CLUSTER_UNREACHABLE', 'the connection ended'))
}
const passes = (minutes: number) => (): void => {
  ahead += minutes * MINUTE_MS
}
const stored = async ({ name }: EffectiveRequest): Promise<unknown> =>
  open.secrets.read('apps', `${name}-tls`)

function endOf(outcome: StepOutcome): Date {
  if (outcome.kind === 'issued') return outcome.notAfter
  throw new Error(JSON.stringify(outcomeCodes(outcome)))
}

test.each(['Always', 'Never'] as const)(
  'a certificate that is signed half an hour late is not stored, and the next run gets one that ends in time (rotationPolicy %s)',
  async policy => {
    const request = ending(120, policy)
    expect(outcomeCodes(await issue(request, around(passes(30))))).toEqual(['CERTIFICATE_DATES'])
    expect(await stored(request)).toBeNull()
    const next = endOf(await issue(request))
    expect(next.getTime()).toBeLessThanOrEqual(request.until?.getTime() ?? 0)
    expect(next.getTime()).toBeGreaterThan(Date.now() + 100 * MINUTE_MS)
  },
)

test.each(['Always', 'Never'] as const)(
  'an attempt that was cut off before its approval gives a certificate that ends in time (rotationPolicy %s)',
  async policy => {
    const request = ending(120, policy)
    expect(outcomeCodes(await issue(request, around(cut)))).toEqual(['CLUSTER_UNREACHABLE'])
    ahead = 40 * MINUTE_MS
    const next = endOf(await issue(request))
    expect(next.getTime()).toBeLessThanOrEqual(request.until?.getTime() ?? 0)
    expect(next.getTime()).toBeGreaterThan(Date.now() + 100 * MINUTE_MS)
  },
)

test.each(['Always', 'Never'] as const)(
  'an attempt that was cut off after its approval is collected or repeated, and ends in time (rotationPolicy %s)',
  async policy => {
    const request = ending(120, policy)
    const outcome = await issue(
      request,
      around(() => undefined, cut),
    )
    expect(outcomeCodes(outcome)).toEqual(['CLUSTER_UNREACHABLE'])
    ahead = 40 * MINUTE_MS
    const next = endOf(await issue(request))
    expect(next.getTime()).toBeLessThanOrEqual(request.until?.getTime() ?? 0)
    expect(next.getTime()).toBeGreaterThan(Date.now() + 100 * MINUTE_MS)
  },
)

test('an attempt for a kept key that is found in the last eleven minutes is not stored', async () => {
  const request = ending(120, 'Never')
  await issue(request, around(cut))
  ahead = 110 * MINUTE_MS
  expect(outcomeCodes(await issue(request))).toEqual(['REQUEST_UNTIL'])
  expect(await stored(request)).toBeNull()
})

test.each([-120, 120])(
  'an API server whose clock is %i minutes from that of the signer gives no certificate that ends too late',
  async minutes => {
    const request = ending(240, 'Always')
    const now = async (): Promise<Date> => new Date(Date.now() + minutes * MINUTE_MS)
    const outcome = await issue(request, { now })
    if (outcome.kind !== 'issued') expect(await stored(request)).toBeNull()
    else expect(outcome.notAfter.getTime()).toBeLessThanOrEqual(request.until?.getTime() ?? 0)
  },
)

test('a Secret with a certificate of a later end is not taken for that of a lowered end', async () => {
  const request = ending(240, 'Always')
  endOf(await issue(request))
  const lowered = { ...request, until: new Date(Date.now() + 60 * MINUTE_MS) }
  const outcome = await issue(lowered)
  expect(endOf(outcome).getTime()).toBeLessThanOrEqual(lowered.until.getTime())
})
