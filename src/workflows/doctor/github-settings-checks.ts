// Checks of GitHub's settings that countersign relies on: the environment with its branches, the location of the secret, the
// ruleset.
import type { ClusterConfig } from '../../domain/request/config.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import type { BranchProtection } from '../../domain/proof/repository-settings.ts'
import type { GithubSettings } from '../../ports/github-settings.ts'
import { missingProtection } from '../../setup/branch-ruleset.ts'
import {
  limitEnvironmentCommand,
  rulesetCommand,
  secretCommand,
} from '../../setup/repository/gh-commands.ts'
import { USUAL_ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

export interface SettingsQuestion {
  readonly repository: string
  readonly environment: string
  readonly defaultBranch: string
  readonly clusters: readonly ClusterConfig[]
}

export async function settingsFindings(
  settings: GithubSettings,
  question: SettingsQuestion,
): Promise<readonly Finding[]> {
  // In pull mode GitHub has no credential.
  const isPull = question.clusters.every(({ auth }) => auth.kind === 'inCluster')
  return [
    ...(isPull ? [] : [await environmentFinding(settings, question)]),
    ...(await secretFindings(settings, question)),
    ...(await rulesetFindings(settings, question)),
  ]
}

async function environmentFinding(
  settings: GithubSettings,
  { environment, defaultBranch, repository }: SettingsQuestion,
): Promise<Finding> {
  const branches = await settings.deploymentBranches(environment)
  const what = `environment "${environment}"`
  const fix = limitEnvironmentCommand(repository, environment, defaultBranch)
  if (branches === 'hidden')
    return unsure(`${what}: the token may not see it`, 'give the token actions: read')
  const named = environment === USUAL_ENVIRONMENT ? '' : 'if --environment has the right name:\n'
  if (branches === null) return bad(`there is no ${what}`, `${named}${fix}`)
  if (branches.kind === 'any')
    return bad(
      `${what} deploys from every branch: all who may push a branch have the credential`,
      fix,
    )
  if (branches.kind === 'protected')
    return bad(`${what} deploys from every protected branch, not from ${defaultBranch} alone`, fix)
  const others = branches.patterns.filter(pattern => pattern !== defaultBranch)
  if (others.length > 0)
    return bad(
      `${what} deploys from ${others.join(', ')} as well`,
      `leave only ${defaultBranch}: https://github.com/${repository}/settings/environments`,
    )
  return branches.patterns.length === 0
    ? bad(`${what} deploys from no branch at all`, fix)
    : good(`${what} deploys from ${defaultBranch} only`)
}

/** Credentials by name. They must be in the environment, and in no place that a branch can read. */
async function secretFindings(
  settings: GithubSettings,
  { clusters, environment, repository }: SettingsQuestion,
): Promise<readonly Finding[]> {
  const kept = clusters.flatMap(({ auth, name: cluster }) =>
    auth.kind === 'kubeconfigEnv' ? [{ name: auth.variable, cluster }] : [],
  )
  const findings = kept.map(async ({ name, cluster }) => {
    const [isLoose, isKept] = [
      await settings.hasSecret(name, null),
      await settings.hasSecret(name, environment),
    ]
    const at = `--repo ${repository}`
    if (isLoose === true)
      return bad(
        `${name} is a secret of the repository: every workflow of every branch can read it`,
        `gh secret delete ${name} ${at}`,
      )
    if (isKept === false)
      return bad(
        `${name} is not in the environment "${environment}"`,
        secretCommand({ repository, environment, name, cluster }),
      )
    return isLoose === null || isKept === null
      ? unsure(
          `where ${name} is kept cannot be seen with this token`,
          `look with: gh secret list ${at}; gh secret list ${at} --env ${shellWord(environment)}`,
        )
      : good(`${name} is a secret of the environment "${environment}", and not of the repository`)
  })
  return Promise.all(findings)
}

async function rulesetFindings(
  settings: GithubSettings,
  { repository, defaultBranch }: SettingsQuestion,
): Promise<readonly Finding[]> {
  const found = await settings.branchProtection(defaultBranch)
  if (found === null)
    return [unsure(`the rules of ${defaultBranch} cannot be read with this token`)]
  const lacking = missingProtection(found)
  const findings =
    lacking.length === 0
      ? [good(`${defaultBranch} takes reviewed pull requests only, and no force push`)]
      : [
          bad(
            `no ruleset of ${defaultBranch} requires ${lacking.join(', ')}`,
            rulesetCommand(repository),
          ),
        ]
  return [...findings, ...mergeFindings(found, repository), ...bypassFindings(found, repository)]
}

/** Settings that keep approvals valid and issuing possible. */
function mergeFindings(
  { pullRequest, needsUpToDate }: BranchProtection,
  repository: string,
): readonly Finding[] {
  const rules = `https://github.com/${repository}/rules`
  return [
    ...(needsUpToDate
      ? [good('pull requests are up to date when they are merged')]
      : [
          unsure(
            'pull requests may be merged out of date: two approved changes of one file can then merge into unapproved text, and nothing is issued',
            `require a status check with "Require branches to be up to date before merging", or for a merge queue: ${rules}`,
          ),
        ]),
    ...(pullRequest === null || pullRequest.dismissesStale
      ? []
      : [
          unsure(
            'a push does not dismiss earlier approvals: GitHub can show a pull request as approved although countersign refuses it',
            `turn on "Dismiss stale pull request approvals when new commits are pushed": ${rules}`,
          ),
        ]),
  ]
}

function bypassFindings({ bypass }: BranchProtection, repository: string): readonly Finding[] {
  if (bypass === null || bypass.length === 0) return []
  return [
    unsure(
      `these can bypass the rulesets: ${bypass.join(', ')}`,
      `countersign proves reviews itself, which they cannot bypass; remove them all the same: https://github.com/${repository}/rules`,
    ),
  ]
}
