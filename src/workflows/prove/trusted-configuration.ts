// The configuration of a commit is trusted if it leads back to the trust root.
import { refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type {
  Background,
  GatheredFacts,
  Approvers,
  ProofFacts,
  Question,
} from '../../core/approval/proof-facts.ts'
import { foldedChange } from '../../core/approval/visibility/folded-change.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { areApprovedAlike } from '../../core/approval/required-rules.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import {
  changesIn,
  configurationBackgrounds,
  statesSince,
  trustConfiguration,
} from '../../core/approval/trust-root.ts'
import type {
  ConfigurationChange,
  ConfigurationState,
  Prover,
  TrustedConfiguration,
} from '../../core/approval/trust-root.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { ApproversOfStates } from './approvers-of-state.ts'
import type { Barred } from './approvers-of-state.ts'
import { gatherFacts, trace } from './gather-facts.ts'
import { LookUps } from './look-up-facts.ts'
import { configurationNamesake } from './namesakes.ts'
import type { History, ReviewFrame } from './applied-history.ts'

/** The configuration of the commit is trusted if each change was approved by the rules of the configuration before it. */
export async function trust(
  source: ReviewedRepository,
  history: History,
  clock: Clock,
  barred: Barred,
): Promise<Checked<TrustedConfiguration>> {
  const { trustedConfig, workflow } = history.frame
  return proving(source, history, clock, barred, by =>
    trustConfiguration(history.states, trustedConfig, workflow, by),
  )
}

/** Gives for a path what an approval of its next change has to cover. Null if no commit has the trusted digest. */
export async function configurationNow(
  source: ReviewedRepository,
  history: History,
  clock: Clock,
  barred: Barred,
): Promise<((path: string) => Background) | null> {
  const { trustedConfig, workflow } = history.frame
  const since = statesSince(history.states, trustedConfig, workflow)
  if (since === null) return null
  return proving(source, history, clock, barred, by => configurationBackgrounds(since, by))
}

/** Proves every change since the anchor. */
async function proving<T>(
  source: ReviewedRepository,
  history: History,
  clock: Clock,
  barred: Barred,
  decide: (by: Prover) => T,
): Promise<T> {
  const { frame } = history
  const since = statesSince(history.states, frame.trustedConfig, frame.workflow) ?? []
  const changing = { states: since, changes: changesIn(since), barred }
  return provedBy(source, history, clock, changing, decide)
}

export interface ChangesToProve {
  /** Those with the rules by which the changes are judged. */
  readonly states: readonly ConfigurationState[]
  readonly changes: readonly ConfigurationChange[]
  readonly barred: Barred
}

/** Asks GitHub about the changes; without changes it does not ask. */
export async function provedBy<T>(
  source: ReviewedRepository,
  history: History,
  clock: Clock,
  { states, changes, barred }: ChangesToProve,
  decide: (by: Prover) => T,
): Promise<T> {
  const { frame } = history
  const { config } = frame
  if (changes.length === 0)
    return decide({
      config,
      canRule: () => true,
      prove: change => refuse(nobodyRules(change, config)),
    })
  const rules = new ApproversOfStates(source, history, barred)
  await rules.read(states)
  const gathered = await gatherChanges(source, history, changes, rules, clock)
  const lookUps = new LookUps(source)
  for (;;) {
    const decided = await lookUps.decideKnowing(gathered, facts =>
      decide({
        config,
        canRule: state => rules.of(state) !== null,
        prove: prover(facts, rules, frame),
      }),
    )
    if (!(await rules.read())) return decided
  }
}

/** Asks GitHub about every change at once. */
async function gatherChanges(
  source: ReviewedRepository,
  history: History,
  changes: readonly ConfigurationChange[],
  { teams }: ApproversOfStates,
  clock: Clock,
): Promise<GatheredFacts> {
  const traced = await trace(
    source,
    history,
    changes.map(({ landing }) => landing),
  )
  const fileOrigins = changes.map(({ path, blob, landing }) => ({
    path,
    blob,
    landing,
    recorded: null,
  }))
  return gatherFacts(source, traced, fileOrigins, teams, clock.now())
}

function prover(
  facts: ProofFacts,
  rules: ApproversOfStates,
  { config, workflow }: ReviewFrame,
): Prover['prove'] {
  const places = configurationPlaces(config, workflow)
  return (change, under, background) => {
    const hidden = foldedChange(change, places, facts)
    if (hidden !== null) return refuse(hidden)
    const approvers = rules.of(under)
    if (approvers === null) return refuse(nobodyRules(change, config))
    const renamedFrom = (background.renamedFrom ?? []).filter(other =>
      areApprovedAlike(other.path, change.path, approvers, facts),
    )
    const question = configurationQuestion(change, approvers, { ...background, renamedFrom }, facts)
    return judgeApproval(question, approvers, facts)
  }
}

/** The question that the reviews of a configuration file must answer. */
export function configurationQuestion(
  { path, blob, landing }: Pick<ConfigurationChange, 'path' | 'blob' | 'landing'>,
  { approval }: Approvers,
  background: Background,
  facts: ProofFacts,
): Question {
  const rule = { name: 'approval.configuration', rule: approval.configuration }
  return {
    path,
    rulePath: path,
    blob,
    landing,
    background,
    anyOf: [rule],
    minimum: rule,
    extraApprovals: 0,
    purpose: 'configuration',
    effectiveDigestAt: null,
    holdsName: configurationNamesake({ path, blob, landing }, facts),
    recorded: null,
  }
}

function nobodyRules({ path }: ConfigurationChange, config: string): Problem {
  return unplaced(
    'APPROVAL_NO_TRUST_ROOT',
    `nobody can approve ${path}: ${config} of the trusted commit cannot be read, or is of another repository`,
  )
}
