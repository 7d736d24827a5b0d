// Hints that lead out of a refusal: a pull request that shows the lines that nobody approved yet.
import type { Question } from './proof-facts.ts'

/**
 * What to do about a refused file, or about a refused removal if the blob is null. `how` continues the text after "approved". Without
 * its configuration, nothing of a repository works.
 */
export function newPullRequestHint(
  { blob, purpose }: Pick<Question, 'blob'> & Partial<Pick<Question, 'purpose'>>,
  how = '',
): string {
  const whole =
    purpose === 'configuration'
      ? ''
      : '. To show a whole file, remove it in one pull request and add it in the next'
  return blob === null
    ? `restore the file in one pull request and remove it in another; both have to be approved${how}`
    : `as a person, open a pull request with a diff that shows every unapproved line, and have it approved${how}${whole}`
}

/** For bytes that were proved once and only lost their approval: any approved change starts a new one. */
export const APPROVE_AGAIN_HINT =
  'as a person, open a pull request that changes a line of the file (a comment will do), and have it approved'
