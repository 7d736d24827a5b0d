// countersign controller: pull mode as one long-running process in the cluster. It issues and renews to the minute, with the login of
// its service account. Only --comment writes at the server of the repository.
import { ControllerMetrics } from '../../adapters/controller/controller-metrics.ts'
import { ControllerHealth, serveStatus } from '../../adapters/controller/status-server.ts'
import { clusterMemory } from '../../adapters/system/cluster-memory.ts'
import { approverLease } from '../../setup/approver-lease.ts'
import { USUAL_PACE } from '../../core/control/lease-turn.ts'
import { caughtProblem, failure, ok, usageFailure } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { logLine, passLines, problemLines, turnLines } from '../../output/json/controller-log.ts'
import { eventsOf, pendingEventsOf } from '../../output/json/controller-events.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { ControllerEvent } from '../../domain/cluster/pass-report.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { ControllerReports } from '../../ports/progress.ts'
import { control } from '../../workflows/control/controller.ts'
import { isAway } from '../../workflows/control/reported-failures.ts'
import type { ControllerPorts } from '../../workflows/control/controller.ts'
import { approvePending } from '../../workflows/pending/approver.ts'
import type { ReviewFrame } from '../../workflows/prove/applied-history.ts'
import { trustCommit } from '../../workflows/prove/trusted-commit.ts'
import { clustersNamed } from '../../workflows/validate/selected-names.ts'
import { accountClusters } from '../account-clusters.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { approvedSigners, leaderOf } from '../controller-leaders.ts'
import { keptConfiguration } from '../kept-configuration.ts'
import { externalSinksAtTerminal } from '../external-sink-adapters.ts'
import { controllerComments } from '../controller-comments.ts'
import { openRepository, pageLinks, tipReader } from './repository-and-token.ts'
import { listOf, wholeNumber } from '../flags/flag-values.ts'
import type { GithubFlags, Switches, Texts } from '../flags/flag-values.ts'

const SECOND_MS = 1000
const USUAL_CALLS_PER_HOUR = 1000
const DEFAULT_LISTEN = '127.0.0.1:8080'
/** While GitHub does not answer, a look ends soon: the lease and renewals go on. */
const LOOK_LIMITS = { attemptMs: 10_000, totalMs: 20_000, tries: 2 }

type ControllerFlags = GithubFlags &
  Texts<'trustedConfig' | 'trustedRequests' | 'githubCalls' | 'listen' | 'approve' | 'owner'> &
  Switches<'comment'>

/** Runs until `interrupted` aborts. */
export async function controller(
  context: Context,
  _args: readonly string[],
  flags: ControllerFlags,
): Promise<Answer> {
  const { clock, terminal, interrupted } = context
  const callsPerHour = wholeNumber(flags.githubCalls, 'github-calls') ?? USUAL_CALLS_PER_HOUR
  const approve = listOf(flags.approve)
  const { trustedConfig, trustedRequests } = flags
  if (trustedConfig === null)
    throw usageFailure(
      'the controller needs --trusted-config sha256:…',
      'countersign prove PATH prints the present digest of the configuration',
    )
  const health = new ControllerHealth(clock)
  const metrics = new ControllerMetrics()
  const log = logReports(line => terminal.result(line))
  const status = await serveStatus(listenOn(flags.listen), { health, metrics, clock })
  terminal.result(logLine(clock.now(), 'info', 'listens', { address: status.address }))
  try {
    const frame = { config: context.options.config, trustedConfig, trustedRequests }
    const trusted = await trustedConfiguration(context, flags, frame, log, interrupted)
    if (trusted === null) return 0
    if (!trusted.ok) return trusted
    const { config, branch } = trusted.value
    const place = onlyCluster(config, context.options.cluster)
    const clusters = accountClusters(context)
    const cluster = await clusters.open(place, config.owner)
    try {
      const { name, recordNamespace } = place
      const controlled = { name, recordNamespace, owner: config.owner, server: cluster.server }
      const reports = all([log, metrics, health, eventReports(cluster, config.owner)])
      const comments = !flags.comment
        ? null
        : controllerComments(
            {
              clock,
              openRepository: () => openRepository(context, flags),
              linksOf: facts => pageLinks(context, facts),
              failed: problems => log.failed(problems, clock.now()),
            },
            frame,
          )
      const world = await worldOf(context, flags, cluster, branch)
      const ports = { ...world, clusters, reports, comments }
      const options = { ...frame, cluster: controlled, callsPerHour, pace: USUAL_PACE }
      if (approve.length > 0) {
        const signers = approvedSigners(approve, config.owner, cluster, clock)
        await approvePending({ ...ports, cluster }, { ...options, signers }, interrupted)
      } else await control(ports, options, interrupted)
    } finally {
      await cluster.close()
    }
    return 0
  } finally {
    await status.close()
  }
}

