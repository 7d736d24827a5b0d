// What the oracle is asked, and what it says.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH } from '../history/usual-files.ts'
import type { Backdrop } from './backdrop.ts'
import type { LandingSeen } from './log.ts'
import type { Rule, RulesThen } from './meaning.ts'

export const CONFIGURATION = [CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH]

export interface Asked {
  readonly path: string
  /** Where the path came to hold what it holds. */
  readonly commit: ObjectId
  readonly landing: LandingSeen
  readonly backdrop: Backdrop
  readonly rules: RulesThen
  readonly rule: Rule
  /** Never less than this. */
  readonly floor: Rule
  /** Text of the request whose meaning must not have changed; null where there is none. */
  readonly meaning: string | null
  /** Name of the request at a renewal. */
  readonly renewal: string | null
  /** Of a configuration and of a past version it is asked as of their merge. */
  readonly purpose: 'request' | 'configuration' | 'past'
}

/** Refusals beyond "not enough approvals", each documented; where one of these holds, countersign may refuse. */
export type Strictness =
  | 'merged by a push, strict'
  | 'head too young, strict'
  | 'not the merged commit, strict'
  | 'GitHub names a commit with other bytes'
  | 'GitHub names a commit with another diff'
  | 'pushed or moved in the same second'
  | 'put there by rewriting the default branch'
  | 'the diff can be read in another way'
  | 'a version before is one of these'

export interface Opinion {
  readonly isApproved: boolean
  /** Somebody with a say asked for changes: no other pull request of the same commit helps. */
  readonly isStopped?: boolean
  /** Why countersign may refuse all the same. */
  readonly strictness: readonly Strictness[]
  /** In words, for a failing run. */
  readonly why: string
}

export function no(why: string): Opinion {
  return { isApproved: false, strictness: [], why }
}

/** Of several answers to the same question, by what may have counted before: one that approves is enough. */
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
