// The step for the pull request with the first files: only what the default branch lacks.
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import type { RepositoryAccess } from '../../domain/proof/repository-settings.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import type { AccountSettings } from '../../ports/github-settings.ts'
import { commandsFor } from '../../setup/repository/forge-commands.ts'
import { CODE_OWNERS_PLACES, parseCodeOwners } from '../../core/approval/reviews/code-owners.ts'
import type { CodeOwners } from '../../core/approval/reviews/code-owners.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import { proposalState, proposeFiles } from './propose-files.ts'
import { stepOf } from './repository-step.ts'
import type { WantedRepository } from './repository-step.ts'

const BRANCH = 'countersign-setup'
const TITLE = 'Set up countersign'
const BODY =
  'These files set up countersign for this repository. Check the owners in the configuration and in CODEOWNERS before you merge.'

/** `tip`: the commit of the default branch, null if there is none. */
export async function filesStep(
  proposals: FileProposals,
  settings: AccountSettings,
  { mayPush, mayChangeWorkflows }: RepositoryAccess,
  { repository, defaultBranch: base, cluster, files: wanted, changed }: WantedRepository,
  tip: ObjectId | null,
): Promise<SetupTask> {
  const [branch, title] =
    changed.size === 0 ? [BRANCH, TITLE] : [`${BRANCH}-${cluster}`, `Set up the cluster ${cluster}`]
  const subject = { id: `repository/pull-request/${branch}`, what: `pull request from ${branch}` }
  const { firstCommit, deleteBranch, allowPush } = commandsFor(proposals.forge)
  const blocked = (detail: string, command: string | null): SetupTask =>
    stepOf(subject, 'blocked', [detail], { command })
  if (tip === null) return blocked(`${base} has no commit`, firstCommit(repository))
  const { files, details } = missingFiles(await textsAt(proposals, tip, wanted), wanted, changed)
  if (files.size === 0) return stepOf(subject, 'unchanged', details)
  const proposal = { repository, branch, base, files, title, body: BODY }
  const state = await proposalState(proposals, proposal)
  if (state.kind === 'open') return stepOf(subject, 'unchanged', [state.url])
  if (state.kind === 'foreign')
    return blocked(
      `the branch ${branch} has commits that are not part of this proposal, and it is not overwritten`,
      deleteBranch(repository, branch),
    )
  if (!mayPush) {
    const login = (await settings.viewer())?.login ?? null
    return blocked('the token may not push', login === null ? null : allowPush(repository, login))
  }
  if (mayChangeWorkflows === false && [...files.keys()].some(isWorkflow))
    return blocked(
      'the token may not change workflows: its scopes do not include workflow',
      'gh auth refresh --scopes workflow',
    )
  const run = async (): Promise<string> => (await proposeFiles(proposals, proposal)).url
  return stepOf(subject, state.kind === 'outdated' ? 'change' : 'create', details, { run })
}

async function textsAt(
  proposals: FileProposals,
  commit: ObjectId,
  wanted: WantedRepository['files'],
): Promise<ReadonlyMap<string, string>> {
  const files = proposals.filesAt(commit)
  const texts = new Map<string, string>()
  for (const path of new Set([...wanted.keys(), ...CODE_OWNERS_PLACES])) {
    const file = await files.read(path)
    if (file !== null) texts.set(path, Buffer.from(file.bytes).toString('utf8'))
  }
  return texts
}

function isWorkflow(path: string): boolean {
  return path.startsWith('.github/workflows/')
}

// Which files of a set-up a repository lacks. Existing files keep what they say: CODEOWNERS gets the lines that it lacks, the workflow
// the pin of this version, and both configuration and workflow a further cluster.

interface MissingFiles {
  /** Path → whole text. */
  readonly files: ReadonlyMap<string, string>
  /** One fact for each file that changes, or that cannot be changed. */
  readonly details: readonly string[]
}

/** `present`: path → text, without the paths that do not exist. */
export function missingFiles(
  present: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  changed: ReadonlyMap<string, string> = new Map(),
): MissingFiles {
  const files = new Map<string, string>()
  const details: string[] = []
  const change = (path: string, text: string, detail: string): void => {
    files.set(path, text)
    details.push(detail)
  }
  for (const [path, text] of wanted) {
    const isOwners = path.split('/').at(-1) === 'CODEOWNERS'
    const place = (isOwners ? CODE_OWNERS_PLACES.find(each => present.has(each)) : null) ?? path
    const found = present.get(place)
    if (found === undefined) change(path, text, path)
    else if (found === text) continue
    else if (changed.get(path) === found)
      change(path, text, moreLines(path, text.split('\n').length - found.split('\n').length))
    else if (changed.has(path)) details.push(`${path} has changed meanwhile: run it again`)
    else if (isOwners) {
      const parsed = parseCodeOwners(place, found)
      const lines = parsed.ok ? lacking(parsed.value, text) : []
      if (lines.length > 0) change(place, withLines(found, lines), moreLines(place, lines.length))
      if (!parsed.ok) details.push(`${place} is not changed, because ${parsed.problems[0].message}`)
    } else if (isWorkflow(path)) {
      const pinned = withPin(found, text)
      if (pinned !== found) change(path, pinned, `${path}: the pin of countersign`)
    }
  }
  return { files, details }
}

/** Wanted lines whose pattern does not decide about the files that it names. */
function lacking({ rules }: CodeOwners, wanted: string): readonly string[] {
  return wanted.split('\n').filter(line => {
    const [pattern = ''] = line.split(/\s/)
    if (pattern === '' || pattern.startsWith('#')) return false
    const sample = `${pattern.replace(/^\//, '')}${pattern.endsWith('/') ? 'any' : ''}`
    return rules.findLast(({ globs }) => matchesAnyGlob(globs, sample))?.pattern !== pattern
  })
}

function moreLines(path: string, count: number): string {
  return `${path}: ${count} more ${count === 1 ? 'line' : 'lines'}`
}

function withLines(text: string, lines: readonly string[]): string {
  const above = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${above}${lines.join('\n')}\n`
}

const PIN = /countersign\/countersign@(?<ref>[\w./-]+)(?:[ \t]+#[ \t]*(?<version>v[\d.]+)[^\n]*)?/g
const PLACEHOLDER = /^0+$/

/** Replaces zeros and older versions. A pin without a version, or of a newer one, was chosen by somebody and stays. */
function withPin(found: string, wanted: string): string {
  const pin = [...wanted.matchAll(PIN)][0]
  const { ref = '', version = '' } = pin?.groups ?? {}
  if (pin === undefined || PLACEHOLDER.test(ref)) return found
  return found.replaceAll(PIN, (whole: string, oldRef: string, comment?: string) => {
    const oldVersion = comment ?? (/^v[\d.]+$/.test(oldRef) ? oldRef : null)
    const isOlder = oldVersion !== null && isBefore(oldVersion, version)
    return PLACEHOLDER.test(oldRef) || isOlder ? pin[0] : whole
  })
}

function isBefore(one: string, other: string): boolean {
  const [left, right] = [one, other].map(text => text.slice(1).split('.').map(Number))
  const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1
  return at !== -1 && (left?.[at] ?? 0) < (right?.[at] ?? 0)
}
