// A pull request that proposes files: one commit on a branch of countersign. Every run looks at the state first, so a run that was
// cut off is continued, and there is never a second pull request.
import { failure } from '../../domain/problem.ts'
import { deleteBranchCommand, firstCommitCommand } from '../../setup/repository/gh-commands.ts'
import type { BranchTip, FileProposals } from '../../ports/file-proposals.ts'

export interface Proposal {
  /** owner/name */
  readonly repository: string
  readonly branch: string
  /** The default branch. */
  readonly base: string
  /** Path → text. */
  readonly files: ReadonlyMap<string, string>
  /** Also the subject of the commit. */
  readonly title: string
  readonly body: string
}

export type ProposalState =
  /** The base has no commit. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'absent'; readonly base: BranchTip }
  /** Somebody else pushed to the branch, so it is not changed. */
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

/** Looks only. */
export async function proposalState(
  port: FileProposals,
  { branch, base: baseBranch, files }: Proposal,
): Promise<ProposalState> {
  const base = await port.tip(baseBranch)
  if (base === null) return { kind: 'empty' }
  const tip = await port.tip(branch)
  if (tip === null) return { kind: 'absent', base }
  const url = await port.openPullRequest(branch, baseBranch)
  const hasBytes = await holds(port, tip, files)
  if (hasBytes && url !== null) return { kind: 'open', url }
  if (!isOwn(tip)) return { kind: 'foreign' }
  return hasBytes ? { kind: 'unopened', base, tip } : { kind: 'outdated', base, tip, url }
}

const TRIES = 3

/**
 * Returns the address of the pull request. Throws RUN_USAGE for a repository without commits or a branch of somebody else, GITHUB_
 * codes for what GitHub refuses.
 */
export async function proposeFiles(port: FileProposals, proposal: Proposal): Promise<string> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const state = await proposalState(port, proposal)
    if (state.kind === 'open') return state.url
    if (state.kind === 'empty' || state.kind === 'foreign') throw refused(proposal, state.kind)
    const url = await attemptProposal(port, proposal, state)
    if (url !== null) return url
  }
  const { branch, base } = proposal
  throw failure(
    'GITHUB_ANSWER',
    `GitHub refuses the branch ${branch}, or a pull request from it to ${base} (422)`,
    `run it again; if it stays so, delete a branch ${branch.split('/')[0]} and rules that forbid the new one`,
  )
}

type Writable = Extract<ProposalState, { readonly kind: 'absent' | 'outdated' | 'unopened' }>

/** Null if another run was faster. */
async function attemptProposal(
  port: FileProposals,
  proposal: Proposal,
  state: Writable,
): Promise<string | null> {
  if (state.kind === 'unopened') {
    const url = await open(port, proposal)
    // GitHub refuses a branch whose commits were merged before; it needs a new commit.
    if (url !== null) return url
  }
  if (!(await writeBranch(port, proposal, state))) return null
  return state.kind === 'outdated' && state.url !== null ? state.url : open(port, proposal)
}

async function open(port: FileProposals, proposal: Proposal): Promise<string | null> {
  const { branch, base, title, body } = proposal
  const created = await port.createPullRequest({ branch, base, title, body })
  return created ?? port.openPullRequest(branch, base)
}

/** One commit on the base. An existing branch is moved forward only, so no push of another person is lost. */
async function writeBranch(
  port: FileProposals,
  { branch, files, title }: Proposal,
  state: Writable,
): Promise<boolean> {
  const { base } = state
  const tree = await port.createTree(base.tree, files)
  const parents = state.kind === 'absent' ? [base.commit] : [state.tip.commit, base.commit]
  const message = `${title}\n\n${MARK}${tree}\n`
  const commit = await port.createCommit({ tree, parents, message })
  return state.kind === 'absent'
    ? port.createBranch(branch, commit)
    : port.moveBranch(branch, commit)
}

/** A commit of countersign names its own tree, so a commit that somebody changed or added does not pass for one. */
const MARK = 'Countersign-Tree: '

function isOwn({ message, tree }: BranchTip): boolean {
  return message.trimEnd().endsWith(`\n${MARK}${tree}`)
}

async function holds(
  port: FileProposals,
  { commit }: BranchTip,
  files: ReadonlyMap<string, string>,
): Promise<boolean> {
  const there = port.filesAt(commit)
  for (const [path, text] of files) {
    const file = await there.read(path)
    if (file === null || Buffer.compare(file.bytes, Buffer.from(text)) !== 0) return false
  }
  return true
}

function refused({ repository, branch, base }: Proposal, kind: 'empty' | 'foreign') {
  return kind === 'empty'
    ? failure('RUN_USAGE', `${base} of ${repository} has no commit`, firstCommitCommand(repository))
    : failure(
        'RUN_USAGE',
        `somebody else pushed to the branch ${branch} of ${repository}, and it is not overwritten`,
        `merge or delete it, then run it again: ${deleteBranchCommand(repository, branch)}`,
      )
}
