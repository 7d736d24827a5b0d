// What somebody who can write records, and nothing else, can make of one.
import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import type { Evidence } from '../../../src/domain/evidence.ts'
import type { IssuedRecord, RequestRecord } from '../../../src/domain/record.ts'
import { pemOf } from '../issued.ts'
import type { Forgery } from './history.ts'
import { FOREIGN_SIGNER } from './signer.ts'
import type { Stage } from './stage.ts'
import { effective } from '../effective.ts'

/** The forger makes the digest fit again; only `otherDigest` leaves it wrong. */
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
      return { ...issued, certificate: pemOf(FOREIGN_SIGNER.issue({ request: requestOf(issued) })) }
    default: {
      const forged = forgedEvidence(evidence, how, stage)
      const digest = digestOfEvidence(forged)
      return { ...issued, proof: { ...issued.proof, evidence: forged, digest } }
    }
  }
}

function forgedEvidence(
  evidence: Evidence,
  how: Exclude<Forgery, 'noEvidence' | 'otherDigest' | 'otherCertificate'>,
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
    case 'freshEligibility': {
      const eligibleAt = stage.world.state.now.toISOString()
      return { ...evidence, approvals: approvals.map(each => ({ ...each, eligibleAt })) }
    }
  }
}

/** Names of the request the record was for, which a certificate of somebody else's signer also has. */
function requestOf({ path }: IssuedRecord) {
  const name = /([^/]+)\.\w+$/.exec(path)?.[1] ?? path
  return effective({ name, path })
}

/** SHA-256 over the RFC 8785 JSON of the evidence. */
export function digestOfEvidence(evidence: Evidence | null): string {
  return createHash('sha256').update(canonicalize(evidence) ?? '').digest('hex')
}
