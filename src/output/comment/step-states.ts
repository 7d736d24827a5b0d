// State of each step for the people of a pull request: ready, waiting for a review, refused, or unchanged.
import type { Account } from '../../domain/proof/account.ts'
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import { isMet } from '../../domain/proof/step-need.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { PersonConfig } from '../../domain/request/config.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Verdict } from '../../domain/request/policy.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'

/** Facts of a pull request in addition to its plan. The keys of `verdicts` are the request objects of that plan. */
export interface CommentFacts {
  /** Author of the pull request, null if the account is gone or several pull requests are planned. */
  readonly author: Pick<Account, 'id' | 'login'> | null
  /** The people of the configuration. */
  readonly people: readonly PersonConfig[]
  /** The branch that was compared with. */
  readonly base: string
  readonly head: ObjectId
  readonly visibility: RepositoryFacts['visibility']
  /** approval.maxAge in seconds, null for no limit. */
  readonly maxAgeSeconds: number | null
  /** Configuration files that the pull request changes; their needs are among `needs`. */
  readonly configuration: readonly ConfigurationFile[]
  /** By path of the file. If a file is missing, its approvals are unknown. */
  readonly needs: ReadonlyMap<string, ApprovalNeed>
  readonly verdicts: ReadonlyMap<EffectiveRequest, Verdict>
  readonly now: Date
}

/** A configuration file that a pull request changes. */
export interface ConfigurationFile {
  readonly path: string
  readonly change: 'added' | 'changed' | 'removed'
}

export const STATES = ['ready', 'waits', 'refused', 'unchanged'] as const
export type StepState = (typeof STATES)[number]

/** While the plan as a whole has a problem, no step is ready. */
export function stateOf(step: Step, plan: Plan, facts: CommentFacts): StepState {
  if (step.kind === 'blocked') return 'refused'
  if (step.kind === 'keep') return 'unchanged'
  const need = needOf(step, facts)
  return need !== undefined && isMet(need) && !isHeld(plan) ? 'ready' : 'waits'
}

/** The state of a configuration file. */
export function configurationState(
  { path }: ConfigurationFile,
  plan: Plan,
  { needs }: CommentFacts,
): StepState {
  const need = needs.get(path)
  return need !== undefined && isMet(need) && !isHeld(plan) ? 'ready' : 'waits'
}

export function isHeld({ problems }: Plan): boolean {
  return problems.length > 0
}

export function needOf(step: Step, { needs }: CommentFacts): ApprovalNeed | undefined {
  return needs.get(stepTarget(step).path)
}

/** The first words of the comment: `1 ready, 1 waits for a review, 1 refused`. */
export function statesVerdict(plan: Plan, facts: CommentFacts): string {
  const states = [
    ...plan.steps.map(step => stateOf(step, plan, facts)),
    ...facts.configuration.map(file => configurationState(file, plan, facts)),
  ]
  const wait = isHeld(plan) ? '' : ' for a review'
  const count = (state: StepState): number => states.filter(each => each === state).length
  const told = [
    problemWords(plan.problems.length),
    words(count('ready'), 'ready', 'ready'),
    words(count('waits'), `waits${wait}`, `wait${wait}`),
    words(count('refused'), 'refused', 'refused'),
    words(plan.effects.length, 'fares differently', 'fare differently'),
  ].filter(text => text !== '')
  if (told.length > 0) return told.join(', ')
  return states.length === 0
    ? 'no requests, nothing to do'
    : `nothing to do, ${states.length} unchanged`
}

/** Problems that belong to no single request block all requests. */
function problemWords(count: number): string {
  return words(count, 'problem outside the requests', 'problems outside the requests')
}

function words(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}
