// Requests whose files moved, as git shows it: the path that a file had before, and where a request ended. No record is asked.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import { filledClusters, filledRequest } from '../../core/config/merge-defaults.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { fileKind, isPassedOver } from '../../core/request/detect-format.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { blobOf, fileSteps } from './file-steps.ts'
import type { FileStep, Kinds } from './file-steps.ts'
import { inForceBefore } from './rules-at-landings.ts'
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
  let tip: Kinds | null = null
  for await (const steps of fileSteps(source, commit.history)) {
    tip ??= steps[0]?.files ?? null
    const changes = await changesIn(steps, source, commit.history.requests)
    for (const change of changes) {
      // Most changes are of other requests, so their configuration is not searched for.
      const isAsked = names.has(change.was?.name) || names.has(change.is?.name)
      const was = isAsked ? await configAt(change.landing, false) : null
      const is = isAsked ? await configAt(change.landing, true) : null
      for (const search of searches) search.see(change, { was, is }, tip?.has(change.path) === true)
    }
    if (searches.every(({ isDone }) => isDone)) break
  }
  const ended = new Map<Step, WithdrawStep>(searches.map(({ step, end }) => [step, end ?? step]))
  return { ...plan, steps: plan.steps.map(step => ended.get(step) ?? step) }
}

/** A file that changed or was removed. */
interface FileChange {
  readonly path: string
  readonly landing: Landing
  /** Null if it is no request that countersign reads. */
  readonly was: CertificateRequest | null
  readonly is: CertificateRequest | null
  /** Null for a removed file. */
  readonly blob: ObjectId | null
  readonly isRemoved: boolean
}

async function changesIn(
  steps: readonly FileStep[],
  source: ReviewedRepository,
  folder: string,
): Promise<readonly FileChange[]> {
  const changed = steps.flatMap(({ commit, before, files, filesBefore }) =>
    without(filesBefore, ([path, kind]) => files.get(path) === kind || isPassedOver(path)).map(
      ([path, was]) => {
        return { path, landing: { commit, before }, was, is: files.get(path) ?? '' }
      },
    ),
  )
  const versions = changed.flatMap(({ path, was, is }): readonly File[] => [
    [path, was],
    [path, is],
  ])
  const requests = await requestsIn(source, versions, folder)
  return changed.map(({ path, landing, was, is }) => {
    const [before, after] = [was, is].map(kind => requests.get(`${kind} ${path}`) ?? null)
    const blob = blobOf(is)
    return { path, landing, was: before ?? null, is: after ?? null, blob, isRemoved: is === '' }
  })
}

/** The search for the end of one request, from the newest change to the oldest. */
class EndSearch {
  readonly step: WithdrawStep
  end: WithdrawStep | null = null
  /** Paths of removed files whose last version cannot be read: their removal ends what the version below asked for. */
  readonly #unread = new Set<string>()

  constructor(step: WithdrawStep) {
    this.step = step
  }

  get isDone(): boolean {
    return this.end !== null && this.#unread.size === 0
  }

  see(
    { path, landing, was, is, blob, isRemoved }: FileChange,
    configs: Readonly<Record<'was' | 'is', Config | null>>,
    isAtTip: boolean,
  ): void {
    if (this.isDone) return
    const isUnread = this.#unread.has(path) && !isRemoved
    if (was !== null) this.#unread.delete(path)
    else if (isRemoved && this.end === null) this.#unread.add(path)
    const isEnd = asks(was, this.step, configs.was) && !asks(is, this.step, configs.is)
    if (was === null || !isEnd || (this.end !== null && !isUnread)) return
    // A version that cannot be read ends nothing: the removal of its file does. Another request there shows nothing of this one.
    const isRead = !isUnread && (is !== null || isRemoved || isAtTip)
    const ended = { commit: landing.commit, blob, request: was }
    this.end = isRead ? { ...this.step, path, ended } : { ...this.step, path }
    if (isUnread) this.#unread.clear()
  }
}

function asks(
  request: CertificateRequest | null,
  { name, cluster }: WithdrawStep,
  config: Config | null,
): boolean {
  if (request?.name !== name) return false
  const clusters =
    config === null
      ? (request.spec.clusters ?? [])
      : filledClusters(filledRequest(request, config).spec, config)
  return clusters.includes(cluster)
}

/** Gives the configuration that was trusted before a landing, or with it; null if it cannot be read. */
function trustedConfigs(
  source: ReviewedRepository,
  { history, trusted }: Pick<TrustedCommit, 'history' | 'trusted'>,
): (landing: Landing, isWithIt: boolean) => Promise<Config | null> {
  const read = new Map<ObjectId, Config | null>()
  return async (landing, isWithIt) => {
    const { commit } = inForceBefore(landing, history.line, trusted.inForce, isWithIt)
    if (!read.has(commit)) {
      const file = await source.filesAt(commit).read(history.frame.config)
      const parsed = file === null ? null : parseConfig(file)
      read.set(commit, parsed?.ok === true ? parsed.value : null)
    }
    return read.get(commit) ?? null
  }
}

/** Path of a file that appeared → the path at which the same step removed it: with the same bytes, or else with the same name. */
export async function movesAt(
  { files, filesBefore }: { readonly files: Kinds; readonly filesBefore: Kinds },
  paths: readonly string[],
  source: ReviewedRepository,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const appeared = paths.flatMap(path => {
    const kind = filesBefore.has(path) ? undefined : files.get(path)
    return kind === undefined ? [] : [[path, kind] as const]
  })
  // Only a file that countersign reads as a request was an earlier version.
  const isOther = (path: string): boolean => isPassedOver(path) || fileKind(path) === null
  const gone =
    appeared.length === 0 ? [] : without(filesBefore, ([path]) => files.has(path) || isOther(path))
  const isSame = appeared.every(([, kind]) => gone.some(other => other[1] === kind))
  const requests =
    gone.length === 0 || isSame
      ? new Map<string, CertificateRequest>()
      : await requestsIn(source, [...appeared, ...gone], folder)
  const nameOf = ([path, kind]: File): string | null =>
    requests.get(`${kind} ${path}`)?.name ?? null
  return new Map(
    appeared.flatMap(file => {
      const same = gone.filter(other => other[1] === file[1])
      const from =
        same.find(([old]) => nameIn(old) === nameIn(file[0])) ??
        same[0] ??
        gone.find(other => nameOf(file) !== null && nameOf(other) === nameOf(file))
      return from === undefined ? [] : [[file[0], from[0]] as const]
    }),
  )
}

function nameIn(path: string): string | undefined {
  return path.split('/').at(-1)
}

/** Path, and kind with blob. */
type File = readonly [string, string]

function without(files: Kinds, isLeftOut: (file: File) => boolean): readonly File[] {
  return [...files].filter(file => !isLeftOut(file))
}

/** By `KIND PATH`; a file that is no request is absent. */
async function requestsIn(
  source: ReviewedRepository,
  files: readonly File[],
  folder: string,
): Promise<ReadonlyMap<string, CertificateRequest>> {
  const bytes = await source.blobs([...new Set(files.flatMap(([, kind]) => blobOf(kind) ?? []))])
  return new Map(
    files.flatMap(([path, kind]) => {
      const blob = blobOf(kind) ?? ''
      const content = bytes.get(blob)
      if (content === undefined) return []
      const file = { path, mode: '100644', blob, bytes: content, uncommitted: false } as const
      const read = parseRequest(file, folder)
      return read.ok ? [[`${kind} ${path}`, read.value] as const] : []
    }),
  )
}
