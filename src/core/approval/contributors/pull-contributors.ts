// Contributors to one pull request: who opened it, wrote and committed its commits, and pushed them.
import type { Account } from '../../../domain/proof/account.ts'
import type { EvidencedLink, EvidencedPerson } from '../../../domain/proof/evidence.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts, FileOrigin } from '../proof-facts.ts'
import type { ProposedChanges } from './proposed-changes.ts'
import { knownPushers, pushers } from './pushers.ts'
import type { Part } from './pushers.ts'

/** Id of GitHub's own account, for commits made on its pages. */
const WEB_FLOW_ID = 19_864_447

export interface PullContributors {
  /** By id, with what each did, in words for people. */
  readonly people: ReadonlyMap<number, Contributor>
  /** A part of the change without a known person, in words to follow "who"; null if every part has one. */
  readonly unattributed: string | null
  /** True if GitHub does not say who pushed a part of the change. */
  readonly hasUnknownPusher: boolean
}

export interface Contributor {
  readonly person: EvidencedPerson
  readonly did: string
}

/** Those of this pull request alone, and those that the record names for it. */
export function contributorsToPull(
  recorded: FileOrigin['recorded'],
  pull: PullRequest,
  proposed: ProposedChanges,
  facts: ProofFacts,
  excused: ReadonlySet<number>,
): PullContributors {
  const recordedPull = isRecorded(recorded, pull.number)
  const pushed = pushers(pull, proposed, recordedPull, facts)
  const found: readonly Part[] = [
    { account: pull.author, did: `opened pull request #${pull.number}`, role: 'opened' },
    ...proposed.commits.flatMap(peopleOfCommit),
    ...(pushed ?? knownPushers(pull, proposed, recordedPull, facts)),
    ...proposed.lost.map(removed),
    ...(pull.isTooLarge ? [unlisted(pull)] : []),
  ]
  const named = recordedContributors(recorded, pull.number)
  const people = new Map([
    ...peopleIn(found),
    ...named.map(each => [each.person.id, each] as const),
  ])
  const answers = answersOf(pull, pushed, excused)
  // An account that was deleted since then is known to the record.
  const open = found.find(
    each => isUnanswered(each, answers) && !(recordedPull && each.account === null),
  )
  return {
    people,
    unattributed: open?.did ?? null,
    hasUnknownPusher:
      (pushed === null || pushed.some(({ account }) => account === null)) &&
      !knowsPushers(recorded, pull.number),
  }
}

/** Who answers for parts of the change without an account. */
export interface Answers {
  /** People opened and pushed it: then a co-author without an account is only a name in a message. */
  readonly byPeople: boolean
  /** An excused bot opened and pushed it: GraphQL may give its commits no account. It does not answer for a co-author. */
  readonly byBot: boolean
  readonly excused: ReadonlySet<number>
}

function answersOf(
  { author }: PullRequest,
  pushed: readonly Part[] | null,
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

/** True if no person and no excused bot answers for the part. False for an unknown pusher: `hasUnknownPusher` reports it. */
export function isUnanswered(
  { account, role }: Part,
  { byPeople, byBot, excused }: Answers,
): boolean {
  if (account !== null) return account.type !== 'User' && !excused.has(account.id)
  if (role === 'pushed') return false
  return role === 'coAuthor' ? !byPeople : !byBot
}

/** Known accounts by id, each with the first thing it did; empty if no account is known. */
export function peopleIn(found: readonly Part[]): ReadonlyMap<number, Contributor> {
  const people = new Map<number, Contributor>()
  for (const { account, did } of found)
    if (account !== null && !people.has(account.id))
      people.set(account.id, { person: { id: account.id, login: account.login }, did })
  return people
}

/**
 * Author, co-authors and committer of a commit; the account is null for one that GitHub does not know. GitHub as committer is left out
 * if GitHub signed.
 */
export function peopleOfCommit({
  id,
  authors,
  committer,
  isSignedByGitHub,
}: PullRequestCommit): readonly Part[] {
  const short = id.slice(0, 7)
  const named = authors.length === 0 ? [null] : authors
  const wrote = named.map((account, at): Part => {
    return at === 0
      ? { account, did: `wrote commit ${short}`, role: 'wrote' }
      : { account, did: `is named as co-author of commit ${short}`, role: 'coAuthor' }
  })
  // Anybody can write GitHub's name into a commit; only GitHub can sign it. What it signs may name another committer.
  const isGitHub = committer === null || committer.id === WEB_FLOW_ID
  if (isGitHub && isSignedByGitHub) return wrote
  return [
    ...wrote,
    { account: isGitHub ? null : committer, did: `committed ${short}`, role: 'committed' },
  ]
}

/** GitHub lists neither commits nor files of a pull request that is too large. */
function unlisted({ number }: PullRequest): Part {
  const did = `wrote what came with #${number}, which is too large to be listed`
  return { account: null, did, role: 'wrote' }
}

function removed(id: ObjectId): Part {
  const did = `wrote ${id.slice(0, 7)}, which a force push removed and GitHub no longer has`
  return { account: null, did, role: 'wrote' }
}

function isRecorded(recorded: EvidencedLink | null, pull: number): recorded is EvidencedLink {
  return recorded?.pullRequest.number === pull
}

function recordedContributors(
  recorded: EvidencedLink | null,
  pull: number,
): readonly Contributor[] {
  if (!isRecorded(recorded, pull)) return []
  return recorded.contributors.map(person => ({ person, did: 'contributed, says the record' }))
}

function knowsPushers(recorded: EvidencedLink | null, pull: number): boolean {
  return isRecorded(recorded, pull) && !recorded.hasUnknownPusher
}
