// The plan of a pull request, read from GitHub: its files against where it left the default branch, judged by the rules at the
// tip of that branch, with what each changed file still needs of reviewers. No cluster, no secret.
import { isMet } from '../domain/need.ts'
import type { ApprovalNeed } from '../domain/need.ts'
import type { Plan, Step } from '../domain/plan.ts'
import { ok } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import { approvalNeed } from '../approval/need.ts'
import { comparedTrees } from '../plan/compare-trees.ts'
import { withTightness } from '../plan/tight.ts'
import { openPullRequest } from './open-pull-request.ts'
import type { OpenPullRequest, PullRequestFrame } from './open-pull-request.ts'
import { rulesChange } from './plan.ts'
import { WHOLE, withLimits } from './scope.ts'
import { rulesFor } from './prove.ts'
import { ON_GITHUB } from '../sink/possible.ts'
import { judgeRequests, parseRequests } from './read.ts'
import type { Asked } from './read.ts'
import { requesterOn } from './requesters.ts'
import { isToDo } from './review.ts'
import type { ReviewWorld } from './review.ts'
import type { Rules } from './rules.ts'
import { pathOf } from './trails.ts'
import { unprovable } from './unprovable.ts'

export interface PullRequestPlan {
  readonly plan: Plan
  readonly rules: Rules
  readonly asked: Asked
  readonly opened: OpenPullRequest
  /** By path. */
  readonly needs: ReadonlyMap<string, ApprovalNeed>
}

/** Steps of files that the pull request leaves as they are do not appear: others' faults are not its own. */
export async function planPullRequest(
  world: ReviewWorld,
  frame: PullRequestFrame,
): Promise<Checked<PullRequestPlan>> {
  const found = await openPullRequest(world, frame)
  if (!found.ok) return found
  const opened = found.value
  const { rules, head, base, trails, facts } = opened
  const { config } = rules
  const folder = config.requests
  const now = world.clock.now()
  const [parsed, before] = await Promise.all(
    [head, base].map(files => parseRequests(files, { rules, folder })),
  )
  if (parsed === undefined || before === undefined) throw new RangeError('two states were read')
  const isPublic = opened.repository.visibility === 'public'
  const asked = judgeRequests(parsed, {
    rules,
    folder,
    now,
    isPublic,
    ways: ON_GITHUB,
    requesterOf: ({ path }) => {
      const trail = trails.get(path)
      return trail === undefined ? null : requesterOn(trail, opened.pull, facts, config)
    },
  })
  const made = comparedTrees({ ...asked, before: before.requests, config, now })
  const own = { ...made, steps: withTightness(made.steps.filter(step => isChanged(step, trails))) }
  const changed = await rulesChange(
    head,
    opened.judging,
    rules,
    { ...frame, requests: null, isPublic },
    now,
  )
  const limited = withLimits(own, config, WHOLE, null)
  const paths = [...new Set(own.steps.filter(isToDo).map(pathOf))]
  const plan = {
    ...limited,
    problems: [
      ...limited.problems,
      ...changed.problems,
      ...(await unprovable(opened, folder, paths)),
    ],
    effects: changed.effects,
  }
  return ok({ plan, rules, asked, opened, needs: needsOf(plan, { rules, asked }, opened) })
}

function isChanged(step: Step, trails: OpenPullRequest['trails']): boolean {
  return trails.has(pathOf(step))
}

function needsOf(
  { steps }: Plan,
  judged: { readonly rules: Rules; readonly asked: Asked },
  { trails, pull, jurisdiction, facts }: OpenPullRequest,
): ReadonlyMap<string, ApprovalNeed> {
  const needs = new Map<string, ApprovalNeed>()
  for (const step of steps.filter(isToDo)) {
    const trail = trails.get(pathOf(step))
    if (trail === undefined) continue
    const question = {
      ...trail,
      ...rulesFor(step, judged),
      purpose: 'issue',
      meaningAt: null,
    } as const
    const need = approvalNeed(question, pull, jurisdiction, facts)
    const other = needs.get(trail.path)
    // A file for several clusters waits for the one that lacks most.
    if (other === undefined || isMet(other)) needs.set(trail.path, need)
  }
  return needs
}
