// History of the commit that is applied: its line on the default branch, every state of the configuration on it, and the steps at
// which files changed.
import { isNonEmpty, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { objectIn } from '../../domain/proof/git-history.ts'
import type { Ancestry, BranchMove, ListedFile, ObjectId } from '../../domain/proof/git-history.ts'
import type { Config } from '../../domain/request/config.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import { branchLine, isAncestor } from '../../core/approval/merges/branch-history.ts'
import {
  mergesWithoutActivity,
  droppedBy,
} from '../../core/approval/merges/merges-without-activity.ts'
import { heldStates, landedTogether } from '../../core/approval/merges/merged-range.ts'
import { movesByCommit } from '../../core/approval/merges/merge-source.ts'
import type { UnrecordedMerge } from '../../core/approval/merges/merges-without-activity.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import {
  configurationPlaces,
  inventoryPlaces,
  isDeciding,
} from '../../core/approval/configuration-places.ts'
import type { ConfigurationState } from '../../core/approval/trust-root.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'

/** The commit that is applied, and the digests that it is trusted by. */
export interface ReviewFrame {
  readonly commit: ObjectId
  /** Path of the configuration, `countersign.yaml`. */
  readonly config: string
  /** `sha256:…` of the configuration files that this installation trusts; null if the job that plans does not set it. */
  readonly trustedConfig: string | null
  /** `sha256:…` of the request files that the owners take as read (`trusted-requests`); null if there is none. */
  readonly trustedRequests: string | null
  /** Path of the running workflow file; null if there is none. */
  readonly workflow: string | null
  /** For a reader of an older commit: what changed after it is no refusal. Never for a run that acts. */
  readonly isPast?: boolean
}

export interface History {
  readonly repository: RepositoryFacts
  readonly frame: ReviewFrame
  /** Folder of the request files. */
  readonly requests: string
  /** Paths whose objects the ancestry has. */
  readonly watched: readonly string[]
  readonly ancestry: Ancestry
  /** Moves of the default branch, oldest first; null if they cannot be read. */
  readonly moves: readonly BranchMove[] | null
  /** What the default branch held up to the commit, newest first (`branchLine`). */
  readonly line: readonly ObjectId[]
  /** What it held after the commit, newest first; empty if the commit is its tip. */
  readonly newer: readonly ObjectId[]
  /** Oldest first; the last is the one of the commit. */
  readonly states: readonly ConfigurationState[]
}

/** Refused if the default branch no longer contains the commit, or if the configuration changed after it. */
export async function readHistory(
  source: ReviewedRepository,
  frame: ReviewFrame,
  { requests, clusters }: Pick<Config, 'requests' | 'clusters'>,
): Promise<Checked<History>> {
  // Moves first: a tip that is newer than the moves is placed above them, but a move that is newer than the tip has no place.
  const moves = await source.defaultBranchMoves()
  const repository = await source.facts()
  const places = configurationPlaces(frame.config, frame.workflow)
  const tips = (moves ?? []).flatMap(({ before, after }) => [before, after])
  const watched = [...new Set([...places, requests, ...clusters.flatMap(inventoryPlaces)])]
  const ancestry = await source.ancestry(
    [...new Set([frame.commit, repository.tip, ...tips])].filter(id => id !== null),
    watched,
  )
  const today = await heldLine(source, ancestry, repository, moves)
  const line = today.slice(today.indexOf(frame.commit))
  const newer = today.slice(0, today.indexOf(frame.commit))
  if (line[0] !== frame.commit || !isAncestor(ancestry, frame.commit, repository.tip))
    return refuseAs(
      'APPROVAL_HISTORY_REWRITTEN',
      `${repository.defaultBranch} of ${repository.name} does not hold ${frame.commit.slice(0, 7)}`,
      'it was rewritten, or the run is of another branch; a run of its newest commit decides',
    )
  // A place that changed and changed back has moved, too: the change back needed an approval.
  const objectAt = (commit: ObjectId, place: string): ObjectId | undefined =>
    ancestry.get(commit)?.objects.get(place)
  const moved = places.filter(place =>
    newer.some(commit => objectAt(commit, place) !== objectAt(frame.commit, place)),
  )
  if (isNonEmpty(moved) && frame.isPast !== true)
    return refuseAs(
      'APPROVAL_CONFIG_MOVED',
      `${moved.join(', ')} changed on ${repository.defaultBranch} after ${frame.commit.slice(0, 7)}`,
      'nothing is done here; the run of the newest commit decides',
    )
  const states = await configurationStates(source, places, { ancestry, line, moves })
  return ok({ repository, frame, requests, watched, ancestry, moves, line, newer, states })
}

