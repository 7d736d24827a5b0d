// countersign apply --prove: pull mode. Proves as the action does and issues with this machine's own login to the clusters. A CronJob
// in the cluster needs no runner and no secret outside of it. Only --comment writes at GitHub.
import { stepsResult } from '../exit-code.ts'
import { clusterMemory } from '../../adapters/system/cluster-memory.ts'
import { systemProcesses } from '../../adapters/system/process-claims.ts'
import type { ApplyOutcome } from '../../domain/cluster/outcome.ts'
import { attempting, isNonEmpty, usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { applyEnds } from '../../workflows/issue/apply-ends.ts'
import { applyReady, readyCommit } from '../../workflows/issue/apply-reviewed.ts'
import type { Ready } from '../../workflows/issue/apply-reviewed.ts'
import { applyJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { accountClusters } from '../account-clusters.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { progressOn } from '../live-progress.ts'
import { postComments } from '../outcome-comments.ts'
import { openRepository, pageLinks } from './repository-and-token.ts'
import type { GithubFlags, Switches, Texts } from '../flags/flag-values.ts'
import { externalSinksAtTerminal } from '../external-sink-adapters.ts'
import { actedText } from './apply-command.ts'
import { shownPlan } from './plan-command.ts'

type PullFlags = GithubFlags &
  Texts<'branch' | 'trustedConfig' | 'trustedRequests'> &
  Switches<'comment'>

export async function applyReviewed(context: Context, flags: PullFlags): Promise<Answer> {
  const { interrupted } = context
  const { trustedConfig, trustedRequests, branch } = flags
  if (trustedConfig === null)
    throw usageFailure(
      'pull mode needs --trusted-config sha256:…',
      'countersign prove PATH prints the present digest of the configuration',
    )
  const { config, cluster, requests } = context.options
  if (requests !== null)
    throw usageFailure('--prove cannot be combined with --requests', 'leave --requests out')
  if (flags.comment && cluster !== null)
    throw usageFailure(
      '--comment cannot be combined with --cluster: a comment is about all clusters of a pull request',
      'leave one of them out',
    )
  const repository = await openRepository(context, flags)
  const facts = await repository.facts()
  const { defaultBranch, tip, name } = facts
  if (branch !== null && branch !== defaultBranch)
    throw usageFailure(
      `the default branch is ${defaultBranch}, and only that is applied`,
      'leave --branch out',
    )
  const stateHome = context.environment['XDG_STATE_HOME'] ?? ''
  const ports = {
    ...context,
    clusters: accountClusters(context),
    // One that ends with this run would only mark changes.
    memory: stateHome === '' ? null : clusterMemory(stateHome),
    repository,
    processes: systemProcesses(null),
    progress: progressOn(context),
    externalSinks: externalSinksAtTerminal(context, false),
  }
  const frame = { commit: tip, config, trustedConfig, trustedRequests, workflow: null }
  const ready = await readyCommit(ports, frame, cluster)
  if (!ready.ok) {
    const ended = await applyEnds(ports, frame, ready.problems, { only: cluster, interrupted })
    return { ok: false, problems: [...ready.problems, ...ended] }
  }
  try {
    const outcome = await applyReady(ready.value, ports, { interrupted, isByHand: false })
    if (flags.comment)
      await postComments(
        {
          comments: repository.comments(),
          links: pageLinks(context, facts),
          attempt: attempting((what, problem) => {
            context.terminal.talk(`${what} failed`)
            context.terminal.talk(problemsText([problem], context.paint, 'warning'))
          }),
        },
        ready.value,
        outcome,
      )
    return answer(context, `${visible(name)} at ${tip.slice(0, 7)}`, ready.value, outcome)
  } finally {
    await Promise.all(ready.value.observed.map(({ cluster }) => cluster.close()))
  }
}

function answer(
  context: Context,
  source: string,
  { reviewed, observed, failures }: Ready,
  outcome: ApplyOutcome,
): Answer {
  const { terminal, paint, interrupted } = context
  const warnings = [...reviewed.warnings, ...outcome.warnings]
  if (isNonEmpty(warnings)) terminal.talk(problemsText(warnings, paint, 'warning'))
  const acted = outcome.steps.filter(({ kind, step }) => kind !== 'kept' && step.kind !== 'blocked')
  const { judgedRequests } = reviewed
  const planned = shownPlan(context, outcome.plan, { judgedRequests, observed }, false, source)
  return {
    text: isNonEmpty(acted) ? `${planned}\n${actedText(acted, paint)}` : planned,
    report: applyJson({ ...outcome, warnings }),
    ...stepsResult(outcome.steps, failures.length),
    isInterrupted: interrupted.aborted,
  }
}
