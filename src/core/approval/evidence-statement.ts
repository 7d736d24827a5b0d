// The in-toto Statement of a certificate: made from its evidence, and checked for contradictions.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { FoundCertificate } from '../../domain/cluster/record.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import { PREDICATE_TYPE, STATEMENT_TYPE } from '../../lib/schema/evidence-schema.ts'
import type { Statement } from '../../lib/schema/evidence-schema.ts'
import { evidenceDigest } from './build-evidence.ts'

/** The predicate without names and logins. `certificate`: its SHA-256. */
export function digestsOf(evidence: Evidence, certificate: string): Statement['predicate'] {
  const path = createHash('sha256').update(evidence.path).digest('hex')
  const digests = { certificate, evidence: evidenceDigest(evidence), path }
  return { digests, repository: evidence.repository.id, commit: evidence.commit }
}

/** The Statement as RFC 8785 JSON. */
export function statementText(
  evidence: Evidence,
  { sha256, request, cluster, newest, ...found }: FoundCertificate,
  hasOnlyDigests: boolean,
): string {
  const { serial, subject, sans, notBefore, notAfter, grant } = found
  const facts = { request, cluster, signerName: newest?.signerName, serial, subject, sans, grant }
  const whole = { certificate: { ...facts, notBefore, notAfter }, evidence }
  const name = hasOnlyDigests ? '_' : `${request}@${cluster}`
  const statement = {
    _type: STATEMENT_TYPE,
    predicateType: PREDICATE_TYPE,
    subject: [{ name, digest: { sha256 } }],
    predicate: { ...digestsOf(evidence, sha256), ...(hasOnlyDigests ? {} : whole) },
  }
  return canonicalize(statement) ?? ''
}

/** A problem if the record has no evidence for the certificate and it is needed, or evidence of another digest. */
export function missingEvidence(
  { request, cluster, newest, approval }: FoundCertificate,
  isNeeded: boolean,
): readonly Problem[] {
  // The evidence of a record that was lost and built again is of the file, not of the certificate.
  const { evidence = null, digest = '' } = (approval === null ? null : newest?.proof) ?? {}
  if (evidence === null ? !isNeeded : evidenceDigest(evidence) === digest) return []
  const message = `the record of ${request} in ${cluster} has no evidence of its digest for this certificate`
  const hint = 'a record keeps evidence of code review, and only for its newest certificate'
  return [unplaced('APPROVAL_EVIDENCE_MISSING', message, hint)]
}

/** Every contradiction, each APPROVAL_EVIDENCE_DIFFERS. `sha256`: what the subject has to be, null for anything. */
export function statementFaults(
  { subject: [{ digest }], predicate }: Statement,
  sha256: string | null,
): readonly Problem[] {
  const { evidence } = predicate
  const said = evidence === undefined ? predicate : digestsOf(evidence, digest.sha256)
  const got: Flat = { ...flat(predicate), subject: digest.sha256 }
  const subject = sha256 ?? digest.sha256
  const expected = Object.entries({ ...flat(said), certificate: digest.sha256, subject })
  const wrong = expected.filter(([name, value]) => got[name] !== value)
  return wrong.map(([name, value]) =>
    unplaced('APPROVAL_EVIDENCE_DIFFERS', `${name} is ${got[name]}, expected ${value}`),
  )
}

type Flat = Readonly<Record<string, string | number>>

function flat({ digests, repository, commit }: Statement['predicate']): Flat {
  return { ...digests, repository, commit }
}
