// The GitHub half of bootstrap: environment, its secret, the ruleset of the default branch, and a pull request with the first
// files. Planned by looking at the repository, then carried out step by step.
import { failure } from '../../domain/problem.ts'
import type { Ruleset } from '../../domain/proof/repository-settings.ts'
import { filesStep } from './files-step.ts'
import { proposeFiles } from './propose-files.ts'
import type { RepositorySetupPorts, RepositoryStep, WantedRepository } from './repository-step.ts'
import { credentialSteps, rulesetStep } from './settings-steps.ts'

export type { RepositorySetupPorts, RepositoryStep, WantedRepository } from './repository-step.ts'

/**
 * Looks only. Returns the steps in the order in which they are carried out. Throws GITHUB_ codes, GITHUB_NOT_FOUND if the token may
 * not see the repository.
 */
export async function planRepository(
  ports: RepositorySetupPorts,
  wanted: WantedRepository,
): Promise<readonly RepositoryStep[]> {
  const access = await ports.administration.access()
  const tip = (await ports.proposals.tip(wanted.defaultBranch))?.commit ?? null
  const [environment, secret] = await credentialSteps(ports, access, wanted)
  const ruleset = await rulesetStep(ports, access, wanted, tip === null)
  const protection = [environment ?? [], ruleset].flat()
  return [
    ...protection,
    ...(secret === undefined ? [] : [afterProtection(secret, protection)]),
    await filesStep(ports, access, wanted, tip),
  ]
}

/** The credential is stored only where environment and ruleset protect it. */
function afterProtection(
  secret: RepositoryStep,
  protection: readonly RepositoryStep[],
): RepositoryStep {
  const missing = protection.filter(({ state }) => state === 'blocked')
  if (secret.write === null || missing.length === 0) return secret
  const details = missing.map(({ what }) => `is not protected yet, see: ${what}`)
  return { ...secret, state: 'blocked', details, command: null, write: null }
}

/**
 * Does one step that is not unchanged or blocked. Returns the address of the pull request; null if there is nothing to say. Throws
 * GITHUB_ codes, and what `credential` throws.
 */
export async function carryOutRepositoryStep(
  { administration, secrets, proposals }: RepositorySetupPorts,
  { write }: RepositoryStep,
): Promise<string | null> {
  switch (write?.kind) {
    case 'environment':
      await administration.limitEnvironment(write.environment, write.branch)
      return null
    case 'secret':
      await secrets.put(write.place, await write.credential())
      return null
    case 'ruleset':
      await writeRuleset(administration, write.id, write.ruleset)
      return null
    case 'files':
      return (await proposeFiles(proposals, write.proposal)).url
    case undefined:
      return null
  }
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
