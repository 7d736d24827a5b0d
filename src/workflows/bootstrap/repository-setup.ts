// The GitHub half of bootstrap: environment, its secret, the ruleset of the default branch, and a pull request with the first
// files. Planned by looking at the repository, then done step by step.
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import { TOKEN_DAYS } from '../../domain/cluster/installation.ts'
import { caughtProblem, failure } from '../../domain/problem.ts'
import type {
  DeploymentBranches,
  RepositoryAccess,
  Ruleset,
} from '../../domain/proof/repository-settings.ts'
import { RULESET, missingProtection, strengthened, weaknesses } from '../../setup/branch-ruleset.ts'
import {
  firstCommitCommand,
  limitEnvironmentCommand,
  removeBranchesCommand,
  rulesetCommand,
  secretCommand,
} from '../../setup/repository/gh-commands.ts'
import { filesStep } from './files-step.ts'
import type { RepositorySetupPorts, WantedCredential, WantedRepository } from './repository-step.ts'
import { stepOf } from './repository-step.ts'

/**
 * Looks only. Returns the steps in the order in which they are done; each returns the address of a pull request, or null. Throws GITHUB_ codes, GITHUB_NOT_FOUND if the token may
 * not see the repository.
 */
export async function planRepository(
  ports: RepositorySetupPorts,
  wanted: WantedRepository,
): Promise<readonly SetupTask[]> {
  const access = await ports.administration.access()
  const tip = (await ports.proposals.tip(wanted.defaultBranch))?.commit ?? null
  const [environment, secret] = await credentialSteps(ports, access, wanted)
  const ruleset = await rulesetStep(ports, access, wanted, tip === null)
  const protection = [environment ?? [], ruleset].flat()
  return [
    ...protection,
    ...(secret === undefined ? [] : [afterProtection(secret, protection)]),
    await filesStep(ports.proposals, ports.settings, access, wanted, tip),
  ]
}

/** The credential is stored only where environment and ruleset protect it. */
function afterProtection(secret: SetupTask, protection: readonly SetupTask[]): SetupTask {
  const missing = protection.filter(({ state }) => state === 'blocked')
  if (secret.run === null || missing.length === 0) return secret
  const details = missing.map(({ what }) => `is not protected yet, see: ${what}`)
  return { ...secret, state: 'blocked', details, command: null, run: null }
}

// The steps for settings that only an administrator changes: environment, its secret, and the ruleset of the default branch.

const NOT_ADMIN = 'the token is not of an administrator of the repository'
const DAY_MS = 86_400_000
const RENEW_AFTER_DAYS = TOKEN_DAYS - 30

/** The environment, if a credential is kept at GitHub, and its secret. */
async function credentialSteps(
  ports: RepositorySetupPorts,
  access: RepositoryAccess,
  wanted: WantedRepository,
): Promise<readonly SetupTask[]> {
  const { environment, credential } = wanted
  if (environment === null) return []
  const branches = await ports.settings.deploymentBranches(environment)
  const at = { ...wanted, environment }
  const step = environmentStep(ports, branches, access, at)
  if (credential === null) return [step]
  return [step, await secretStep(ports, access, credential, at, branches !== null)]
}

type WithEnvironment = WantedRepository & { readonly environment: string }

function environmentStep(
  { administration }: RepositorySetupPorts,
  branches: DeploymentBranches | 'hidden' | null,
  { isAdmin }: RepositoryAccess,
  { repository, environment, defaultBranch: branch }: WithEnvironment,
): SetupTask {
  const what = `environment ${environment}, deploys from ${branch} only`
  const subject = { id: `repository/environment/${environment}`, what }
  const details = branches === null ? [] : deviations(branches, branch)
  if (branches !== null && details.length === 0) return stepOf(subject, 'unchanged')
  if (isAdmin && branches !== 'hidden') {
    const run = async () => (await administration.limitEnvironment(environment, branch), null)
    return stepOf(subject, branches === null ? 'create' : 'change', details, { run })
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
  { secretName: name, create, notBefore }: WantedCredential,
  { repository, environment, cluster }: WithEnvironment,
  isThere: boolean,
): Promise<SetupTask> {
  const place = { repository, environment, name }
  const what = `secret ${name} of the environment ${environment}`
  const subject = { id: `repository/secret/${environment}/${name}`, what }
  const command = secretCommand({ ...place, cluster })
  const written = isThere ? await secrets.look(place).catch(refusalOf) : null
  if (typeof written === 'string') return stepOf(subject, 'blocked', [written], { command })
  const details = written === null ? [] : outdated(written, notBefore, clock.now())
  if (written !== null && details.length === 0) return stepOf(subject, 'unchanged')
  if (!isAdmin) return stepOf(subject, 'blocked', [...details, NOT_ADMIN], { command })
  const run = async () => (await secrets.put(place, await create()), null)
  return stepOf(subject, written === null ? 'create' : 'change', details, { run })
}

/** The message of a refusal of GitHub; other errors are thrown. */
function refusalOf(cause: unknown): string {
  const { code, message } = caughtProblem(cause)
  if (code !== 'GITHUB_FORBIDDEN' && code !== 'GITHUB_NOT_FOUND') throw cause
  return message
}

/** Why a secret is written again; empty if it can stay. */
function outdated(written: Date, notBefore: Date | null, now: Date): readonly string[] {
  if (notBefore !== null && written < notBefore)
    return [
      `written at ${written.toISOString()}, before the service account was created at ${notBefore.toISOString()}`,
    ]
  const days = Math.floor((now.getTime() - written.getTime()) / DAY_MS)
  return days < RENEW_AFTER_DAYS
    ? []
    : [`written ${days} days ago; its token is valid for ${TOKEN_DAYS} days`]
}

/** `isEmpty`: the repository has no commit. The ruleset would refuse the first one. */
async function rulesetStep(
  { settings, administration }: RepositorySetupPorts,
  { isAdmin }: RepositoryAccess,
  { repository, defaultBranch: branch }: WantedRepository,
  isEmpty: boolean,
): Promise<SetupTask> {
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
  const run = async () => (await writeRuleset(administration, id, ruleset), null)
  return stepOf(subject, own === null ? 'create' : 'change', details, { run })
}

async function writeRuleset(
  administration: RepositorySetupPorts['administration'],
  id: number | null,
  ruleset: Ruleset,
): Promise<void> {
  if (await administration.saveRuleset(id, ruleset)) return
  // A ruleset of that name exists if another run was faster.
  if ((await administration.ruleset(ruleset.name)) !== null) return
  throw failure(
    'GITHUB_ANSWER',
    `GitHub refuses the ruleset ${ruleset.name} (422)`,
    'create it under Settings, Rules: countersign manifests ruleset prints it',
  )
}
