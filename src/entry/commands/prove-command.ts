// countersign prove: who requested a file or certificate, who approved which content, and by which rule. Changes nothing.
import { objectIn } from '../../domain/proof/git-history.ts'
import { readNamedText } from '../../adapters/system/named-file.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import { unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { gitCopy } from '../../adapters/system/git-copy.ts'
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
import type { Answer } from '../command-entry.ts'
import { openRepository } from './repository-and-token.ts'
import type { GithubFlags, Switches, Texts } from '../flags/flag-values.ts'
import { certificateNamed, proveCertificate } from './prove-certificate.ts'

type ProveFlags = GithubFlags &
  Texts<'commit' | 'trustedConfig' | 'trustedRequests' | 'evidence'> &
  Switches<'digestsOnly'>

/** Asks GitHub about a file, and the clusters about a certificate; exit 1 where it is not approved. */
export async function prove(
  context: Context,
  [typed]: readonly string[],
  flags: ProveFlags,
): Promise<Answer> {
  if (flags.evidence !== null) return proveOffline(context, flags.evidence, typed ?? null)
  if (typed === undefined)
    throw usageFailure('prove needs a file or a certificate', 'or --evidence FILE')
  const form = flags.digestsOnly ? 'digests' : 'whole'
  const statement = context.options.format === 'intoto' ? form : null
  const path = inRoot(context, typed)
  const name =
    flags.commit === null ? await certificateNamed(context, typed) : certificateName(typed, '')
  if (!name.ok) return name
  if (name.value.by !== 'path') return proveCertificate(context, name.value, statement)
  if (statement !== null) return proveCertificate(context, { by: 'path', value: path }, statement)
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
  if (!reviewed.ok) return reviewed
  const folder = reviewed.value.rules.config.requests
  const requests = new Map(
    ((await files.list(folder)) ?? []).map(file => [file.path, objectIn(file)]),
  )
  context.terminal.talk(`trusted-requests of this commit: ${requestsDigest(commit, requests)}`)
  const { rest, graphql } = repository.calls()
  context.terminal.talk(`${rest + graphql} calls to GitHub`)
  return answer(context, path, reviewed.value)
}

function answer({ paint }: Context, path: string, reviewed: Reviewed): Answer {
  const { approved, refused, plan, warnings } = reviewed
  const evidence = approved.flatMap(({ proof }) =>
    proof.kind === 'review' ? [proof.evidence] : [],
  )
  const blocked = plan.steps.flatMap(step =>
    step.kind === 'blocked' && step.path === path ? step.problems : [],
  )
  const problems = [...blocked, ...refused.flatMap(each => each.problems)]
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
  if (!read.ok) throw usageFailure(`${visible(file)} is not evidence: ${read.problems[0].message}`)
  const name = pem === null ? null : await certificateNamed(context, pem)
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
  const verdict = faults.length === 0 ? 'CONSISTENT' : 'DIFFERS'
  const found = faults.length === 0 ? [] : [problemsText(faults, paint)]
  const said =
    faults.length === 0
      ? `${verdict}: content and commits are those of this checkout; only GitHub can confirm the reviews, and only a signature (gh attestation verify) that a certificate was issued for them`
      : verdict
  return {
    text: [evidenceText(evidence, paint), ...found, paint.strong(said)].join('\n'),
    report: { verdict, evidence, problems: faults.map(problemJson) },
    hasRefusals: faults.length > 0,
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
