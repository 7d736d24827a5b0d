// manifests kubeconfig never prints a token on a terminal, and its hint stores it where the configuration reads it.
import { expect, test } from '@jest/globals'
import { printKubeconfig } from '../../../src/entry/commands/manifests-kubeconfig-command.ts'
import { clusterConfig } from '../../build/effective.ts'

test.each([
  [{ kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD_EU', context: null }, 'KUBECONFIG_PROD_EU'],
  [{ kind: 'currentKubeconfig' }, 'KUBECONFIG_PROD'],
] as const)('with auth %j the hint names the secret %s', async (auth, secret) => {
  const context = { terminal: { showsResults: true } } as never
  const subject = { kind: 'ServiceAccount', namespace: 'countersign', name: 'apply' }
  const cluster = clusterConfig({ name: 'prod', auth })
  const hint = `countersign manifests kubeconfig --cluster prod | gh secret set ${secret} --env countersign`
  await expect(
    printKubeconfig(context, { owner: 'acme', cluster, subject } as never, 60),
  ).rejects.toMatchObject({ problem: { code: 'RUN_USAGE', hint: `pipe it: ${hint}` } })
})
