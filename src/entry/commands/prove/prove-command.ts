// countersign prove: who requested a file or certificate, who approved which content, and by which rule. Changes nothing.
import { objectIn } from '../../../domain/proof/git-history.ts'
import { readNamedText } from '../../../adapters/system/named-file.ts'
import type { Evidence } from '../../../domain/proof/evidence.ts'
import { isNonEmpty, unplaced, usageFailure } from '../../../domain/problem.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import { OBJECT_ID } from '../../../adapters/github/connection/answer-shapes.ts'
import { gitCopy } from '../../../adapters/system/git-copy.ts'
import {
  missingEvidence,
  statementFaults,
  statementText,
} from '../../../core/approval/evidence-statement.ts'
import { evidenceFaults } from '../../../core/approval/offline-verification.ts'
import { requestsDigest, trustedDigest } from '../../../core/approval/configuration-digest.ts'
import { certificateName, foundCertificates } from '../../../core/plan/certificate-lookup.ts'
import { configurationFiles } from '../../../workflows/validate/configuration-files.ts'
import { reviewAt } from '../../../workflows/prove/review-steps.ts'
import type { Reviewed } from '../../../workflows/prove/review-steps.ts'
import { certificateText, evidenceText } from '../../../output/terminal/evidence-text.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { problemJson } from '../../../output/json/results-json.ts'
import { readEvidence } from '../../../lib/schema/evidence-schema.ts'
import type { CertificateName } from '../../../core/plan/certificate-lookup.ts'
import { closingOnError, observeClusters } from '../../../workflows/plan/observe-clusters.ts'
import { revokedRecords } from '../../../workflows/plan/revoked-records.ts'
import { forgeFaults } from '../../../workflows/validate/forge-faults.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import { clustersNamed } from '../../../workflows/validate/selected-names.ts'
import { encodePem } from '../../../lib/x509/pem.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { inRoot } from '../../command-context.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import type { GithubFlags, Switches, Texts } from '../../flags/flag-values.ts'
import { requestPath } from '../named-requests.ts'
import { missingFile } from './missing-file.ts'
import { isMoved, pastOnly } from './older-commit.ts'
import { openRepository } from '../repository-and-token.ts'

type ProveFlags = GithubFlags &
  Texts<'commit' | 'trustedConfig' | 'trustedRequests' | 'evidence'> &
  Switches<'digestsOnly'>

/** Asks GitHub about a file or request, and the clusters about a certificate; exit 1 where it is not approved. */
export async function prove(
  context: Context,
  [typed]: readonly string[],
  flags: ProveFlags,
): Promise<Answer> {
  if (flags.evidence !== null) return proveOffline(context, flags.evidence, typed ?? null)
  if (typed === undefined)
    throw usageFailure('prove needs a file or a certificate', 'or --evidence FILE')
  const asked = flags.commit === null ? null : await wholeCommit(context, flags.commit)
  const form = flags.digestsOnly ? 'digests' : 'whole'
  const statement = context.options.format === 'intoto' ? form : null
  const path = await requestPath(context, typed)
  const name =
    asked === null ? await certificateNamed(context, typed, path) : certificateName(typed, '')
  if (!name.ok) return name
  if (name.value.by !== 'path') return proveCertificate(context, name.value, statement)
  if (statement !== null) return proveCertificate(context, { by: 'path', value: path }, statement)
  const repository = await openRepository(context, flags)
  const { config } = context.options
  const { tip, forge } = await repository.facts()
  const commit = asked ?? tip
  const files = repository.filesAt(commit)
  const file = await files.read(path)
  if (file === null) throw await missingFile(context, typed, path, commit)
  const trustedConfig =
    flags.trustedConfig ?? trustedDigest(await configurationFiles(files, config))
  if (flags.trustedConfig === null)
    context.terminal.talk(
      'the configuration of this commit is trusted; with --trusted-config sha256:… its history is proved, too',
    )
  const { trustedRequests } = flags
  const frame = { commit, config, trustedConfig, trustedRequests, workflow: null }
  const ports = { repository, clock: context.clock }
  const review = (isPast: boolean) =>
    reviewAt(ports, { ...frame, isPast }, null, { isWanted: each => each === path })
  const now = await review(false)
  const isPast = commit !== tip && isMoved(now)
  const reviewed = isPast ? await review(true) : now
  if (!reviewed.ok) return reviewed
  const unanswerable = forgeFaults(reviewed.value.rules, forge)
  if (isNonEmpty(unanswerable)) return { ok: false, problems: unanswerable }
  const folder = reviewed.value.rules.config.requests
  const requests = new Map(((await files.list(folder)) ?? []).map(it => [it.path, objectIn(it)]))
  context.terminal.talk(`trusted-requests of this commit: ${requestsDigest(commit, requests)}`)
  return answer(context, path, reviewed.value, isPast ? [pastOnly(commit)] : [])
}

