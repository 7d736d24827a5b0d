// Who had a hand in the bytes: nobody of them can approve their own work. Merging the base, or changing other files, is no hand.
import type { Account } from '../../../domain/proof/account.ts'
import type { Evidence, EvidencedPerson } from '../../../domain/proof/evidence.ts'
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts, FileOrigin } from '../proof-facts.ts'
import { mergeBasesWith, reachableFrom } from '../merges/branch-history.ts'

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

export interface Found {
  readonly account: Account | null
  readonly did: string
  readonly role: 'opened' | 'wrote' | 'coAuthor' | 'committed' | 'pushed'
}

/** Who contributed to one landing that a pull request brought. `excused`: bots whose change needs no person behind it. */
export function contributors(
  fileOrigin: FileOrigin,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const proposed = proposals(fileOrigin, facts)
  const pushed = pushers(pull, proposed)
  // If the pushers are unknown, a commit cannot be taken for a repeated one.
  const originsOf = pushed === null ? () => null : carriedOver(fileOrigin, pull, proposed, facts)
  const commits = pull.commits
    .filter(commit => changes(commit, proposed))
    .flatMap(commit => {
      const origins = originsOf(commit.id)
      return [...peopleOfCommit(commit, origins !== null), ...(origins ?? []).flatMap(knownPeople)]
    })
  const found: readonly Found[] = [
    { account: pull.author, did: `opened pull request #${pull.number}`, role: 'opened' },
    ...commits,
    ...(pushed ?? []),
  ]
  const recorded = earlierContributors(fileOrigin.earlier, pull.number)
  const people = new Map([
    ...peopleIn(found),
    ...recorded.map(each => [each.person.id, each] as const),
  ])
  const answers = answersOf(pull, pushed, excused)
  const open = found.find(each => isUnanswered(each, answers))
  return {
    people,
    unattributed: open?.did ?? null,
    hasUnknownPusher:
      (pushed === null || pushed.some(({ account }) => account === null)) &&
      !knowsPushers(fileOrigin.earlier, pull.number),
  }
}

/** The accounts that vouch for parts of the change without an account. */
export interface Answers {
  /** People opened and pushed it: then a co-author without an account is a name in a message and no more. */
  readonly byPeople: boolean
  /** An excused bot opened and pushed it: its own commits may have no account in GraphQL. It answers for no co-author. */
  readonly byBot: boolean
  readonly excused: ReadonlySet<number>
}

function answersOf(
  { author }: PullRequest,
  pushed: readonly Found[] | null,
  excused: ReadonlySet<number>,
): Answers {
  const isOf = (holds: (account: Account) => boolean): boolean =>
    author !== null &&
    holds(author) &&
    pushed !== null &&
    pushed.every(({ account }) => account !== null && holds(account))
  return {
    byPeople: isOf(({ type }) => type === 'User'),
    byBot: isOf(({ id }) => excused.has(id)),
    excused,
  }
}

/** An unknown pusher is reported by `hasUnknownPusher`, not here. */
export function isUnanswered(
  { account, role }: Found,
  { byPeople, byBot, excused }: Answers,
): boolean {
  if (account !== null) return account.type !== 'User' && !excused.has(account.id)
  if (role === 'pushed') return false
  return role === 'coAuthor' ? !byPeople : !byBot
}

/**
 * For a commit that brings bytes which a commit before a force push brought already (a rebase, an amended message): the commits that
 * brought them first. Null for every other commit, and where GitHub no longer says who made those.
 */
function carriedOver(
  { landing }: FileOrigin,
  pull: PullRequest,
  proposed: Proposed,
  { ancestry, otherCommits }: ProofFacts,
): (id: ObjectId) => readonly PullRequestCommit[] | null {
  const base =
    landing.before === null ? new Set<ObjectId>() : reachableFrom(ancestry, landing.before)
  const replaced = replacedHeads(pull).map(
    head => new Set([...reachableFrom(ancestry, head)].filter(id => !base.has(id))),
  )
  return id => {
    const blob = proposed(id)?.blob
    if (blob === undefined || blob === GONE) return null
    const ids = replaced
      .filter(each => !each.has(id))
      .flatMap(each => [...each].filter(other => proposed(other)?.blob === blob))
    const known = ids.map(other => otherCommits.get(other))
    if (ids.length === 0 || known.includes(undefined)) return null
    return known.filter(commit => commit !== undefined).filter(commit => changes(commit, proposed))
  }
}

/** By id, each with the first thing they did. */
export function peopleIn(found: readonly Found[]): ReadonlyMap<number, Contributor> {
  const people = new Map<number, Contributor>()
  for (const { account, did } of found)
    if (account !== null && !people.has(account.id))
      people.set(account.id, { person: { id: account.id, login: account.login }, did })
  return people
}

/** Of a commit that was taken away: its pusher answers for what nobody is known of. */
function knownPeople(commit: PullRequestCommit): readonly Found[] {
  return peopleOfCommit(commit).filter(({ account }) => account !== null)
}

/** Heads that a force push took away. */
export function replacedHeads({ pushes, forcePushes }: PullRequest): readonly ObjectId[] {
  const forced = (pushes ?? []).filter(({ kind }) => kind === 'forcePush')
  return [...forced, ...forcePushes].flatMap(({ before }) => before ?? [])
}

/** The bytes a commit proposes for the file: what it has there and the default branch had not; no bytes where it is removed. */
type Proposal = { readonly blob: ObjectId | null } | null

type Proposed = (commit: ObjectId) => Proposal

/** What cannot be looked up is taken for a proposal of its own. */
function proposals({ path, landing }: FileOrigin, facts: ProofFacts): Proposed {
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

/** The accounts that a commit names. If it only repeats earlier bytes, its committer does not count, not even as its author. */
export function peopleOfCommit(
  { id, authors, committer, isSignedByGitHub }: PullRequestCommit,
  isCarried = false,
): readonly Found[] {
  const short = id.slice(0, 7)
  const named = authors.length === 0 ? [null] : authors
  const wrote = named.map((account, at): Found => {
    return at === 0
      ? { account, did: `wrote commit ${short}`, role: 'wrote' }
      : { account, did: `is named as co-author of commit ${short}`, role: 'coAuthor' }
  })
  // Anybody can write GitHub's name into a commit; only GitHub can sign it. What it signs may name somebody else.
  const isGitHub = committer === null || committer.id === WEB_FLOW_ID
  if (isGitHub && isSignedByGitHub) return wrote
  if (isCarried && !isGitHub) return wrote.filter(({ account }) => account?.id !== committer.id)
  const account = isGitHub ? null : committer
  return [...wrote, { account, did: `committed ${short}`, role: 'committed' }]
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
    return isChange ? [{ account: by, did, role: 'pushed' }] : []
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
  { landing, path }: Pick<FileOrigin, 'landing' | 'path'>,
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
