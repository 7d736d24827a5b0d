// The steps for settings that only an administrator changes: environment, its secret, and the ruleset of the default branch.
import { CountersignError } from '../../domain/problem.ts'
import type {
  DeploymentBranches,
  RepositoryAccess,
} from '../../domain/proof/repository-settings.ts'
import type {
  RepositorySetupPorts,
  RepositoryStep,
  RepositoryWrite,
  WantedRepository,
} from './repository-step.ts'
import { stepOf } from './repository-step.ts'
import { RULESET, missingProtection, strengthened, weaknesses } from '../../setup/branch-ruleset.ts'
import {
  firstCommitCommand,
  limitEnvironmentCommand,
  removeBranchesCommand,
  rulesetCommand,
  secretCommand,
} from '../../setup/repository/gh-commands.ts'

const NOT_ADMIN = 'the token is not of an administrator of the repository'
const DAY_MS = 86_400_000
/** The token in a credential is valid for 90 days. */
const RENEW_AFTER_DAYS = 60

/** The environment, if a credential is kept at GitHub, and its secret. */
export async function credentialSteps(
  ports: RepositorySetupPorts,
  access: RepositoryAccess,
  wanted: WantedRepository,
): Promise<readonly RepositoryStep[]> {
  const { repository, environment, secretName: name, credential } = wanted
  if (environment === null) return []
  const branches = await ports.settings.deploymentBranches(environment)
  const step = environmentStep(branches, access, { ...wanted, environment })
  if (name === null || credential === null) return [step]
  const write = { kind: 'secret', place: { repository, environment, name }, credential } as const
  return [step, await secretStep(ports, access, write, wanted, branches !== null)]
}

function environmentStep(
  branches: DeploymentBranches | 'hidden' | null,
  { isAdmin }: RepositoryAccess,
  wanted: WantedRepository & { readonly environment: string },
): RepositoryStep {
  const { repository, environment, defaultBranch: branch } = wanted
  const what = `environment ${environment}, deploys from ${branch} only`
  const subject = { id: `repository/environment/${environment}`, what }
  const details = branches === null ? [] : deviations(branches, branch)
  if (branches !== null && details.length === 0) return stepOf(subject, 'unchanged')
  if (isAdmin && branches !== 'hidden') {
    const write = { kind: 'environment', environment, branch } as const
    return stepOf(subject, branches === null ? 'create' : 'change', details, { write })
  }
  const commands = [
    limitEnvironmentCommand(repository, environment, branch),
    ...(details.some(detail => detail.endsWith('deploys as well'))
      ? [removeBranchesCommand(repository, environment, branch)]
      : []),
  ]
  const reasons = isAdmin ? details : [...details, NOT_ADMIN]
  return stepOf(subject, 'blocked', reasons, { command: commands.join('\n') })
}

/** What a change changes; empty if only that branch may deploy. */
function deviations(branches: DeploymentBranches | 'hidden', branch: string): readonly string[] {
  if (branches === 'hidden') return ['the deployment branches cannot be read']
  if (branches.kind === 'any') return ['every branch deploys']
  if (branches.kind === 'protected') return ['every protected branch deploys']
  const { patterns } = branches
  return [
    ...(patterns.includes(branch) ? [] : [`${branch} does not deploy`]),
    ...patterns.filter(pattern => pattern !== branch).map(pattern => `${pattern} deploys as well`),
  ]
}

/** `isThere`: the environment exists. */
async function secretStep(
  { secrets, clock }: RepositorySetupPorts,
  { isAdmin }: RepositoryAccess,
  write: Extract<RepositoryWrite, { readonly kind: 'secret' }>,
  { cluster, credentialNotBefore }: WantedRepository,
  isThere: boolean,
): Promise<RepositoryStep> {
  const { repository, environment, name } = write.place
  const what = `secret ${name} of the environment ${environment}`
  const subject = { id: `repository/secret/${environment}/${name}`, what }
  const command = secretCommand({ repository, environment, name, cluster })
  const written = isThere ? await secrets.look(write.place).catch(refusalOf) : null
  if (typeof written === 'string') return stepOf(subject, 'blocked', [written], { command })
  const details = written === null ? [] : outdated(written, credentialNotBefore, clock.now())
  if (written !== null && details.length === 0) return stepOf(subject, 'unchanged')
  if (!isAdmin) return stepOf(subject, 'blocked', [...details, NOT_ADMIN], { command })
  return stepOf(subject, written === null ? 'create' : 'change', details, { write })
}

/** The message of a refusal of GitHub; other errors are thrown. */
function refusalOf(cause: unknown): string {
  const { code, message } = cause instanceof CountersignError ? cause.problem : {}
  if (code !== 'GITHUB_FORBIDDEN' && code !== 'GITHUB_NOT_FOUND') throw cause
  return message ?? ''
}

/** Why a secret is written again; empty if it can stay. */
function outdated(written: Date, notBefore: Date | null, now: Date): readonly string[] {
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  if (notBefore !== null && written < notBefore)
    return [
      `written on ${day(written)}, before the service account was created on ${day(notBefore)}`,
    ]
  const days = Math.floor((now.getTime() - written.getTime()) / DAY_MS)
  return days < RENEW_AFTER_DAYS ? [] : [`written ${days} days ago; its token is valid for 90 days`]
}

/** `isEmpty`: the repository has no commit. The ruleset would refuse the first one. */
export async function rulesetStep(
  { settings, administration }: RepositorySetupPorts,
  { isAdmin }: RepositoryAccess,
  { repository, defaultBranch: branch }: WantedRepository,
  isEmpty: boolean,
): Promise<RepositoryStep> {
  const what = `ruleset ${RULESET.name} of ${branch}, review by code owners`
  const subject = { id: `repository/ruleset/${RULESET.name}`, what }
  const inForce = await settings.branchProtection(branch)
  if (inForce !== null && missingProtection(inForce).length === 0)
    if (inForce.pullRequest?.dismissesStale === true && inForce.bypass?.length === 0)
      return stepOf(subject, 'unchanged')
  const own = await administration.ruleset(RULESET.name)
  if (own === 'unavailable')
    return stepOf(subject, 'blocked', ['GitHub has no rulesets for this repository with its plan'])
  const details = own === null ? [] : weaknesses(own, branch)
  if (own !== null && details.length === 0) return stepOf(subject, 'unchanged')
  if (isEmpty) {
    const reason = 'the repository has no commit, and the ruleset would refuse the first one'
    return stepOf(subject, 'blocked', [reason], { command: firstCommitCommand(repository) })
  }
  const id = own?.id ?? null
  if (!isAdmin) {
    const command = rulesetCommand(repository, id)
    return stepOf(subject, 'blocked', [...details, NOT_ADMIN], { command })
  }
  const ruleset = own === null ? RULESET : strengthened(own)
  const write = { kind: 'ruleset', id, ruleset } as const
  return stepOf(subject, own === null ? 'create' : 'change', details, { write })
}
