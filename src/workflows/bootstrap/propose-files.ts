// A pull request that proposes files: one commit on a branch of countersign. Every run looks at the state first, so a run that was
// cut off is continued, and there is never a second pull request.
import { failure } from '../../domain/problem.ts'
import { commandsFor } from '../../setup/repository/forge-commands.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { BranchTip, FileProposals, NewPullRequest } from '../../ports/file-proposals.ts'

/** `base` is the default branch; `title` is also the subject of the commit. */
export interface Proposal extends NewPullRequest {
  /** owner/name */
  readonly repository: string
  /** Path → text, null for a file to remove. */
  readonly files: ReadonlyMap<string, string | null>
}

export type ProposalState =
  /** The base has no commit. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'absent'; readonly base: BranchTip }
  /** The branch changes other files, or a commit is not of countersign. So it is neither changed nor proposed. */
  | { readonly kind: 'foreign' }
  /** countersign wrote the branch, with other bytes. `url`: its open pull request. */
  | {
      readonly kind: 'outdated'
      readonly base: BranchTip
      readonly tip: BranchTip
      readonly url: string | null
    }
  /** The branch has these bytes, and no pull request is open. */
  | { readonly kind: 'unopened'; readonly base: BranchTip; readonly tip: BranchTip }
  /** An open pull request proposes these bytes. */
  | { readonly kind: 'open'; readonly url: string }

export interface OpenedPull {
  /** The address of the pull request. */
  readonly url: string
  /** What this run did: `changed` wrote other content to an open pull request. */
  readonly change: 'opened' | 'changed' | 'unchanged'
}

/** Looks only. */
export async function proposalState(
  port: FileProposals,
  { branch, base: baseBranch, files }: Proposal,
): Promise<ProposalState> {
  const base = await port.tip(baseBranch)
  if (base === null) return { kind: 'empty' }
  const tip = await port.tip(branch)
  if (tip === null) return { kind: 'absent', base }
  const paths = await changedPaths(port, base, tip, files)
  if (paths === null) return { kind: 'foreign' }
  const pull = await port.openPullRequest(branch, baseBranch)
  const hasBytes = paths.size === files.size && (await holds(port, tip, files))
  if (hasBytes && pull?.head === tip.commit) return { kind: 'open', url: pull.url }
  if (!isOwn(tip)) return { kind: 'foreign' }
  return hasBytes
    ? { kind: 'unopened', base, tip }
    : { kind: 'outdated', base, tip, url: pull?.url ?? null }
}

const MOST_BRANCHES = 9

/**
 * The proposal with a branch that can be written. One with other commits and without an open pull request, as a merged one leaves it, is
 * passed over: the next number follows, after a dot, which no name of a request has. An open pull request of a later number is continued.
 * Throws RUN_USAGE if a pull request with other changes is open from such a branch, or the repository has no commit. Looks only.
 */
export async function withFreeBranch(port: FileProposals, wanted: Proposal): Promise<Proposal> {
  const numbered = (number: number): string =>
    number === 1 ? wanted.branch : `${wanted.branch}.${number}`
  for (let number = 1; ; number++) {
    const branch = numbered(number)
    const proposal = { ...wanted, branch }
    const { kind } = await proposalState(port, proposal)
    if (kind === 'empty') throw refused(port.forge, proposal, kind)
    const next = kind === 'absent' ? numbered(number + 1) : null
    const isLater = next !== null && (await port.openPullRequest(next, wanted.base)) !== null
    if (isLater) continue
    if (kind !== 'foreign') return proposal
    const isInUse = (await port.openPullRequest(branch, wanted.base)) !== null
    if (isInUse || number === MOST_BRANCHES) throw refused(port.forge, proposal, kind)
  }
}

/**
 * The paths that the branch changes. Null if one is not of the proposal, in any of its commits: GitHub's rebase merge applies each one
 * on its own, so what a later commit takes back would be merged.
 */
async function changedPaths(
  port: FileProposals,
  base: BranchTip,
  tip: BranchTip,
  files: Proposal['files'],
): Promise<ReadonlySet<string> | null> {
  const whole = await port.ahead(base.commit, tip.commit)
  for (const commit of whole?.commits ?? []) {
    const part = commit === tip.commit ? whole : await port.ahead(base.commit, commit)
    if (part === null || [...part.paths].some(path => !files.has(path))) return null
  }
  return whole?.paths ?? null
}

