// countersign bootstrap: shows what a cluster and a repository lack, asks once, does it, and checks the result like doctor.
import { retry } from '../../adapters/system/retry.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { unsure } from '../../domain/cluster/finding.ts'
import type { Finding, PlacedFinding } from '../../domain/cluster/finding.ts'
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { fileKind } from '../../core/request/detect-format.ts'
import type { KubernetesCluster } from '../../adapters/kubernetes/objects/cluster-client.ts'
import { doctorText, findingJson } from '../../output/terminal/doctor-text.ts'
import { problemText } from '../../output/terminal/problem-text.ts'
import { setupText } from '../../output/terminal/setup-text.ts'
import { chartCommands } from '../../setup/chart-values.ts'
import { commandsFor } from '../../setup/repository/forge-commands.ts'
import { USUAL_ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import { carryOutClusterStep, planCluster } from '../../workflows/bootstrap/cluster-setup.ts'
import { planRemoval } from '../../workflows/bootstrap/cluster-removal.ts'
import { openCluster, planGithub, prepare } from '../bootstrap/bootstrap-plan.ts'
import type { Bootstrap, BootstrapFlags } from '../bootstrap/bootstrap-plan.ts'
import { doneJson, runAll } from '../bootstrap/bootstrap-run.ts'
import type { Done } from '../bootstrap/bootstrap-run.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { exitCodeOf } from '../exit-code.ts'
import { whileShown } from '../slow-work.ts'
import { atCluster, doctorFindings } from './doctor-command.ts'
import { printReport } from './print-results.ts'

const SETTLE_MS = 60_000

/** Exit 1 if steps are blocked, also in a dry run, or if the result has faults. */
export async function bootstrap(context: Context, flags: BootstrapFlags): Promise<Answer> {
  const made = await prepare(context, flags)
  if (!made.ok) return made
  const cluster = await openCluster(made.value)
  try {
    const tasks = await whileShown(context, 'looking at cluster and repository', () =>
      tasksOf(made.value, flags, cluster),
    )
    return await carryOut(made.value, flags, tasks)
  } finally {
    await cluster.close()
  }
}

async function tasksOf(
  made: Bootstrap,
  flags: BootstrapFlags,
  cluster: KubernetesCluster,
): Promise<readonly SetupTask[]> {
  const { setupObjects } = cluster
  const steps = flags.uninstall
    ? await planRemoval(setupObjects, made.installation, cluster.kubectl ?? 'kubectl')
    : await planCluster(setupObjects, made.installation, {
        ...flags,
        isController: flags.controller,
      })
  const inCluster = steps.map(step => ({
    ...step,
    command: step.state === 'blocked' ? (step.command ?? again(made, flags)) : step.command,
    run:
      step.writes.length === 0
        ? null
        : async () => (await carryOutClusterStep(setupObjects, step), null),
  }))
  if (flags.uninstall) return inCluster
  return [...inCluster, ...(await planGithub(made, flags, cluster, steps))]
}

async function carryOut(
  made: Bootstrap,
  flags: BootstrapFlags,
  tasks: readonly SetupTask[],
): Promise<ExitCode> {
  const { context } = made
  const { interrupted } = context
  const isText = context.options.output === 'text'
  const due = tasks.filter(({ run }) => run !== null).length
  const isBlocked = tasks.some(({ state }) => state === 'blocked')
  const shown = shownPlan(made, tasks)
  if (isText) context.terminal.result(shown)
  else if (!flags.yes && !flags.dryRun) context.terminal.talk(shown)
  const isAgreed = !flags.dryRun && (due === 0 || (await agrees(context, flags, due)))
  const done = await runAll(context, tasks, () => !isAgreed || interrupted.aborted)
  const isWhole =
    !flags.dryRun && done.every(({ outcome }) => outcome === null || outcome === 'done')
  const findings = isWhole && !flags.uninstall ? await check(made, flags, done) : []
  if (!isText)
    printReport(context, { steps: done.map(doneJson), findings: findings.map(findingJson) })
  else if (isWhole && !flags.uninstall)
    context.terminal.result(await ending(made, flags, findings, done))
  else if (isWhole && !isBlocked)
    context.terminal.result((due > 0 ? leftOf : nothingOf)(made.installation))
  else if (isAgreed && due > 0) context.terminal.result(summary(made, flags, done))
  if (flags.dryRun) return isBlocked ? 1 : 0
  return exitCodeOf({
    isInterrupted: interrupted.aborted,
    hasFailed: done.some(({ outcome }) => outcome === 'failed'),
    hasRefusals: !isAgreed || isBlocked || findings.some(({ mark }) => mark === 'bad'),
  })
}

function leftOf({ cluster }: Installation): string {
  return `removed. These stay:
  issued certificates: they are valid until they expire
  Secrets with certificates and their namespaces, and all settings at GitHub: environment, secret, ruleset, files
  Deployments of the Helm chart: helm uninstall countersign --namespace ${cluster.recordNamespace}`
}

function nothingOf({ owner, cluster }: Installation): string {
  return `nothing of ${owner} is installed in ${cluster.name}. If that is unexpected, check --repository and metadata.name in countersign.yaml`
}

function shownPlan(
  { context, setup, installation, rules }: Bootstrap,
  tasks: readonly SetupTask[],
): string {
  const cluster = `cluster ${installation.cluster.name}`
  const owners = rules.config.approval.configuration.users.map(({ login }) => visible(login))
  const repository = `repository ${setup.repository ?? ''}, configuration owned by ${owners.join(', ')}`
  return setupText(tasks, { cluster, repository }, context.paint)
}

/** One question for all of it. `--yes` replaces it, and is needed where nobody can answer. */
async function agrees(context: Context, flags: BootstrapFlags, due: number): Promise<boolean> {
  if (flags.yes) return true
  const verb = flags.uninstall ? 'Remove' : 'Set up'
  if (context.isAutomation)
    throw usageFailure(
      'bootstrap asks before it changes anything, and CI cannot answer',
      'add --yes',
    )
  const answer = await context.terminal.ask(`\n${verb} these ${due}? Only yes is accepted: `)
  if (answer.trim() === 'yes') return true
  context.terminal.talk('nothing was done (without a terminal, add --yes)')
  return false
}

/** What is done, after a failure or Ctrl-C. */
function summary(made: Bootstrap, flags: BootstrapFlags, done: readonly Done[]): string {
  const count = done.filter(({ outcome }) => outcome === 'done').length
  const all = done.filter(({ outcome }) => outcome !== null).length
  const { paint } = made.context
  return [
    ...done.flatMap(({ problem }) => (problem === null ? [] : problemText(problem, paint))),
    paint.strong(`${count} of ${all} done; to continue, run it again: ${again(made, flags)}`),
  ].join('\n')
}

/** The command that was given, without --yes. */
function again({ context, installation }: Bootstrap, flags: BootstrapFlags): string {
  const { repository, owners, approvers, environment, tokenEnv } = flags
  const { kubeconfig, context: login } = context.options
  return [
    `countersign bootstrap --cluster ${installation.cluster.name}`,
    ...(repository === null ? [] : [`--repository ${repository}`]),
    ...(owners.length === 0 ? [] : [`--owners ${owners.join(',')}`]),
    ...(environment === USUAL_ENVIRONMENT ? [] : [`--environment ${environment}`]),
    ...(approvers.length === 0 ? [] : [`--approvers ${approvers.join(',')}`]),
    ...(flags.controller ? ['--controller'] : flags.isPull ? ['--pull'] : []),
    ...(flags.uninstall ? ['--uninstall'] : []),
    ...(tokenEnv === null ? [] : [`--token-env ${tokenEnv}`]),
    ...(kubeconfig === null ? [] : [`--kubeconfig ${visible(kubeconfig)}`]),
    ...(login === null ? [] : [`--context ${visible(login)}`]),
  ].join(' ')
}

/** The API server needs some seconds until new rights and a new guard are in effect. */
async function check(
  { context, rules, installation, made }: Bootstrap,
  flags: BootstrapFlags,
  done: readonly Done[],
): Promise<readonly PlacedFinding[]> {
  const { clock } = context
  const isWaiting = ({ mark, code }: Finding): boolean =>
    mark === 'bad' && code !== 'CLUSTER_NO_CLIENT_SIGNER'
  const until = clock.now().getTime() + SETTLE_MS
  const isNew = done.some(({ where, outcome }) => where === 'cluster' && outcome === 'done')
  const settle = () =>
    retry(
      clock,
      () => until,
      async () => {
        const found = await atCluster(context, rules, installation.cluster, flags)
        return { pauseMs: found.some(isWaiting) ? 1000 : null, result: () => undefined }
      },
    )
  return whileShown(context, 'checking', async () => {
    if (isNew) await settle()
    const found = await doctorFindings(context, rules, flags)
    const isProposed = pullRequest(done) !== null && made.missing.includes(made.codeOwners)
    return isProposed ? withProposal(found) : found
  })
}

const PROPOSED = {
  area: 'GitHub',
  ...unsure(
    'CODEOWNERS on the default branch is not complete: the open pull request brings what it lacks',
  ),
}

/** What the open pull request brings is one thing to look at, and no fault. */
function withProposal(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const isBrought = ({ mark, code }: Finding) => mark === 'bad' && code === 'APPROVAL_CODE_OWNERS'
  return [...new Set(findings.map(finding => (isBrought(finding) ? PROPOSED : finding)))]
}

/** The address of the open pull request with the files; null if there is none. */
function pullRequest(done: readonly Done[]): string | null {
  const texts = done.flatMap(({ details, result }) => [result ?? '', ...details])
  return texts.find(text => /^https?:\/\//.test(text)) ?? null
}

async function ending(
  bootstrapped: Bootstrap,
  flags: BootstrapFlags,
  findings: readonly PlacedFinding[],
  done: readonly Done[],
): Promise<string> {
  const { context, setup, made, installation, rules } = bootstrapped
  const listed = (await context.files.list(rules.config.requests)) ?? []
  const isFirst = listed.every(({ path }) => fileKind(path) === null)
  const url = pullRequest(done)
  const repository = setup.repository ?? 'OWNER/NAME'
  const pull = `countersign apply --prove --repository ${repository} --trusted-config ${made.digest ?? ''} --comment`
  const token = `create a token for the controller, which no call can do: ${setup.forge}/user/settings/applications`
  const isLeft = done.some(({ state }) => state === 'blocked')
  const left = ['do what is left, see ✗ above', again(bootstrapped, flags)]
  const isBad = findings.some(({ mark }) => mark === 'bad')
  const merge = [
    ...(isBad ? ['repair what is marked ✗ above, then run it again'] : []),
    ...(url === null
      ? []
      : [`after an owner approved it, merge the pull request: ${visible(url)}`]),
    ...(setup.forge === null ? [] : [token]),
    ...(context.isRepository
      ? []
      : [`${commandsFor(setup.forge).clone(repository)} && cd ${repository.split('/').at(-1)}`]),
    ...(isFirst
      ? ['countersign new jane --own-key --open']
      : url === null
        ? [`countersign plan --cluster ${installation.cluster.name}`]
        : []),
    ...(flags.controller
      ? chartCommands(installation, repository, made.digest ?? '', setup.forge)
      : installation.cluster.auth.kind === 'inCluster'
        ? [`after its approval and merge, where the cluster can be reached:\n   ${pull}`]
        : []),
  ]
  const lines = (isLeft ? left : merge).map((line, index) => ` ${index + 1} ${line}`)
  return ['', doctorText(findings, context.paint), '', 'next:', ...lines].join('\n')
}