/** The SHA of a commit, of which a checkout knows the beginning. Throws RUN_USAGE. */
async function wholeCommit({ git }: Context, given: string): Promise<string> {
  const known = /^[0-9a-f]{7,39}$/.test(given) ? await git.resolve(given) : given
  // A tag may be called like the beginning of another SHA.
  if (OBJECT_ID.safeParse(known).success && known?.startsWith(given) === true) return known
  throw usageFailure(
    `--commit takes a SHA of 40 hex digits (got ${visible(given)})`,
    `git rev-parse ${shellWord(given)} prints it`,
  )
}

function answer(
  { paint }: Context,
  path: string,
  reviewed: Reviewed,
  past: readonly Problem[],
): Answer {
  const { approved, refused, plan, warnings, judgedRequests } = reviewed
  const evidence = approved.flatMap(({ proof }) =>
    proof.kind === 'review' ? [proof.evidence] : [],
  )
  const blocked = plan.steps.flatMap(step =>
    step.kind === 'blocked' && step.path === path ? step.problems : [],
  )
  const isWithdrawn = judgedRequests.requests.some(each => each.path === path && each.withdraw)
  const why = isWithdrawn ? 'it sets withdraw: true' : 'it has no request'
  const nothing = unplaced('REQUEST_NONE', `${visible(path)} asks for no certificate: ${why}`)
  const found = [...blocked, ...refused.flatMap(each => each.problems)]
  const problems = [...(found.length + evidence.length === 0 ? [nothing] : found), ...past]
  const stories = evidence.map(each => evidenceText(each, paint))
  const faults = problems.length === 0 ? [] : [problemsText(problems, paint)]
  return {
    warnings,
    text: [...stories, ...faults].join('\n\n'),
    report: {
      evidence,
      problems: problems.map(problemJson),
      warnings: warnings.map(problemJson),
    },
    hasRefusals: problems.length > 0 || evidence.length === 0,
  }
}

/** Compares evidence or a Statement with this checkout; a Statement also with a certificate in PEM or DER. */
async function proveOffline(context: Context, file: string, pem: string | null): Promise<Answer> {
  const read = readEvidence(parsed(await readNamedText(context.folder, file), file))
  const one = `of a report of prove take one proof: jq '.evidence[0]' ${visible(shellWord(file))}`
  if (!read.ok)
    throw usageFailure(`${visible(file)} is not evidence: ${read.problems[0].message}`, one)
  const name = pem === null ? null : await certificateNamed(context, pem, inRoot(context, pem))
  if (name?.ok === false) return name
  const { value } = read
  if (name !== null && !('predicate' in value))
    throw usageFailure('evidence names no certificate to compare with: give the Statement')
  const evidence = 'predicate' in value ? value.predicate.evidence : value
  const faults = 'predicate' in value ? statementFaults(value, name?.value.value ?? null) : []
  const none = unplaced('APPROVAL_EVIDENCE_MISSING', `${visible(file)} has digests only`)
  if (evidence === undefined) return { ok: false, problems: [...faults, none] }
  const git = gitCopy(context.root)
  return verdictOn(context, evidence, [...faults, ...evidenceFaults(evidence, git)])
}

