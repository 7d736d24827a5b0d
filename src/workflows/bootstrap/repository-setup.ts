// The GitHub half of bootstrap: environment, its secret, the ruleset of the default branch, and a pull request with the first
// files. Planned by looking at the repository, then done step by step.
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import { filesStep } from './files-step.ts'
import type { RepositorySetupPorts, WantedRepository } from './repository-step.ts'
import { credentialSteps, rulesetStep } from './settings-steps.ts'

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
    await filesStep(ports, access, wanted, tip),
  ]
}

/** The credential is stored only where environment and ruleset protect it. */
function afterProtection(secret: SetupTask, protection: readonly SetupTask[]): SetupTask {
  const missing = protection.filter(({ state }) => state === 'blocked')
  if (secret.run === null || missing.length === 0) return secret
  const details = missing.map(({ what }) => `is not protected yet, see: ${what}`)
  return { ...secret, state: 'blocked', details, command: null, run: null }
}
