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

export interface GiteaSetupPorts {
  readonly settings: GiteaSettings
  readonly proposals: FileProposals
}

/** Looks only, and returns the steps in order. An empty repository gets no protection: it would refuse the first commit. Throws GITHUB_ codes. */
export async function planGiteaRepository(
  ports: GiteaSetupPorts,
  wanted: WantedRepository,
  config: Config,
): Promise<readonly SetupTask[]> {
  const access = await ports.settings.access()
  const tip = (await ports.proposals.tip(wanted.defaultBranch))?.commit ?? null
  const mayWrite = access.isAdmin && access.mayPush
  const protection = tip === null ? [] : [await protectionStep(ports, mayWrite, wanted, config)]
  return [...protection, await filesStep(ports, access, wanted, tip)]
}

async function protectionStep(
  { settings, proposals }: GiteaSetupPorts,
  mayWrite: boolean,
  { repository, defaultBranch: branch }: WantedRepository,
  { approval }: Config,
): Promise<SetupTask> {
  const what = `protection of ${branch}, approved pull requests only`
  const subject = { id: `repository/protection/${branch}`, what }
  const found = await settings.ruleInForce(branch)
  const known = found === 'hidden' ? null : found
  const gaps = protectionGaps(approval, known)
  if (gaps.length === 0) return stepOf(subject, 'unchanged')
  const rule = giteaProtection(approval, known)
  const command = protectCommand(proposals.forge.url ?? '', repository, branch, rule)
  if (known !== null && known['rule_name'] !== branch)
    return stepOf(subject, 'blocked', [
      ...gaps,
      'a rule of more branches applies: change that rule',
    ])
  if (!mayWrite || found === 'hidden') {
    const reason = 'the token is not of an administrator of the repository with write:repository'
    return stepOf(subject, 'blocked', [reason], { command })
  }
  const run = async () => (await settings.protect(branch, rule, found === null), null)
  return stepOf(subject, found === null ? 'create' : 'change', gaps, { run })
}
