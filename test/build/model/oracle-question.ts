// The question to the oracle, and its answer.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH } from '../history/usual-files.ts'
import type { UnapprovedChanges } from './unapproved-changes.ts'
import type { LandingSeen } from './event-log.ts'
import type { Rule, RulesThen } from './request-meaning.ts'

export const CONFIGURATION = [CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH]

export interface OracleQuestion {
  readonly path: string
  /** The commit that gave the path its present content. */
  readonly commit: ObjectId
  readonly landing: LandingSeen
  readonly backdrop: UnapprovedChanges
  readonly rules: RulesThen
  readonly rule: Rule
  /** The minimum rule. */
  readonly minimum: Rule
  /** Text of the request whose effective request must be unchanged; null if there is none. */
  readonly meaning: string | null
  /** Name of the request at a renewal. */
  readonly renewal: string | null
  /** A question about a configuration or a past version is asked as of its merge. */
  readonly purpose: 'request' | 'configuration' | 'past'
}

/** Documented refusals beyond "not enough approvals"; if one applies, countersign may refuse. */
export type Strictness =
  | 'merged by a push, strict'
  | 'head too young, strict'
  | 'not the merged commit, strict'
  | 'GitHub names a commit with other bytes'
  | 'GitHub names a commit with another diff'
  | 'pushed or moved in the same second'
  | 'put there by rewriting the default branch'
  | 'a state inside of its pull request, which is judged whole'
  | 'it moved, and who wrote what was not proved at its old path counts'
  | 'the diff can be read in another way'
  | 'the review was of another base than the merge'
  | 'a version before is one of these'

export interface Opinion {
  readonly isApproved: boolean
  /** An eligible reviewer requested changes: no other pull request of the same commit helps. */
  readonly isStopped?: boolean
  /** Reasons for which countersign may still refuse. */
  readonly strictness: readonly Strictness[]
  /** The reason, for a failing run. */
  readonly why: string
}

export function no(why: string): Opinion {
  return { isApproved: false, strictness: [], why }
}

/** Merges several answers to one question, by what may have counted before: one approval suffices. */
export function anyOf(opinions: readonly Opinion[]): Opinion {
  const best =
    opinions.find(({ isApproved, strictness }) => isApproved && strictness.length === 0) ??
    opinions.find(({ isApproved }) => isApproved)
  if (best === undefined) return opinions[0] ?? no('nothing was asked')
  const isDoubtful = opinions.some(({ isApproved }) => !isApproved)
  return isDoubtful
    ? { ...best, strictness: [...best.strictness, 'a version before is one of these'] }
    : best
}
