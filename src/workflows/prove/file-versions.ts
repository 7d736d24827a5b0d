// Versions of files below the request folder: the landing of each file, and its versions before that, as far back as a proof has to
// look.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import { isHistoryRewrite } from '../../core/approval/merges/merge-source.ts'
import { requestsDigest } from '../../core/approval/configuration-digest.ts'
import { droppedBy } from '../../core/approval/merges/merges-without-activity.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { unrecordedMergesOf, filesOf, kindsOf, stepsOf } from './applied-history.ts'
import type { History } from './applied-history.ts'

/** Listings are requested in portions, newest first, since most files changed recently. */
const TREES_AT_ONCE = 20
/**
 * Limits of the search for versions before a file's landing, if no record says how far to look. Older versions count as unproved, and
 * their contributors as unknown.
 */
const MOST_STEPS = 200
const MOST_VERSIONS = 50

/** A version that a path had, and its landing. */
export interface PastVersion {
  readonly landing: Landing
  /** Null: no file, or none that is read (a link, a submodule). */
  readonly blob: ObjectId | null
}

/** What there was before the oldest of `versions`. */
export type Origin = 'nothing' | 'recorded' | 'baseline' | 'unknown'

export interface Past {
  readonly landing: Landing
  /** Versions before the landing, newest first. If `origin` is `baseline`, the oldest one counts as proved. */
  readonly versions: readonly PastVersion[]
  readonly origin: Origin
}

export interface PastOptions {
  /**
   * By path, the landings of versions with a proof in a record, one for each certificate; null for a certificate without one. The
   * search ends at the oldest of them, unless there is a null.
   */
  readonly recorded?: ReadonlyMap<string, ReadonlySet<ObjectId | null>>
  /** `sha256:…` of request files that the owners take as read (`trusted-requests`); null if there is none. */
  readonly baseline?: string | null
  /** False: only the landings are searched. */
  readonly isDeep?: boolean
  /** A future landing on top of the line: then every version on the line is one before it. */
  readonly toCome?: Landing
}

type Walked = Pick<History, 'ancestry' | 'line' | 'moves' | 'requests'>

/** By path, for paths that changed on the line. A path that is absent now has a landing and no versions. */
export async function findFileVersions(
  source: ReviewedRepository,
  walked: Walked,
  paths: readonly string[],
  { recorded = new Map(), baseline = null, isDeep = true, toCome }: PastOptions = {},
): Promise<ReadonlyMap<string, Past>> {
  const { ancestry, line, requests } = walked
  /** A state that a force push brought back is not the one that the owners read. */
  const isFirst = (id: ObjectId, index: number): boolean => line.lastIndexOf(id) === index
  const treeOf = (commit: ObjectId | null | undefined): ObjectId | null =>
    ancestry.get(commit ?? '')?.objects.get(requests) ?? null
  const changed = stepsOf(walked, treeOf)
  const open = new Map(
    paths.map(path => [path, new Search(recorded.get(path) ?? new Set(), isDeep, toCome ?? null)]),
  )
  const found = new Map<string, Past>()
  const isLandingOf = (id: ObjectId, landing: Landing): boolean =>
    landing.commit === id && !isHistoryRewrite(landing, walked)
  let newer = 0
  for (let at = 0; at < changed.length && open.size > 0; at += TREES_AT_ONCE) {
    const portion = changed.slice(at, at + TREES_AT_ONCE)
    const trees = portion
      .flatMap(step => [step.commit, step.before, ...unrecordedMergesOf(step)].map(treeOf))
      .filter(tree => tree !== null)
    const listings = await source.listings([...new Set(trees)])
    const filesAt = (commit: ObjectId | null): ReadonlyMap<string, string> =>
      kindsOf(listings, treeOf(commit), requests)
    for (const { index, commit, before, beside } of portion) {
      const [now, then] = [filesAt(commit), filesAt(before)]
      // A state lasts from its step to the next newer step: one of these commits may be the baseline.
      const start = newer
      const lasting = line.slice(start, index + 1)
      newer = index + 1
      const files = filesOf(listings, treeOf(commit), requests)
      const isBaseline =
        baseline !== null &&
        lasting.some(
          (id, offset) => isFirst(id, start + offset) && requestsDigest(id, files) === baseline,
        )
      for (const [path, search] of open) {
        const dropped = droppedBy(beside, each => filesAt(each).get(path))
        const isChanged = now.get(path) !== then.get(path)
        const step = {
          commit,
          before: isChanged ? before : dropped,
          is: now.get(path),
          was: then.get(path),
        }
        if (isChanged || dropped !== null) search.landed(step, isLandingOf)
        if (isBaseline) search.metBaseline(commit, now.get(path))
        const past = search.done()
        if (past === null) continue
        found.set(path, past)
        open.delete(path)
      }
    }
  }
  for (const [path, search] of open) {
    const past = search.end()
    if (past !== null) found.set(path, past)
  }
  return found
}

