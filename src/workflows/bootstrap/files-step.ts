// The step for the pull request with the first files: only what the default branch lacks.
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import type { RepositoryAccess } from '../../domain/proof/repository-settings.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { FileProposals } from '../../ports/file-proposals.ts'
import { deleteBranchCommand, firstCommitCommand } from '../../setup/repository/gh-commands.ts'
import { missingFiles, pathsToRead } from './missing-files.ts'
import { proposalState, proposeFiles } from './propose-files.ts'
import { stepOf } from './repository-step.ts'
import type { RepositorySetupPorts, WantedRepository } from './repository-step.ts'

const BRANCH = 'countersign-setup'
const TITLE = 'Set up countersign'
const BODY =
  'These files set up countersign for this repository. Check the owners in the configuration and in CODEOWNERS before you merge.'

/** `tip`: the commit of the default branch, null if there is none. */
export async function filesStep(
  { proposals, settings }: RepositorySetupPorts,
  { mayPush, mayChangeWorkflows }: RepositoryAccess,
  { repository, defaultBranch: base, files: wanted }: WantedRepository,
  tip: ObjectId | null,
): Promise<SetupTask> {
  const subject = { id: `repository/pull-request/${BRANCH}`, what: `pull request from ${BRANCH}` }
  const blocked = (detail: string, command: string | null): SetupTask =>
    stepOf(subject, 'blocked', [detail], { command })
  if (tip === null) return blocked(`${base} has no commit`, firstCommitCommand(repository))
  const { files, details } = missingFiles(await textsAt(proposals, tip, wanted), wanted)
  if (files.size === 0) return stepOf(subject, 'unchanged', details)
  const proposal = { repository, branch: BRANCH, base, files, title: TITLE, body: BODY }
  const state = await proposalState(proposals, proposal)
  if (state.kind === 'open') return stepOf(subject, 'unchanged', [state.url])
  if (state.kind === 'foreign')
    return blocked(
      `the branch ${BRANCH} has commits that are not part of this proposal, and it is not overwritten`,
      deleteBranchCommand(repository, BRANCH),
    )
  if (!mayPush) {
    const login = (await settings.viewer())?.login ?? null
    const grant = `gh api -X PUT repos/${repository}/collaborators/${login} -f permission=push`
    return blocked('the token may not push', login === null ? null : grant)
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
  for (const path of pathsToRead(wanted)) {
    const file = await files.read(path)
    if (file !== null) texts.set(path, Buffer.from(file.bytes).toString('utf8'))
  }
  return texts
}

function isWorkflow(path: string): boolean {
  return path.startsWith('.github/workflows/')
}
