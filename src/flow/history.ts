// The history of the commit that is applied: its line on the default branch, every state of the configuration on it, and
// where each request file came to be what it is.
import { isNonEmpty, ok, refuse } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import type { Ancestry, BranchMove, ListedFile, ObjectId } from '../domain/history.ts'
import type { RepositoryFacts } from '../domain/repository.ts'
import { branchLine, isAncestor } from '../approval/line.ts'
import { configurationPlaces, POLICIES } from '../approval/trust.ts'
import type { ConfigurationState } from '../approval/trust.ts'
import type { Landing } from '../approval/facts.ts'
import type { ReviewedRepository } from '../ports.ts'

/** Listings are asked for in portions, newest first: most files were changed not long ago. */
const TREES_AT_ONCE = 20

/** What is applied, and by what it is trusted. */
export interface ReviewFrame {
  readonly commit: ObjectId
  /** Path of the configuration, `countersign.yaml`. */
  readonly config: string
  /** `sha256:…` of the configuration files that this installation trusts. */
  readonly trustedConfig: string
  /** Path of the running workflow file, null where there is none. */
  readonly workflow: string | null
}

export interface History {
  readonly repository: RepositoryFacts
  readonly frame: ReviewFrame
  /** Folder of the request files. */
  readonly requests: string
  readonly ancestry: Ancestry
  /** Moves of the default branch, oldest first; null where they cannot be read. */
  readonly moves: readonly BranchMove[] | null
  /** What the default branch held up to the commit, newest first (`branchLine`). */
  readonly line: readonly ObjectId[]
  /** What it held since, newest first; empty where the commit is its tip. */
  readonly newer: readonly ObjectId[]
  /** Oldest first; the last is the one of the commit. */
  readonly states: readonly ConfigurationState[]
}

/** Refused where the commit is no longer part of the default branch, or the configuration has moved on since. */
export async function readHistory(
  source: ReviewedRepository,
  frame: ReviewFrame,
  requests: string,
): Promise<Checked<History>> {
  // In this order: a tip that is newer than the moves is placed above them, and a newer move would have no tip.
  const moves = await source.defaultBranchMoves()
  const repository = await source.facts()
  const places = configurationPlaces(frame.config, frame.workflow)
  const tips = (moves ?? []).flatMap(({ before, after }) => [before, after])
  const ancestry = await source.ancestry(
    [...new Set([frame.commit, repository.tip, ...tips])].filter(id => id !== null),
    [...places, requests],
  )
  const today = branchLine(ancestry, repository.tip, moves)
  const line = today.slice(today.indexOf(frame.commit))
  const newer = today.slice(0, today.indexOf(frame.commit))
  if (line[0] !== frame.commit || !isAncestor(ancestry, frame.commit, repository.tip))
    return refuse({
      code: 'APPROVAL_HISTORY_REWRITTEN',
      at: null,
      message: `${repository.defaultBranch} of ${repository.name} does not hold ${frame.commit.slice(0, 7)}`,
      hint: 'it was rewritten, or the run is of another branch; a run of its newest commit decides',
    })
  // What came back to what it was has moved, too: its way back was a change that somebody had to approve.
  const objectAt = (commit: ObjectId, place: string): ObjectId | undefined =>
    ancestry.get(commit)?.objects.get(place)
  const moved = places.filter(place =>
    newer.some(commit => objectAt(commit, place) !== objectAt(frame.commit, place)),
  )
  if (isNonEmpty(moved))
    return refuse({
      code: 'APPROVAL_CONFIG_MOVED',
      at: null,
      message: `${moved.join(', ')} changed on ${repository.defaultBranch} after ${frame.commit.slice(0, 7)}`,
      hint: 'nothing is done here; the run of the newest commit decides',
    })
  const states = await configurationStates(source, places, ancestry, line)
  return ok({ repository, frame, requests, ancestry, moves, line, newer, states })
}

