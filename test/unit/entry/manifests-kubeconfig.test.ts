// manifests kubeconfig never prints a token on a terminal, and its hint stores it where the configuration reads it.
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import {
  issueKubeconfig,
  printKubeconfig,
} from '../../../src/entry/commands/manifests-kubeconfig-command.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
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

test('the kubeconfigs of two clusters have no name in common, so kubectl merges them', async () => {
  const account = { kind: 'ServiceAccount', namespace: 'countersign', name: 'apply' } as const
  const issueToken = async () => ({ token: new Secret('t'), expiresAt: new Date(0) })
  const made = async (name: string) => {
    const opened = { name, server: `https://${name}.test`, serverCa: null, administration: { issueToken } } // prettier-ignore
    const { kubeconfig } = await issueKubeconfig(opened as never, account, 60)
    const { clusters, users, contexts } = parse(kubeconfig.reveal())
    return [clusters[0].name, users[0].name, contexts[0].context.user]
  }
  expect(await made('lab')).toEqual(['lab', 'apply-lab', 'apply-lab'])
  expect(await made('prod')).toEqual(['prod', 'apply-prod', 'apply-prod'])
})