/** What the default branch held up to its tip, newest first. Asks for the pull requests of moves with several changes. */
export async function heldLine(
  source: ReviewedRepository,
  ancestry: Ancestry,
  { tip, defaultBranch }: RepositoryFacts,
  moves: History['moves'],
): Promise<History['line']> {
  const line = branchLine(ancestry, tip, moves)
  const movedBy = movesByCommit(moves ?? [], ancestry)
  const objectsAt = (commit: ObjectId | undefined): string =>
    [...(ancestry.get(commit ?? '')?.objects ?? [])].join(' ')
  const together = landedTogether(line, movedBy, objectsAt)
  if (together.length === 0) return line
  const found = await source.pullRequestsOf(together)
  const pulls = await source.pullRequests([...new Set([...found.values()].flat())])
  const into = pulls.filter(({ base }) => base === defaultBranch).map(({ number }) => number)
  const linked = new Map(
    [...found].map(([id, numbers]) => [id, numbers.filter(each => into.includes(each))]),
  )
  return heldStates({ line, moves, linked })
}

export type Lined = Pick<History, 'ancestry' | 'line' | 'moves'>

/** Every state of these places on the line, oldest first; the last is the newest. `folder`: the one of them that is a folder. */
export async function configurationStates(
  source: ReviewedRepository,
  places: readonly string[],
  lined: Lined,
  folder = POLICIES,
): Promise<readonly ConfigurationState[]> {
  const { ancestry } = lined
  const changed = stepsOf(lined, commit =>
    places.map(place => ancestry.get(commit ?? '')?.objects.get(place) ?? '').join(' '),
  )
  const looked = changed.flatMap(step => [
    step.commit,
    step.before ?? '',
    ...unrecordedMergesOf(step),
  ])
  const trees = looked.flatMap(commit => ancestry.get(commit)?.objects.get(folder) ?? [])
  const listings = await source.listings([...new Set(trees)])
  const filesAt = (commit: ObjectId | null): ReadonlyMap<string, ObjectId> => {
    const objects = ancestry.get(commit ?? '')?.objects ?? new Map<string, ObjectId>()
    const files = [...objects].flatMap(([place, id]): readonly (readonly [string, ObjectId])[] => {
      if (!places.includes(place)) return []
      if (place !== folder) return [[place, id]]
      return [...filesOf(listings, id, folder)].filter(([path]) => isDeciding(path))
    })
    return new Map(files)
  }
  return changed.toReversed().flatMap(({ commit, before, beside }) => {
    const [files, then] = [filesAt(commit), filesAt(before)]
    const dropped = droppedFiles(beside, filesAt).filter(
      ([path]) => files.get(path) === then.get(path),
    )
    const held = dropped.map(([path, state]) => {
      const other = new Map(then)
      const blob = filesAt(state).get(path)
      if (blob === undefined) other.delete(path)
      else other.set(path, blob)
      return { commit: state, before, files: other }
    })
    return [...held, { commit, before: held.at(-1)?.commit ?? before, files }]
  })
}