/** For each path the landing of its present bytes; for a path that is absent, the landing of its removal. */
export async function findLandings(
  source: ReviewedRepository,
  walked: Walked,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Landing>> {
  const versionsByFile = await findFileVersions(source, walked, paths, { isDeep: false })
  return new Map([...versionsByFile].map(([path, { landing }]) => [path, landing]))
}

interface StepSeen {
  readonly commit: ObjectId
  readonly before: ObjectId | null
  /** Kind and blob (`kindsOf`). */
  readonly is: string | undefined
  readonly was: string | undefined
}

/** The search for one path, from the newest step to the oldest. */
class Search {
  /** Recorded landings that were not found yet. */
  readonly #ahead: Set<ObjectId>
  /** True if the search ends once all of them were found. */
  readonly #isRecorded: boolean
  readonly #isDeep: boolean
  readonly #versions: PastVersion[] = []
  #landing: Landing | null
  #origin: Origin | null = null
  #steps = 0

  constructor(recorded: ReadonlySet<ObjectId | null>, isDeep: boolean, toCome: Landing | null) {
    this.#ahead = new Set([...recorded].filter(id => id !== null))
    this.#isRecorded = recorded.size > 0 && !recorded.has(null)
    this.#isDeep = isDeep
    this.#landing = toCome
  }

  landed(
    { commit, before, is, was }: StepSeen,
    isLandingOf: (id: ObjectId, landing: Landing) => boolean,
  ): void {
    const landing = { commit, before }
    if (this.#landing === null) {
      this.#landing = landing
      // A removal is shown whole, and so is a new file: neither needs a version before it.
      if (!this.#isDeep || is === undefined || was === undefined) this.#origin = 'nothing'
      // The evidence of this landing names the version before it.
      else if (this.#metLast(landing, isLandingOf)) this.#origin = 'recorded'
      return
    }
    this.#versions.push({ landing, blob: blobOf(is) })
    const isLast = this.#metLast(landing, isLandingOf)
    if (is === undefined || was === undefined) this.#origin = 'nothing'
    else if (isLast) this.#origin = 'recorded'
    else if (this.#ahead.size === 0 && this.#versions.length >= MOST_VERSIONS)
      this.#origin = 'unknown'
  }

  /** True if the landing is the last of the recorded ones, so that nothing older matters. */
  #metLast(landing: Landing, isLandingOf: (id: ObjectId, landing: Landing) => boolean): boolean {
    const met = [...this.#ahead].filter(id => isLandingOf(id, landing))
    for (const id of met) this.#ahead.delete(id)
    return this.#isRecorded && met.length > 0 && this.#ahead.size === 0
  }

  /** The version at that commit counts as proved, unless it is the version that has to be proved. */
  metBaseline(commit: ObjectId, now: string | undefined): void {
    if (this.#landing === null || this.#landing.commit === commit) return
    if (this.#versions.at(-1)?.landing.commit !== commit)
      this.#versions.push({ landing: { commit, before: null }, blob: blobOf(now) })
    this.#origin = 'baseline'
  }

  /** The result once nothing older matters; null while the search continues. */
  done(): Past | null {
    if (this.#landing === null) return null
    this.#steps += 1
    const isFar = this.#ahead.size === 0 && this.#steps > MOST_STEPS
    return this.#origin !== null || isFar ? this.end() : null
  }

  /** The result so far; null for a path that never changed. */
  end(): Past | null {
    if (this.#landing === null) return null
    const origin = this.#origin ?? 'unknown'
    return { landing: this.#landing, versions: this.#versions, origin }
  }
}

function blobOf(kind: string | undefined): ObjectId | null {
  const [mode, blob] = kind?.split(' ') ?? []
  return mode === '100' && blob !== undefined ? blob : null
}
