// The plan of a pull request, read from GitHub: its files against their last proved version, judged by the rules at the tip of the
// default branch, with the missing approvals of each changed file. It uses no cluster and no secret.
import { isMet } from '../../domain/proof/step-need.ts'
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { NOTHING_PROVED } from '../../core/approval/proof-facts.ts'
import type { Background, ProofFacts } from '../../core/approval/proof-facts.ts'
import { missingApprovals } from '../../core/approval/missing-approvals.ts'
import { compareCommits } from '../../core/plan/compare-commits.ts'
import { withScheduleWarnings } from '../../core/plan/schedule-warnings.ts'
import { provedBelow } from '../prove/proved-chain.ts'
import { changedConfiguration } from './changed-configuration.ts'
import type { ConfigurationChanges } from './changed-configuration.ts'
import { gatherPullRequest } from './pull-request-facts.ts'
import type { OpenPullRequest, PullRequestFrame } from './pull-request-facts.ts'
import { rulesChange } from './plan.ts'
import type { Planned } from './plan.ts'
import { missedByPlan, WHOLE, withLimits } from './run-scope.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import { judgeRequests, parseRequests, readFile } from '../validate/read-requests.ts'
import type { JudgedRequests, ParsedRequests } from '../validate/read-requests.ts'
import { requesterOn } from '../prove/requesters.ts'
import { configurationsThen } from '../prove/effective-request-then.ts'
import { questionAbout } from '../prove/step-question.ts'
import { isToDo } from '../prove/review-stages.ts'
import { forgeFaults } from '../validate/forge-faults.ts'
import type { ReviewPorts } from '../prove/trusted-commit.ts'
import { hiddenFiles, pullRequestFaults } from './pull-request-faults.ts'
import { withUnproved } from './unproved-changes.ts'

export interface PullRequestPlan extends Pick<Planned, 'plan' | 'rules' | 'judgedRequests'> {
  readonly opened: OpenPullRequest
  /** Configuration files that the pull request changes. */
  readonly configuration: ConfigurationChanges
  /** By path. */
  readonly needs: ReadonlyMap<string, ApprovalNeed>
}

/** Leaves out steps of files that the pull request does not change: it is not responsible for faults in them. */
export async function planPullRequest(
  ports: ReviewPorts,
  frame: PullRequestFrame,
): Promise<Checked<PullRequestPlan>> {
  const found = await gatherPullRequest(ports, frame)
  if (!found.ok) return found
  const opened = found.value
  const { rules, head, mergeBase, fileOrigins, pull, lookUps } = opened
  const { config } = rules
  const folder = config.requests
  const now = ports.clock.now()
  const isPublic = opened.repository.visibility === 'public'
  const [parsed, before] = await Promise.all(
    [head, mergeBase].map(files => parseRequests(files, { rules, folder })),
  )
  if (parsed === undefined || before === undefined) throw new RangeError('two states were read')
  const backgroundsIn = await judgePast(ports, opened, parsed, now)
  const judge = (facts: ProofFacts) => {
    const backgrounds = backgroundsIn(facts)
    const judgedRequests = judgeRequests(parsed, {
      rules,
      folder,
      now,
      isPublic,
      capabilities: ON_GITHUB,
      requesterOf: ({ path }) => {
        const fileOrigin = fileOrigins.get(path)
        const background = backgrounds.get(path) ?? NOTHING_PROVED
        return fileOrigin === undefined
          ? null
          : requesterOn({ ...fileOrigin, background }, pull, facts, config)
      },
    })
    const proved = provedRequests(before, backgrounds, opened)
    const made = compareCommits({ ...judgedRequests, before: proved, config, now })
    const steps = withScheduleWarnings(
      made.steps.filter(step => fileOrigins.has(stepTarget(step).path)),
    )
    const own = { ...made, steps: withUnproved(steps, backgrounds, opened, facts) }
    const needs = firstUnmetNeeds(own, { judgedRequests, backgrounds }, opened, facts)
    const paths = [...new Set(own.steps.filter(isToDo).map(step => stepTarget(step).path))]
    return {
      judgedRequests,
      own,
      needs,
      paths,
      faults: pullRequestFaults(opened, backgrounds, paths, facts),
    }
  }
  const { judgedRequests, own, needs, paths, faults } = await lookUps.decideKnowing(
    opened.facts,
    judge,
  )
  const [configuration, changed, hidden] = await Promise.all([
    changedConfiguration(ports, opened),
    rulesChange(head, opened.judging, rules, { ...frame, requestFolder: null, isPublic }, now),
    hiddenFiles(opened, paths),
  ])
  const limited = withLimits(own, config, WHOLE, null)
  const problems = [
    ...forgeFaults(rules, opened.repository.forge),
    ...limited.problems,
    ...missedByPlan(limited.steps, config),
    ...changed.problems,
    ...faults,
    ...hidden,
    ...configuration.problems,
  ]
  const plan = { ...limited, problems, effects: changed.effects }
  return ok({
    plan,
    rules,
    judgedRequests,
    opened,
    configuration,
    needs: new Map([...needs, ...configuration.needs]),
  })
}

