// The login of doctor: with several clusters, the current context is taken only where the configuration says that it is the cluster.
import { expect, test } from '@jest/globals'
import type { ClusterConfig } from '../../../src/domain/request/config.ts'
import { failure } from '../../../src/domain/problem.ts'
import type { Context } from '../../../src/entry/command-context.ts'
import { atCluster } from '../../../src/entry/commands/doctor-command.ts'
import { clusterConfig, config } from '../../build/effective.ts'
import { NOW } from '../../build/issued.ts'
import { standIn } from '../../build/stand-in.ts'

const auth = { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null } as const
const signers = [
  {
    name: 'kubernetes.io/kube-apiserver-client',
    certificateAuthority: null,
    retiring: null,
    maxDurationSeconds: null,
  },
]
const PROD = clusterConfig({ name: 'prod', auth, signers })
const LAB = clusterConfig({ name: 'lab', auth, signers })

async function openedWith(clusters: readonly ClusterConfig[]) {
  const opened: (readonly [ClusterConfig, readonly ClusterConfig[] | undefined])[] = []
  const context = standIn<Context>({
    clusters: standIn<Context['clusters']>({
      waiting: new Map(),
      open: async (cluster, _owner, run) => {
        opened.push([cluster, run])
        throw failure('CLUSTER_UNREACHABLE', 'no answer')
      },
    }),
    clock: standIn<Context['clock']>({ now: () => NOW }),
    environment: {},
    terminal: standIn<Context['terminal']>({ live: () => undefined, settle: () => undefined }),
  })
  const rules = { config: config({ clusters }), policies: null }
  await atCluster(context, rules, PROD, { approvers: [] }, clusters)
  return opened
}

test('doctor of one cluster uses the current kubeconfig if the credential of the run is not here', async () =>
  expect(await openedWith([PROD])).toEqual([
    [{ ...PROD, auth: { kind: 'currentKubeconfig' } }, [PROD]],
  ]))

test('doctor of several clusters finds the context of each as other commands do', async () =>
  expect(await openedWith([PROD, LAB])).toEqual([[PROD, [PROD, LAB]]]))
