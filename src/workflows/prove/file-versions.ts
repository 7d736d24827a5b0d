// Versions of files below the request folder: the landing of each file, and its versions before that, as far back as a proof has to
// look.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import { requestsDigest } from '../../core/approval/configuration-digest.ts'
import { droppedBy } from '../../core/approval/merges/merges-without-activity.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { unrecordedMergesOf, filesOf, kindsOf, stepsOf } from './applied-history.ts'
import type { History } from './applied-history.ts'

/** Listings are requested in portions, newest first: few at first, since most files changed recently. */
const [FIRST_TREES, MOST_TREES] = [20, 40]
/** Limits of the search below a file's landing. Older versions count as unproved, and their contributors as unknown. */
const MOST_STEPS = 2000
/** A rebase merge may bring 250, as many commits as GitHub lists. */
const MOST_VERSIONS = 300

/** A version that a path had, and its landing. */
export interface PastVersion {
  /** Another one than that of the file if it moved since. */
  readonly path: string
  readonly landing: Landing
  /** Null: no file, or none that is read (a link, a submodule). */
  readonly blob: ObjectId | null
}

/** What there was before the oldest of `versions`. */
export type Origin = 'nothing' | 'baseline' | 'unknown'

export interface Past {
  readonly landing: Landing
  /** Versions before the landing, newest first. If `origin` is `baseline`, the oldest one counts as proved. */
  readonly versions: readonly PastVersion[]
  readonly origin: Origin
}

export interface PastOptions {
  /** By path, the paths that the file may have had before it moved, as records say. Git has to show that it was there. */
  readonly movedFrom?: ReadonlyMap<string, readonly string[]>
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
  { movedFrom = new Map(), baseline = null, isDeep = true, toCome }: PastOptions = {},
): Promise<ReadonlyMap<string, Past>> {
  const { ancestry, line, requests } = walked
  /** A state that a force push brought back is not the one that the owners read. */
  const isFirst = (id: ObjectId, index: number): boolean => line.lastIndexOf(id) === index
  const treeOf = (commit: ObjectId | null | undefined): ObjectId | null =>
    ancestry.get(commit ?? '')?.objects.get(requests) ?? null
  const changed = stepsOf(walked, treeOf)
  const open = new Map(
    paths.map(path => [path, new Search(path, movedFrom.get(path) ?? [], isDeep, toCome ?? null)]),
  )
  const found = new Map<string, Past>()
  let newer = 0
  for (let at = 0, size = FIRST_TREES; at < changed.length && open.size > 0; size = MOST_TREES) {
    const portion = changed.slice(at, at + size)
    at += size
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
        const at = search.path
        const dropped = droppedBy(beside, each => filesAt(each).get(at))
        const isChanged = now.get(at) !== then.get(at)
        if (isChanged || dropped !== null)
          search.landed({ commit, before: isChanged ? before : dropped }, now, then)
        if (isBaseline) search.metBaseline({ path: at, commit, kind: now.get(at) })
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

type Kinds = ReadonlyMap<string, string>

interface BaselineSeen {
  readonly path: string
  readonly commit: ObjectId
  readonly kind: string | undefined
}

/** The search for one file, from the newest step to the oldest. */
class Search {
  readonly #movedFrom: readonly string[]
  readonly #isDeep: boolean
  readonly #versions: PastVersion[] = []
  #path: string
  #landing: Landing | null
  #origin: Origin | null = null
  #steps = 0

  constructor(path: string, movedFrom: readonly string[], isDeep: boolean, toCome: Landing | null) {
    this.#path = path
    this.#movedFrom = movedFrom
    this.#isDeep = isDeep
    this.#landing = toCome
  }

  /** The path that the file had at this step. */
  get path(): string {
    return this.#path
  }

  /** `now` and `then`: kind and blob (`kindsOf`) of every file after and before this step. */
  landed(landing: Landing, now: Kinds, then: Kinds): void {
    const [path, is, was] = [this.#path, now.get(this.#path), then.get(this.#path)]
    if (this.#landing === null) this.#landing = landing
    else this.#versions.push({ path, landing, blob: blobOf(is) })
    const moved = was === undefined ? this.#movedFrom.find(other => then.has(other)) : undefined
    if (moved !== undefined && this.#isDeep && is !== undefined) this.#path = moved
    // A removal is shown whole, and so is a new file: neither needs a version before it.
    else if (!this.#isDeep || is === undefined || was === undefined) this.#origin = 'nothing'
    else if (this.#versions.length >= MOST_VERSIONS) this.#origin = 'unknown'
  }

  /** The version at that commit counts as proved, unless it is the version that has to be proved. */
  metBaseline({ path, commit, kind }: BaselineSeen): void {
    if (this.#landing === null || this.#landing.commit === commit) return
    if (this.#versions.at(-1)?.landing.commit !== commit)
      this.#versions.push({ path, landing: { commit, before: null }, blob: blobOf(kind) })
    this.#origin = 'baseline'
  }

  /** The result once nothing older matters; null while the search continues. */
  done(): Past | null {
    if (this.#landing === null) return null
    this.#steps += 1
    return this.#origin !== null || this.#steps > MOST_STEPS ? this.end() : null
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