/** The changes that an approval of each changed file has to cover. */
async function judgePast(
  { repository: source }: ReviewPorts,
  opened: OpenPullRequest,
  parsed: ParsedRequests,
  now: Date,
) {
  const { rules, approvers, history, fileOrigins, facts } = opened
  const versions = [...fileOrigins.values()].flatMap(each => each.versions)
  const configurations = await configurationsThen(source, history, versions, facts)
  const rulesAt = () => ({ rules, approvers })
  const judging = { ...opened, rulesAt, now, configurations }
  const clusters = new Map(parsed.requests.map(({ path, cluster }) => [path, cluster]))
  const below = [...fileOrigins].map(([path, fileOrigin]) => {
    const cluster = clusters.get(path) ?? rules.config.defaultCluster ?? ''
    return [path, provedBelow({ ...fileOrigin, cluster }, judging)] as const
  })
  return (known: ProofFacts) =>
    new Map(below.map(([path, backgroundIn]) => [path, backgroundIn(known)]))
}

/** The requests of the last proved versions. Later changes on the default branch do not count as approved. */
function provedRequests(
  before: ParsedRequests,
  backgrounds: ReadonlyMap<string, Background>,
  { fileOrigins, rules, lookUps }: OpenPullRequest,
): readonly EffectiveRequest[] {
  const others = before.requests.filter(({ path }) => !fileOrigins.has(path))
  const proved = [...backgrounds].flatMap(([path, { proved: version }]) => {
    const blob = version?.blob ?? null
    const bytes = blob === null ? null : lookUps.bytesOf(blob)
    if (blob === null || bytes === null) return removedOf(before, path, fileOrigins)
    return readFile({ path, mode: '100644', blob, bytes, uncommitted: false }, rules).requests
  })
  return [...others, ...proved]
}

/** The earlier requests of a removed file must be withdrawn, whether they were approved or not. */
function removedOf(
  before: ParsedRequests,
  path: string,
  fileOrigins: OpenPullRequest['fileOrigins'],
): readonly EffectiveRequest[] {
  return fileOrigins.get(path)?.blob === null
    ? before.requests.filter(each => each.path === path)
    : []
}

/** By path. A file for several clusters has the need of its first step that still lacks approvals. */
function firstUnmetNeeds(
  { steps }: Plan,
  {
    judgedRequests,
    backgrounds,
  }: {
    readonly judgedRequests: JudgedRequests
    readonly backgrounds: ReadonlyMap<string, Background>
  },
  opened: OpenPullRequest,
  facts: ProofFacts,
): ReadonlyMap<string, ApprovalNeed> {
  const { fileOrigins, pull, approvers } = opened
  const judging = { ...opened, judgedRequests }
  const needs = new Map<string, ApprovalNeed>()
  for (const step of steps.filter(isToDo)) {
    const fileOrigin = fileOrigins.get(stepTarget(step).path)
    if (fileOrigin === undefined) continue
    const question = questionAbout(step, fileOrigin, judging, {
      background: backgrounds.get(fileOrigin.path) ?? NOTHING_PROVED,
      purpose: 'change',
      effectiveDigestAt: null,
    })
    const need = missingApprovals(question, pull, approvers, facts)
    const other = needs.get(fileOrigin.path)
    if (other === undefined || isMet(other)) needs.set(fileOrigin.path, need)
  }
  return needs
}
