// What leads out of a refusal: the bytes are approved anew. A file that is gone has none that anybody could change.
import type { Question } from './facts.ts'

/** `how` goes on from "approved". */
export function approvedAnew({ blob }: Pick<Question, 'blob'>, how = ''): string {
  return blob === null
    ? `bring the file back by a pull request that is approved, and remove it by another that is approved${how}`
    : `open a pull request that changes any byte of the file, and have it approved${how}`
}
