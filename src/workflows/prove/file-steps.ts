// Steps of the default branch at which files below the request folder changed, with the files before and after each.
import type { ListedFile, ObjectId } from '../../domain/proof/git-history.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { kindsOf, stepsOf, unrecordedMergesOf } from './applied-history.ts'
import type { History, LineStep } from './applied-history.ts'

/** Listings are requested in portions, newest first: few at first, since most files changed recently. */
const [FIRST_TREES, MOST_TREES] = [20, 40]

/** Kind and blob by path (`kindsOf`). */
export type Kinds = ReadonlyMap<string, string>

export interface FileStep extends LineStep {
  readonly files: Kinds
  readonly filesBefore: Kinds
  /** At any commit of this portion, also of merges that may have dropped a state. */
  readonly filesAt: (commit: ObjectId | null) => Kinds
  readonly listings: ReadonlyMap<ObjectId, readonly ListedFile[]>
}

export type Walked = Pick<History, 'ancestry' | 'line' | 'moves' | 'requests'>

/** In portions, newest first. */
export async function* fileSteps(
  source: ReviewedRepository,
  walked: Walked,
): AsyncGenerator<readonly FileStep[]> {
  const treeOf = treeIn(walked)
  const changed = stepsOf(walked, treeOf)
  for (let at = 0, size = FIRST_TREES; at < changed.length; size = MOST_TREES) {
    const portion = changed.slice(at, at + size)
    at += size
    const trees = portion
      .flatMap(step => [step.commit, step.before, ...unrecordedMergesOf(step)].map(treeOf))
      .filter(tree => tree !== null)
    const listings = await source.listings([...new Set(trees)])
    const filesAt = (commit: ObjectId | null): Kinds =>
      kindsOf(listings, treeOf(commit), walked.requests)
    yield portion.map(step => ({
      ...step,
      files: filesAt(step.commit),
      filesBefore: filesAt(step.before),
      filesAt,
      listings,
    }))
  }
}

/** A file of a step's commits beside the first parent. */
export interface DroppedVersion {
  readonly path: string
  readonly kind: string
  readonly commit: ObjectId
}

/** Versions that a merge of unrecorded order may have dropped: changed on its other side, and not what it holds now. */
export function droppedVersions({ beside, files, filesAt }: FileStep): readonly DroppedVersion[] {
  return beside.flatMap(({ commit, bases }) =>
    [...filesAt(commit)].flatMap(([path, kind]) => {
      const isOld = files.get(path) === kind || bases.some(base => filesAt(base).get(path) === kind)
      return isOld ? [] : [{ path, kind, commit }]
    }),
  )
}

/** The tree of the request folder at a commit; null if there is none. */
export function treeIn({
  ancestry,
  requests,
}: Pick<History, 'ancestry' | 'requests'>): (
  commit: ObjectId | null | undefined,
) => ObjectId | null {
  return commit => ancestry.get(commit ?? '')?.objects.get(requests) ?? null
}

/** Null for a link or a submodule. */
export function blobOf(kind: string | undefined): ObjectId | null {
  const [mode, blob] = kind?.split(' ') ?? []
  return mode === '100' && blob !== undefined ? blob : null
}
