// Checks of owners and approvers: CODEOWNERS gives the deciding files to the owners, and approvers exist, have the expected ids,
// and are enough.
import { uniqueBy } from '../../domain/lists.ts'
import type { Config, UserRef } from '../../domain/request/config.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, ofProblem, unsure } from '../../domain/cluster/finding.ts'
import type { CodeOwners, Owner } from '../../core/approval/reviews/code-owners.ts'
import { ownersOf, parseCodeOwners } from '../../core/approval/reviews/code-owners.ts'
import type { AccountSettings, GithubSettings } from '../../ports/github-settings.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { codeOwnersFile } from '../validate/configuration-files.ts'
import { commandsFor } from '../../setup/repository/forge-commands.ts'
import { textOf } from '../validate/read-requests.ts'
import { approvalRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** One path for each line that init writes: files at these paths decide about approvals. */
function decidingPaths(config: string): readonly string[] {
  return [
    '.github/workflows/countersign.yml',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    '.github/CODEOWNERS',
    '.gitattributes',
    'requests/.gitattributes',
    config,
    'policies/people.yaml',
  ]
}

/** `files`: those of the default branch. `repository`: owner and name. */
export async function codeOwnersFindings(
  files: RepositoryFiles,
  settings: GithubSettings,
  repository: string,
  rules: Rules,
): Promise<readonly Finding[]> {
  const file = await codeOwnersFile(files)
  if (file === null)
    return [
      bad(
        'the default branch has no CODEOWNERS, so no owner has to review configuration and policies',
        'countersign bootstrap opens a pull request with one: merge it',
        'APPROVAL_CODE_OWNERS',
      ),
    ]
  const parsed = parseCodeOwners(file.path, textOf(file))
  if (!parsed.ok) return parsed.problems.map(ofProblem)
  const faults = (await settings.codeOwnersFaults()) ?? []
  const github = faults.map(({ path, line, message }) =>
    bad(`${path}:${line} is ignored by GitHub: ${message}`, null, 'APPROVAL_CODE_OWNERS'),
  )
  const [organization = ''] = repository.split('/')
  const known = knownOwners(organization, rules)
  const found = [...github, ...ownership(parsed.value, rules.config, known)]
  return found.length === 0
    ? [good(`${file.path} gives configuration and policies to their owners`)]
    : found
}

function ownership(
  owners: CodeOwners,
  config: Config,
  known: ReadonlySet<string>,
): readonly Finding[] {
  const open = decidingPaths(config.path).filter(path => ownersOf(owners, path).length === 0)
  const named = new Set(
    decidingPaths(config.path)
      .flatMap(path => ownersOf(owners, path))
      .map(ownerText),
  )
  const strangers = [...named].filter(name => !known.has(name.toLowerCase()))
  const lines = open.map(path => `/${path} ${[...known].join(' ')}`)
  return [
    ...(open.length === 0
      ? []
      : [
          bad(
            `${owners.path} gives ${open.join(', ')} to nobody`,
            `add below its other lines:\n${lines.join('\n')}`,
            'APPROVAL_CODE_OWNERS',
          ),
        ]),
    ...(strangers.length === 0
      ? []
      : [
          unsure(
            `${owners.path} names ${strangers.join(', ')}, and ${config.path} has no ids for them: their reviews do not count as code owners`,
            `list them in people, or in approval.configuration, of ${config.path}; or, if they left, take them out of ${owners.path}`,
          ),
        ]),
  ]
}

/** As CODEOWNERS names them, in lower case. */
function knownOwners(organization: string, rules: Rules): ReadonlySet<string> {
  const ruled = approvalRules(rules)
  const users = [...ruled.flatMap(({ users: found }) => found), ...rules.config.people]
  const teams = ruled.flatMap(({ teams: found }) => found)
  const names = [
    ...users.map(({ login }) => login),
    ...teams.map(({ slug }) => `${organization}/${slug}`),
  ]
  return new Set(names.map(name => `@${name.toLowerCase()}`))
}

function ownerText(owner: Owner): string {
  return owner.kind === 'user'
    ? `@${owner.login}`
    : owner.kind === 'team'
      ? `@${owner.slug}`
      : owner.email
}

/** Checks each approver and each person of the configuration by id, and whether the configuration has enough approvers. */
export async function approverFindings(
  rules: Rules,
  settings: AccountSettings,
  repository: ReviewedRepository,
): Promise<readonly Finding[]> {
  const { config } = rules
  const approvers = unique(approvalRules(rules).flatMap(({ users }) => users))
  const approving = await Promise.all(
    approvers.map(user => userFindings(user, config, settings, repository, true)),
  )
  const ids = new Set(approvers.map(({ id }) => id))
  const others = unique(config.people).filter(({ id }) => !ids.has(id))
  const people = await Promise.all(
    others.map(user => userFindings(user, config, settings, repository, false)),
  )
  const found = [...approving, ...people].flat()
  const all = approvers.length + others.length
  const fine =
    found.length === 0 && all > 0
      ? [good(`${all} people have the login and id of ${config.path}`)]
      : []
  return [...found, ...fine, ...enough(config)]
}

async function userFindings(
  user: UserRef,
  config: Config,
  settings: AccountSettings,
  repository: ReviewedRepository,
  mustWrite: boolean,
): Promise<readonly Finding[]> {
  const { login, id } = user
  const account = await settings.account({ login })
  if (account?.id !== id) {
    const owner = await settings.account({ id })
    const said =
      account === null ? `nobody has the login ${login}` : `${login} has the id ${account.id}`
    const now = owner === null ? `no account has the id ${id}` : `the id ${id} is ${owner.login}`
    return [
      bad(
        `${said}; ${now}`,
        `correct login or id in ${config.path}: ${commandsFor(config.forge?.url ?? null).accountId('LOGIN')}`,
        'CONFIG_USER_MISMATCH',
      ),
    ]
  }
  if (!mustWrite) return []
  const permission = (await repository.reviewerRights([account], [])).permission(account)
  if (permission === null) return [unsure(`what ${login} may do here cannot be read`)]
  return permission === 'write' || permission === 'admin'
    ? []
    : [
        bad(
          `${login} may not write here, so their approvals do not count`,
          'give them the right to write, or take them out of the rule',
          'APPROVAL_REVIEWER_NOT_ELIGIBLE',
        ),
      ]
}

/**
 * Nobody approves their own change. If a rule names only as many users as it requires, a change by one of them cannot be approved.
 */
function enough({ approval, path }: Config): readonly Finding[] {
  const { required, users, teams, codeOwners } = approval.configuration
  const isOpen = (users.length === 0 && !codeOwners) || teams.length > 0 || codeOwners
  if (isOpen || users.length > required) return []
  return [
    unsure(
      `approval.configuration asks for ${required} of ${users.length}: a change by one of them cannot be approved`,
      `name more users in ${path}`,
    ),
  ]
}

function unique(users: readonly UserRef[]): readonly UserRef[] {
  return uniqueBy(users, ({ id, login }) => `${id} ${login}`)
}
