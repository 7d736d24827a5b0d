// A cluster of its own with a log of what countersign wrote to it: embedded, or a real control plane with the audit log of its API
// server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { GUARDED } from './guarded-cluster.ts'
import { realSubject } from './real-subject.ts'
import type { Backend } from './subjects.ts'

/** A cluster of its own, and the paths of what countersign wrote to it. */
export interface AuditedCluster {
  readonly backend: Backend
  readonly writes: () => readonly string[]
  readonly stop: () => Promise<void>
}

function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !path.includes('dryRun') && !path.includes('reviews')
}

async function embedded(): Promise<AuditedCluster> {
  const cluster = await startSandboxCluster({ authorities: 'two' })
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
    stop: () => cluster.close(),
  }
}

const VERBS = ['create', 'update', 'patch', 'delete']

/** The API server writes every call to its audit log before it answers. */
async function real(): Promise<AuditedCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
  const [policy, log] = [join(folder, 'policy.json'), join(folder, 'audit.log')]
  const rules = [{ level: 'Metadata', verbs: VERBS, omitStages: ['RequestReceived'] }]
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }))
  writeFileSync(log, '')
  const plane = await startControlPlane({
    separateClientCa: true,
    signerQps: 500,
    apiserverFlags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
  })
  const lines = (): readonly string[] => readFileSync(log, 'utf8').split('\n')
  return {
    backend: await realSubject(plane.kubeconfig),
    writes: () =>
      lines().flatMap(line => {
        if (line === '') return []
        const { userAgent, verb, requestURI } = JSON.parse(line)
        const isOurs = userAgent === 'countersign' && isWrite(verb, requestURI)
        return isOurs ? `${verb} ${requestURI}` : []
      }),
    stop: async () => {
      await plane.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function auditedCluster(kind: (typeof GUARDED)[number]): Promise<AuditedCluster> {
  return kind === 'embedded cluster' ? embedded() : real()
}
