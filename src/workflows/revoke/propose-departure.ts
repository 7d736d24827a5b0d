// The pull requests after revoke --login: one withdraws the requests of the person, one takes the person out of the configuration. They
// are two, because a pull request that changes both is refused.
import type { RequestFile } from '../../domain/request/request.ts'
import { CODE_OWNERS_PLACES } from '../../core/approval/reviews/code-owners.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { withMember, withoutItems } from '../../lib/source/edit-yaml.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { proposeFiles } from '../bootstrap/propose-files.ts'
import type { OpenedPull, Proposal } from '../bootstrap/propose-files.ts'
import { isRequestFile, textOf } from '../validate/read-requests.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { isPolicy } from '../validate/rules-in-force.ts'

export interface Departure {
  readonly login: string
  /** Names of the person's requests. */
  readonly names: readonly string[]
  /** owner/name */
  readonly repository: string
  /** The default branch. */
  readonly base: string
  /** The default branch's files. */
  readonly files: RepositoryFiles
  /** The folder of the configuration, empty or with a slash at its end. */
  readonly prefix: string
  /** Path of the configuration below it. */
  readonly config: string
  /** Folder of the request files below it. */
  readonly requests: string
}

export interface ProposedDeparture {
  /** Each null if there is nothing to change. */
  readonly withdrawal: OpenedPull | null
  readonly configuration: OpenedPull | null
  /** Files that name the login and that only a person can change. */
  readonly mentions: readonly string[]
}

/** Safe to run again: open pull requests are continued. Throws GITHUB_ codes, and RUN_USAGE for a branch with other commits. */
export async function proposeDeparture(
  proposals: FileProposals,
  departure: Departure,
): Promise<ProposedDeparture> {
  const { login, repository, base } = departure
  const withdrawn = await withdrawnFiles(departure)
  const { changed, mentions } = await configurationWithout(departure)
  const of = (what: string, rest: Pick<Proposal, 'files' | 'title' | 'body'>) =>
    rest.files.size === 0
      ? null
      : proposeFiles(proposals, {
          repository,
          base,
          branch: `countersign/revoke-${login.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}-${what}`,
          ...rest,
        })
  return {
    withdrawal: await of('requests', {
      files: withdrawn,
      title: `Withdraw the requests of ${login}`,
      body: `\`countersign revoke --login ${login}\` ended the access of these requests. This withdraws them: after review and merge, countersign deletes what they stored, and issues nothing more. A file of another format than countersign's is removed.`,
    }),
    configuration: await of('configuration', {
      files: changed,
      title: `Take ${login} out of the configuration`,
      body: `Approvals of ${login} no longer count after this. Where a rule then has fewer people than it requires, the plan says so: name another person in this pull request. If one owner is left, nobody can approve the changes of that owner: name another owner, too.`,
    }),
    mentions,
  }
}

/** Path → text, null for a file to remove. Empty if all are withdrawn. */
async function withdrawnFiles({
  names,
  files,
  prefix,
  requests,
}: Departure): Promise<Proposal['files']> {
  const folder = `${prefix}${requests}`
  const listed = ((await files.list(folder)) ?? []).filter(isRequestFile)
  return new Map(
    listed.flatMap(file => {
      const parsed = parseRequest(file, folder)
      const name = parsed.ok ? parsed.value.name : nameFromPath(file.path)
      if (!names.includes(name) || (parsed.ok && parsed.value.spec.withdraw === true)) return []
      return [[file.path, parsed.ok ? withdrawnText(file, parsed.value.format) : null]]
    }),
  )
}

/** Null if the file has to be removed: only countersign's own format can ask for a withdrawal. */
function withdrawnText(file: RequestFile, format: string): string | null {
  if (format !== 'countersign' || !/\.ya?ml$/.test(file.path)) return null
  return withMember(textOf(file), ['spec'], 'withdraw', true)
}

/** `never` stays: it takes rights away. */
async function configurationWithout({ files, prefix, config, login }: Departure) {
  const [main, policies, ...owners] = await Promise.all([
    files.read(`${prefix}${config}`),
    files.list(`${prefix}${POLICIES}`),
    ...CODE_OWNERS_PLACES.map(path => files.read(path)),
  ])
  const rules = [main, ...(policies ?? []).filter(({ path }) => isPolicy(path))]
  const changed = new Map<string, string>()
  const mentions: string[] = []
  for (const file of rules) {
    if (file === null) continue
    const before = textOf(file)
    const text = withoutItems(before, (item, list) => list !== 'never' && isLogin(item, login))
    if (text !== before) changed.set(file.path, text)
    if (
      isMentioned(
        withoutItems(text, item => isLogin(item, login)),
        login,
      )
    )
      mentions.push(file.path)
  }
  for (const file of owners)
    if (file !== null && isMentioned(textOf(file), login)) mentions.push(file.path)
  return { changed, mentions }
}

function isLogin(item: unknown, login: string): boolean {
  if (typeof item !== 'object' || item === null || !('login' in item)) return false
  return String(item.login).toLowerCase() === login.toLowerCase()
}

function isMentioned(text: string, login: string): boolean {
  const words = text.toLowerCase().split(/[^a-z0-9-]+/)
  return words.includes(login.toLowerCase())
}