function verdictOn({ paint }: Context, evidence: Evidence, faults: readonly Problem[]): Answer {
  const isSame = faults.length === 0
  const verdict = isSame ? 'CONSISTENT' : 'DIFFERS'
  const said = `${verdict}: content and commits are those of this checkout; only GitHub can confirm the reviews, and only a signature (gh attestation verify) that a certificate was issued for them`
  const story = evidenceText(evidence, paint)
  const head = paint.strong(`${verdict}: not all that follows is so`)
  const refused = [head, problemsText(faults, paint), story]
  return {
    text: (isSame ? [story, paint.strong(said)] : refused).join('\n'),
    report: { verdict, evidence, problems: faults.map(problemJson) },
    hasRefusals: !isSame,
  }
}

/** JSON, or that in a DSSE envelope or Sigstore bundle. */
function parsed(text: string, file: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    const sealed = json instanceof Object && 'dsseEnvelope' in json ? json.dsseEnvelope : json
    if (!(sealed instanceof Object && 'payload' in sealed)) return json
    return JSON.parse(Buffer.from(String(sealed.payload), 'base64').toString())
  } catch (cause) {
    throw usageFailure(`${file} is not JSON`, null, cause)
  }
}

// countersign prove of a certificate: what the records of the clusters say, or in-toto Statements. GitHub is not asked.

/** What an argument names; a file that exists comes first, also with a certificate in DER. */
async function certificateNamed(
  { files }: Pick<Context, 'files'>,
  typed: string,
  path: string,
): Promise<Checked<CertificateName>> {
  const file = await files.read(path)
  if (file === null) return certificateName(typed, null)
  const { bytes } = file
  // A long SEQUENCE, which no text begins with: gh attestation verify takes the certificate in DER.
  const isDer = bytes[0] === 0x30 && bytes[1] === 0x82
  const text = isDer ? encodePem('CERTIFICATE', bytes) : new TextDecoder().decode(bytes)
  return certificateName(typed, text)
}

/** Prints what the records say, or Statements; nothing of the evidence if there is a problem. */
async function proveCertificate(
  context: Context,
  name: CertificateName,
  statement: 'whole' | 'digests' | null,
): Promise<Answer> {
  const { files, options, clusters, paint } = context
  const config = await readConfig(files, options.config)
  if (!config.ok) return config
  const chosen = clustersNamed(config.value, options.cluster)
  const reading = { clusters, isForAudit: true }
  const { observed, unanswered } = await observeClusters(chosen, config.value, reading)
  const ended = await closingOnError(observed, () =>
    Promise.all(observed.map(each => revokedRecords(each.records, each.cluster))),
  )
  await Promise.all(observed.map(({ cluster }) => cluster.close()))
  const broken = observed.flatMap(each => each.broken.map(({ problem }) => problem))
  const failures = [...unanswered.values(), ...broken, ...ended.flatMap(({ unread }) => unread)]
  const records = ended.flatMap(each => each.records)
  const found = foundCertificates(records, name)
  const serials = [...new Set(found.map(({ serial }) => serial))]
  if (name.by === 'serial' && serials.length > 1)
    throw usageFailure(
      `the serial numbers of ${serials.length} certificates begin with ${name.value}`,
      `name one: ${serials.join(', ')}`,
    )
  const asked = observed.map(({ cluster }) => cluster.name)
  const unknown = found.length > 0 || asked.length === 0 ? [] : [unknownCertificate(name, asked)]
  const missing = found.flatMap(each => missingEvidence(each, statement !== null))
  const problems = [...failures, ...unknown, ...missing]
  const texts = found.flatMap(each => {
    const evidence = (each.approval === null ? null : each.newest?.proof.evidence) ?? null
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

function unknownCertificate({ by, value }: CertificateName, asked: readonly string[]): Problem {
  const message = `no record in ${asked.join(', ')} lists an approved certificate with the ${by === 'sha256' ? 'SHA-256' : by} ${visible(value)}`
  const hint =
    'countersign audit -o csv lists all, also of attempts that no run finished; a re-encoded copy has another SHA-256 but the same serial: openssl x509 -noout -serial -in FILE'
  return unplaced('CLUSTER_CERTIFICATE_UNKNOWN', message, hint)
}
