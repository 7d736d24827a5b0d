// The base of the review is the base of the merge: what the diff of a reviewer compared is what the merge replaced, and what it showed
// is what landed. Else an approval from before a removal or a narrowing would bring back what these took away.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import type { ProofFacts, Question } from '../proof-facts.ts'
import { belowStack } from '../merges/merged-range.ts'
import type { VisibilityFault } from './diff-size-limits.ts'

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/**
 * Null if base and head of the review have the same kind and bytes as the state below the merge and what landed: at this path, at the
 * one that GitHub showed it as renamed from, and at each path that holds its name. Else APPROVAL_OTHER_BASE or APPROVAL_OTHER_CONTENT;
 * APPROVAL_UNVERIFIABLE if a commit is gone. The landing has to be that of the whole pull request.
 */
export function otherBase(
  { base, head }: Comparison,
  question: Question,
  facts: ProofFacts,
): VisibilityFault | null {
  const { path, landing } = question
  const shown = facts.shown({ base, head })?.files.find(each => each.path === path)
  const isWhole = shown?.status === 'added' || shown?.status === 'removed'
  const below = isWhole ? belowStack(landing, { base, head }, facts) : landing.before
  const from = shown?.previousPath ?? path
  const moved = [...new Set([path, from])]
  const isSame = (one: ObjectId | null, other: ObjectId | null): boolean =>
    moved.every(each => objectAt(one, each, facts) === objectAt(other, each, facts))
  if (isSame(base, below) && isSame(head, landing.commit)) return null
  const [atBase, atBelow, atHead, atLanding] = [base, below, head, landing.commit].map(commit =>
    kindsAt(commit, moved, facts),
  )
  if (!atBase || !atBelow || !atHead || !atLanding)
    return ['APPROVAL_UNVERIFIABLE', 'cannot be checked: the files that were compared are gone']
  const holdsName = (other: string): boolean =>
    [atBase, atBelow, atHead].some(kinds => {
      const [, blob] = kinds.get(other)?.split(' ') ?? []
      return blob !== undefined && question.holdsName?.(other, blob) === true
    })
  const isOther = (one: Kinds, other: Kinds) => (each: string) =>
    one.get(each) !== other.get(each) && (moved.includes(each) || holdsName(each))
  const paths = [...new Set([atBase, atBelow, atHead, atLanding].flatMap(each => [...each.keys()]))]
  const replaced = paths.find(isOther(atBase, atBelow))
  if (replaced !== undefined)
    return [
      'APPROVAL_OTHER_BASE',
      `was given over another version of ${replaced} than the merge replaced (${base.slice(0, 7)})`,
    ]
  const landed = paths.find(isOther(atHead, atLanding))
  if (landed === undefined) return null
  return ['APPROVAL_OTHER_CONTENT', `was for another version of ${landed} (${head.slice(0, 7)})`]
}

/** The files of the watched folders of these paths, or the watched files themselves; null if the commit is gone, or not read yet. */
function kindsAt(
  commit: ObjectId | null,
  paths: readonly string[],
  facts: ProofFacts,
): Kinds | null {
  if (commit === null) return new Map()
  const objects = facts.ancestry.get(commit)?.objects
  if (objects === undefined) return null
  const found = new Map<string, string>()
  for (const path of paths) {
    const place = placeOf(path, facts)
    const object = objects.get(place)
    if (object === undefined) continue
    const kinds =
      place === path ? new Map([[path, `file ${object}`]]) : facts.kindsIn(object, place)
    if (kinds === null) return null
    for (const each of kinds) found.set(...each)
  }
  return found
}

/** The watched object that has the path: a file, or a folder. Equal objects have equal files. */
function objectAt(commit: ObjectId | null, path: string, facts: ProofFacts): string | null {
  if (commit === null) return null
  const objects = facts.ancestry.get(commit)?.objects
  return objects === undefined ? `gone ${commit}` : (objects.get(placeOf(path, facts)) ?? null)
}

function placeOf(path: string, { watched }: ProofFacts): string {
  return watched.find(each => path === each || path.startsWith(`${each}/`)) ?? path
}