/** Files that a merge may have reverted, each with a commit that had another version. */
function droppedFiles(
  beside: readonly UnrecordedMerge[],
  filesAt: (commit: ObjectId) => ReadonlyMap<string, ObjectId>,
): readonly (readonly [string, ObjectId])[] {
  const paths = new Set(
    beside.flatMap(({ commit, bases }) =>
      [commit, ...bases].flatMap(each => [...filesAt(each).keys()]),
    ),
  )
  return [...paths].flatMap(path => {
    const state = droppedBy(beside, commit => filesAt(commit).get(path))
    return state === null ? [] : [[path, state] as const]
  })
}

export interface LineStep {
  /** Its index on the line: a force push may bring the same commit twice. */
  readonly index: number
  readonly commit: ObjectId
  readonly before: ObjectId | null
  /** Commits with changes that this merge, for which there is no activity, may have dropped. */
  readonly beside: readonly UnrecordedMerge[]
}

/** Steps of the line, newest first, at which the value may have changed. */
export function stepsOf(
  { line, ancestry, moves }: Lined,
  valueAt: (commit: ObjectId | undefined) => string | null,
): readonly LineStep[] {
  const unrecorded = mergesWithoutActivity(line, ancestry, moves)
  return line.flatMap((commit, at): readonly LineStep[] => {
    const before = line[at + 1]
    const beside = (unrecorded.get(commit) ?? []).filter(
      each => droppedBy([each], valueAt) !== null,
    )
    if (valueAt(commit) === valueAt(before) && beside.length === 0) return []
    return [{ index: at, commit, before: before ?? null, beside }]
  })
}

export function unrecordedMergesOf({ beside }: LineStep): readonly ObjectId[] {
  return beside.flatMap(({ commit, bases }) => [commit, ...bases])
}

/** By path, what the default branch held after the commit and not at it, null for nothing, even if it has the same bytes again. */
export async function changedSince(
  source: ReviewedRepository,
  { ancestry, line, newer, requests }: Pick<History, 'ancestry' | 'line' | 'newer' | 'requests'>,
): Promise<ReadonlyMap<string, readonly (ObjectId | null)[]>> {
  const treeOf = (commit: ObjectId | null | undefined): ObjectId | null =>
    ancestry.get(commit ?? '')?.objects.get(requests) ?? null
  const applied = treeOf(line[0])
  const trees = [...new Set(newer.map(treeOf))].filter(tree => tree !== applied)
  if (trees.length === 0) return new Map()
  const listings = await source.listings([applied, ...trees].filter(tree => tree !== null))
  const then = kindsOf(listings, applied, requests)
  const states = trees.map(tree => kindsOf(listings, tree, requests))
  const paths = new Set([then, ...states].flatMap(kinds => [...kinds.keys()]))
  return new Map(
    [...paths].flatMap(path => {
      const others = states.map(now => now.get(path)).filter(kind => kind !== then.get(path))
      return others.length === 0 ? [] : [[path, others.map(kind => kind?.split(' ')[1] ?? null)]]
    }),
  )
}

/** Kind and blob at each path: a link that becomes a file has changed, though its bytes are the same. An executable file is a file. */
export function kindsOf(
  listings: ReadonlyMap<ObjectId, readonly ListedFile[]>,
  tree: ObjectId | null,
  folder: string,
): ReadonlyMap<string, string> {
  const files = tree === null ? [] : (listings.get(tree) ?? [])
  return new Map(
    files.map(({ path, mode, blob }) => [`${folder}/${path}`, `${mode.slice(0, 3)} ${blob}`]),
  )
}

/** The files of a tree, by path (`objectIn`). */
export function filesOf(
  listings: ReadonlyMap<ObjectId, readonly ListedFile[]>,
  tree: ObjectId | null,
  folder: string,
): ReadonlyMap<string, ObjectId> {
  const files = tree === null ? [] : (listings.get(tree) ?? [])
  return new Map(files.map(file => [`${folder}/${file.path}`, objectIn(file)]))
}
