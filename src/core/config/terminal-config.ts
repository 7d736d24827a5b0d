// The configuration at a terminal without a countersign.yaml: one cluster, from the current kubeconfig, and no defaults.
import type { Config } from '../../domain/request/config.ts'
import { approvalConfig } from './approval-schema.ts'
import { clusterConfig } from './cluster-schema.ts'
import { limitsConfig } from './limit-schema.ts'

/** The cluster has the name of the context, made a DNS-1123 label because sinks may contain it. */
export function terminalConfig(contextName: string): Config {
  const name = labelOf(contextName)
  return {
    owner: 'terminal',
    path: 'countersign.yaml',
    places: new Map(),
    requests: 'requests',
    defaultCluster: name,
    clusters: [clusterConfig(name, {})],
    defaults: [],
    issuers: [],
    people: [],
    approval: approvalConfig(),
    limits: limitsConfig(),
    rotation: { jitterPercent: 10 },
    exceptions: [],
  }
}

function labelOf(text: string): string {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 63)
    .replace(/-$/, '')
  return label === '' ? 'cluster' : label
}
