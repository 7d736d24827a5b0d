// Who had a hand in the bytes: nobody of them can approve their own work. Merging the base, or changing other files, is no hand.
import type { Account } from '../domain/account.ts'
import type { Evidence, EvidencedPerson } from '../domain/evidence.ts'
import { GONE } from '../domain/history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../domain/history.ts'
import type { PullRequest, PullRequestCommit } from '../domain/pull-request.ts'
import type { ProofFacts, Trail } from './facts.ts'
import { mergeBases } from './line.ts'

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
  const blob = blobReader(trail, facts)
  const commits = pull.commits.filter(commit => changes(commit, blob)).flatMap(handsOf)
  const pushed = pushers(trail, pull, facts)
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

type BlobReader = (commit: ObjectId) => BlobAt

function blobReader({ path }: Trail, { blobAt }: ProofFacts): BlobReader {
  return commit => blobAt({ commit, path })
}

/** A merge changes what differs from every side; taking over one side is no change. */
function changes({ id, parents }: PullRequestCommit, blob: BlobReader): boolean {
  const now = blob(id)
  if (now === GONE) return true
  return parents.length === 0 ? now !== null : parents.every(parent => blob(parent) !== now)
}

function handsOf({
  id,
  authors,
  committer,
  isSignedByGitHub,
}: PullRequestCommit): readonly Found[] {
  const short = id.slice(0, 7)
  const wrote = authors.map(account => ({ account, did: `wrote commit ${short}` }))
  if (isSignedByGitHub) return wrote
  // Anybody can write GitHub's name into a commit; only GitHub can sign it.
  const isForged = committer?.id === WEB_FLOW_ID
  return [...wrote, { account: isForged ? null : committer, did: `committed ${short}` }]
}

/** Whoever pushed a change of the file to the head branch; null where GitHub does not tell all of it. */
function pushers(trail: Trail, pull: PullRequest, facts: ProofFacts): readonly Found[] | null {
  const { pushes } = pull
  if (pushes === null || !isWhole(pushes, trail, pull, facts)) return null
  return pushes.flatMap(({ by, before, after }): readonly Found[] => {
    if (after === null) return []
    const did = `pushed ${after.slice(0, 7)}`
    return isChange(before, after, trail, facts) ? [{ account: by, did, isPush: true }] : []
  })
}

/** Whether a push brought something else than what was there, or than the base has. */
function isChange(
  before: ObjectId | null,
  after: ObjectId,
  trail: Trail,
  facts: ProofFacts,
): boolean {
  const blob = blobReader(trail, facts)
  const now = blob(after)
  if (now === GONE) return true
  if (before !== null && blob(before) === now) return false
  return !baseBlobs(after, trail, facts).includes(now)
}

/** One push follows the other, from the base or a new branch up to the head that was merged. */
function isWhole(
  pushes: readonly BranchMove[],
  trail: Trail,
  pull: PullRequest,
  facts: ProofFacts,
): boolean {
  const [first] = pushes
  if (first === undefined || pushes.at(-1)?.after !== pull.head.commit) return false
  if (pushes.some(({ before }, at) => at > 0 && before !== pushes[at - 1]?.after)) return false
  if (first.before === null) return true
  const blob = blobReader(trail, facts)(first.before)
  return blob !== GONE && baseBlobs(first.before, trail, facts).includes(blob)
}

/** The file where a commit parted from the default branch as it was before the landing. */
export function baseBlobs(
  commit: ObjectId,
  { landing, path }: Trail,
  { ancestry, blobAt }: ProofFacts,
): readonly BlobAt[] {
  if (landing.before === null) return [null]
  const bases = mergeBases(ancestry, commit, landing.before)
  return bases.length === 0 ? [null] : bases.map(base => blobAt({ commit: base, path }))
}

function earlierContributors(earlier: Evidence | null, pull: number): readonly Contributor[] {
  if (earlier?.pullRequest.number !== pull) return []
  return earlier.contributors.map(person => ({ person, did: 'contributed, says the record' }))
}

function knowsPushers(earlier: Evidence | null, pull: number): boolean {
  return earlier !== null && earlier.pullRequest.number === pull && !earlier.hasUnknownPusher
}
