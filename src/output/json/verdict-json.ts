// The verdict of a plan and the state of each request, small enough for an output of the action.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import { configurationState, needOf, commentVerdict, stepState } from '../comment/step-states.ts'
import type { CommentFacts, StepState } from '../comment/step-states.ts'

/** GitHub takes 1 MiB for all outputs of a job. */
const MOST_REQUESTS = 300

/** `isWhole` is false if requests are left out; the file of `result-path` has them. */
export function verdictJson(plan: Plan, facts: CommentFacts): unknown {
  const { state, words, counts } = commentVerdict(plan, facts)
  const { configuration, needs } = facts
  return {
    state: name(state),
    text: words.markdown.replaceAll('`', ''),
    ready: counts.ready,
    needsApproval: counts['needs approval'],
    refused: counts.refused,
    unchanged: counts.unchanged,
    problems: plan.problems.map(({ code }) => code),
    requests: plan.steps.slice(0, MOST_REQUESTS).map(step => requestJson(step, plan, facts)),
    configuration: configuration.slice(0, MOST_REQUESTS).map(file => ({
      path: file.path,
      state: name(configurationState(file, plan, facts)),
      ...needJson(needs.get(file.path)),
    })),
    isWhole: plan.steps.length <= MOST_REQUESTS && configuration.length <= MOST_REQUESTS,
  }
}

function requestJson(step: Step, plan: Plan, facts: CommentFacts): unknown {
  const { name: request, cluster, path } = stepTarget(step)
  return {
    name: request,
    cluster,
    path,
    kind: step.kind,
    state: name(stepState(step, plan, facts)),
    ...(step.kind === 'blocked'
      ? { problems: step.problems.map(({ code }) => code) }
      : needJson(needOf(step, facts))),
  }
}

/** Nothing if the approvals are not known. */
function needJson(need: ApprovalNeed | undefined) {
  if (need === undefined) return {}
  const { required, counted, users, teams, codeOwners, asking } = need
  return {
    required,
    approvedBy: counted.map(({ login }) => login),
    users,
    teams,
    codeOwners,
    asking,
  }
}

function name(state: StepState): string {
  return state.replace(' ', '-')
}
