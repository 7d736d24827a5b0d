// Versions of files below the request folder: the landing of each file, and its versions before that, as far back as a proof has to
// look.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Landing } from '../../core/approval/proof-facts.ts'
import { requestsDigest } from '../../core/approval/configuration-digest.ts'
import { droppedBy } from '../../core/approval/merges/merges-without-activity.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { filesOf } from './applied-history.ts'
import { blobOf, fileSteps, treeIn } from './file-steps.ts'
import type { FileStep, Walked } from './file-steps.ts'
import { droppedBelowMoves, droppedNamesakes, movesAt } from './moved-files.ts'

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
  /** `sha256:…` of request files that the owners take as read (`trusted-requests`); null if there is none. */
  readonly baseline?: string | null
  /** A future landing on top of the line: then every version on the line is one before it. */
  readonly toCome?: Landing
}

/** By path, for paths that changed on the line. A path that is absent now has a landing and no versions. */
export async function findFileVersions(
  source: ReviewedRepository,
  walked: Walked,
  paths: readonly string[],
  { baseline = null, toCome }: PastOptions = {},
): Promise<ReadonlyMap<string, Past>> {
  if (paths.length === 0) return new Map()
  const { line, requests } = walked
  /** A state that a force push brought back is not the one that the owners read. */
  const isFirst = (id: ObjectId, index: number): boolean => line.lastIndexOf(id) === index
  const treeOf = treeIn(walked)
  const open = new Map(paths.map(path => [path, new Search(path, toCome ?? null)]))
  const found = new Map<string, Past>()
  let newer = 0
  for await (const portion of fileSteps(source, walked)) {
    for (const step of portion) {
      const { index, commit, before, beside, filesAt, listings } = step
      const { files: now, filesBefore: was } = step
      // A state lasts from its step to the next newer step: one of these commits may be the baseline.
      const start = newer
      const lasting = line.slice(start, index + 1)
      newer = index + 1
      const objects = filesOf(listings, treeOf(commit), requests)
      const isBaseline =
        baseline !== null &&
        lasting.some(
          (id, offset) => isFirst(id, start + offset) && requestsDigest(id, objects) === baseline,
        )
      const searched = [...open.values()].map(search => search.path)
      const moves = await movesAt(step, searched, source, requests)
      const namesakes = await droppedNamesakes(step, searched, source, requests)
      const below = await droppedBelowMoves(step, searched, source, requests)
      for (const [path, search] of open) {
        const at = search.path
        // What the merge holds was not dropped.
        const others = beside.filter(each => filesAt(each.commit).get(at) !== now.get(at))
        const dropped =
          droppedBy(others, each => filesAt(each).get(at)) ??
          namesakes.get(at) ??
          below.get(at) ??
          null
        const isChanged = now.get(at) !== was.get(at)
        if (isChanged || dropped !== null)
          search.landed({ commit, before: isChanged ? before : dropped }, step, moves.get(at))
        // The newest version that the merge may have dropped is not known, so what is older proves nothing.
        if (!isChanged && dropped !== null) search.cut()
        if (isBaseline) search.metBaseline({ path: at, commit, kind: now.get(at) })
        const past = search.done()
        if (past === null) continue
        found.set(path, past)
        open.delete(path)
      }
    }
    if (open.size === 0) break
  }
  for (const [path, search] of open) {
    const past = search.end()
    if (past !== null) found.set(path, past)
  }
  return found
}

interface BaselineSeen {
  readonly path: string
  readonly commit: ObjectId
  readonly kind: string | undefined
}

/** The search for one file, from the newest step to the oldest. */
class Search {
  readonly #versions: PastVersion[] = []
  #path: string
  #landing: Landing | null
  #origin: Origin | null = null
  #steps = 0

  constructor(path: string, toCome: Landing | null) {
    this.#path = path
    this.#landing = toCome
  }

  /** The path that the file had at this step. */
  get path(): string {
    return this.#path
  }

  /** `moved`: the path that the file had before this step, if it moved. */
  landed(landing: Landing, { files, filesBefore }: FileStep, moved: string | undefined): void {
    const [path, is, was] = [this.#path, files.get(this.#path), filesBefore.get(this.#path)]
    if (this.#landing === null) this.#landing = landing
    else this.#versions.push({ path, landing, blob: blobOf(is) })
    if (moved !== undefined) this.#path = moved
    // A removal is shown whole, and so is a new file: neither needs a version before it.
    else if (is === undefined || was === undefined) this.#origin = 'nothing'
    else if (this.#versions.length >= MOST_VERSIONS) this.#origin = 'unknown'
  }

  /** Nothing older proves the file. */
  cut(): void {
    this.#origin = 'unknown'
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
