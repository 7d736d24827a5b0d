// Checks of a repository at a Gitea server: the token, the moves of the default branch, and its protection.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { Config } from '../../domain/request/config.ts'
import type { GiteaAccessFacts, GiteaSettings } from '../../ports/github-settings.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { giteaProtection, protectionGaps } from '../../setup/gitea-protection.ts'
import { protectCommand } from '../../setup/repository/forge-commands.ts'

const NEEDED = ['read:repository', 'read:issue', 'read:user', 'read:organization']
const USED = [...NEEDED, 'write:issue']
const KEEP_ROWS =
  'if the server deletes rows, set in its app.ini:\n[cron.delete_old_actions]\nENABLED = false'

/** Whose token it is, with which scopes, and what of the repository refuses every proof. Throws GITHUB_ codes. */
export async function giteaTokenFindings(
  settings: GiteaSettings,
  { name, forge: { url } }: RepositoryFacts,
): Promise<readonly Finding[]> {
  const [access, viewer] = [await settings.access(), await settings.viewer()]
  const { isAdmin, scopes } = access
  const create = `create a token with the scopes ${NEEDED.join(', ')} (with --comment: write:issue): ${url}/user/settings/applications`
  const has = [...(scopes ?? USED), ...(scopes ?? []).map(scope => scope.replace('write', 'read'))]
  const isWhole = has.includes('all') || has.includes('read:admin')
  const missing = isWhole ? [] : NEEDED.filter(scope => !has.includes(scope))
  const more = scopes?.filter(scope => !USED.includes(scope)) ?? []
  const who = `the token is of ${viewer?.login ?? 'no account'}`
  const page = `make it an administrator: ${url}/${name}/settings/collaboration`
  const fine = 'the token has the scopes that the controller needs, and no others'
  return [
    isAdmin
      ? good(`${who}, an administrator of ${name}`)
      : bad(`${who}, who cannot see the rights of reviewers: no administrator of ${name}`, page),
    ...(scopes === null
      ? [unsure('the server does not name the scopes of the token', create)]
      : []),
    ...(missing.length > 0 ? [bad(`the token lacks ${missing.join(', ')}`, create)] : []),
    ...(more.length > 0
      ? [unsure(`the controller does not need the scopes ${more.join(', ')}`, create)]
      : []),
    ...(scopes !== null && missing.length + more.length === 0 ? [good(fine)] : []),
    ...unprovable(access, name, `${url}/${name}/settings`),
  ]
}

/** What of the repository itself refuses the proof of each change, or of some. */
function unprovable(
  { isMirror, isArchived, takesMergesByHand }: GiteaAccessFacts,
  name: string,
  page: string,
): readonly Finding[] {
  const mirror = `${name} is a mirror: its commits come from another server, so nothing is proved`
  const archived = `${name} is archived: nothing can be approved or merged, and its rules cannot change`
  const byHand = `${name} takes merges by hand: every merge counts as a push, and is refused`
  return [
    ...(isMirror ? [bad(mirror, 'name the repository in which people review')] : []),
    ...(isArchived ? [bad(archived, `unarchive it: ${page}`)] : []),
    ...(takesMergesByHand
      ? [bad(byHand, `switch "Manually merged" and its detection off: ${page}`)]
      : []),
  ]
}

/** Who pushed what. Throws GITHUB_ codes, and APPROVAL_API_INCOMPLETE if a proxy drops headers. */
export async function giteaMovesFindings(
  repository: ReviewedRepository,
  { tip, defaultBranch: branch }: RepositoryFacts,
): Promise<readonly Finding[]> {
  await repository.pullRequestsOf([tip])
  const [first] = (await repository.defaultBranchMoves()) ?? []
  return first?.kind === 'branchCreation'
    ? [good(`the activity feed has the moves of ${branch} since its creation`)]
    : [
        unsure(
          `the activity feed lacks the first moves of ${branch}, as where the server itself made the first commit: who pushed then is unknown`,
          KEEP_ROWS,
        ),
      ]
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
  if (gaps.length === 0)
    return [good(`${branch} is protected: the server asks for approved pull requests`)]
  const fix = protectCommand(url ?? '', name, branch, giteaProtection(approval, rule))
  return [bad(`the protection of ${branch} does not say: ${gaps.join(', ')}`, fix)]
}
