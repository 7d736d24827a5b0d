// The sinks that a withdrawal deletes, and the bindings of its certificate. The sinks come from committed files: the last issued
// one, and if that may not be all, later ones and the one that requests the withdrawal. Never from the record: a user who can write
// records must not choose what is deleted.
import { uniqueBy } from '../../domain/lists.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { BlockedStep, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { clientIdentity } from '../../lib/kubernetes/user-of-certificate.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { PastFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import type { History } from '../prove/applied-history.ts'
import { readConfigurations } from '../prove/effective-request-then.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { originKeyOfStep } from '../prove/request-origins.ts'
import type { FileOrigins } from '../prove/request-origins.ts'

/**
 * The earlier states of the files of a withdrawal, latest first, each with the configuration of that time. Null if they are not
 * known.
 */
export type PastOf = (
  step: WithdrawStep,
) => Promise<readonly { readonly file: RequestFile; readonly config: Config }[] | null>

/** Withdrawals with the sinks to empty; blocked if git does not show them. A past of null leaves a step unchanged. */
export async function withSinksFromGit(
  steps: readonly Step[],
  pastOf: PastOf,
): Promise<readonly Step[]> {
  return Promise.all(
    steps.map(async step => {
      if (step.kind !== 'withdraw') return step
      const past = await pastOf(step)
      if (past === null) return step
      const asked = past.flatMap(({ file, config }) => requestIn(file, config, step) ?? [])
      const states = asked.filter(({ withdraw }) => !withdraw)
      if (states.length > 0) return { ...step, sinks: storedIn(states, step) }
      return step.because === 'FileRemoved' ? unknown(step) : step
    }),
  )
}

/**
 * The sinks that may hold the certificate, by the states of the file from the latest to the first: those of the issued state alone,
 * if git holds it and no attempt was made since. Else those of all later states as well, and of the edit that requests the
 * withdrawal: git may lack the state before that edit, as is possible at a terminal. If nothing was recorded, the sinks of all
 * states.
 */
function storedIn(
  states: readonly EffectiveRequest[],
  { current, record, sinks }: WithdrawStep,
): readonly Sink[] {
  const issued = current ?? record?.issued ?? null
  if (issued === null)
    return uniqueBy([...sinks, ...states.flatMap(each => each.sinks)], sinkTarget)
  const at = states.findLastIndex(({ blob }) => blob === issued.blob)
  const isTriedSince = record !== null && record.n > issued.n
  if (at !== -1 && !isTriedSince) return states[at]?.sinks ?? []
  const since = states.slice(0, Math.max(at, 0) + 1)
  return uniqueBy([...sinks, ...since.flatMap(each => each.sinks)], sinkTarget)
}

/** The states on the default branch: at and before the last change, and at the commit that was applied. */
export function pastOnBranch(
  source: ReviewedRepository,
  history: History,
  fileOrigins: FileOrigins,
): PastOf {
  return async step => {
    const landing = fileOrigins.get(originKeyOfStep(step))?.landing
    // It is not known where the file went. Its proof reports that.
    if (landing === undefined) return null
    const applied = step.current?.proof.evidence?.commit ?? null
    const commits = [landing.commit, landing.before, applied].filter(
      commit => commit !== null && history.line.includes(commit),
    )
    const known = [...new Set(commits)].filter(commit => commit !== null)
    const { config: path } = history.frame
    const configAt = await readConfigurations(
      source,
      path,
      known,
      commit => history.ancestry.get(commit)?.objects.get(path) ?? null,
    )
    const places = known.flatMap(commit => pathsOf(step).map(place => ({ commit, place })))
    const states = await Promise.all(
      places.map(async ({ commit, place }) => {
        const [file, config] = [await source.filesAt(commit).read(place), configAt(commit)]
        return file === null || config === null ? [] : [{ file, config }]
      }),
    )
    return states.flat()
  }
}

/** The history of the checkout, read with today's configuration. */
export function pastInCheckout(past: PastFiles, config: Config): PastOf {
  return async step => {
    const files = await Promise.all(pathsOf(step).map(path => past.of(path)))
    return files.flat().map(file => ({ file, config }))
  }
}

/** The path of the file, and its path when the certificate was issued: it may have moved since. */
function pathsOf({ path, current }: WithdrawStep): readonly string[] {
  return [...new Set([path, current?.path ?? path])]
}

/** Best effort: if the bindings may not be read, the step says that they could not be read. */
export async function withBindings(
  steps: readonly Step[],
  observed: readonly Observed[],
): Promise<readonly Step[]> {
  return Promise.all(
    steps.map(async step => {
      if (step.kind !== 'withdraw' || step.current === null) return step
      const cluster = observed.find(each => each.cluster.name === step.cluster)?.cluster
      return cluster === undefined ? step : { ...step, bindings: await bindingsFor(step, cluster) }
    }),
  )
}

/** The bindings that give rights to the certificate; null if they may not be read, or if it is not a client certificate. */
export async function bindingsFor(
  { current }: WithdrawStep,
  cluster: Cluster,
): Promise<readonly string[] | null> {
  const leaf = current === null ? null : leafOf(current)
  const identity = leaf === null ? null : clientIdentity(leaf.subject)
  return identity === null ? null : cluster.bindingsOf(identity)
}

function requestIn(
  file: RequestFile,
  config: Config,
  { name, cluster }: WithdrawStep,
): EffectiveRequest | null {
  const parsed = parseRequest(file, config.requests)
  if (!parsed.ok || parsed.value.name !== name) return null
  const effective = effectiveRequests(parsed.value, config)
  return effective.ok ? (effective.value.find(each => each.cluster === cluster) ?? null) : null
}

function unknown({ name, cluster, path, until }: WithdrawStep): BlockedStep {
  return {
    kind: 'blocked',
    because: 'Refused',
    name,
    cluster,
    path,
    validUntil: until ?? undefined,
    problems: [
      unplaced(
        'PLAN_WITHDRAW_UNKNOWN',
        `${path} is gone, and git does not say where the certificate of ${name} was stored`,
        'nothing is deleted; if this checkout is old, run git pull origin HEAD; otherwise restore the file with withdraw: true',
      ),
    ],
  }
}
