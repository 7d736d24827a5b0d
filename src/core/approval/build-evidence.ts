// Evidence of a proof: enough for a later run, and for an auditor who has only git and the evidence.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Account } from '../../domain/proof/account.ts'
import type {
  Evidence,
  EvidencedApproval,
  EvidencedLink,
  EvidencedPerson,
  EvidencedVersion,
} from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { Background, ProofFacts, Question } from './proof-facts.ts'
import { uniquePeople } from './judge-approval.ts'
import type { Approval } from './judge-approval.ts'
import { landedBy } from './merges/merge-source.ts'
import type { CountedApproval } from './reviews/count-approvals.ts'
import type { ConfigurationFiles } from './configuration-digest.ts'

/** What the run knows in addition to the approval. */
export interface EvidenceContext {
  /** Version of countersign. */
  readonly tool: string
  readonly commit: ObjectId
  readonly configuration: ConfigurationFiles
  readonly trustRoot: Evidence['trustRoot']
  /** Bytes of the file; null if it was removed. */
  readonly bytes: Uint8Array | null
  /** Effective digest of the step. */
  readonly meaning: string
}

/**
 * Evidence: who contributed, who approved which bytes, and by which rule. Dates are ISO 8601 in UTC. `sha256` is
 * lower-case hex, null for a removed file; `since` is null if no earlier version is proved. The pull request has to be merged.
 */
export function evidenceOf(
  question: Question,
  approval: Approval,
  { repository, now }: ProofFacts,
  context: EvidenceContext,
): Evidence {
  const { bytes } = context
  return {
    ...linkOf(question, approval),
    version: 3,
    tool: context.tool,
    decidedAt: now.toISOString(),
    repository: { id: repository.id, name: repository.name },
    commit: context.commit,
    sha256: bytes === null ? null : createHash('sha256').update(bytes).digest('hex'),
    meaning: context.meaning,
    below: bounded(question.background.links ?? []),
    configuration: Object.fromEntries(context.configuration),
    trustRoot: context.trustRoot,
  }
}

/** How many characters of JSON the versions below may have: a record has room for them beside 512 KiB of certificates. */
const MOST_CHARACTERS = 128 * 1024

/** The newest ones. GitHub alone has to prove the others. */
function bounded(links: readonly EvidencedLink[]): readonly EvidencedLink[] {
  let size = 0
  const end = links.findIndex(link => (size += JSON.stringify(link).length) > MOST_CHARACTERS)
  return end === -1 ? links : links.slice(0, end)
}

/** What the chain keeps of one proved version. `others`: the same by further rules. */
export function linkOf(
  { path, blob, landing, background }: Pick<Question, 'path' | 'blob' | 'landing' | 'background'>,
  { pull, mergeSource, contributors, counted, rule, required }: Approval,
  others: readonly Approval[] = [],
): EvidencedLink {
  return {
    path,
    blob,
    landing: { commit: landing.commit, by: landedBy(mergeSource.move) },
    pullRequest: pullRequestOf(pull),
    contributors: [...contributors.people.values()].map(({ person }) => person),
    unattributed: contributors.unattributed,
    hasUnknownPusher: contributors.hasUnknownPusher,
    approvals: uniquePeople([...counted, ...others.flatMap(each => each.counted)]).map(approvalOf),
    rule: { name: rule.name, required },
    since: versionBefore(background),
  }
}

/** The version that the approvals are compared with: the last proved one, or if that has no file, one that a rename may bring. */
function versionBefore(background: Background): EvidencedVersion | null {
  const { proved } = background
  const renamed = background.renamedFrom?.[0] ?? null
  return proved !== null && proved.blob !== null ? proved : (renamed ?? proved)
}

/** SHA-256 over the canonical JSON (RFC 8785), as lower-case hex. Throws a TypeError for a value without JSON, which is a bug. */
export function evidenceDigest(evidence: Evidence): string {
  const json = canonicalize(evidence)
  if (json === undefined) throw new TypeError('evidence without JSON')
  return createHash('sha256').update(json).digest('hex')
}

function pullRequestOf({ number, author, merged, head }: PullRequest): Evidence['pullRequest'] {
  return {
    number,
    author: personOf(author),
    mergedAt: (merged?.at ?? new Date(0)).toISOString(),
    mergedBy: personOf(merged?.by ?? null),
    mergeCommit: merged?.commit ?? head.commit,
  }
}

function approvalOf(counted: CountedApproval): EvidencedApproval {
  const { reviewer, review, head, bases, eligibleAt, rules } = counted
  return {
    reviewer: { id: reviewer.id, login: reviewer.login },
    review: review.id,
    commit: review.commit,
    head,
    at: review.at.toISOString(),
    eligibleAt: eligibleAt.toISOString(),
    rules,
    bases,
  }
}

function personOf(account: Account | null): EvidencedPerson | null {
  return account === null ? null : { id: account.id, login: account.login }
}
