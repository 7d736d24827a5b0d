// Where requests of removed files ended, as git shows it. No record is asked.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import { filledClusters, filledRequest } from '../../core/config/merge-defaults.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { isPassedOver } from '../../core/request/detect-format.ts'
import { blobOf, droppedVersions, fileSteps } from './file-steps.ts'
import type { FileStep } from './file-steps.ts'
import { requestsByVersion } from './moved-files.ts'
import { trustedBefore } from './rules-at-landings.ts'
import type { TrustedCommit } from './trusted-commit.ts'

/**
 * The plan with the end of the request in each withdrawal of a removed file: where the newest file on the branch that asked for the name in
 * that cluster stopped asking. What its path holds later plays no part. Without such a file, the path stays the one of the record.
 */
export async function withEnds(
  plan: Plan,
  source: ReviewedRepository,
  commit: Pick<TrustedCommit, 'history' | 'trusted'>,
): Promise<Plan> {
  const withdrawn = plan.steps.flatMap(step => (step.kind === 'withdraw' ? [step] : []))
  const searches = withdrawn
    .filter(({ because }) => because === 'FileRemoved')
    .map(step => new EndSearch(step))
  if (searches.length === 0) return plan
  const configAt = trustedConfigs(source, commit)
  const names = new Set<string | undefined>(searches.map(({ step }) => step.name))
  for await (const steps of fileSteps(source, commit.history)) {
    for (const changes of await changesIn(steps, source, commit.history.requests)) {
      for (const change of changes) {
        // Most changes are of other requests, so their configuration is not searched for.
        const isAsked = names.has(change.was?.name) || names.has(change.is?.name)
        const was = isAsked ? await configAt(change.landing, false) : null
        const is = isAsked ? await configAt(change.landing, true) : null
        for (const search of searches) search.see(change, { was, is }, changes)
      }
      for (const search of searches) search.endStep()
    }
    if (searches.every(({ isDone }) => isDone)) break
  }
  const ended = new Map<Step, WithdrawStep>(searches.map(({ step, end }) => [step, end ?? step]))
  return { ...plan, steps: plan.steps.map(step => ended.get(step) ?? step) }
}

/** A file that was added, changed or removed. */
interface FileChange {
  readonly path: string
  readonly landing: Landing
  /** Null if it is no request that countersign reads. */
  readonly was: CertificateRequest | null
  readonly is: CertificateRequest | null
  /** Null for a removed file. */
  readonly blob: ObjectId | null
  readonly isAdded: boolean
  readonly isRemoved: boolean
  /** A merge of unrecorded order may have dropped the version before. */
  readonly isDropped: boolean
}

/** The changes of each step. */
async function changesIn(
  steps: readonly FileStep[],
  source: ReviewedRepository,
  folder: string,
): Promise<readonly (readonly FileChange[])[]> {
  const changed = steps.map(step => {
    const { commit, before, files, filesBefore } = step
    const paths = [...new Set([...files.keys(), ...filesBefore.keys()])]
    const own = paths.map(path => {
      return { path, before, was: filesBefore.get(path) ?? '', isDropped: false }
    })
    const dropped = droppedVersions(step).map(({ path, kind, commit: at }) => {
      return { path, before: at, was: kind, isDropped: true }
    })
    return [...own, ...dropped].flatMap(({ before: from, ...version }) => {
      const is = files.get(version.path) ?? ''
      const isLeftOut = version.was === is || isPassedOver(version.path)
      return isLeftOut ? [] : [{ ...version, landing: { commit, before: from }, is }]
    })
  })
  const versions = changed
    .flat()
    .flatMap(({ path, was, is }) => [[path, was] as const, [path, is] as const])
  const requests = await requestsByVersion(source, versions, folder)
  return changed.map(ofStep =>
    ofStep.map(({ was, is, ...change }) => {
      const [before, after] = [was, is].map(kind => requests.get(`${kind} ${change.path}`) ?? null)
      const versions = { was: before ?? null, is: after ?? null, blob: blobOf(is) }
      return { ...change, ...versions, isAdded: was === '', isRemoved: is === '' }
    }),
  )
}

/** The search for the end of one request, from the newest change to the oldest. */
class EndSearch {
  readonly step: WithdrawStep
  end: WithdrawStep | null = null
  #isBegun = false
  #isBelowStart = false
  /** Removals of files whose last version cannot be read, by path: they end what the version below asked for. */
  readonly #unread = new Map<string, ObjectId>()
  /** Paths at which another request replaced a version that cannot be read. */
  readonly #replaced = new Set<string>()

  constructor(step: WithdrawStep) {
    this.step = step
  }

  get isDone(): boolean {
    return (this.#isBelowStart || this.end !== null) && this.#unread.size === 0
  }

  see(
    change: FileChange,
    configs: Readonly<Record<'was' | 'is', Config | null>>,
    ofStep: readonly FileChange[],
  ): void {
    if (this.isDone) return
    const { path, landing, was, is, blob, isAdded, isRemoved, isDropped } = change
    const { name, cluster } = this.step
    const asked = was?.name === name && asksIn(was, cluster, configs.was) !== false
    const asksNow = is?.name === name && asksIn(is, cluster, configs.is) === true
    if (asksNow && !asked && !isDropped) this.#isBegun = true
    const removal = isRemoved ? undefined : this.#unread.get(path)
    if (was !== null || isAdded) this.#unread.delete(path)
    else if (isRemoved && this.end === null) this.#unread.set(path, landing.commit)
    else if (is !== null && this.end === null) this.#replaced.add(path)
    if (was === null || !asked || asksNow || (this.end !== null && removal === undefined)) return
    const now = ofStep.flatMap(each => (each.is?.name === name ? [each.is] : []))
    const at = { commit: landing.commit, blob, request: was, now }
    // A version that cannot be read ends nothing: the removal of its file does.
    const ended = removal === undefined ? at : { ...at, commit: removal, blob: null, now: [] }
    this.end = { ...this.step, path, ended: this.#replaced.has(path) && is === null ? null : ended }
    if (removal !== undefined) this.#unread.clear()
  }

  /** What is older than the first version of the newest file that asked ended another request. */
  endStep(): void {
    if (this.#isBegun) this.#isBelowStart = true
  }
}

/** Whether a request is for a cluster under a configuration; null if that is not known. */
function asksIn(
  request: CertificateRequest,
  cluster: string,
  config: Config | null,
): boolean | null {
  const clusters = config === null ? request.spec.clusters : clustersIn(request, config)
  return clusters?.includes(cluster) ?? null
}

/** The clusters of a request under a configuration; none for a file that is not below its folder of requests. */
export function clustersIn(request: CertificateRequest, config: Config): readonly string[] {
  if (!request.path.startsWith(`${config.requests}/`)) return []
  return filledClusters(filledRequest(request, config).spec, config)
}

/** Gives the configuration that was trusted before a landing, or with it; null if none was, or if it cannot be read. */
function trustedConfigs(
  source: ReviewedRepository,
  { history, trusted }: Pick<TrustedCommit, 'history' | 'trusted'>,
): (landing: Landing, isWithIt: boolean) => Promise<Config | null> {
  const read = new Map<ObjectId, Config | null>()
  return async (landing, isWithIt) => {
    const state = trustedBefore(landing, history.line, trusted.inForce, isWithIt)
    if (state === null) return null
    const { commit } = state
    if (!read.has(commit)) {
      const file = await source.filesAt(commit).read(history.frame.config)
      const parsed = file === null ? null : parseConfig(file)
      read.set(commit, parsed?.ok === true ? parsed.value : null)
    }
    return read.get(commit) ?? null
  }
}
