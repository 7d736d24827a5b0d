// Effective requests of the same bytes under an earlier configuration: with its defaults, clusters and sinks.
import { tipsOf } from '../../core/approval/fact-queries.ts'
import type { GatheredFacts, FileOrigin, Question } from '../../core/approval/proof-facts.ts'
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Config } from '../../domain/request/config.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { effectiveDigestIn } from '../../core/plan/plan-digests.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { History } from './applied-history.ts'
import { blobOf } from './file-steps.ts'
import { clustersIn } from './request-ends.ts'
import type { LookUps } from './look-up-facts.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** Gives the configuration at one of the commits; null if it cannot be read. Each blob is read once. */
export type Configurations = (commit: ObjectId) => Config | null

/** Every configuration that may have been in force when one of the files was reviewed. */
export async function configurationsThen(
  source: ReviewedRepository,
  { frame }: History,
  fileOrigins: readonly FileOrigin[],
  facts: GatheredFacts,
): Promise<Configurations> {
  const commits = fileOrigins.flatMap(fileOrigin =>
    (facts.linked.get(fileOrigin.landing.commit) ?? []).flatMap(number => {
      const pull = facts.pullRequests.get(number)
      return pull === undefined ? [] : tipsOf(fileOrigin, pull, facts)
    }),
  )
  return readConfigurations(
    source,
    frame.config,
    [...new Set(commits)],
    commit => facts.ancestry.get(commit)?.objects.get(frame.config) ?? null,
  )
}

export async function readConfigurations(
  source: ReviewedRepository,
  path: string,
  commits: readonly ObjectId[],
  blobOf: (commit: ObjectId) => ObjectId | null,
): Promise<Configurations> {
  const read = new Map<ObjectId, Config | null>()
  for (const commit of commits) {
    const blob = blobOf(commit)
    if (blob === null || read.has(blob)) continue
    const file = await source.filesAt(commit).read(path)
    const parsed = file === null ? null : parseConfig(file)
    read.set(blob, parsed !== null && parsed.ok ? parsed.value : null)
  }
  return commit => read.get(blobOf(commit) ?? '') ?? null
}

/** Effective digest of a file's request for one cluster under a configuration; null if the file has no such request then. */
export function effectiveDigestUnder(
  config: Config,
  { path, blob }: { readonly path: string; readonly blob: ObjectId },
  { name, cluster }: EffectiveRequest,
  requestIn: LookUps['request'],
): string | null {
  const request = requestIn(path, blob, config.requests)
  if (request === null || request.name !== name) return null
  const effective = effectiveRequests(request, config)
  const found = effective.ok ? effective.value.find(each => each.cluster === cluster) : undefined
  return found === undefined ? null : effectiveDigestIn(found, config)
}

/** What answers for an earlier configuration. */
interface Then {
  readonly configurations: Configurations
  readonly lookUps: LookUps
  readonly rules: Rules
}

/**
 * For a withdrawal, the clusters of the request at a commit, and whether other files of its name were for the step's cluster; null if the
 * files say it themselves.
 */
export function withdrawnClustersAt(
  { ended, cluster, name }: WithdrawStep,
  { path, blob }: FileOrigin,
  { configurations, lookUps, rules, files }: Then & { readonly files: readonly RequestFile[] },
): Question['effectiveDigestAt'] {
  const folder = rules.config.requests
  const inFile = blob === null ? null : lookUps.request(path, blob, folder)
  const before = ended?.request ?? inFile
  // A file of the name that stayed is not for this cluster then, and may have been at the review.
  const stayed = ended
    ? [...ended.files].map(([at, kind]) => ({ path: at, blob: blobOf(kind) ?? '' }))
    : files
  const all = stayed.flatMap(each => lookUps.request(each.path, each.blob, folder) ?? [])
  const others = all.filter(each => each.name === name)
  if (before === null || [before, ...others].every(({ spec }) => spec.clusters !== null))
    return null
  return commit => {
    const config = configurations(commit)
    if (config === null) return null
    const clusters = clustersIn(before, config)
    if (ended?.isSure === false && !clusters.includes(cluster)) return null
    const isElsewhere = others.some(each => clustersIn(each, config).includes(cluster))
    return JSON.stringify([clusters.includes(cluster) ? cluster : clusters.toSorted(), isElsewhere])
  }
}

/** The effective request at a commit, for a reviewer who saw the file under that configuration. */
export function effectiveDigestsOf(
  request: EffectiveRequest,
  file: RequestFile | undefined,
  { configurations, lookUps }: Then,
): Question['effectiveDigestAt'] {
  if (file === undefined) return null
  const requestIn: LookUps['request'] = (...asked) => lookUps.request(...asked)
  return commit => {
    const then = configurations(commit)
    return then === null ? null : effectiveDigestUnder(then, file, request, requestIn)
  }
}
