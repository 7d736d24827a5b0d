// countersign prove: who requested a file or certificate, who approved which content, and by which rule. Changes nothing.
import { objectIn } from '../../domain/proof/git-history.ts'
import { exitCodeOf } from '../exit-code.ts'
import { readNamedText } from '../../adapters/system/named-file.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { GitCopy } from '../../adapters/system/git-copy.ts'
import { statementFaults } from '../../core/approval/evidence-statement.ts'
import { evidenceFaults } from '../../core/approval/offline-verification.ts'
import { requestsDigest, trustedDigest } from '../../core/approval/configuration-digest.ts'
import { certificateName } from '../../core/plan/certificate-lookup.ts'
import { configurationFiles } from '../../workflows/validate/configuration-files.ts'
import { reviewAt } from '../../workflows/prove/review-steps.ts'
import type { Reviewed } from '../../workflows/prove/review-steps.ts'
import { evidenceText } from '../../output/terminal/evidence-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { readEvidence } from '../../lib/schema/evidence-schema.ts'
import { inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'
import { openRepository } from './repository-and-token.ts'
import type { GithubFlags } from './repository-and-token.ts'
import { printReport, refusedAll } from './print-results.ts'
import { certificateNamed, proveCertificate } from './prove-certificate.ts'

export interface ProveFlags extends GithubFlags {
  /** Null for the newest of the default branch. */
  readonly commit: string | null
  /** `sha256:…`, null to take the configuration as it is. */
  readonly trustedConfig: string | null
  readonly trustedRequests: string | null
  /** Print an in-toto Statement for each certificate; null for the proof itself. */
  readonly statement: 'whole' | 'digests' | null
}

/** Asks GitHub about a file, and the clusters about a certificate; exit 1 where it is not approved. */
export async function prove(context: Context, typed: string, flags: ProveFlags): Promise<ExitCode> {
  const path = inRoot(context, typed)
  const name =
    flags.commit === null ? await certificateNamed(context, typed) : certificateName(typed, '')
  if (!name.ok) return refusedAll(context, name.problems)
  if (name.value.by !== 'path') return proveCertificate(context, name.value, flags.statement)
  if (flags.statement !== null)
    return proveCertificate(context, { by: 'path', value: path }, flags.statement)
  const repository = await openRepository(context, flags)
  const { config } = context.options
  const commit = flags.commit ?? (await repository.facts()).tip
  const files = repository.filesAt(commit)
  const file = await files.read(path)
  if (file === null) throw usageFailure(`there is no file ${path} in ${commit.slice(0, 7)}`)
  const trustedConfig =
    flags.trustedConfig ?? trustedDigest(await configurationFiles(files, config))
  if (flags.trustedConfig === null)
    context.terminal.talk(
      'the configuration of this commit is trusted; with --trusted-config sha256:… its history is proved, too',
    )
  const { trustedRequests } = flags
  const frame = { commit, config, trustedConfig, trustedRequests, workflow: null }
  const world = { repository, clock: context.clock }
  const reviewed = await reviewAt(world, frame, null, { isWanted: each => each === path })
  if (!reviewed.ok) return refusedAll(context, reviewed.problems)
  const folder = reviewed.value.rules.config.requests
  const requests = new Map(
    ((await files.list(folder)) ?? []).map(file => [file.path, objectIn(file)]),
  )
  context.terminal.talk(`trusted-requests of this commit: ${requestsDigest(commit, requests)}`)
  const { rest, graphql } = repository.calls()
  context.terminal.talk(`${rest + graphql} calls to GitHub`)
  return show(context, path, reviewed.value)
}

function show(context: Context, path: string, reviewed: Reviewed): ExitCode {
  const { approved, refused, plan, warnings } = reviewed
  const evidence = approved.flatMap(({ proof }) =>
    proof.kind === 'review' ? [proof.evidence] : [],
  )
  const blocked = plan.steps.flatMap(step =>
    step.kind === 'blocked' && step.path === path ? step.problems : [],
  )
  const problems = [...blocked, ...refused.flatMap(each => each.problems)]
  if (context.options.output === 'text') {
    if (warnings.length > 0) context.terminal.talk(problemsText(warnings, context.paint, 'warning'))
    const stories = evidence.map(each => evidenceText(each, context.paint))
    const faults = problems.length === 0 ? [] : [problemsText(problems, context.paint)]
    context.terminal.result([...stories, ...faults].join('\n\n'))
  } else
    printReport(context, {
      evidence,
      problems: problems.map(problemJson),
      warnings: warnings.map(problemJson),
    })
  return exitCodeOf({ hasRefusals: problems.length > 0 || evidence.length === 0 })
}

/** Compares evidence or a Statement with this checkout; a Statement also with a certificate in PEM or DER. */
export async function proveOffline(
  context: Context,
  file: string,
  pem: string | null,
): Promise<ExitCode> {
  const read = readEvidence(parsed(await readNamedText(context.folder, file), file))
  if (!read.ok) throw usageFailure(`${visible(file)} is not evidence: ${read.problems[0].message}`)
  const name = pem === null ? null : await certificateNamed(context, pem)
  if (name?.ok === false) return refusedAll(context, name.problems)
  const { value } = read
  if (name !== null && !('predicate' in value))
    throw usageFailure('evidence names no certificate to compare with: give the Statement')
  const evidence = 'predicate' in value ? value.predicate.evidence : value
  const faults = 'predicate' in value ? statementFaults(value, name?.value.value ?? null) : []
  const none = unplaced('APPROVAL_EVIDENCE_MISSING', `${visible(file)} has digests only`)
  if (evidence === undefined) return refusedAll(context, [...faults, none])
  const git = new GitCopy(context.root)
  return tell(context, evidence, [...faults, ...evidenceFaults(evidence, git)])
}

function tell(context: Context, evidence: Evidence, faults: readonly Problem[]): ExitCode {
  const { paint, options, terminal } = context
  const verdict = faults.length === 0 ? 'CONSISTENT' : 'DIFFERS'
  if (options.output === 'text') {
    const found = faults.length === 0 ? [] : [problemsText(faults, paint)]
    const said =
      faults.length === 0
        ? `${verdict}: content and commits are those of this checkout; only GitHub can confirm the reviews, and only a signature (gh attestation verify) that a certificate was issued for them`
        : verdict
    terminal.result([evidenceText(evidence, paint), ...found, paint.strong(said)].join('\n'))
  } else printReport(context, { verdict, evidence, problems: faults.map(problemJson) })
  return exitCodeOf({ hasRefusals: faults.length > 0 })
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
