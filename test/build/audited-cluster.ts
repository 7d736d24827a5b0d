// A cluster of its own with a log of what was written to it: embedded, or a real control plane with the audit log of its API server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { GUARDED } from './guarded-cluster.ts'
import { realSubject } from './real-subject.ts'
import type { Backend } from './subjects.ts'

/** A cluster of its own, and what was written to it. */
export interface AuditedCluster {
  readonly backend: Backend
  /** The paths of what countersign wrote. */
  readonly writes: () => readonly string[]
  /** Every successful write of bindings, ConfigMaps and CertificateSigningRequests so far, in order, whoever made it. */
  readonly audited: () => readonly AuditedWrite[]
  readonly stop: () => Promise<void>
}

/** One write that the API server answered with success. */
export interface AuditedWrite {
  readonly user: string
  readonly verb: 'create' | 'update' | 'patch' | 'delete'
  /** Path and query. */
  readonly path: string
  /** The object of the answer: of a deletion a Status, or the object if something keeps it. */
  readonly object: unknown
}

function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !path.includes('dryRun') && !path.includes('reviews')
}

const JUDGED = /\/(?:rolebindings|clusterrolebindings|configmaps|certificatesigningrequests)\b/
const VERB_OF: Readonly<Record<string, AuditedWrite['verb']>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

async function embedded(): Promise<AuditedCluster> {
  const audited: AuditedWrite[] = []
  const cluster = await startSandboxCluster({
    authorities: 'two',
    audit: ({ method, path, user, code, body }) => {
      const verb = VERB_OF[method]
      if (verb === undefined || code >= 300 || !isWrite(method, path) || !JUDGED.test(path)) return
      audited.push({ user: user ?? '', verb, path, object: structuredClone(body) })
    },
  })
  return {
    backend: {
      server: cluster.server,
      caPem: cluster.caPem,
      admin: cluster.clientFor('admin', ['system:masters']),
      user: async (name, groups, rules) => {
        cluster.allow({ user: name }, rules)
        return cluster.clientFor(name, groups)
      },
      staleWatch: async () => '',
      close: () => cluster.close(),
    },
    writes: () =>
      cluster.log.flatMap(({ method, path }) => (isWrite(method, path) ? `${method} ${path}` : [])),
    audited: () => audited,
    stop: () => cluster.close(),
  }
}

const VERBS = ['create', 'update', 'patch', 'delete']
/** The log holds objects of these kinds only: a Secret has a private key. */
const SHOWN = [
  { group: 'rbac.authorization.k8s.io', resources: ['rolebindings', 'clusterrolebindings'] },
  { group: '', resources: ['configmaps'] },
  { group: 'certificates.k8s.io', resources: ['certificatesigningrequests'] },
]

/** The API server writes every call to its audit log before it answers. */
async function real(): Promise<AuditedCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
  const [policy, log] = [join(folder, 'policy.json'), join(folder, 'audit.log')]
  const common = { verbs: VERBS, omitStages: ['RequestReceived'] }
  const rules = [
    { level: 'RequestResponse', resources: SHOWN, ...common },
    { level: 'Metadata', ...common },
  ]
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }))
  writeFileSync(log, '')
  const plane = await startControlPlane({
    separateClientCa: true,
    signerQps: 500,
    apiserverFlags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
  })
  const [writes, audited]: [string[], AuditedWrite[]] = [[], []]
  let read = 0
  /** Each line is parsed once. A line without its end is still being written. */
  const readOn = (): void => {
    const whole = readFileSync(log)
    const end = whole.lastIndexOf('\n') + 1
    for (const line of whole.toString('utf8', read, end).split('\n').slice(0, -1)) {
      const event: AuditEvent = JSON.parse(line)
      const { userAgent, verb, requestURI } = event
      if (userAgent === 'countersign' && isWrite(verb, requestURI))
        writes.push(`${verb} ${requestURI}`)
      audited.push(...writeIn(event))
    }
    read = Math.max(read, end)
  }
  return {
    backend: await realSubject(plane.kubeconfig),
    writes: () => {
      readOn()
      return writes
    },
    audited: () => {
      readOn()
      return audited
    },
    stop: async () => {
      await plane.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface AuditEvent {
  readonly user: { readonly username: string }
  readonly userAgent: string
  readonly verb: AuditedWrite['verb']
  readonly requestURI: string
  readonly responseStatus: { readonly code: number }
  readonly responseObject: unknown
}

function writeIn(event: AuditEvent): readonly AuditedWrite[] {
  const { user, verb, requestURI: path, responseStatus, responseObject: object } = event
  if (responseStatus.code >= 300 || !isWrite(verb, path) || !JUDGED.test(path)) return []
  return [{ user: user.username, verb, path, object }]
}

export function auditedCluster(kind: (typeof GUARDED)[number]): Promise<AuditedCluster> {
  return kind === 'embedded cluster' ? embedded() : real()
}
