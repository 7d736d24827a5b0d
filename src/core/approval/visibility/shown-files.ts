// Visibility of a file at the time of a review. GitHub compares the head with the default branch at that time, and folds files away
// by the attributes at that time, even if they are gone at the merge or today.
import { contentOf } from '../../../domain/proof/git-history.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { hidingAttributes } from './hiding-attributes.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import type { VisibilityFault } from './diff-size-limits.ts'
import type { AttributesFile } from './hiding-attributes.ts'
import type { ProofFacts, Question } from '../proof-facts.ts'
import { otherBase } from './reviewed-base.ts'
import { notShownLines } from './shown-lines.ts'
import { possibleBases } from '../merges/branch-tips.ts'

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
  const blob = question.blob === null ? null : contentOf(question.blob)
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
