// A controller in this process, at acme, with a simulated clock for it, the embedded cluster and GitHub.
import { tmpdir } from 'node:os'
import { githubRepository } from '../../src/adapters/github/read/reviewed-repository-reader.ts'
import type { GithubRepository } from '../../src/adapters/github/read/reviewed-repository-reader.ts'
import { KubernetesClusters } from '../../src/adapters/kubernetes/login/cluster-logins.ts'
import { clusterMemory } from '../../src/adapters/system/cluster-memory.ts'
import { nodeKeys } from '../../src/adapters/system/node-keys.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import type { Pace } from '../../src/core/control/lease-turn.ts'
import type { StepOutcome } from '../../src/domain/cluster/outcome.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { Secret } from '../../src/domain/request/secret-value.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import type { Clock } from '../../src/ports/clock-port.ts'
import type { PassReport } from '../../src/domain/cluster/pass-report.ts'
import type { ControllerReports } from '../../src/ports/progress.ts'
import { control } from '../../src/workflows/control/controller.ts'
import { Leadership } from '../../src/workflows/control/leadership.ts'
import { noExternalSinks } from './delivery-payload.ts'
import type { Acme } from './github-run.ts'
import type { SimulatedClock } from './simulated-clock.ts'

const TOKEN = 'ghs_controller'
const READS = {
  contents: 'read',
  pull_requests: 'read',
  actions: 'read',
  metadata: 'read',
} as const

/** Days take seconds with it: each look is a call to the double. */
const SLOW: Pace = { look: 1800, renew: 1800, giveUp: 3600, duration: 5400 }

export interface ControllerWords {
  readonly callsPerHour?: number
  /** Name in the Lease. */
  readonly holder?: string
  readonly pace?: Pace
  /** How far its clock is ahead of the others. */
  readonly fastSeconds?: () => number
  /** The longest of its waits for a call or a signature, in milliseconds. */
  readonly longestWaitMs?: number
  /** Runs each time before the repository is opened. */
  readonly beforeOpen?: () => void
}

/** A controller that runs until `stop`. */
export class RunningController {
  readonly passes: PassReport[] = []
  readonly problems: Problem[] = []
  /** Whether it led, each time that changed. */
  readonly led: boolean[] = []
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>
  readonly #cluster: Cluster

  private constructor(cluster: Cluster, run: (own: RunningController) => Promise<void>) {
    this.#cluster = cluster
    this.#ended = run(this)
  }

  static async start(
    acme: Acme,
    clock: SimulatedClock,
    {
      callsPerHour = 1000,
      holder = 'one',
      pace = SLOW,
      fastSeconds = () => 0,
      longestWaitMs = Number.MAX_SAFE_INTEGER,
      beforeOpen = () => undefined,
    }: ControllerWords = {},
  ): Promise<RunningController> {
    acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: READS })
    const clusters = clustersOf(acme, clock)
    const { owner, namespace, server, caPem } = acme.place
    const cluster = await clusters.open(
      {
        name: 'prod',
        provider: 'kubeadm',
        server,
        certificateAuthority: caPem,
        auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
        recordNamespace: namespace,
        signers: [],
        nodeInventory: null,
        knownCredentials: [],
      },
      owner,
    )
    const trustedConfig = await acme.digest()
    return new RunningController(cluster, own =>
      control(
        {
          clock: hybrid(clock, fastSeconds, longestWaitMs),
          pause: (milliseconds, signal) => clock.sleep(milliseconds, signal),
          keys: nodeKeys,
          // Claims of a controller that was stopped expire: it may be on another machine.
          processes: { holder, isGone: () => false },
          progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
          externalSinks: noExternalSinks(),
          clusters,
          memory: clusterMemory(''),
          comments: null,
          emergencies: cluster.emergencies,
          leadership: new Leadership(cluster.leases, holder, clock, pace),
          openRepository: async () => {
            beforeOpen()
            return repositoryOf(acme, clock)
          },
          tip: async () => (await repositoryOf(acme, clock).facts()).tip,
          reports: own.#reports(),
        },
        {
          config: 'countersign.yaml',
          trustedConfig,
          trustedRequests: null,
          cluster: { name: 'prod', recordNamespace: namespace, owner, server: cluster.server },
          callsPerHour,
          pace,
        },
        own.#stop.signal,
      ),
    )
  }

  /** Outcomes that changed something, in order: `renewed jane`. */
  done(): readonly string[] {
    return this.passes.flatMap(({ steps }) =>
      steps.filter(({ kind }) => kind !== 'kept').map(words),
    )
  }

  /** Also a second time. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#ended
    await this.#cluster.close()
  }

  #reports(): ControllerReports {
    return {
      looked: () => undefined,
      leads: isLeader => void this.led.push(isLeader),
      turned: () => undefined,
      passed: report => void this.passes.push(report),
      failed: problems => void this.problems.push(...problems),
      stopped: () => undefined,
    }
  }
}

function words(outcome: StepOutcome): string {
  const { kind, step } = outcome
  const name = 'request' in step ? step.request.name : step.name
  const codes =
    'problems' in outcome ? ` ${outcome.problems.map(({ code }) => code).join(' ')}` : ''
  return `${kind === 'issued' && step.kind === 'renew' ? 'renewed' : kind} ${name}${codes}`
}

function repositoryOf(acme: Acme, clock: SimulatedClock): GithubRepository {
  const access = {
    apiUrl: acme.url,
    token: new Secret(TOKEN),
    version: '0.0.0',
    membersToken: null,
  }
  const limits = { attemptMs: 2000, totalMs: 2000, tries: 1 }
  const settings = { ...access, repository: 'acme/certs' }
  return githubRepository(settings, hybrid(clock), () => 0.5, limits)
}

/** Work takes the time of the machine. */
function hybrid(
  clock: SimulatedClock,
  fastSeconds = () => 0,
  longestWaitMs = Number.MAX_SAFE_INTEGER,
): Clock {
  const now = (): Date => new Date(clock.now().getTime() + fastSeconds() * 1000)
  return {
    now,
    sleep: (milliseconds, signal) =>
      systemClock.sleep(Math.min(milliseconds, longestWaitMs), signal),
  }
}

function clustersOf(acme: Acme, clock: SimulatedClock): KubernetesClusters {
  return new KubernetesClusters({
    environment: { KUBECONFIG_PROD: acme.place.kubeconfig },
    kubeconfig: null,
    context: null,
    isGithub: true,
    workspace: tmpdir(),
    clock: hybrid(clock),
    random: () => 0.5,
    mask: () => undefined,
  })
}
