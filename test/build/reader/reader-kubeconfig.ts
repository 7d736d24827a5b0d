// The kubeconfig of a reader: an administrator of each cluster, in a context with the name of the cluster. The first one is current.
import { stringify } from 'yaml'
import type { Credential, Endpoint } from '../api-client.ts'

type AdministeredCluster = Endpoint & { readonly admin: Credential }

export function kubeconfigOf(clusters: Readonly<Record<string, AdministeredCluster>>): string {
  const all = Object.entries(clusters)
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all.map(([name, { server, caPem }]) => ({
      name,
      cluster: { server, 'certificate-authority-data': base64(caPem) },
    })),
    users: all.map(([name, { admin }]) => ({
      name: `${name}-admin`,
      user: {
        'client-certificate-data': base64(admin.certificatePem ?? ''),
        'client-key-data': base64(admin.keyPem ?? ''),
      },
    })),
    contexts: all.map(([name]) => ({ name, context: { cluster: name, user: `${name}-admin` } })),
    'current-context': all[0]?.[0],
  })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
