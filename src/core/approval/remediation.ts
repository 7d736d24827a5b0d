// What leads out of a refusal: a pull request that shows what nobody approved yet.
import type { Question } from './proof-facts.ts'

/** `how` goes on from "approved". */
export function newPullRequestHint({ blob }: Pick<Question, 'blob'>, how = ''): string {
  return blob === null
    ? `bring the file back by a pull request that is approved, and remove it by another that is approved${how}`
    : `as a person, open a pull request whose diff shows every line that nobody approved yet, and have it approved${how}; to show a whole file, remove it in one pull request and add it in the next`
}

/** Where the bytes were proved once and only the approval has ended: any change that is approved begins another. */
export const APPROVE_AGAIN_HINT =
  'as a person, open a pull request that changes a line of the file (a comment will do), and have it approved'
