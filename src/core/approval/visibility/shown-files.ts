// Visibility of a file at the time of a review. GitHub compares the head with the default branch at that time, and folds files away
// by the attributes at that time, even if they are gone at the merge or today.
import { bytesOfObject } from '../../../domain/proof/git-history.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import type { ProofFacts, Question } from '../proof-facts.ts'
import { possibleBases } from '../merges/branch-tips.ts'
import { CODE_OWNERS_PLACES } from '../reviews/code-owners.ts'
import { belowStack } from '../merges/merged-range.ts'
import { hidingAttributes } from './hiding-attributes.ts'
import type { VisibilityFault } from './diff-size-limits.ts'
import type { AttributesFile } from './hiding-attributes.ts'
import { notShownLines } from './shown-lines.ts'

/**
 * Null if GitHub showed the file as a change, with every line that nobody had approved, for each possible head and merge base. Else the
 * first fault: APPROVAL_NOT_SHOWN, APPROVAL_HIDDEN or APPROVAL_UNVERIFIABLE. `settled`: comparisons that an earlier run found shown for
 * this review; they count if they can no longer be verified.
 */
export function notShownFile(
  heads: readonly ObjectId[],
  tips: readonly ObjectId[],
  question: Question,
  pull: PullRequest,
  facts: ProofFacts,
  settled: readonly Comparison[] = [],
): VisibilityFault | null {
  const { path, background } = question
  const blob = question.blob === null ? null : bytesOfObject(question.blob)
  const { ancestry, blobAt } = facts
  const [gone] = tips.filter(tip => !ancestry.has(tip))
  if (gone !== undefined)
    return ['APPROVAL_UNVERIFIABLE', `cannot be checked: ${gone.slice(0, 7)} of the base is gone`]
  for (const head of heads) {
    const bases = possibleBases(head, tips, ancestry)
    if (bases.length === 0)
      return [
        'APPROVAL_UNVERIFIABLE',
        `cannot be checked: ${head.slice(0, 7)} has no common history with the base`,
      ]
    for (const base of bases) {
      if (blobAt({ commit: base, path }) === blob) return notShown(path, head)
      const isSettled = settled.some(each => each.base === base && each.head === head)
      const fault =
        notShownLines({ base, head }, question, background, pull, facts) ??
        otherBase({ base, head }, question, facts)
      // The record only fills in what GitHub no longer shows.
      if (fault !== null && !(isSettled && fault[0] === 'APPROVAL_UNVERIFIABLE')) return fault
    }
  }
  return null
}

/** APPROVAL_NOT_SHOWN: the approval is of a commit that did not change the file. */
export function notShown(path: string, commit: ObjectId): VisibilityFault {
  const text = `was given when ${path} was not among the changes (${commit.slice(0, 7)})`
  return ['APPROVAL_NOT_SHOWN', text]
}

/**
 * APPROVAL_HIDDEN if the pull request changed attributes above the file, or attributes hid it at the time; APPROVAL_UNVERIFIABLE if
 * attributes cannot be read; else null. Attributes files above the configuration are configuration themselves, so they may change with
 * it. They can hide other configuration files, but never count as hiding an attributes file, or the repair would be hidden too.
 */
export function hiddenFault(
  heads: readonly ObjectId[],
  tips: readonly ObjectId[],
  { path, purpose }: Question,
  facts: ProofFacts,
): VisibilityFault | null {
  const isConfiguration = purpose === 'configuration'
  if (isConfiguration && attributesAbove(path).includes(path)) return null
  const place = isConfiguration ? null : changedAttributes(path, heads, tips, facts)
  if (place === null) return hiddenThen(path, heads, tips, facts)
  return [
    'APPROVAL_HIDDEN',
    `was given while the pull request changed ${place}, which makes GitHub hide diffs`,
  ]
}

/** The fault if attributes hid the file at a commit that GitHub compared, or may have read attributes from. */
function hiddenThen(
  path: string,
  heads: readonly ObjectId[],
  tips: readonly ObjectId[],
  { ancestry, blobAt, attributes }: ProofFacts,
): VisibilityFault | null {
  const bases = heads.flatMap(head => possibleBases(head, tips, ancestry))
  const states = new Map<string, ObjectId>()
  for (const commit of [...heads, ...bases, ...tips]) {
    const blobs = attributesAbove(path).map(place => blobAt({ commit, path: place }))
    if (!states.has(blobs.join(' '))) states.set(blobs.join(' '), commit)
  }
  for (const commit of states.values()) {
    const files: AttributesFile[] = []
    for (const place of attributesAbove(path)) {
      const blob = blobAt({ commit, path: place })
      const text = blob === null ? '' : attributes.get(`${blob} ${place}`)
      if (text === undefined) return unreadAttributes(place, commit)
      files.push({ path: place, text })
    }
    const [hiding] = hidingAttributes(files, [path])
    if (hiding !== undefined) return hiddenBy(hiding.at?.file ?? '', commit)
  }
  return null
}

function unreadAttributes(place: string, commit: ObjectId): VisibilityFault {
  const text = `cannot be checked: ${place} of ${commit.slice(0, 7)} cannot be read`
  return ['APPROVAL_UNVERIFIABLE', text]
}

function hiddenBy(place: string, commit: ObjectId): VisibilityFault {
  return ['APPROVAL_HIDDEN', `was given while ${place} hid it (${commit.slice(0, 7)})`]
}

/** Paths of the attributes files that can apply to a path, that of the root first. Never empty. */
export function attributesAbove(path: string): readonly string[] {
  const folders = path.split('/').slice(0, -1)
  return ['', ...folders.map((_, at) => `${folders.slice(0, at + 1).join('/')}/`)].map(
    folder => `${folder}.gitattributes`,
  )
}

/**
 * The first attributes file above the path that one of the heads changed against the default branch at that time (`tips`); null if
 * none did. `blobAt` must know these files of the heads and of their `possibleBases`.
 */
function changedAttributes(
  path: string,
  heads: readonly ObjectId[],
  tips: readonly ObjectId[],
  { ancestry, blobAt }: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): string | null {
  const isChanged = (place: string): boolean =>
    heads.some(head => {
      const now = blobAt({ commit: head, path: place })
      return possibleBases(head, tips, ancestry).some(
        base => blobAt({ commit: base, path: place }) !== now,
      )
    })
  return attributesAbove(path).find(isChanged) ?? null
}

// The base of the review is the base of the merge: what the diff of a reviewer compared is what the merge replaced, and what it showed
// is what landed. Else an approval from before a removal or a narrowing would bring back what these took away.

type Pair = readonly [ObjectId | null, ObjectId | null]

/** Kind and blob by path. */
type Kinds = ReadonlyMap<string, string>

/**
 * Null if base and head of the review have the same kind and bytes as the state below the merge and what landed: at this path, at those
 * that GitHub showed it as renamed from or to, and at each path that holds its name. Else APPROVAL_OTHER_BASE or APPROVAL_OTHER_CONTENT;
 * APPROVAL_UNVERIFIABLE if a commit is gone. The landing has to be that of the whole pull request.
 */
function otherBase(
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
  // Of a base that has what the merge replaced, no stack is looked for.
  const below =
    isWhole && !isSame(base, landing.before)
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
