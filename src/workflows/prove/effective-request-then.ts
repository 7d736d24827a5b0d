// Effective requests of the same bytes under an earlier configuration: with its defaults, clusters and sinks.
import { tipsOf } from '../../core/approval/fact-queries.ts'
import type { GatheredFacts, FileOrigin, Question } from '../../core/approval/proof-facts.ts'
import type { WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Config } from '../../domain/request/config.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { effectiveDigest, effectiveJsonIn } from '../../core/plan/plan-digests.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { History } from './applied-history.ts'
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
  const json = found === undefined ? null : effectiveJsonIn(found, config)
  return json === null ? null : effectiveDigest(json)
}

/** What answers for an earlier configuration. */
interface Then {
  readonly configurations: Configurations
  readonly lookUps: LookUps
  readonly rules: Rules
}

/** Whether the request of a withdrawal was for the step's cluster at a commit, before and after; null if the files say it themselves. */
export function withdrawnClustersAt(
  { ended, cluster }: WithdrawStep,
  { path, blob }: FileOrigin,
  { configurations, lookUps, rules }: Then,
): Question['effectiveDigestAt'] {
  const inFile = blob === null ? null : lookUps.request(path, blob, rules.config.requests)
  const before = ended?.request ?? inFile
  const requests = [...(before === null ? [] : [before]), ...(ended?.now ?? [])]
  if (requests.every(({ spec }) => spec.clusters !== null)) return null
  return commit => {
    const config = configurations(commit)
    if (config === null) return null
    const asked = requests.map(request => clustersIn(request, config))
    return JSON.stringify(asked.map(each => (each.includes(cluster) ? cluster : each.toSorted())))
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
