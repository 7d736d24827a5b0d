// Issues through the API: the token's permission is checked before.
import type { GithubState, IssueState, RepositoryState } from '../state.ts'
import { askBody } from './comments.ts'
import { newId } from '../people.ts'
import { nextNumber } from './pull-requests.ts'
import { ask } from '../refusal.ts'

/** Refuses (422) an issue without a title, and a body that is too long. */
export function openIssue(
  state: GithubState,
  repository: RepositoryState,
  said: { readonly authorId: number; readonly title: string; readonly body: string },
): IssueState {
  ask(said.title !== '', 422, "Validation Failed: title can't be blank")
  askBody(said.body)
  const { now } = state
  const number = nextNumber(repository)
  const issue: IssueState = {
    id: newId(state),
    number,
    ...said,
    state: 'open',
    createdAt: now,
    updatedAt: now,
  }
  repository.issues.push(issue)
  return issue
}

export function editIssue(
  state: GithubState,
  issue: IssueState,
  changes: Partial<Pick<IssueState, 'title' | 'body' | 'state'>>,
): void {
  if (changes.body !== undefined) askBody(changes.body)
  Object.assign(issue, changes)
  issue.updatedAt = state.now
}
