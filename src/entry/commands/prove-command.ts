// countersign prove: who requested a file, who approved which content, and by which rule. Changes nothing.
import { exitCodeOf } from '../exit-code.ts'
import { readNamedText } from '../../adapters/system/named-file.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { GitCopy } from '../../adapters/system/git-copy.ts'
import { evidenceFaults } from '../../core/approval/offline-verification.ts'
import { requestsDigest, trustedDigest } from '../../core/approval/configuration-digest.ts'
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

export interface ProveFlags extends GithubFlags {
  /** Null for the newest of the default branch. */
  readonly commit: string | null
  /** `sha256:…`, null to take the configuration as it is. */
  readonly trustedConfig: string | null
  readonly trustedRequests: string | null
}

/** Asks GitHub; exit 1 where the file is not approved. */
export async function prove(context: Context, typed: string, flags: ProveFlags): Promise<ExitCode> {
  const path = inRoot(context, typed)
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
    ((await files.list(folder)) ?? []).map(({ path: each, blob }) => [each, blob]),
  )
  context.terminal.talk(`trusted-requests of this commit: ${requestsDigest(commit, requests)}`)
  const { rest, graphql } = repository.calls()
  context.terminal.talk(`GitHub was asked ${rest + graphql} times`)
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

/** Holds evidence in a file against the git objects of this checkout; GitHub is not asked. */
export async function proveOffline(context: Context, file: string): Promise<ExitCode> {
  const evidence = await readEvidenceFile(context, file)
  return tell(context, evidence, evidenceFaults(evidence, new GitCopy(context.root)))
}

function tell(context: Context, evidence: Evidence, faults: readonly Problem[]): ExitCode {
  const { paint, options, terminal } = context
  const verdict = faults.length === 0 ? 'CONSISTENT' : 'DIFFERS'
  if (options.output === 'text') {
    const found = faults.length === 0 ? [] : [problemsText(faults, paint)]
    const said =
      faults.length === 0
        ? `${verdict}: content and commits are those of this checkout; only GitHub can confirm the reviews`
        : verdict
    terminal.result([evidenceText(evidence, paint), ...found, paint.strong(said)].join('\n'))
  } else printReport(context, { verdict, evidence, problems: faults.map(problemJson) })
  return exitCodeOf({ hasRefusals: faults.length > 0 })
}

async function readEvidenceFile({ folder }: Context, file: string): Promise<Evidence> {
  const text = await readNamedText(folder, file)
  const read = readEvidence(parsed(text, file))
  if (read.ok) return read.value
  throw usageFailure(`${visible(file)} is not evidence: ${read.problems[0].message}`)
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw usageFailure(`${file} is not JSON`, null, cause)
  }
}