async function configurationStates(
  source: ReviewedRepository,
  places: readonly string[],
  ancestry: Ancestry,
  line: readonly ObjectId[],
): Promise<readonly ConfigurationState[]> {
  const signature = (commit: ObjectId | undefined): string =>
    places.map(place => ancestry.get(commit ?? '')?.objects.get(place) ?? '').join(' ')
  const changed = line.flatMap((commit, at): readonly Landing[] => {
    const before = line[at + 1]
    return signature(commit) === signature(before) ? [] : [{ commit, before: before ?? null }]
  })
  const policies = new Set(
    changed.flatMap(({ commit }) => ancestry.get(commit)?.objects.get(POLICIES) ?? []),
  )
  const listings = await source.listings([...policies])
  return changed.toReversed().map(({ commit, before }) => {
    const objects = ancestry.get(commit)?.objects ?? new Map<string, ObjectId>()
    const files = [...objects].flatMap(([place, id]): readonly (readonly [string, ObjectId])[] => {
      if (!places.includes(place)) return []
      if (place !== POLICIES) return [[place, id]]
      return (listings.get(id) ?? []).map(
        ({ path, blob }) => [`${POLICIES}/${path}`, blob] as const,
      )
    })
    return { commit, before, files: new Map(files) }
  })
}

/** For each path the commit on the line since which it has been what it is now; for a path that is absent, since it is. */
export async function findLandings(
  source: ReviewedRepository,
  { ancestry, line, requests }: Pick<History, 'ancestry' | 'line' | 'requests'>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Landing>> {
  const treeOf = (commit: ObjectId | undefined): ObjectId | null =>
    ancestry.get(commit ?? '')?.objects.get(requests) ?? null
  const changed = line.flatMap((commit, at) => {
    const before = line[at + 1]
    return treeOf(commit) === treeOf(before) ? [] : [{ commit, before }]
  })
  const open = new Set(paths)
  const found = new Map<string, Landing>()
  for (let at = 0; at < changed.length && open.size > 0; at += TREES_AT_ONCE) {
    const portion = changed.slice(at, at + TREES_AT_ONCE)
    const trees = portion
      .flatMap(({ commit, before }) => [treeOf(commit), treeOf(before)])
      .filter(tree => tree !== null)
    const listings = await source.listings([...new Set(trees)])
    for (const { commit, before } of portion) {
      const now = filesOf(listings, treeOf(commit), requests)
      const then = filesOf(listings, treeOf(before), requests)
      for (const path of open)
        if (now.get(path) !== then.get(path)) {
          found.set(path, { commit, before: before ?? null })
          open.delete(path)
        }
    }
  }
  return found
}

/** The paths at which the default branch held anything else since the commit, also where it is back at the same bytes. */
export async function changedSince(
  source: ReviewedRepository,
  { ancestry, line, newer, requests }: Pick<History, 'ancestry' | 'line' | 'newer' | 'requests'>,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const treeOf = (commit: ObjectId | undefined): ObjectId | null =>
    ancestry.get(commit ?? '')?.objects.get(requests) ?? null
  const applied = treeOf(line[0])
  const trees = [...new Set(newer.map(treeOf))].filter(tree => tree !== applied)
  if (trees.length === 0) return new Set()
  const listings = await source.listings([applied, ...trees].filter(tree => tree !== null))
  const then = filesOf(listings, applied, requests)
  const states = trees.map(tree => filesOf(listings, tree, requests))
  return new Set(paths.filter(path => states.some(now => now.get(path) !== then.get(path))))
}

function filesOf(
  listings: ReadonlyMap<ObjectId, readonly ListedFile[]>,
  tree: ObjectId | null,
  folder: string,
): ReadonlyMap<string, ObjectId> {
  const files = tree === null ? [] : (listings.get(tree) ?? [])
  return new Map(files.map(({ path, blob }) => [`${folder}/${path}`, blob]))
}
