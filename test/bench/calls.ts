// The calls for one certificate, counted in the audit log of an API server: what more requests need more than few. The Go client has
// to make the same calls with objects of the same size, or the benchmark ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMPARED } from './goals.ts'
import { until } from '../build/guarded-cluster.ts'
import { NAMESPACE, progress, startBenchCluster } from './bench-cluster.ts'
import type { BenchCluster } from './bench-cluster.ts'
import { countersignApply } from './participants/countersign-apply.ts'
import { SAME_CALLS, goClient } from './participants/go-client.ts'
import type { Participant } from './participants/participant.ts'
import type { CallRow, IssueReport } from './report.ts'

type Counted = ReadonlyMap<string, number>
type Calls = Pick<IssueReport, 'calls' | 'recordBytes' | 'secretBytes'>

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
}
/** Objects of the Go client may be larger or smaller by this part. */
const TOLERANCE = 0.1

interface AuditEvent {
  readonly stage: string
  readonly verb: string
  readonly userAgent?: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource: string; readonly subresource?: string }
}

export async function measureCalls(): Promise<Calls> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-audit-'))
  const [policy, log] = [join(folder, 'policy.json'), join(folder, 'audit.log')]
  writeFileSync(policy, JSON.stringify(POLICY))
  const flags = [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`]
  const cluster = await startBenchCluster({ apiserverFlags: flags })
  try {
    const ours = await callsOf(countersignApply(cluster), 'countersign', cluster, log)
    const theirs = await callsOf(goClient(cluster, SAME_CALLS), 'bench-same', cluster, log)
    requireSame(ours, theirs)
    progress(`calls: ${ours.calls.reduce((sum, { each }) => sum + each, 0)} for each certificate`)
    return ours
  } finally {
    await cluster.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function callsOf(
  who: Participant,
  userAgent: string,
  cluster: BenchCluster,
  log: string,
): Promise<Calls> {
  const counts: Counted[] = []
  for (const count of [COMPARED.few, COMPARED.more]) {
    await cluster.clear()
    const before = readFileSync(log, 'utf8').length
    await who.run(count, `calls-${count}`)
    counts.push(await counted(log, before, userAgent))
  }
  const [few = new Map(), more = new Map()] = counts
  const calls = [...more].map(([call, number]): CallRow => {
    // How many of the first steps look at their request when the watch begins differs from run to run.
    const each = Math.max(
      0,
      Math.round((number - (few.get(call) ?? 0)) / (COMPARED.more - COMPARED.few)),
    )
    return { call, each, once: number - COMPARED.more * each }
  })
  const [recordBytes, secretBytes] = [
    await meanBytes(cluster, 'configmaps', name => name !== 'kube-root-ca.crt'),
    await meanBytes(cluster, 'secrets', () => true),
  ]
  return { calls, recordBytes, secretBytes }
}

/** In the order of their first use. A watch counts when it begins, any other call when it ends. */
async function counted(log: string, from: number, userAgent: string): Promise<Counted> {
  const events = (): readonly AuditEvent[] =>
    readFileSync(log, 'utf8')
      .slice(from)
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as AuditEvent)
      .filter(event => event.userAgent === userAgent)
  // The log has the end of a watch some time after the process.
  await until(() => {
    const watches = events().filter(({ verb }) => verb === 'watch')
    return Promise.resolve(watches.length > 0 && watches.length % 2 === 0)
  })
  const counts = new Map<string, number>()
  for (const event of events()) {
    const isEnd = event.stage === 'ResponseComplete'
    if (isEnd === (event.verb === 'watch')) continue
    const call = nameOf(event)
    counts.set(call, (counts.get(call) ?? 0) + 1)
  }
  return counts
}

function nameOf({ verb, requestURI, user, objectRef }: AuditEvent): string {
  const { resource = requestURI, subresource } = objectRef ?? {}
  const object = subresource === undefined ? resource : `${resource}/${subresource}`
  const dry = /[?&]dryRun=All/.test(requestURI) ? ', dry run' : ''
  const holder = user.username.startsWith('calls-') ? ', with the new certificate' : ''
  return `${verb} ${object}${dry}${holder}`
}

async function meanBytes(
  { admin }: BenchCluster,
  resource: string,
  isMeant: (name: string) => boolean,
): Promise<number> {
  const { items } = (await admin.get(`/api/v1/namespaces/${NAMESPACE}/${resource}`)).body
  const meant = items.filter(({ metadata }) => isMeant(metadata.name))
  const { length } = JSON.stringify(meant.map(({ data, type }) => ({ data, type })))
  return Math.round(length / meant.length)
}

function requireSame(ours: Calls, theirs: Calls): void {
  const sorted = ({ calls }: Calls): readonly string[] =>
    calls
      .filter(({ each }) => each > 0)
      .map(({ call, each }) => `${each} for each certificate: ${call}`)
  const [mine, others] = [sorted(ours), sorted(theirs)]
  const differing = [
    ...mine.filter(row => !others.includes(row)).map(row => `countersign: ${row}`),
    ...others.filter(row => !mine.includes(row)).map(row => `Go client: ${row}`),
  ]
  const isNear = (one: number, other: number): boolean => Math.abs(one / other - 1) < TOLERANCE
  if (
    !isNear(theirs.recordBytes, ours.recordBytes) ||
    !isNear(theirs.secretBytes, ours.secretBytes)
  )
    differing.push(
      `records ${ours.recordBytes} and ${theirs.recordBytes} bytes, Secrets ${ours.secretBytes} and ${theirs.secretBytes}`,
    )
  if (differing.length > 0)
    throw new Error(
      `the Go client does not make the calls of countersign:\n${differing.join('\n')}`,
    )
}
