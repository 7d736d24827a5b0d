// Checks of a repository at a Gitea server: the token, the moves of the default branch, and its protection.
import type { Finding } from '../../domain/cluster/finding.ts'
import { findingsIn } from '../../domain/cluster/finding.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { Config } from '../../domain/request/config.ts'
import type { GiteaSettings } from '../../ports/github-settings.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { giteaProtection, protectionGaps } from '../../setup/gitea-protection.ts'
import { protectCommand } from '../../setup/repository/forge-commands.ts'

const { bad, good, unsure } = findingsIn('Gitea')
const NEEDED = ['read:repository', 'read:issue', 'read:user', 'read:organization']

/** Who the token is of, and its scopes. Throws GITHUB_ codes. */
export async function giteaTokenFindings(
  settings: GiteaSettings,
  { name, forge: { url } }: RepositoryFacts,
): Promise<readonly Finding[]> {
  const [{ isAdmin, scopes }, viewer] = [await settings.access(), await settings.viewer()]
  const create = `create a token with the scopes ${NEEDED.join(', ')} (with --comment: write:issue): ${url}/user/settings/applications`
  const has = (scope: string): boolean =>
    [scope, scope.replace('read', 'write'), 'all', 'read:admin'].some(each =>
      scopes?.includes(each),
    )
  const missing = NEEDED.filter(scope => !has(scope)).join(', ')
  const more = scopes?.filter(scope => ![...NEEDED, 'write:issue'].includes(scope)).join(', ')
  const who = `the token is of ${viewer?.login ?? 'no account'}`
  return [
    isAdmin
      ? good(`${who}, an administrator of ${name}`)
      : bad(
          `${who}, no administrator of ${name}: the server does not show the rights of reviewers`,
          `make this account an administrator: ${url}/${name}/settings/collaboration`,
        ),
    more === undefined
      ? unsure('the server does not say which scopes the token has', create)
      : missing !== ''
        ? bad(`the token lacks ${missing}`, create)
        : more === ''
          ? good('the token has the scopes that the controller needs, and no others')
          : unsure(`the controller does not need these scopes of the token: ${more}`, create),
  ]
}

/** Who pushed what. Throws GITHUB_ codes, and APPROVAL_API_INCOMPLETE if a proxy drops headers. */
export async function giteaMovesFindings(
  repository: ReviewedRepository,
  settings: GiteaSettings,
  { name, tip, defaultBranch: branch }: RepositoryFacts,
): Promise<readonly Finding[]> {
  if (await settings.isMirror())
    return [
      bad(
        `${name} is a mirror: its commits come from another server, so nothing is proved`,
        'name the repository in which people review, with --repository',
      ),
    ]
  await repository.pullRequestsOf([tip])
  const moves = (await repository.defaultBranchMoves()) ?? []
  if (moves[0]?.kind === 'branchCreation')
    return [good(`the activity feed has the moves of ${branch} since its creation`)]
  const fix =
    'if the server deletes rows, set in its app.ini:\n[cron.delete_old_actions]\nENABLED = false'
  return [unsure(`the activity feed lacks moves of ${branch}: who pushed then is unknown`, fix)]
}

/** The protection of the default branch. Throws GITHUB_ codes. */
export async function giteaRuleFindings(
  settings: GiteaSettings,
  { name, defaultBranch: branch, forge: { url } }: RepositoryFacts,
  { approval }: Config,
): Promise<readonly Finding[]> {
  const rule = await settings.ruleInForce(branch)
  if (rule === 'hidden') return [unsure(`the protection of ${branch} cannot be read`)]
  const gaps = protectionGaps(approval, rule)
  if (gaps.length === 0) return [good(`${branch} takes reviewed pull requests only`)]
  const fix = protectCommand(url ?? '', name, branch, giteaProtection(approval, rule))
  return [bad(`the protection of ${branch} does not say: ${gaps.join(', ')}`, fix)]
}
