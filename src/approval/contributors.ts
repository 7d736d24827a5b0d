// Who had a hand in the bytes: nobody of them can approve their own work. Merging the base, or changing other files, is no hand.
import type { Account } from '../domain/account.ts'
import type { Evidence, EvidencedPerson } from '../domain/evidence.ts'
import { GONE } from '../domain/history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../domain/history.ts'
import type { PullRequest, PullRequestCommit } from '../domain/pull-request.ts'
import type { ProofFacts, Trail } from './facts.ts'
import { mergeBasesWith } from './line.ts'

/** GitHub's own account for commits made on its pages. */
const WEB_FLOW_ID = 19_864_447

export interface Contributors {
  /** By id, with what they did, for people. */
  readonly people: ReadonlyMap<number, Contributor>
  /** A part of the change that no person stands behind, in words; null where there is none. */
  readonly unattributed: string | null
  readonly hasUnknownPusher: boolean
}

export interface Contributor {
  readonly person: EvidencedPerson
  readonly did: string
}

type Found = { readonly account: Account | null; readonly did: string; readonly isPush?: true }

export function contributors(trail: Trail, pull: PullRequest, facts: ProofFacts): Contributors {
  const proposed = proposals(trail, facts)
  const commits = pull.commits.filter(commit => changes(commit, proposed)).flatMap(handsOf)
  const pushed = pushers(pull, proposed)
  const found: readonly Found[] = [
    { account: pull.author, did: `opened pull request #${pull.number}` },
    ...commits,
    ...(pushed ?? []),
  ]
  const people = new Map<number, Contributor>()
  for (const { person, did } of earlierContributors(trail.earlier, pull.number))
    people.set(person.id, { person, did })
  for (const { account, did } of found)
    if (account !== null && !people.has(account.id))
      people.set(account.id, { person: { id: account.id, login: account.login }, did })
  const nobody = found.find(
    ({ account, isPush }) => isPush !== true && (account === null || account.type !== 'User'),
  )
  const bot = found.find(
    ({ account, isPush }) => isPush === true && account !== null && account.type !== 'User',
  )
  return {
    people,
    unattributed: nobody?.did ?? bot?.did ?? null,
    hasUnknownPusher:
      (pushed === null || pushed.some(({ account }) => account === null)) &&
      !knowsPushers(trail.earlier, pull.number),
  }
}

/** The bytes a commit proposes for the file: what it has there and the default branch had not; no bytes where it is removed. */
type Proposal = { readonly blob: ObjectId | null } | null

type Proposed = (commit: ObjectId) => Proposal

/** What cannot be looked up is taken for a proposal of its own. */
function proposals({ path, landing }: Trail, facts: ProofFacts): Proposed {
  const bases = baseBlobs({ path, landing }, facts)
  return commit => {
    const blob = facts.blobAt({ commit, path })
    return blob !== GONE && bases(commit).every(base => base === blob) ? null : { blob }
  }
}

/**
 * Not by the file alone: a merge of the base that keeps an old text of the file leaves it as it was on its branch, and takes the
 * base's newer text back.
 */
function isSame(one: Proposal, other: Proposal): boolean {
  return one?.blob !== GONE && other !== null && one?.blob === other.blob
}

/** A merge changes what differs from every side; taking over one side is no change. */
function changes({ id, parents }: PullRequestCommit, proposed: Proposed): boolean {
  const now = proposed(id)
  return now !== null && !parents.some(parent => isSame(now, proposed(parent)))
}

function handsOf({
  id,
  authors,
  committer,
  isSignedByGitHub,
}: PullRequestCommit): readonly Found[] {
  const short = id.slice(0, 7)
  const wrote = (authors.length === 0 ? [null] : authors).map(account => ({
    account,
    did: `wrote commit ${short}`,
  }))
  // Anybody can write GitHub's name into a commit; only GitHub can sign it. What it signs may name somebody else.
  const isGitHub = committer === null || committer.id === WEB_FLOW_ID
  if (isGitHub && isSignedByGitHub) return wrote
  return [...wrote, { account: isGitHub ? null : committer, did: `committed ${short}` }]
}

/** Whoever pushed a change of the file to the head branch; null where GitHub does not tell all of it. */
function pushers({ pushes, head }: PullRequest, proposed: Proposed): readonly Found[] | null {
  const end = (pushes ?? []).findLastIndex(({ after }) => after === head.commit)
  const known = (pushes ?? []).slice(0, end + 1)
  if (!isWhole(known, proposed)) return null
  return known.flatMap(({ by, before, after }): readonly Found[] => {
    const now = after === null ? null : proposed(after)
    const did = `pushed ${(after ?? '').slice(0, 7)}`
    const isChange = now !== null && (before === null || !isSame(now, proposed(before)))
    return isChange ? [{ account: by, did, isPush: true }] : []
  })
}

/** One push follows the other, from the base or a new branch up to the head that was merged. */
function isWhole(pushes: readonly BranchMove[], proposed: Proposed): boolean {
  const [first] = pushes
  if (first === undefined) return false
  if (pushes.some(({ before }, at) => at > 0 && before !== pushes[at - 1]?.after)) return false
  return first.before === null || proposed(first.before) === null
}

/** The file where commits parted from the default branch as it was before the landing. */
export function baseBlobs(
  { landing, path }: Pick<Trail, 'landing' | 'path'>,
  { ancestry, blobAt }: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): (commit: ObjectId) => readonly BlobAt[] {
  const { before } = landing
  if (before === null) return () => [null]
  const partings = mergeBasesWith(ancestry, before)
  return commit => {
    const bases = partings(commit)
    return bases.length === 0 ? [null] : bases.map(base => blobAt({ commit: base, path }))
  }
}

function earlierContributors(earlier: Evidence | null, pull: number): readonly Contributor[] {
  if (earlier?.pullRequest.number !== pull) return []
  return earlier.contributors.map(person => ({ person, did: 'contributed, says the record' }))
}

function knowsPushers(earlier: Evidence | null, pull: number): boolean {
  return earlier !== null && earlier.pullRequest.number === pull && !earlier.hasUnknownPusher
}
