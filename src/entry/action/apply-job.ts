// The action on the default branch: proves what code review approved, issues it, and says so on the pull requests.
import { join } from 'node:path'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { artifactsOfRun } from '../../adapters/github/artifacts/artifact-upload.ts'
import { locks } from '../../adapters/system/age-encryption.ts'
import { nodeKeys } from '../../adapters/system/node-keys.ts'
import { systemProcesses } from '../../adapters/system/process-claims.ts'
import { digestsOf } from '../../core/approval/evidence-statement.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import { CountersignError, isNonEmpty, unplaced, usageFailure } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import { configurationFiles } from '../../workflows/validate/configuration-files.ts'
import { applyReady, planAfterApply, readyCommit } from '../../workflows/issue/apply-reviewed.ts'
import type { Ready } from '../../workflows/issue/apply-reviewed.ts'
import { applyEnds } from '../../workflows/issue/apply-ends.ts'
import { annotations } from '../../output/comment/annotations.ts'
import { applyJson } from '../../output/json/results-json.ts'
import {
  isNotStarted,
  outcomeLine,
  outcomeProblemsText,
  outcomesVerdict,
  outcomeWord,
  problemsOf,
} from '../../output/terminal/outcome-text.ts'
import { plain } from '../../output/terminal/terminal-colours.ts'
import { planText } from '../../output/terminal/plan-text.ts'
import { applySummary } from '../../output/comment/job-summary.ts'
import { writePublicFile } from '../../adapters/system/edited-file.ts'
import { statusPage } from '../../output/html/status-page.ts'
import { statusRows, stepsLeft } from '../../output/terminal/status-rows.ts'
import { workingCertificates } from '../../workflows/plan/working-certificates.ts'
import { exitCodeOf, stepsResult } from '../exit-code.ts'
import { postComments } from '../outcome-comments.ts'
import { githubSecretsWith } from '../external-sink-adapters.ts'
import { reportRefusal } from './plan-report.ts'
import { callsOf, ignoresRefusals, input, pagePorts, said, writeResult } from './job-context.ts'
import type { ActionRun } from './job-context.ts'
import { updateNotice, noticeOfStoppedRun } from '../notice-issue.ts'
import { unattended } from '../account-clusters.ts'

const HEADS = 'refs/heads/'

export async function actionApply(action: ActionRun, interrupted: AbortSignal): Promise<number> {
  const { run, runner, repository, clock, environment } = action
  const { event } = run
  if (event.kind !== 'branch')
    throw usageFailure(
      'apply runs on push, schedule and workflow_dispatch of the default branch',
      'leave the input command out',
    )
  const { defaultBranch, tip, name, visibility } = await repository.facts()
  if (event.ref !== `${HEADS}${defaultBranch}`)
    throw usageFailure(
      `this run is of ${event.ref}; apply runs on ${defaultBranch} only`,
      'a workflow file of another branch is not the one that was reviewed',
    )
  const page = input(runner, 'page')
  const pageRefused = pageProblems(page, name, visibility)
  const isNewest = event.commit === tip
  const config = input(runner, 'config')
  const trustedConfig = input(runner, 'trusted-config')
  if (trustedConfig === '')
    return stop(action, isNewest, [await unrecorded(action, event.commit, config)])
  const ports = {
    repository,
    clock,
    clusters: unattended(run.workspace, clock, environment, secret => runner.mask(secret)),
    keys: nodeKeys,
    externalSinks: {
      locks,
      artifacts: artifactsOfRun(environment, run.temp, clock),
      githubSecrets: githubSecretsWith(action.appTokens, run.apiUrl, clock),
      files: null,
    },
    processes: systemProcesses(run.page),
    progress: {
      begin: () => undefined,
      step: () => undefined,
      done: (outcome: StepOutcome) => {
        const { name, cluster } = stepTarget(outcome.step)
        if (!isNotStarted(outcome))
          runner.say(`${cluster}/${name} ${outcomeWord(outcome)} ${outcomeLine(outcome)}`)
      },
    },
  }
  const trustedRequests = input(runner, 'trusted-requests') || null
  const frame = {
    commit: event.commit,
    config,
    trustedConfig,
    trustedRequests,
    workflow: run.workflow,
  }
  const ready = await readyCommit(ports, frame).catch(async (cause: unknown) => {
    if (cause instanceof CountersignError)
      await noticeOfStoppedRun(noticePorts(action), isNewest, [cause.problem])
    throw cause
  })
  if (!ready.ok) {
    const ended = await applyEnds(ports, frame, ready.problems, { only: null, interrupted })
    return stop(action, isNewest, [...ready.problems, ...ended])
  }
  try {
    const outcome = await applyReady(ready.value, ports, {
      interrupted,
      isByHand: event.isByHand,
    })
    if (page !== '' && page !== 'never' && pageRefused.length === 0)
      await pagePorts(action).attempt('the page', () => writePage(action, ready.value, outcome))
    return await tell(action, ready.value, outcome, pageRefused)
  } finally {
    await Promise.all(ready.value.observed.map(({ cluster }) => cluster.close()))
  }
}

function noticePorts(action: ActionRun) {
  const { repository, runner, run } = action
  const mayComment = input(runner, 'comment') !== 'never'
  const notices = repository.notices()
  return { ...pagePorts(action), notices, mayComment, repository: run.repository }
}

/** Nothing could be planned, so nothing renews either: somebody has to hear of it. */
async function stop(
  action: ActionRun,
  isNewest: boolean,
  problems: NonEmpty<Problem>,
): Promise<number> {
  await noticeOfStoppedRun(noticePorts(action), isNewest, problems)
  return reportRefusal(action, problems)
}

