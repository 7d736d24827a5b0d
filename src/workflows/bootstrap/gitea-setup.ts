// The Gitea half of bootstrap: the protection of the default branch, and a pull request with the first files.
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import type { Config } from '../../domain/request/config.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import type { GiteaSettings } from '../../ports/github-settings.ts'
import { giteaProtection, protectionGaps } from '../../setup/gitea-protection.ts'
import { protectCommand } from '../../setup/repository/forge-commands.ts'
import { filesStep } from './files-step.ts'
import type { WantedRepository } from './repository-step.ts'
import { stepOf } from './repository-step.ts'

const NOT_ADMIN = 'the token is not of an administrator of the repository with write:repository'

/** Looks only, and returns the steps in order. Throws GITHUB_ codes. */
export async function planGiteaRepository(
  proposals: FileProposals,
  settings: GiteaSettings,
  wanted: WantedRepository,
  { approval }: Config,
): Promise<readonly SetupTask[]> {
  const { repository, defaultBranch: branch } = wanted
  const access = await settings.access()
  const tip = (await proposals.tip(branch))?.commit ?? null
  const files = await filesStep(proposals, settings, access, wanted, tip)
  // The protection would refuse the first commit.
  if (tip === null) return [files]
  const what = `protection of ${branch}, approved pull requests only`
  const subject = { id: `repository/protection/${branch}`, what }
  const found = await settings.ruleInForce(branch)
  const known = found === 'hidden' ? null : found
  const [rule, gaps] = [giteaProtection(approval, known), protectionGaps(approval, known)]
  if (gaps.length === 0) return [stepOf(subject, 'unchanged'), files]
  const command = protectCommand(proposals.forge.url ?? '', repository, branch, rule)
  const blocked = (reason: string, more = {}) => [stepOf(subject, 'blocked', [reason], more), files]
  if (known !== null && known['rule_name'] !== branch)
    return blocked(`a rule of more branches applies, change that one: ${gaps.join(', ')}`)
  if (!access.isAdmin || !access.mayPush || found === 'hidden')
    return blocked(NOT_ADMIN, { command })
  const run = async () => (await settings.protect(branch, rule, found === null), null)
  return [stepOf(subject, found === null ? 'create' : 'change', gaps, { run }), files]
}
