// Approvers by a configuration that leads back to the trust root.
import type { ApprovalConfig, Config, TeamRef, UserRef } from '../../domain/request/config.ts'
import { ok, refuse } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Policy } from '../../domain/request/policy.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import {
  CODE_OWNERS_PLACES,
  linkedOwners,
  readCodeOwners,
} from '../../core/approval/reviews/code-owners.ts'
import type { CodeOwners } from '../../core/approval/reviews/code-owners.ts'
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
  Proving,
  TrustedConfiguration,
} from '../../core/approval/trust-root.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { gatherFacts, trace } from './gather-facts.ts'
import { LookUps } from './look-up-facts.ts'
import { configurationNamesake } from './namesakes.ts'
import { textOf } from '../validate/read-requests.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
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
  decide: (by: Proving) => T,
): Promise<T> {
  const { frame } = history
  const since = statesSince(history.states, frame.trustedConfig, frame.workflow) ?? []
  // GitHub may no longer have a state that a force push removed; then its rules cannot be read.
  const states = since.filter(({ commit }) => history.ancestry.has(commit))
  return provedBy(source, history, clock, { states, changes: changesIn(since), barred }, decide)
}

/** `approval.never` of the applied commit: who is barred is barred for the past too. */
export type Barred = ApprovalConfig['never']

export interface ChangesToProve {
  /** Those with the rules by which the changes are judged. */
  readonly states: readonly ConfigurationState[]
  readonly changes: readonly ConfigurationChange[]
  readonly barred: Barred
}

export function withBarred(approvers: Approvers, barred: Barred): Approvers {
  const { approval } = approvers
  return { ...approvers, approval: { ...approval, never: [...approval.never, ...barred] } }
}

/** Asks GitHub about the changes; without changes it does not ask. */
export async function provedBy<T>(
  source: ReviewedRepository,
  history: History,
  clock: Clock,
  { states, changes, barred }: ChangesToProve,
  decide: (by: Proving) => T,
): Promise<T> {
  const { frame } = history
  const read = await Promise.all(
    (changes.length === 0 ? [] : states).map(async ({ commit }) => {
      const approvers = await approversAt(source.filesAt(commit), history)
      return approvers.ok ? [[commit, withBarred(approvers.value, barred)] as const] : []
    }),
  )
  const rules = new Map<ObjectId, Approvers>(read.flat())
  const by = {
    canRule: ({ commit }: ConfigurationState) => rules.has(commit),
    approverFiles: [frame.config, ...CODE_OWNERS_PLACES],
  }
  if (changes.length === 0)
    return decide({ ...by, prove: change => refuse(nobodyRules(change, frame.config)) })
  const gathered = await gatherChanges(source, history, changes, rules, clock)
  return new LookUps(source).decideKnowing(gathered, facts =>
    decide({ ...by, prove: prover(facts, rules, frame) }),
  )
}

/** Asks GitHub about every change at once. */
async function gatherChanges(
  source: ReviewedRepository,
  history: History,
  changes: readonly ConfigurationChange[],
  rules: ReadonlyMap<ObjectId, Approvers>,
  clock: Clock,
): Promise<GatheredFacts> {
  const traced = await trace(
    source,
    history,
    changes.map(({ landing }) => landing),
  )
  const teams = [...rules.values()].flatMap(approvers => approvers.teams)
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
  rules: ReadonlyMap<ObjectId, Approvers>,
  { config, workflow }: ReviewFrame,
): Proving['prove'] {
  const places = configurationPlaces(config, workflow)
  return (change, ruling, background) => {
    const hidden = foldedChange(change, places, facts)
    if (hidden !== null) return refuse(hidden)
    const [named, ids] = [ruling.approvers, ruling.ids].map(({ commit }) => rules.get(commit))
    if (named === undefined || ids === undefined) return refuse(nobodyRules(change, config))
    const { approval, codeOwners } = named
    const approvers = { ...ids, approval, codeOwners }
    const renamedFrom = (background.renamedFrom ?? []).filter(other =>
      areApprovedAlike(other.path, change.path, approvers, facts),
    )
    const question = configurationQuestion(change, approvers, { ...background, renamedFrom }, facts)
    return judgeApproval(question, approvers, facts)
  }
}

/** Who may approve by the files of one commit. `read`: the rules of exactly these files, if they were read without a fallback. */
export async function approversAt(
  files: RepositoryFiles,
  {
    frame,
    repository,
  }: Pick<History, 'repository'> & { readonly frame: Pick<ReviewFrame, 'config'> },
  read: Rules | null = null,
): Promise<Checked<Approvers>> {
  const [rules, owners] = await Promise.all([
    read === null ? readRules(files, frame.config, null) : ok(read),
    codeOwnersOf(files),
  ])
  if (!rules.ok) return rules
  const [organization = ''] = repository.name.split('/')
  const { config, policies } = rules.value
  const ruled = policies?.policies ?? []
  return ok({
    approval: config.approval,
    codeOwners: owners,
    users: usersOf(config, ruled),
    teams: teamsOf(config, ruled),
    organization,
  })
}

async function codeOwnersOf(files: RepositoryFiles): Promise<CodeOwners | null> {
  const found = await Promise.all(CODE_OWNERS_PLACES.map(place => files.read(place)))
  // The first place that has a file counts.
  const file = found.find(each => each !== null)
  if (file === undefined || file === null) return null
  return file.mode.startsWith('100')
    ? readCodeOwners(file.path, textOf(file))
    : linkedOwners(file.path)
}

function usersOf({ people, approval }: Config, policies: readonly Policy[]): readonly UserRef[] {
  const { configuration, requests } = approval
  const ruled = policies.flatMap(({ approvals }) => approvals?.users ?? [])
  return [...people, ...configuration.users, ...requests.users, ...ruled]
}

function teamsOf({ approval }: Config, policies: readonly Policy[]): readonly TeamRef[] {
  const ruled = policies.flatMap(({ approvals }) => approvals?.teams ?? [])
  return [...approval.configuration.teams, ...approval.requests.teams, ...ruled]
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
  return {
    code: 'APPROVAL_NO_TRUST_ROOT',
    at: null,
    message: `nobody can approve ${path}: ${config} of the trusted commit cannot be read`,
    hint: null,
  }
}
