// Forgeries by somebody who can write records only.
import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import type { X509Certificate } from '../../../src/domain/cluster/certificate.ts'
import type { Evidence, EvidencedApproval } from '../../../src/domain/proof/evidence.ts'
import type { IssuedRecord, RequestRecord } from '../../../src/domain/cluster/record.ts'
import { effective } from '../effective.ts'
import { pemOf, secondsAfter } from '../issued.ts'
import type { Authority } from '../issued.ts'
import type { Forgery } from './history.ts'
import { FOREIGN_SIGNER, SIGNER } from './signer.ts'
import type { Stage } from './stage.ts'

/** The forger recomputes the digest, except for `otherDigest`. */
export function forgedRecord(record: RequestRecord, how: Forgery, stage: Stage): RequestRecord {
  const { issued } = record
  const evidence = issued?.proof.evidence ?? null
  if (issued === null || evidence === null) throw new Error('the record holds no evidence')
  return { ...record, issued: forgedIssue(issued, evidence, how, stage) }
}

function forgedIssue(
  issued: IssuedRecord,
  evidence: Evidence,
  how: Forgery,
  stage: Stage,
): IssuedRecord {
  switch (how) {
    case 'noEvidence':
      return { ...issued, proof: { ...issued.proof, evidence: null } }
    case 'otherDigest':
      return { ...issued, proof: { ...issued.proof, digest: '0'.repeat(64) } }
    case 'otherCertificate':
      return { ...issued, certificate: pemOf(certificateOf(issued, FOREIGN_SIGNER)) }
    case 'otherName':
      return {
        ...issued,
        certificate: pemOf(certificateOf({ ...issued, path: 'janet.yaml' }, SIGNER)),
      }
    case 'otherPath':
      return { ...issued, path: 'requests/people/never.yaml' }
    case 'citesReviews':
      return issuedByCitedReviews(issued, evidence, stage)
    default: {
      const forged = forgedEvidence(evidence, how, stage)
      const digest = digestOfEvidence(forged)
      return { ...issued, proof: { ...issued.proof, evidence: forged, digest } }
    }
  }
}

/** As if the version on the default branch had been issued by every approval on the newest pull request. */
function issuedByCitedReviews(
  issued: IssuedRecord,
  evidence: Evidence,
  { world, repository }: Stage,
): IssuedRecord {
  const pull = repository.pullRequests.findLast(({ state }) => state === 'merged')
  const commit = pull?.mergeCommit ?? null
  const blob = commit === null ? null : world.blobAt(commit, issued.path)
  if (pull === undefined || commit === null || blob === null) throw new Error('nothing to cite')
  const { rules, bases } = evidence.approvals[0] ?? { rules: [], bases: [] }
  const accounts = [...world.state.accounts.values()]
  const loginOf = (id: number): string => accounts.find(each => each.id === id)?.login ?? 'nobody'
  const cited = pull.reviews.map(({ id, authorId, at, commit: of }) => ({
    reviewer: { id: authorId, login: loginOf(authorId) },
    review: id,
    commit: of,
    head: pull.headCommit,
    at: at.toISOString(),
    eligibleAt: world.state.now.toISOString(),
    rules,
    bases,
  }))
  const mergedAt = (pull.mergedAt ?? world.state.now).toISOString()
  const pullRequest = {
    ...evidence.pullRequest,
    number: pull.number,
    mergedAt,
    mergeCommit: commit,
  }
  const landing = { ...evidence.landing, commit }
  const forged = {
    ...evidence,
    blob,
    landing,
    pullRequest,
    approvals: cited,
    since: null,
    below: [],
  }
  const digest = digestOfEvidence(forged)
  return { ...issued, blob, proof: { ...issued.proof, evidence: forged, digest } }
}

function forgedEvidence(
  evidence: Evidence,
  how: Exclude<
    Forgery,
    'noEvidence' | 'otherDigest' | 'otherCertificate' | 'otherName' | 'otherPath' | 'citesReviews'
  >,
  stage: Stage,
): Evidence {
  const { approvals, pullRequest } = evidence
  const tip = stage.tip('main')
  switch (how) {
    case 'otherHead':
      return { ...evidence, approvals: approvals.map(each => ({ ...each, head: tip })) }
    case 'otherMerge':
      return { ...evidence, pullRequest: { ...pullRequest, mergeCommit: tip } }
    case 'otherBlob':
      return { ...evidence, blob: 'f'.repeat(40) }
    case 'noContributors':
      return { ...evidence, contributors: [], hasUnknownPusher: false, unattributed: null }
    case 'otherReviewer': {
      const { id, login } = stage.who('colleague')
      return {
        ...evidence,
        approvals: approvals.map(each => ({ ...each, reviewer: { id, login } })),
      }
    }
    case 'otherBases':
      return { ...evidence, since: null, approvals: approvals.map(withBases(stage)) }
    case 'otherSince': {
      // The approved bytes as the last proved version: then no line has to be shown.
      const since = { blob: evidence.blob, commit: evidence.landing.commit }
      return { ...evidence, since, contributors: [] }
    }
    case 'freshEligibility': {
      const eligibleAt = stage.world.state.now.toISOString()
      return { ...evidence, approvals: approvals.map(each => ({ ...each, eligibleAt })) }
    }
  }
}

/** The comparisons of GitHub as if every diff had been shown. */
function withBases({
  world,
  repository,
}: Stage): (approval: EvidencedApproval) => EvidencedApproval {
  const tips = repository.activity.flatMap(({ before, after }) => [before, after])
  return approval => {
    const found = tips.flatMap(tip =>
      tip === null ? [] : (world.mergeBase(tip, approval.head) ?? []),
    )
    return { ...approval, bases: [...new Set(found)] }
  }
}

/** With the dates of the issue and the name of the file. */
function certificateOf({ path, issuedAt }: IssuedRecord, signer: Authority): X509Certificate {
  const name = /([^/]+)\.\w+$/.exec(path)?.[1] ?? path
  const request = effective({ name, path })
  return signer.issue({
    request,
    notBefore: secondsAfter(issuedAt, -300),
    notAfter: secondsAfter(issuedAt, request.durationSeconds - 300),
  })
}

/** SHA-256 over the RFC 8785 JSON of the evidence. */
export function digestOfEvidence(evidence: Evidence | null): string {
  return createHash('sha256')
    .update(canonicalize(evidence) ?? '')
    .digest('hex')
}
