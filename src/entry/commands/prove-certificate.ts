// countersign prove of a certificate: what the records of the clusters say, or in-toto Statements. GitHub is not asked.
import { isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { missingEvidence, statementText } from '../../core/approval/evidence-statement.ts'
import { certificateName, foundCertificates } from '../../core/plan/certificate-lookup.ts'
import type { CertificateName } from '../../core/plan/certificate-lookup.ts'
import { closingOnError, observeClusters } from '../../workflows/plan/observe-clusters.ts'
import { revokedRecords } from '../../workflows/plan/revoked-records.ts'
import { readConfig } from '../../workflows/validate/rules-in-force.ts'
import { clustersNamed } from '../../workflows/validate/selected-names.ts'
import { certificateText, evidenceText } from '../../output/terminal/evidence-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'

/** What an argument names; a file that exists comes first, also with a certificate in DER. */
export async function certificateNamed(
  context: Context,
  typed: string,
): Promise<Checked<CertificateName>> {
  const file = await context.files.read(inRoot(context, typed))
  if (file === null) return certificateName(typed, null)
  const { bytes } = file
  // A long SEQUENCE, which no text begins with: gh attestation verify takes the certificate in DER.
  const isDer = bytes[0] === 0x30 && bytes[1] === 0x82
  const text = isDer ? encodePem('CERTIFICATE', bytes) : new TextDecoder().decode(bytes)
  return certificateName(typed, text)
}

/** Prints what the records say, or Statements; nothing of the evidence if there is a problem. */
export async function proveCertificate(
  context: Context,
  name: CertificateName,
  statement: 'whole' | 'digests' | null,
): Promise<Answer> {
  const { files, options, clusters, paint } = context
  const config = await readConfig(files, options.config)
  if (!config.ok) return config
  const chosen = clustersNamed(config.value, options.cluster)
  const { observed, unanswered } = await observeClusters(chosen, config.value, { clusters })
  const ended = await closingOnError(observed, () =>
    Promise.all(observed.map(each => revokedRecords(each.records, each.cluster))),
  )
  await Promise.all(observed.map(({ cluster }) => cluster.close()))
  const broken = observed.flatMap(each => each.broken.map(({ problem }) => problem))
  const failures = [...unanswered.values(), ...broken, ...ended.flatMap(({ unread }) => unread)]
  const found = ended.flatMap(each => each.records).flatMap(one => foundCertificates(one, name))
  const asked = observed.map(({ cluster }) => cluster.name)
  const unknown = found.length > 0 || asked.length === 0 ? [] : [unknownCertificate(name, asked)]
  const missing = found.flatMap(each => missingEvidence(each, statement !== null))
  const problems = [...failures, ...unknown, ...missing]
  const texts = found.flatMap(each => {
    const evidence = each.newest?.proof.evidence ?? null
    const shown = evidence === null || unknown.length + missing.length > 0 ? [] : [evidence]
    return statement === null
      ? [certificateText(each, paint), ...shown.map(one => evidenceText(one, paint))]
      : shown.map(one => statementText(one, each, statement === 'digests'))
  })
  return {
    failures: problems,
    text: isNonEmpty(texts) ? texts.join('\n') : null,
    report: { certificates: found, problems: problems.map(problemJson) },
    hasFailed: failures.length > 0,
    hasRefusals: problems.length > 0,
  }
}

const WORDS: Readonly<Record<CertificateName['by'], string>> = {
  sha256: 'SHA-256',
  serial: 'serial',
  grant: 'grant',
  path: 'path',
}

function unknownCertificate({ by, value }: CertificateName, asked: readonly string[]): Problem {
  const message = `no record in ${asked.join(', ')} lists a certificate with the ${WORDS[by]} ${visible(value)}`
  const hint =
    'countersign audit -o csv lists all; a re-encoded copy has another SHA-256 but the same serial: openssl x509 -noout -serial -in FILE'
  return unplaced('CLUSTER_CERTIFICATE_UNKNOWN', message, hint)
}
