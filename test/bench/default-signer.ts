// How close countersign comes to the rate of the signer as Kubernetes starts it, with access that is granted with each certificate.
import { accessPlace } from '../build/access-place.ts'
import type { ApiClient } from '../build/api-client.ts'
import {
  NAMESPACE,
  SIGNING_REQUESTS,
  clientAuthorities,
  pairsInSecrets,
  progress,
  startBenchCluster,
} from './bench-cluster.ts'
import { certificateFaults, requireGood } from './participants/check-certificates.ts'
import { SIGNER_ALONE, goClient } from './participants/go-client.ts'
import type { Extent } from './options.ts'
import { requestNames, rotated } from './participants/participant.ts'
import type { IssuingRun } from './participants/participant.ts'
import type { SignerReport, SignerRound } from './report.ts'
import { smallRepository } from './request-repository.ts'
import { SigningTimes } from './signing-times.ts'
import { timedCountersign } from './timed.ts'
import type { ProfileTarget } from './timed.ts'

const ROLE = 'cs-reader'
const ACCESS = {
  request: `[{clusterRole: ${ROLE}, namespaces: [${NAMESPACE}]}]`,
  policy: `[{clusterRoles: [${ROLE}], namespaces: [${NAMESPACE}]}]`,
}
/** kube-controller-manager's own limits. */
const LIMITS = { signerQps: 20, controllerManagerFlags: ['--kube-api-burst=30'] }

/** A new control plane, so that nothing of an earlier run is left, and a run in it. */
interface Stage {
  readonly admin: ApiClient
  /** Whether each certificate has a grant. */
  readonly isGranted: boolean
  run(names: readonly string[]): Promise<IssuingRun>
  end(): Promise<void>
}

const SIDES = [
  { name: 'countersign', start: () => accessStage(null) },
  { name: 'own', start: () => signerStage() },
] as const

export async function measureDefaultSigner(extent: Extent): Promise<SignerReport> {
  const { requests, rounds, profileFolder } = extent
  const found = { countersign: [] as SignerRound[], own: [] as SignerRound[] }
  for (let round = 0; round < rounds; round++)
    for (const { name, start } of rotated(SIDES, round)) {
      const measured = await measure(await start(), name, requests)
      found[name].push(measured)
      progress(
        `default-signer, round ${round + 1} of ${rounds}: ${name}, ${requests} in ${measured.seconds.toFixed(1)} s, signed in ${measured.signingSeconds.toFixed(1)} s`,
      )
    }
  if (profileFolder !== null) {
    const stage = await accessStage({ folder: profileFolder, name: 'default-signer' })
    await measure(stage, 'profile', requests)
  }
  return { certificates: requests, what: SIGNER_ALONE.what, ...found }
}

async function measure(stage: Stage, who: string, requests: number): Promise<SignerRound> {
  try {
    const names = requestNames('r', requests)
    const times = await SigningTimes.watch(stage.admin, SIGNING_REQUESTS)
    const { seconds, certificates } = await stage.run(names)
    const signingSeconds = await times.end(names.length)
    const authorities = await clientAuthorities(stage.admin)
    requireGood(who, certificateFaults(certificates, names, authorities, stage.isGranted))
    return { seconds, signingSeconds }
  } finally {
    await stage.end()
  }
}

/** countersign with guard and rights as it prints them; each request has access. */
async function accessStage(profile: ProfileTarget | null): Promise<Stage> {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
  const words = { roles: { [ROLE]: rules }, namespaces: [NAMESPACE], real: LIMITS }
  const { place, cluster, end } = await accessPlace('real kube-apiserver', words)
  return {
    admin: cluster.admin,
    isGranted: true,
    run: async names => {
      const owned = { owner: place.owner, recordNamespace: 'countersign', access: ACCESS }
      const repository = smallRepository({ names, ...owned })
      repository.write('kubeconfig', place.kubeconfig)
      try {
        const seconds = await timedCountersign(['apply', '--yes'], repository.folder, { profile })
        return { seconds, certificates: await pairsInSecrets(cluster.admin) }
      } finally {
        repository.end()
      }
    },
    end,
  }
}

/** Without the guard, which lets nobody but countersign approve. */
async function signerStage(): Promise<Stage> {
  const cluster = await startBenchCluster(LIMITS)
  const client = goClient(cluster, SIGNER_ALONE)
  return {
    admin: cluster.admin,
    isGranted: false,
    run: names => client.run(names.length, 'r'),
    end: () => cluster.end(),
  }
}
