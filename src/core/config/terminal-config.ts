// The configuration at a terminal without a countersign.yaml: one cluster, from the current kubeconfig, and no defaults.
import type { Config } from '../../domain/request/config.ts'
import { CONFIG_SCHEMA } from './config-schema.ts'

/** The cluster has the name of the context, made a DNS-1123 label because sinks may contain it. */
export function terminalConfig(contextName: string): Config {
  const name = labelOf(contextName)
  const config = CONFIG_SCHEMA.parse({
    apiVersion: 'countersign.dev/v1',
    kind: 'Config',
    metadata: { name: 'terminal' },
    defaultCluster: name,
    clusters: { [name]: {} },
  })
  return { ...config, path: 'countersign.yaml', places: new Map() }
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
