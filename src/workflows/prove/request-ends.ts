// Where requests of removed files ended, as git shows it. No record is asked.
import type { EndOfRequest, Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import type { ConfigurationState } from '../../core/approval/trust-root.ts'
import { filledClusters, filledRequest } from '../../core/config/merge-defaults.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { isReadAsRequest } from '../../core/request/detect-format.ts'
import { blobOf, droppedVersions, fileSteps } from './file-steps.ts'
import type { FileStep, Kinds } from './file-steps.ts'
import { requestsByVersion } from './moved-files.ts'
import { filesOfState } from './approvers-of-state.ts'
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
    for (const changes of await fileChanges(steps, source, commit.history.requests)) {
      const seen: Trusted[] = []
      for (const change of changes) {
        // Most changes are of other requests, so their configuration is not searched for.
        const isAsked = names.has(change.was?.name) || names.has(change.is?.name)
        const was = isAsked ? await configAt(change.landing, false) : null
        const is = isAsked ? await configAt(change.landing, true) : null
        seen.push({ ...change, configs: { was, is } })
      }
      for (const search of searches) search.see(seen)
    }
    if (searches.every(({ isDone }) => isDone)) break
  }
  const ended = new Map<Step, WithdrawStep>(searches.map(({ step, end }) => [step, end ?? step]))
  return { ...plan, steps: plan.steps.map(step => ended.get(step) ?? step) }
}

/** A file that was added, changed or removed. */
export interface FileChange {
  readonly path: string
  readonly landing: Landing
  /** Null if it is no request that countersign reads. */
  readonly was: CertificateRequest | null
  readonly is: CertificateRequest | null
  /** Null for a removed file. */
  readonly blob: ObjectId | null
  readonly isAdded: boolean
  readonly isRemoved: boolean
  /** All files after the step. */
  readonly files: Kinds
}

/** The changes of each step. */
export async function fileChanges(
  steps: readonly FileStep[],
  source: ReviewedRepository,
  folder: string,
): Promise<readonly (readonly FileChange[])[]> {
  const changed = steps.map(step => {
    const { commit, before, files, filesBefore } = step
    const paths = [...new Set([...files.keys(), ...filesBefore.keys()])]
    const own = paths.map(path => {
      return { path, before, was: filesBefore.get(path) ?? '' }
    })
    const dropped = droppedVersions(step).map(({ path, kind, commit: at }) => {
      return { path, before: at, was: kind }
    })
    return [...own, ...dropped].flatMap(({ before: from, ...version }) => {
      const is = files.get(version.path) ?? ''
      const isLeftOut = version.was === is || !isReadAsRequest(version.path)
      return isLeftOut ? [] : [{ ...version, landing: { commit, before: from }, is, files }]
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

/** A change, and the configurations that were trusted before it and with it; null where none is known. */
interface Trusted extends FileChange {
  readonly configs: Readonly<Record<'was' | 'is', Config | null>>
}

type Removal = Pick<EndOfRequest, 'commit' | 'files'>

/** The search for the end of one request, from the newest step to the oldest. */
class EndSearch {
  readonly step: WithdrawStep
  end: WithdrawStep | null = null
  /** Removals of files whose last version cannot be read, by path: they end what the version below asked for. */
  readonly #unread = new Map<string, Removal>()
  /** Paths at which another request replaced a version that cannot be read, or from which such a version moved. */
  readonly #replaced = new Set<string>()

  constructor(step: WithdrawStep) {
    this.step = step
  }

  get isDone(): boolean {
    return this.end !== null && this.#unread.size === 0
  }

  see(changes: readonly Trusted[]): void {
    if (this.isDone) return
    const { name, cluster } = this.step
    const asking = changes.find(
      ({ is, configs }) => is?.name === name && asksIn(is, cluster, configs.is) === true,
    )
    if (asking !== undefined && this.end === null) {
      // No later change of a file ended it, so the configuration did. What is older ended nothing.
      const { path, landing, blob, is: request, files } = asking
      const ended =
        request === null ? null : { commit: landing.commit, blob, request, files, isSure: true }
      this.end = { ...this.step, path, ended }
      this.#unread.clear()
      return
    }
    // A file that cannot be read holds what the files asked for that it replaced.
    const unreadable = changes.filter(({ isAdded, is }) => isAdded && is === null)
    const [held] = unreadable.flatMap(({ path }) => this.#unread.get(path) ?? [])
    const isReplaced = unreadable.some(({ path }) => this.#replaced.has(path))
    for (const change of changes) this.#seeOne(change, held, isReplaced)
  }

  /** `isReplaced`: another request replaced the unreadable file that came in this step. */
  #seeOne(change: Trusted, held: Removal | undefined, isReplaced: boolean): void {
    const { path, landing, was, is, blob, isAdded, isRemoved, configs, files } = change
    const { name, cluster } = this.step
    const removal = isRemoved ? held : this.#unread.get(path)
    const isMoved = isRemoved && held !== undefined
    if (isMoved) this.#replaced.add(path)
    if (isAdded) this.#replaced.delete(path)
    if (was !== null || isAdded) this.#unread.delete(path)
    else if (isMoved || (isRemoved && this.end === null))
      this.#unread.set(path, { commit: landing.commit, files })
    else if (is !== null) this.#replaced.add(path)
    const isUnclear = is === null && (this.#replaced.has(path) || (isRemoved && isReplaced))
    if (was === null || was.name !== name || (this.end !== null && removal === undefined)) return
    const asked = asksIn(was, cluster, configs.was)
    if (asked === false || (is?.name === name && asksIn(is, cluster, configs.is) === true)) return
    const at = { commit: landing.commit, blob, request: was, files, isSure: asked !== null }
    // A version that cannot be read ends nothing: the removal of its file does.
    const ended = removal === undefined ? at : { ...at, ...removal, blob: null }
    this.end = { ...this.step, path, ended: isUnclear ? null : ended }
    if (removal !== undefined) this.#unread.clear()
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
  const read = new Map<ConfigurationState, Config | null>()
  return async (landing, isWithIt) => {
    const state = trustedBefore(landing, history.line, trusted.inForce, isWithIt)
    if (state === null) return null
    if (!read.has(state)) {
      const file = await filesOfState(source, state).read(history.frame.config)
      const parsed = file === null ? null : parseConfig(file)
      read.set(state, parsed?.ok === true ? parsed.value : null)
    }
    return read.get(state) ?? null
  }
}