const TRIES = 3

/**
 * Throws RUN_USAGE for a repository without commits or a branch that holds other changes, GITHUB_ codes for what GitHub refuses.
 */
export async function proposeFiles(port: FileProposals, proposal: Proposal): Promise<OpenedPull> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const state = await proposalState(port, proposal)
    if (state.kind === 'open') return { url: state.url, change: 'unchanged' }
    if (state.kind === 'empty' || state.kind === 'foreign')
      throw refused(port.forge, proposal, state.kind)
    const url = await attemptProposal(port, proposal, state)
    const isChange = state.kind === 'outdated' && state.url !== null
    if (url !== null) return { url, change: isChange ? 'changed' : 'opened' }
  }
  const { branch, base } = proposal
  throw failure(
    'GITHUB_ANSWER',
    `the server refuses the branch ${branch}, or a pull request from it to ${base} (422)`,
    `run it again; if it is refused again, delete a branch ${branch.split('/')[0]} and rules that forbid the new one`,
  )
}

type Outdated = Extract<ProposalState, { readonly kind: 'absent' | 'outdated' }>
type Writable = Outdated | Extract<ProposalState, { readonly kind: 'unopened' }>

/** Null if another run was faster. */
async function attemptProposal(
  port: FileProposals,
  proposal: Proposal,
  state: Writable,
): Promise<string | null> {
  if (state.kind === 'unopened') return open(port, proposal, state.tip.commit)
  const commit = await writeBranch(port, proposal, state)
  if (commit === null) return null
  return state.kind === 'outdated' && state.url !== null ? state.url : open(port, proposal, commit)
}

/** Null if the pull request has another commit: somebody pushed meanwhile. */
async function open(
  port: FileProposals,
  proposal: Proposal,
  commit: ObjectId,
): Promise<string | null> {
  const { branch, base, title, body } = proposal
  const created = await port.createPullRequest({ branch, base, title, body })
  const pull = created ?? (await port.openPullRequest(branch, base))
  return pull?.head === commit ? pull.url : null
}

/** One commit on the base, null if another run was faster. An existing branch is moved forward only, so no push of another person is lost. */
async function writeBranch(
  port: FileProposals,
  { branch, files, title }: Proposal,
  state: Outdated,
): Promise<ObjectId | null> {
  const { base } = state
  const tree = await port.createTree(base.tree, files)
  const parents = state.kind === 'absent' ? [base.commit] : [state.tip.commit, base.commit]
  const message = `${title}\n\n${MARK}${tree}\n`
  const commit = await port.createCommit({ tree, parents, message })
  const isWritten =
    state.kind === 'absent'
      ? await port.createBranch(branch, commit)
      : await port.moveBranch(branch, commit)
  return isWritten ? commit : null
}

/** A commit of countersign names its own tree, so an edit of a person is not overwritten. Anybody can write this: it proves nothing. */
const MARK = 'Countersign-Tree: '

function isOwn({ message, tree }: BranchTip): boolean {
  return message.trimEnd().endsWith(`\n${MARK}${tree}`)
}

async function holds(
  port: FileProposals,
  { commit }: BranchTip,
  files: Proposal['files'],
): Promise<boolean> {
  const there = port.filesAt(commit)
  for (const [path, text] of files) {
    const file = await there.read(path)
    if (text === null ? file !== null : !isFileOf(file, text)) return false
  }
  return true
}

function isFileOf(file: RequestFile | null, text: string): boolean {
  return file?.mode === '100644' && Buffer.compare(file.bytes, Buffer.from(text)) === 0
}

function refused(forge: FileProposals['forge'], proposal: Proposal, kind: 'empty' | 'foreign') {
  const { repository, branch, base } = proposal
  const { firstCommit, deleteBranch } = commandsFor(forge)
  return kind === 'empty'
    ? failure('RUN_USAGE', `${base} of ${repository} has no commit`, firstCommit(repository))
    : failure(
        'RUN_USAGE',
        `the branch ${branch} of ${repository} has commits that are not part of this proposal, and it is not overwritten`,
        `if nobody needs it, delete it and run again: ${deleteBranch(repository, branch)}`,
      )
}
