// Check of evidence against a copy of the repository, without GitHub. The best result is CONSISTENT, never VERIFIED: git knows
// which bytes were where, and nothing of reviews. A fact that git cannot answer is a fault.
import type { Evidence, EvidencedApproval } from '../../domain/proof/evidence.ts'
import type { BlobAt, ObjectId } from '../../domain/proof/git-history.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'

/** A copy of the repository. */
export interface CopiedHistory {
  /** The blob at the path; null if there is none, `gone` if the copy does not have the commit. */
  blobAt(commit: ObjectId, path: string): BlobAt
  /** SHA-256 of the blob's bytes, as lower-case hex; null if the copy does not have the blob. */
  sha256Of(blob: ObjectId): string | null
  /** True if `older` is `newer` or an ancestor of it; null if the copy does not have one of them. */
  isAncestor(older: ObjectId, newer: ObjectId): boolean | null
}

/**
 * Every fault, each APPROVAL_EVIDENCE_DIFFERS; empty if the evidence is consistent. If the copy lacks an object, the hint says what to
 * fetch.
 */
export function evidenceFaults(evidence: Evidence, git: CopiedHistory): readonly Problem[] {
  return [
    ...bytesFaults(evidence, git),
    ...historyFaults(evidence, git),
    ...approvalFaults(evidence, git),
    ...countFaults(evidence),
  ]
}

function bytesFaults(evidence: Evidence, git: CopiedHistory): readonly Problem[] {
  const { commit, path, blob, sha256, landing, pullRequest, configuration } = evidence
  const places = new Map([
    [commit, 'which was applied'],
    [landing.commit, 'which brought the file'],
    [pullRequest.mergeCommit, `which merged pull request ${pullRequest.number}`],
  ])
  return [
    ...[...places].flatMap(([at, role]) => blobFault(git, { commit: at, path, blob }, role)),
    ...Object.entries(configuration).flatMap(([file, its]) =>
      blobFault(git, { commit, path: file, blob: its }, 'which was applied'),
    ),
    ...(blob === null ? [] : sha256Fault(blob, sha256, git)),
  ]
}

function sha256Fault(
  blob: ObjectId,
  sha256: string | null,
  git: CopiedHistory,
): readonly Problem[] {
  const found = git.sha256Of(blob)
  if (found === sha256 && found !== null) return []
  return found === null
    ? [fault(`blob ${blob} is not in this copy of the repository`, FETCH)]
    : [fault(`blob ${blob} has the SHA-256 ${found}, and the evidence says ${sha256 ?? 'none'}`)]
}

const FETCH = 'fetch the whole history of the default branch, then try again'

/** Commits that must be part of the history that was applied. */
function historyFaults(evidence: Evidence, git: CopiedHistory): readonly Problem[] {
  const { commit, landing, pullRequest, trustRoot } = evidence
  const parts = new Map([
    [landing.commit, 'which brought the file'],
    [pullRequest.mergeCommit, `which merged pull request ${pullRequest.number}`],
    [trustRoot.anchor, 'the first with the trusted configuration'],
  ])
  return [...parts].flatMap(([older, role]) => {
    const isPart = git.isAncestor(older, commit)
    if (isPart === true) return []
    const named = `commit ${older}, ${role},`
    const history = `part of the history of ${commit}`
    return isPart === null
      ? [fault(`it is unknown whether ${named} is ${history}`, FETCH)]
      : [fault(`${named} is not ${history}`)]
  })
}

function approvalFaults(evidence: Evidence, git: CopiedHistory): readonly Problem[] {
  const { path, blob, approvals, pullRequest } = evidence
  const remedy = `git fetch origin refs/pull/${pullRequest.number}/head, then try again; GitHub drops heads that were force-pushed`
  return approvals.flatMap(approval => {
    const who = quoted(approval.reviewer.login)
    const seen = blobFault(git, { commit: approval.head, path, blob }, `which ${who} saw`, remedy)
    if (approval.commit === null || approval.commit === approval.head) return seen
    const named = { commit: approval.commit, path, blob }
    return [...seen, ...blobFault(git, named, `which the review of ${who} names`, remedy)]
  })
}

/** Contradictions within the evidence. */
function countFaults({
  approvals,
  contributors,
  pullRequest,
  rule,
  decidedAt,
}: Evidence): readonly Problem[] {
  const people = new Set(approvals.map(({ reviewer }) => reviewer.id)).size
  const isOwn = ({ reviewer }: EvidencedApproval): boolean =>
    contributors.some(({ id }) => id === reviewer.id)
  const isLate = ({ at }: EvidencedApproval): boolean =>
    Date.parse(at) > Date.parse(pullRequest.mergedAt)
  const names = (which: (approval: EvidencedApproval) => boolean): readonly string[] =>
    approvals.filter(which).map(({ reviewer }) => quoted(reviewer.login))
  return [
    ...(people < rule.required
      ? [
          fault(
            `the rule ${quoted(rule.name)} needs ${rule.required} approvals, and ${people} are there`,
          ),
        ]
      : []),
    ...names(isOwn).map(who => fault(`${who} approved the file and contributed to it`)),
    ...names(isLate).map(who => fault(`${who} approved after the merge`)),
    ...(Date.parse(decidedAt) < Date.parse(pullRequest.mergedAt)
      ? [fault(`the proof was made at ${decidedAt}, before the merge at ${pullRequest.mergedAt}`)]
      : []),
  ]
}

interface Expected {
  readonly commit: ObjectId
  readonly path: string
  readonly blob: ObjectId | null
}

function blobFault(
  git: CopiedHistory,
  { commit, path, blob }: Expected,
  role: string,
  remedy: string = FETCH,
): readonly Problem[] {
  const found = git.blobAt(commit, path)
  if (found === blob) return []
  if (found === 'gone')
    return [fault(`commit ${commit}, ${role}, is not in this copy of the repository`, remedy)]
  const has = found === null ? 'does not exist' : `is blob ${found}`
  const said = blob === null ? 'that it was removed' : `blob ${blob}`
  return [fault(`${quoted(path)} ${has} in commit ${commit}, ${role}; the evidence says ${said}`)]
}

function fault(message: string, hint: string | null = null): Problem {
  return unplaced('APPROVAL_EVIDENCE_DIFFERS', message, hint)
}
