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
