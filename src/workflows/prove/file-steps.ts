// Steps of the default branch at which files below the request folder changed, with the files before and after each.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
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

/** The kept steps whose file changed since its proof, as the newest steps of the branch show: now it may have its bytes again. */
export async function changedSinceProof(
  source: ReviewedRepository,
  walked: Walked,
  steps: readonly Step[],
): Promise<ReadonlySet<Step>> {
  // A force push may bring the same commit twice: the newer place counts.
  const places = new Map([...walked.line.entries()].toReversed().map(([at, id]) => [id, at]))
  const kept = steps.flatMap(step => {
    const landing = step.kind === 'keep' ? step.current?.proof.evidence?.landing : undefined
    const at = places.get(landing?.commit ?? '')
    return at === undefined ? [] : [{ step, at }]
  })
  const oldest = Math.max(...kept.map(({ at }) => at))
  if (!stepsOf(walked, treeIn(walked)).some(({ index }) => index < oldest)) return new Set()
  for await (const newest of fileSteps(source, walked)) {
    const isChanged = ({ path }: { readonly path: string }, at: number): boolean =>
      newest.some(each => each.index < at && each.files.get(path) !== each.filesBefore.get(path))
    return new Set(kept.flatMap(({ step, at }) => (isChanged(stepTarget(step), at) ? [step] : [])))
  }
  return new Set()
}
