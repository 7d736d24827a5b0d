// countersign doctor: checks of repository settings, cluster permissions and the admission guard. Changes nothing.
import type { ClusterConfig } from '../../domain/request/config.ts'
import type { Finding, PlacedFinding } from '../../domain/cluster/finding.ts'
import { findingsOf, inArea, ofProblem, unsure } from '../../domain/cluster/finding.ts'
import { caughtProblem, ok } from '../../domain/problem.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import { configurationFiles } from '../../workflows/validate/configuration-files.ts'
import { clustersNamed } from '../../workflows/validate/selected-names.ts'
import { clusterFindings } from '../../workflows/doctor/cluster-checks.ts'
import { fileFindings } from '../../workflows/doctor/checkout-checks.ts'
import type { ProvedSince } from '../../workflows/doctor/checkout-checks.ts'
import { approverFindings, codeOwnersFindings } from '../../workflows/doctor/owner-checks.ts'
import { readingFindings, teamFindings } from '../../workflows/doctor/github-access-checks.ts'
import {
  giteaMovesFindings,
  giteaRuleFindings,
  giteaTokenFindings,
} from '../../workflows/doctor/gitea-checks.ts'
import { settingsFindings } from '../../workflows/doctor/github-settings-checks.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import { USUAL_ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { doctorText, findingJson } from '../../output/terminal/doctor-text.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { giteaServer, missingGiteaToken } from '../gitea-server.ts'
import { hasToken, openRepository, openSettings } from './repository-and-token.ts'
import { approversOf } from '../flags/flag-values.ts'
import type { GithubFlags, Texts } from '../flags/flag-values.ts'
import { installationAt } from './manifests-command.ts'
import { whileShown } from '../slow-work.ts'

const GH_TOKEN = 'export GITHUB_TOKEN="$(gh auth token)"'

interface DoctorFlags extends GithubFlags {
  readonly environment: string
  readonly approvers: readonly string[]
}

/** Exit 1 where something is wrong. */
export async function doctor(
  context: Context,
  _args: readonly string[],
  flags: GithubFlags & Texts<'environment' | 'approvers'>,
): Promise<Answer> {
  const { files, options, paint } = context
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return rules
  const { environment, approvers } = flags
  const findings = await doctorFindings(context, rules.value, {
    ...flags,
    environment: environment ?? USUAL_ENVIRONMENT,
    approvers: approversOf(approvers),
  })
  return {
    text: doctorText(findings, paint),
    report: { findings: findings.map(findingJson) },
    hasRefusals: findings.some(({ mark }) => mark === 'bad'),
  }
}

/** Every finding; those of the cluster of --cluster, or of all clusters. */
export async function doctorFindings(
  context: Context,
  rules: Rules,
  flags: DoctorFlags,
): Promise<readonly PlacedFinding[]> {
  const { files, options } = context
  const broken = rules.policies?.broken.flatMap(({ problems }) => problems) ?? []
  const clusters = broken.length > 0 ? [] : clustersNamed(rules.config, options.cluster)
  const ofClusters = await Promise.all(
    clusters.map(async each =>
      inArea(each.name, await atCluster(context, rules, each, flags, clusters)),
    ),
  )
  return [
    ...inArea('files', broken.map(ofProblem)),
    ...inArea('files', await fileFindings(files, rules.config, provedSince(context, flags))),
    ...(await repositoryFindings(context, rules, flags)),
    ...ofClusters.flat(),
  ]
}

function provedSince(context: Context, flags: GithubFlags): ProvedSince {
  return async trustedConfig => {
    if (!(await hasToken(context, flags.tokenEnv))) return null
    const prove = async () => {
      const { trustCommit } = await import('../../workflows/prove/trusted-commit.ts')
      const repository = await openRepository(context, flags)
      const { tip: commit } = await repository.facts()
      const { config } = context.options
      const frame = { commit, config, trustedConfig, trustedRequests: null, workflow: null }
      const proved = await trustCommit({ repository, clock: context.clock }, frame)
      if (!proved.ok) return proved
      const files = await configurationFiles(repository.filesAt(commit), config)
      return ok(trustedDigest(files))
    }
    // What the server of the repository does not answer is said by the checks of the repository.
    return whileShown(context, 'proving the configuration', () =>
      prove().catch((cause: unknown) => {
        caughtProblem(cause)
        return null
      }),
    )
  }
}

async function repositoryFindings(
  context: Context,
  rules: Rules,
  flags: DoctorFlags,
): Promise<readonly PlacedFinding[]> {
  const server = await giteaServer(context)
  const [area, hint] =
    server === null ? ['GitHub', GH_TOKEN] : ['Gitea', missingGiteaToken(server).problem.hint]
  if (!(await hasToken(context, flags.tokenEnv)))
    return inArea(area, [unsure('was not asked: there is no token', hint)])
  const ask = async (): Promise<readonly Finding[]> => {
    const repository = await openRepository(context, flags)
    const settings = await openSettings(context, flags)
    const facts = await repository.facts()
    const { defaultBranch, name, tip } = facts
    const { clusters } = rules.config
    const question = { repository: name, environment: flags.environment, defaultBranch, clusters }
    const parts =
      'ruleInForce' in settings
        ? [
            () => giteaTokenFindings(settings, facts),
            () => giteaMovesFindings(repository, facts),
            () => giteaRuleFindings(settings, facts, rules.config),
            () => teamFindings(repository, rules),
          ]
        : [
            () => readingFindings(repository, facts, rules),
            () => settingsFindings(settings, question),
            () => codeOwnersFindings(repository.filesAt(tip), settings, name, rules),
          ]
    const findings: Finding[] = []
    for (const part of [...parts, () => approverFindings(rules, settings, repository)])
      findings.push(...(await findingsOf(part)))
    return findings
  }
  return inArea(area, await whileShown(context, `asking ${area}`, () => findingsOf(ask)))
}

/** The findings of one cluster. */
export async function atCluster(
  context: Context,
  rules: Rules,
  cluster: ClusterConfig,
  { approvers }: GuardOptions,
  run: readonly ClusterConfig[] = [cluster],
): Promise<readonly Finding[]> {
  const { clusters, clock, environment } = context
  const found = installationAt(rules, cluster, null, clock.now())
  if (!found.ok) return found.problems.map(ofProblem)
  const { auth } = cluster
  const isOwn = run.length === 1 && auth.kind === 'kubeconfigEnv'
  const isElsewhere = isOwn && (environment[auth.variable] ?? '') === ''
  // At a terminal the credential of the environment is not there: whoever looks logs in with their own.
  const here: ClusterConfig = isElsewhere
    ? { ...cluster, auth: { kind: 'currentKubeconfig' } }
    : cluster
  const open = () => clusters.open(here, rules.config.owner, run)
  return whileShown(context, `asking ${cluster.name}`, () =>
    clusterFindings(found.value, { approvers }, open, clock),
  )
}