/** Everything that the controller works with, but for its clusters and reports. */
async function worldOf(
  context: Context,
  flags: GithubFlags,
  { leases, emergencies }: Cluster,
  branch: string,
): Promise<Omit<ControllerPorts, 'clusters' | 'reports' | 'comments'>> {
  const { clock, keys, environment } = context
  const tipOf = await tipReader(context, flags, LOOK_LIMITS)
  return {
    clock,
    pause: (milliseconds, signal) => clock.sleep(milliseconds, signal),
    keys,
    memory: clusterMemory(environment['XDG_STATE_HOME'] ?? ''),
    progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
    externalSinks: externalSinksAtTerminal(context, false),
    ...leaderOf(clock, leases),
    emergencies,
    openRepository: () => openRepository(context, flags),
    tip: async () => {
      const tip = await tipOf(branch)
      if (tip !== null) return tip
      throw failure('GITHUB_NOT_FOUND', `there is no branch ${branch}`, 'restart the controller')
    },
  }
}

interface Trusted {
  readonly config: Config
  /** The default branch. */
  readonly branch: string
}

/**
 * Waits while GitHub does not answer: no other cluster than that of this pod is called before its configuration is trusted. With --owner it
 * is the one that was kept for emergencies. Null if interrupted.
 */
async function trustedConfiguration(
  context: Context,
  flags: ControllerFlags,
  frame: Omit<ReviewFrame, 'commit' | 'workflow'>,
  log: Pick<ControllerReports, 'failed'>,
  interrupted: AbortSignal,
): Promise<Checked<Trusted> | null> {
  const { clock } = context
  while (!interrupted.aborted) {
    try {
      const repository = await openRepository(context, flags)
      const { tip: commit, defaultBranch: branch } = await repository.facts()
      const trusted = await trustCommit({ repository, clock }, { ...frame, commit, workflow: null })
      return trusted.ok ? ok({ config: trusted.value.rules.config, branch }) : trusted
    } catch (cause) {
      const problem = caughtProblem(cause)
      if (!isAway(problem)) throw cause
      log.failed([problem], clock.now())
      const { owner, approve } = flags
      const kept =
        owner === null || approve !== null
          ? null
          : await keptConfiguration(context, owner, frame).catch(caughtProblem)
      if (kept !== null && 'config' in kept) return ok(kept)
      if (kept !== null) log.failed([kept], clock.now())
      await clock.sleep(USUAL_PACE.look * SECOND_MS, interrupted).catch(() => undefined)
    }
  }
  return null
}

/** Throws RUN_USAGE unless one cluster is meant. */
function onlyCluster(config: Config, asked: string | null): ClusterConfig {
  const [cluster, second] = clustersNamed(config, asked)
  if (cluster !== undefined && second === undefined) return cluster
  throw usageFailure(
    'the configuration has several clusters, and a controller works for one',
    `--cluster ${cluster?.name ?? 'NAME'}`,
  )
}

/** `ADDRESS:PORT`. Throws RUN_USAGE. */
function listenOn(listen: string | null): { readonly host: string; readonly port: number } {
  const [, host, digits] =
    /^(\[[0-9a-f:]+\]|[^:]+):([0-9]{1,5})$/i.exec(listen ?? DEFAULT_LISTEN) ?? []
  const port = Number(digits)
  if (host !== undefined && port <= 65_535) return { host: host.replaceAll(/[[\]]/g, ''), port }
  throw usageFailure(
    `--listen ${visible(listen ?? '')} is not ADDRESS:PORT`,
    '--listen 0.0.0.0:8080 answers every address of the pod',
  )
}

/** `write` gets one line without its end. */
function logReports(write: (line: string) => void): Omit<ControllerReports, 'looked'> {
  return {
    leads: (isLeader, at) =>
      write(logLine(at, 'info', isLeader ? 'leads' : 'does not lead, and waits')),
    passed: report => passLines(report).forEach(write),
    turned: report => turnLines(report).forEach(write),
    failed: (problems, at) => problemLines(problems, at).forEach(write),
    stopped: at => write(logLine(at, 'info', 'stopped')),
  }
}

/** An Event that cannot be written changes nothing. */
function eventReports({ events }: Cluster, owner: string): Partial<ControllerReports> {
  const seen = new Map<string, string>()
  const seenIn = new Map<string, Map<string, string>>()
  const write = async (found: readonly ControllerEvent[]): Promise<void> => {
    for (const event of found) await events.add(event).catch(caughtProblem)
  }
  return {
    passed: report => void write(eventsOf(report, seen)),
    turned: report => {
      const before = seenIn.get(report.signerName) ?? new Map<string, string>()
      seenIn.set(report.signerName, before)
      void write(pendingEventsOf(report, approverLease(owner, report.signerName), before))
    },
  }
}

/** Each tells what it has something to say of. */
function all(reports: readonly Partial<ControllerReports>[]): ControllerReports {
  return {
    looked: at => reports.forEach(each => each.looked?.(at)),
    leads: (isLeader, at) => reports.forEach(each => each.leads?.(isLeader, at)),
    passed: report => reports.forEach(each => each.passed?.(report)),
    turned: report => reports.forEach(each => each.turned?.(report)),
    failed: (problems, at) => reports.forEach(each => each.failed?.(problems, at)),
    stopped: at => reports.forEach(each => each.stopped?.(at)),
  }
}
