// The base of the review is the base of the merge: what the diff of a reviewer compared is what the merge replaced, and what it showed
// is what landed. Else an approval from before a removal or a narrowing would bring back what these took away.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import type { ProofFacts, Question } from '../proof-facts.ts'
import { CODE_OWNERS_PLACES } from '../reviews/code-owners.ts'
import { belowStack } from '../merges/merged-range.ts'
import type { VisibilityFault } from './diff-size-limits.ts'

type Pair = readonly [ObjectId | null, ObjectId | null]

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/**
 * Null if base and head of the review have the same kind and bytes as the state below the merge and what landed: at this path, at those
 * that GitHub showed it as renamed from or to, and at each path that holds its name. Else APPROVAL_OTHER_BASE or APPROVAL_OTHER_CONTENT;
 * APPROVAL_UNVERIFIABLE if a commit is gone. The landing has to be that of the whole pull request.
 */
export function otherBase(
  { base, head }: Comparison,
  question: Question,
  facts: ProofFacts,
): VisibilityFault | null {
  const { path, landing } = question
  const files = facts.diffOf({ base, head })?.files ?? []
  const shown =
    files.find(each => each.path === path) ?? files.find(each => each.previousPath === path)
  // GitHub reads the first of the places that has a file.
  const places = CODE_OWNERS_PLACES.some(place => place === path) ? CODE_OWNERS_PLACES : []
  const moved = [...new Set([path, shown?.path ?? path, shown?.previousPath ?? path, ...places])]
  const otherPath = pathsCompared(moved, { base, head }, question, facts)
  const isSame = (...pair: Pair): boolean => otherPath(...pair) === null
  // What a lower pull request changed together with configuration is not one of the stack.
  const others = facts.watched.filter(place => place !== placeOf(path, facts))
  const isMixed = (...[one, other]: Pair): boolean =>
    question.purpose !== 'configuration' &&
    others.some(place => objectAt(one, place, facts) !== objectAt(other, place, facts))
  const isWhole = shown?.status === 'added' || shown?.status === 'removed'
  const below = isWhole
    ? belowStack(landing, { base, head }, { isSame, isMixed }, facts)
    : landing.before
  const replaced = otherPath(base, below)
  const landed = otherPath(head, landing.commit)
  if (replaced === undefined || landed === undefined)
    return ['APPROVAL_UNVERIFIABLE', 'cannot be checked: the files that were compared are gone']
  if (replaced !== null)
    return [
      'APPROVAL_OTHER_BASE',
      `was given over another version of ${replaced} than the merge replaced (${base.slice(0, 7)})`,
    ]
  if (landed === null) return null
  return ['APPROVAL_OTHER_CONTENT', `was for another version of ${landed} (${head.slice(0, 7)})`]
}

/**
 * Gives the first of the compared paths at which two commits differ, null if there is none, or undefined if a commit is gone or not read
 * yet. Compared are these paths, and those that hold the name at one of the commits.
 */
function pathsCompared(
  moved: readonly string[],
  { base, head }: Comparison,
  { holdsName }: Question,
  facts: ProofFacts,
): (...pair: Pair) => string | null | undefined {
  return (one, other) => {
    if (moved.every(each => objectAt(one, each, facts) === objectAt(other, each, facts)))
      return null
    const states = [one, other, base, head].map(commit => kindsAt(commit, moved, facts))
    const [before, after] = states
    if (!before || !after || states.includes(null)) return undefined
    const isNamesake = (path: string): boolean =>
      states.some(kinds => {
        const [, blob] = kinds?.get(path)?.split(' ') ?? []
        return blob !== undefined && holdsName?.(path, blob) === true
      })
    const isOther = (path: string): boolean =>
      before.get(path) !== after.get(path) && (moved.includes(path) || isNamesake(path))
    return [...before.keys(), ...after.keys()].find(isOther) ?? null
  }
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
