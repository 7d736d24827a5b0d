// What the server of a repository cannot answer about the rules of a commit.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ForgeTraits } from '../../domain/proof/repository-facts.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { approvalRules } from './rules-in-force.ts'
import type { Rules } from './rules-in-force.ts'

/**
 * CONFIG_FORGE if the configuration names another server than the one that was asked, APPROVAL_CODE_OWNERS for rules with code owners
 * where the server has another syntax for them.
 */
export function forgeFaults(rules: Rules, { url, hasCodeOwners }: ForgeTraits): readonly Problem[] {
  const { config } = rules
  const isOwned = approvalRules(rules).some(({ codeOwners }) => codeOwners)
  const owners = unplaced(
    'APPROVAL_CODE_OWNERS',
    'a rule asks for code owners, and CODEOWNERS of Gitea has another syntax than that of GitHub, which is the one that is read',
    'name users or teams in the rule instead of codeOwners: true',
  )
  return [
    ...(config.forge === null || config.forge.url === url
      ? []
      : [otherForge(config.path, config.forge.url, url)]),
    ...(isOwned && !hasCodeOwners ? [owners] : []),
  ]
}

/** `asked`: the Gitea server that the operator or the clone named; null for GitHub. */
export function otherForge(path: string, configured: string, asked: string | null): Problem {
  return unplaced(
    'CONFIG_FORGE',
    `${path} names the server ${configured}, and this run works with ${asked ?? 'GitHub'}`,
    `nothing was sent to ${configured}; if you trust it: export GITEA_SERVER_URL=${shellWord(configured)}; otherwise correct forge.url`,
  )
}
