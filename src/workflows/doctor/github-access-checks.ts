// Checks of read access at GitHub that the proof needs: pull requests, moves of the default branch, members of teams.
import { uniqueBy } from '../../domain/lists.ts'
import type { Config, TeamRef } from '../../domain/request/config.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { Rules } from '../validate/rules-in-force.ts'

const PROBE = { id: 0, login: 'ghost', type: 'User' } as const

/** Throws GITHUB_ codes if the token may not read pull requests. */
export async function readingFindings(
  repository: ReviewedRepository,
  facts: RepositoryFacts,
  rules: Rules,
): Promise<readonly Finding[]> {
  await repository.pullRequestsOf([facts.tip])
  return [
    good(`the token may read ${facts.name} and its pull requests`),
    await activityFinding(repository, facts, rules.config),
    ...(await teamFindings(repository, rules)),
  ]
}

async function activityFinding(
  repository: ReviewedRepository,
  { defaultBranch }: RepositoryFacts,
  { approval }: Config,
): Promise<Finding> {
  const moves = await repository.defaultBranchMoves()
  if (moves !== null) return good(`the moves of ${defaultBranch} can be read`)
  const message = `how commits came to ${defaultBranch} cannot be read, so each counts as pushed by hand`
  const paste =
    'in a workflow give the job\npermissions:\n  contents: read\n  actions: read\na token of a person needs the scope repo, or Actions: read'
  return approval.strict
    ? bad(`${message}; approval.strict refuses that`, paste)
    : unsure(message, paste)
}

/** Checks that the members of each team that may approve can be read. Throws GITHUB_ codes. */
export async function teamFindings(
  repository: ReviewedRepository,
  { config, policies }: Rules,
): Promise<readonly Finding[]> {
  const { configuration, requests } = config.approval
  const named = [
    ...[configuration, requests].flatMap(({ teams }) =>
      teams.map(team => ({ team, in: config.path })),
    ),
    ...(policies?.policies ?? []).flatMap(({ approvals, path }) =>
      (approvals?.teams ?? []).map(team => ({ team, in: path })),
    ),
  ]
  const teams = uniqueBy(
    named.map(({ team }) => team),
    ({ id }) => id,
  )
  if (teams.length === 0) return []
  const reviewerRights = await repository.reviewerRights([], teams)
  const unreadable = teams.filter(team => reviewerRights.isMember(team, PROBE) === null)
  if (unreadable.length === 0) return [good(`${teams.length} teams can be read`)]
  return unreadable.map(team =>
    unreadableTeam(team, named.find(each => each.team.id === team.id)?.in ?? config.path),
  )
}

function unreadableTeam({ slug }: TeamRef, path: string): Finding {
  return bad(
    `cannot read the team ${slug}: approvals by it cannot be proved`,
    `give the App the organization permission "Members: read" (at Gitea: make the account an owner of the organization), or list users instead of the team in ${path}`,
    'APPROVAL_TEAM_UNREADABLE',
  )
}
