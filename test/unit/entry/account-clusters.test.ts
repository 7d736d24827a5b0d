// The clusters of pull mode at a terminal: no token is made before the configuration says which server it is for.
import { expect, test } from '@jest/globals'
import { accountClusters } from '../../../src/entry/account-clusters.ts'
import { clusterConfig } from '../../build/effective.ts'
import { failureOf } from '../../build/connected.ts'

test.each([
  ['server', { server: null, certificateAuthority: 'a CA' }],
  ['certificate authority', { certificateAuthority: null }],
])('without a %s in the configuration the current kubeconfig is not used', async (_, pin) => {
  const opened: unknown[] = []
  const clusters = { open: async (config: unknown) => void opened.push(config) }
  const context = { environment: {}, isAutomation: false, clusters } as never
  const auth = { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null } as const
  const opening = accountClusters(context).open(clusterConfig({ auth, ...pin }), 'acme-certs')
  expect(await failureOf(opening)).toMatchObject({ code: 'CONFIG_CLUSTER_UNPINNED' })
  expect(opened).toEqual([])
})

test('a login of the account that applies is used as it is', async () => {
  const username = 'system:serviceaccount:countersign:countersign-apply'
  const cluster = { whoAmI: async () => ({ username, groups: [] }) }
  const clusters = { open: async () => cluster }
  const context = { environment: {}, isAutomation: false, clusters } as never
  const auth = { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null } as const
  const pin = { server: 'https://10.0.0.1:6443', certificateAuthority: 'a CA' }
  const config = clusterConfig({ auth, ...pin, recordNamespace: 'countersign' })
  expect(await accountClusters(context).open(config, 'acme-certs')).toBe(cluster)
})
