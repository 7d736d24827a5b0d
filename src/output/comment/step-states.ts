// State of each step for the people of a pull request: ready, waiting for an approval, refused, or unchanged.
import type { Account } from '../../domain/proof/account.ts'
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import { isMet } from '../../domain/proof/step-need.ts'
import { affectedRequests, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { PersonConfig } from '../../domain/request/config.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import { whoMayApprove } from './missing-approvals-markdown.ts'
import type { PageLinks } from './page-links.ts'
import { firstOf, listMarkdown, mark, NOTHING, codes } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { counted } from '../terminal/plural-words.ts'
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
  readonly hasCertificates: boolean
  /** approval.maxAge in seconds, null for no limit. */
  readonly maxAgeSeconds: number | null
  /** Configuration files that the pull request changes; their needs are among `needs`. */
  readonly configuration: readonly ConfigurationFile[]
  /** By path of the file. If a file is missing, its approvals are unknown. */
  readonly needs: ReadonlyMap<string, ApprovalNeed>
  readonly verdicts: ReadonlyMap<EffectiveRequest, PolicyDecision>
  readonly now: Date
  /** Null without addresses, for example if the page would be too long with them. */
  readonly links: PageLinks | null
  /** The commit whose policies judged. */
  readonly rulesCommit: ObjectId
  readonly phase: PullRequestPhase
  /** Every cluster is applied from inside, and that run writes nothing at GitHub. */
  readonly isPullMode: boolean
}

/** `group`: several pull requests together. `queued`: one of them, as a commit of the group. */
export type PullRequestPhase =
  | { readonly kind: 'open' }
  | { readonly kind: 'group' }
  | { readonly kind: 'queued'; readonly commit: ObjectId; readonly isRefused: boolean }

/** A configuration file that a pull request changes. */
export interface ConfigurationFile {
  readonly path: string
  readonly change: 'added' | 'changed' | 'removed'
}

/** In the order of the page: what is refused comes first. */
export const STATES = ['refused', 'needs approval', 'ready', 'unchanged'] as const
export type StepState = (typeof STATES)[number]

const ICONS: Readonly<Record<StepState, string>> = {
  ready: '✅',
  'needs approval': '⏳',
  refused: '⛔',
  unchanged: '➖',
}

/** `✅ ready`: the icon repeats the word, it never replaces it. */
export function stateMarkdown(state: StepState): Markdown {
  return { markdown: `${ICONS[state]} ${state}` }
}

/** While the plan as a whole has a problem, no step is ready. */
export function stepState(step: Step, plan: Plan, facts: CommentFacts): StepState {
  if (step.kind === 'blocked') return 'refused'
  if (step.kind === 'keep') return 'unchanged'
  return stateWith(needOf(step, facts), plan)
}

/** The state of a configuration file. */
export function configurationState(
  { path }: ConfigurationFile,
  plan: Plan,
  { needs }: CommentFacts,
): StepState {
  return stateWith(needs.get(path), plan)
}

function stateWith(need: ApprovalNeed | undefined, plan: Plan): StepState {
  return need !== undefined && isMet(need) && !isHeld(plan) ? 'ready' : 'needs approval'
}

export function isHeld({ problems }: Plan): boolean {
  return problems.length > 0
}

export function needOf(step: Step, { needs }: CommentFacts): ApprovalNeed | undefined {
  return needs.get(stepTarget(step).path)
}

/** The verdict of a whole plan, for the comment, the summary, the log and the outputs. */
export interface PlanVerdict {
  readonly state: StepState
  /** Begins with the state: `ready`, `needs approval of …`, `refused`; then how many requests are in which state. */
  readonly words: Markdown
  readonly counts: Readonly<Record<StepState, number>>
}

export function commentVerdict(plan: Plan, facts: CommentFacts): PlanVerdict {
  const states = [
    ...plan.steps.map(step => stepState(step, plan, facts)),
    ...facts.configuration.map(file => configurationState(file, plan, facts)),
  ]
  const count = (state: StepState): number => states.filter(each => each === state).length
  const counts = {
    ready: count('ready'),
    'needs approval': count('needs approval'),
    refused: count('refused'),
    unchanged: count('unchanged'),
  }
  const isRefused = counts.refused > 0 || isHeld(plan)
  const first = (['needs approval', 'ready'] as const).find(each => counts[each] > 0)
  const state = isRefused ? 'refused' : (first ?? 'unchanged')
  const detail = details(plan, counts, states.length)
  return { state, counts, words: mark`${headWords(state, plan, facts)}${detail}` }
}

function headWords(state: StepState, plan: Plan, facts: CommentFacts): Markdown {
  if (state === 'needs approval')
    return facts.phase.kind === 'group'
      ? mark`this merge group passes; each of its pull requests needs its own approvals`
      : missingWords(plan, facts)
  if (state !== 'unchanged') return { markdown: state }
  const { length } = plan.steps
  if (plan.effects.length > 0) return mark`nothing to approve`
  return length === 0 ? mark`no requests, nothing to do` : mark`nothing to do, ${length} unchanged`
}

const MOST_NAMES = 3

/** `needs approval of owner`, from all that lack one; `waits: owner asks for changes` if only that is left. */
function missingWords(plan: Plan, facts: CommentFacts): Markdown {
  const paths = [
    ...plan.steps.map(step => stepTarget(step).path),
    ...facts.configuration.map(({ path }) => path),
  ]
  const unmet = [...new Set(paths)].flatMap(path => {
    const need = facts.needs.get(path)
    return need === undefined || isMet(need) ? [] : [need]
  })
  const lacking = unmet.filter(({ counted, required }) => counted.length < Math.max(1, required))
  const asking = [...new Set(unmet.flatMap(need => need.asking))]
  if (lacking.length === 0 && asking.length > 0)
    return mark`waits: ${listMarkdown(codes(asking, MOST_NAMES))} requested changes`
  const names = new Map(lacking.map(need => briefly(need)).map(each => [each.markdown, each]))
  if (names.size === 0) return mark`needs approval`
  return mark`needs approval of ${listMarkdown(firstOf([...names.values()], MOST_NAMES))}`
}

/** The first line says no more than that anybody with write access will do. */
function briefly(need: ApprovalNeed): Markdown {
  const { users, teams, codeOwners } = need
  const isAnybody = users.length === 0 && teams.length === 0 && codeOwners === null
  return isAnybody ? mark`a person with write access` : whoMayApprove(need)
}

/** ` (1 ready, 1 needs approval)`, if there is more than one thing to count. */
function details(plan: Plan, counts: PlanVerdict['counts'], all: number): Markdown {
  const told = (
    [
      [plan.problems.length, 'problem outside the requests', 'problems outside the requests'],
      [counts.ready, 'ready', 'ready'],
      [counts['needs approval'], 'needs approval', 'need approval'],
      [counts.refused, 'refused', 'refused'],
      [affectedRequests(plan.effects).length, 'request is affected', 'requests are affected'],
    ] as const
  ).flatMap(([count, one, many]) => (count === 0 ? [] : [counted(count, one, many)]))
  const isOne = all === 1 && told.length === 1
  return told.length === 0 || isOne ? NOTHING : { markdown: ` (${told.join(', ')})` }
}
