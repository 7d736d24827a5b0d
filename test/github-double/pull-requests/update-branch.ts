// Updates the head of a pull request with its base: by GitHub's button, by a local merge, or by a rebase.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { askPushRight, moveBranch, push } from '../git/branches.ts'
import { commitByGithub, commitByHand } from '../git/commits.ts'
import { beyond, isAncestor } from '../git/git-history.ts'
import { commitAt } from '../git/git-objects.ts'
import type { ByHand } from './hand-merge.ts'
import { mergeCommits } from '../git/merge.ts'
import { baseOf, headOf } from './pull-request-facts.ts'
import { askOpen } from './pull-requests.ts'
import { ask } from '../refusal.ts'
import { replay } from '../git/replay.ts'
import { repositoryOf } from '../repositories.ts'
import { settle } from '../git/settle-conflicts.ts'
import { signatureOf } from '../git/signatures.ts'
import type { AccountState, GithubState, PullRequestState } from '../state.ts'

/** "Update branch": a merge commit by GitHub; the activity names the person who pressed the button. Refuses (405) a conflict. */
export function updateBranch(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
): ObjectId {
  const [base, head] = tips(state, pr)
  const repository = repositoryOf(state, pr.headRepositoryId)
  askPushRight(state, repository, pr.headBranch, actor)
  const commit = commitByGithub(state, actor, {
    files: settle(state.objects, mergeCommits(state.objects, head, base)),
    parents: [head, base],
    message: `Merge branch '${pr.base}' into ${pr.headBranch}`,
  })
  moveBranch(state, repository, pr.headBranch, commit, { actorId: actor.id, kind: 'push' })
  return commit
}

/** A merge of the base by a person; the resolution may change files without a conflict. */
export function mergeBaseByHand(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  options: ByHand,
): ObjectId {
  const [base, head] = tips(state, pr)
  const commit = commitByHand(state, actor, {
    files: settle(state.objects, mergeCommits(state.objects, head, base), options.resolution),
    parents: [head, base],
    message: `Merge branch '${pr.base}' into ${pr.headBranch}\n`,
  })
  const repository = repositoryOf(state, pr.headRepositoryId)
  push(state, { actor, repository, branch: pr.headBranch, commit })
  return commit
}

/** Authors are kept, the committer is the rebasing person. Merge commits disappear with their resolutions. */
export function rebaseBranch(
  state: GithubState,
  pr: PullRequestState,
  actor: AccountState,
  options: ByHand,
): ObjectId {
  askOpen(pr)
  const { objects } = state
  const [base, head] = [baseOf(state, pr), headOf(state, pr)]
  const commits = beyond(objects, base, head)
  const isOnTop =
    isAncestor(objects, base, head) &&
    commits.every(id => commitAt(objects, id).parents.length === 1)
  ask(!isOnTop, 422, `${pr.headBranch} is on top of ${pr.base} already`)
  const committer = signatureOf(state, actor, state.now)
  const made = replay(objects, { commits, onto: base, committer, ...options })
  const commit = made.at(-1) ?? base
  const repository = repositoryOf(state, pr.headRepositoryId)
  push(state, { actor, repository, branch: pr.headBranch, commit, force: true })
  return commit
}

/** Base and head; refuses (422) a head that contains the base already. */
function tips(state: GithubState, pr: PullRequestState): [base: ObjectId, head: ObjectId] {
  askOpen(pr)
  const [base, head] = [baseOf(state, pr), headOf(state, pr)]
  const isCurrent = isAncestor(state.objects, base, head)
  ask(!isCurrent, 422, `there are no new commits on ${pr.base}`)
  return [base, head]
}