async function tell(
  action: ActionRun,
  ready: Ready,
  applied: ApplyOutcome,
  pageRefused: readonly Problem[],
): Promise<number> {
  const { runner, clock } = action
  const { plan, ...done } = applied
  const outcome = { ...done, plan: { ...plan, problems: [...plan.problems, ...pageRefused] } }
  const { reviewed, observed, failures, frame } = ready
  // The address of an API server may be known only from the secret, and logs may be public.
  const clusters = observed.map(({ cluster, version }) => ({
    name: cluster.name,
    version,
    server: null,
  }))
  const source = frame.commit.slice(0, 7)
  const { files } = reviewed.judgedRequests
  runner.say(planText(outcome.plan, { clusters, files, now: clock.now(), source, paint: plain }))
  const warnings = [...reviewed.warnings, ...outcome.warnings]
  for (const problem of warnings) runner.say(said(problem))
  const acted = outcome.steps.filter(({ kind, step }) => kind !== 'kept' && step.kind !== 'blocked')
  // Each outcome has its line in the log already.
  if (isNonEmpty(acted))
    runner.say(`${outcomeProblemsText(acted, plain)}\n${outcomesVerdict(acted)}`.trimStart())
  const stopped = outcome.steps.filter(each => !('warnings' in each)).flatMap(problemsOf)
  const left = outcome.steps.flatMap(each => ('warnings' in each ? each.warnings : []))
  runner.annotate(annotations([...outcome.plan.problems, ...stopped], [...warnings, ...left]))
  const facts = { head: frame.commit, githubCalls: callsOf(action), failures, now: clock.now() }
  await runner.summarize(applySummary({ ...outcome, warnings }, facts).text)
  await writeResult(action, 'result-path', applyJson({ ...outcome, warnings }))
  const evidence = outcome.steps.flatMap(each => ('evidence' in each ? (each.evidence ?? []) : []))
  await writeResult(action, 'evidence-path', evidence)
  runner.output('attestations', JSON.stringify(outcome.steps.flatMap(attestationOf)))
  if (input(runner, 'comment') !== 'never') {
    await postComments(pagePorts(action), ready, outcome)
  }
  await updateNotice(noticePorts(action), ready, outcome)
  counts(action, outcome)
  return exitCodeOf({
    ...stepsResult(outcome.steps, failures.length),
    ...(pageRefused.length > 0 && { hasRefusals: true }),
    ignoresRefusals: ignoresRefusals(action),
  })
}

function counts({ runner }: ActionRun, { steps }: ApplyOutcome): void {
  const issued = steps.filter(({ kind }) => kind === 'issued')
  const count = (kind: StepOutcome['kind']): number =>
    steps.filter(each => each.kind === kind).length
  const renewed = issued.filter(({ step }) => step.kind === 'renew').length
  runner.output('issued-count', issued.length - renewed)
  runner.output('renewed-count', renewed)
  runner.output('blocked-count', count('refused') + count('waiting'))
  runner.output('failed-count', count('failed'))
}

/** With digests only, since outputs and attestations may be public. */
function attestationOf(outcome: StepOutcome): readonly object[] {
  if (outcome.kind !== 'issued' || outcome.evidence === undefined) return []
  const { sha256, evidence } = outcome
  return [{ digest: `sha256:${sha256}`, predicate: digestsOf(evidence, sha256) }]
}

async function unrecorded(
  { repository }: ActionRun,
  commit: string,
  config: string,
): Promise<Problem> {
  const digest = trustedDigest(await configurationFiles(repository.filesAt(commit), config))
  return unplaced(
    'APPROVAL_NO_TRUST_ROOT',
    'the input trusted-config is empty, so no configuration is trusted and nothing is issued',
    `if you have read the configuration and trust it, write trusted-config: ${digest} into the workflow`,
  )
}

// The status page of the action: a file for the steps after it.

/** Why no page may be written. Throws RUN_USAGE for an unknown value of the input. */
export function pageProblems(page: string, name: string, visibility: string): readonly Problem[] {
  if (!['', 'never', 'artifact', 'pages', 'pages-of-private'].includes(page))
    throw usageFailure(`page: "${page}" is not one of never, artifact, pages, pages-of-private`)
  if (page !== 'pages' || visibility === 'public') return []
  const message = `page: pages is for public repositories, and ${name} is ${visibility}; everyone may be able to read its GitHub Pages`
  const hint = 'write page: artifact; or page: pages-of-private, if only people of the repository can read its Pages' // prettier-ignore
  return [unplaced('RUN_PAGE_VISIBILITY', message, hint)]
}

/** Writes the page of the state after the apply, and names it in the output `page-path`. */
async function writePage(
  { run, runner, clock }: ActionRun,
  ready: Ready,
  { steps }: ApplyOutcome,
): Promise<void> {
  const now = clock.now()
  // A record says more about a failure.
  const left = stepsLeft(steps.filter(({ kind }) => kind !== 'failed'))
  const { plan, observed } = await planAfterApply(ready, left, now)
  const text = statusPage(statusRows(plan, now, null), {
    owner: ready.reviewed.rules.config.owner,
    lastApply: now,
    earlier: workingCertificates({ plan, observed }, { requestFolder: null }, now),
    unreachable: ready.failures.length,
    now,
    server: run.server,
  })
  const path = join(run.temp, 'countersign.html')
  await writePublicFile(path, text)
  runner.output('page-path', path)
}
