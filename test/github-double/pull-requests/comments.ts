// Comments through the API: the token's permission is checked before, so its owner's right is not checked again.
import type { CommentState, GithubState, PullRequestState } from '../state.ts'
import { newId } from '../people.ts'
import { ask } from '../refusal.ts'

/** GitHub's limit in characters. */
const LONGEST = 65_536

/** Refuses (422) an empty body and one that is too long. */
export function addComment(
  state: GithubState,
  pr: PullRequestState,
  authorId: number,
  body: string,
): CommentState {
  askBody(body)
  const { now } = state
  const comment = { id: newId(state), authorId, body, createdAt: now, updatedAt: now }
  pr.comments.push(comment)
  return comment
}

export function editComment(state: GithubState, comment: CommentState, body: string): void {
  askBody(body)
  comment.body = body
  comment.updatedAt = state.now
}

export function askBody(body: string): void {
  ask(body !== '', 422, "Validation Failed: body can't be blank")
  ask(body.length <= LONGEST, 422, `Validation Failed: body is too long (maximum is ${LONGEST})`)
}
