// An open pull request, with everything that decides what it would do and which approvals are missing.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { failure, ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type {
  GatheredFacts,
  Approvers,
  FileOrigin,
  Landing,
} from '../../core/approval/proof-facts.ts'
import { mergeBases } from '../../core/approval/merges/branch-history.ts'
import { commitsOf } from '../../core/approval/fact-queries.ts'
import { attributesAbove } from '../../core/approval/visibility/shown-files.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { configurationPlaces, inventoryPlaces } from '../../core/approval/configuration-places.ts'
import { isPartOfInventory } from '../../core/pending/load-inventory.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { gatherFacts, trace } from '../prove/gather-facts.ts'
import type { Traced } from '../prove/gather-facts.ts'
import { heldLine } from '../prove/applied-history.ts'
import type { History, ReviewFrame } from '../prove/applied-history.ts'
import { LookUps } from '../prove/look-up-facts.ts'
import { findFileVersions } from '../prove/file-versions.ts'
import type { Past } from '../prove/file-versions.ts'
import type { ReviewPorts } from '../prove/trusted-commit.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { OriginWithVersions } from '../prove/request-origins.ts'
import { originOf } from '../prove/request-origins.ts'
import { approversAt } from '../prove/approvers-of-state.ts'
import { changedFiles, changedPlaces } from './changed-files.ts'

/** A pull request at one of its heads. */
export interface PullRequestFrame extends Omit<ReviewFrame, 'commit'> {
  readonly number: number
  readonly head: ObjectId
}

export interface OpenPullRequest {
  readonly repository: RepositoryFacts
  readonly history: History
  readonly pull: PullRequest
  readonly rules: Rules
  /** Files at the head, at the merge base, and at the tip of the default branch. The rules come from the tip. */
  readonly head: RepositoryFiles
  readonly mergeBase: RepositoryFiles
  readonly judging: RepositoryFiles
  readonly places: readonly string[]
  /** Folders of the inventories of nodes, by the configuration of the tip. */
  readonly inventories: readonly string[]
  /** The request files that it changes, by path, not yet assigned to a cluster. */
  readonly fileOrigins: ReadonlyMap<string, OriginWithVersions>
  /** The configuration files that it changes, by path. */
  readonly configuration: ReadonlyMap<string, FileOrigin>
  readonly approvers: Approvers
  readonly facts: GatheredFacts
  readonly lookUps: LookUps
}

export async function gatherPullRequest(
  { repository: source, clock }: ReviewPorts,
  frame: PullRequestFrame,
): Promise<Checked<OpenPullRequest>> {
  const base = await readBase(source, frame)
  if (!base.ok) return base
  const { repository, rules, pull, approvers, judging, head } = base.value
  const { history, parting } = await historyOf(source, frame, base.value)
  const mergeBase = source.filesAt(parting)
  const landing = { commit: frame.head, before: repository.tip }
  const { places } = base.value
  const fileOrigins = await changedRequests(source, history, { head, mergeBase, judging }, landing)
  const inventories = rules.config.clusters.flatMap(each => each.nodeInventory ?? [])
  const changedNodes = await Promise.all(
    inventories.map(nodes => changedFiles(head, mergeBase, nodes)),
  )
  const inventory = changedNodes
    .flatMap(each => [...each])
    .filter(([path]) => isPartOfInventory(path))
  const states = [frame.head, parting] as const
  const changed = await changedPlaces(source, history.ancestry, states, places)
  const configuration = new Map(
    [...changed, ...inventory].map(([path, blob]) => [
      path,
      { path, blob, landing, recorded: null },
    ]),
  )
  const own = [...fileOrigins.values(), ...configuration.values()]
  const versions = [...fileOrigins.values()].flatMap(each => each.versions)
  const traced = await traceOpen(source, history, versions, pull, frame.head)
  const all = [...own, ...versions]
  const facts = await gatherFacts(source, traced, all, approvers.teams, clock.now())
  const lookUps = new LookUps(source, (await head.list(history.requests)) ?? [])
  const opened = { repository, history, pull, rules, head, mergeBase, judging, places, inventories }
  return ok({ ...opened, fileOrigins, configuration, approvers, facts, lookUps })
}

/** What the pull request would be merged into, and who decides there. */
interface Base extends Pick<
  OpenPullRequest,
  'repository' | 'rules' | 'pull' | 'approvers' | 'judging' | 'head' | 'places'
> {
  readonly moves: History['moves']
}

async function readBase(
  source: ReviewPorts['repository'],
  frame: PullRequestFrame,
): Promise<Checked<Base>> {
  const moves = await source.defaultBranchMoves()
  const repository = await source.facts()
  const judging = source.filesAt(repository.tip)
  const [rules, [pull]] = await Promise.all([
    readRules(judging, frame.config, null),
    source.pullRequests([frame.number]),
  ])
  if (!rules.ok) return rules
  if (pull === undefined)
    throw failure('APPROVAL_API_INCOMPLETE', `GitHub says nothing of pull request #${frame.number}`)
  const head = source.filesAt(frame.head)
  const { requests } = rules.value.config
  const [approvers] = await Promise.all([
    approversAt(judging, { repository, frame }, rules.value),
    judging.list(requests),
    readAhead(head, frame.config, requests),
  ])
  if (!approvers.ok) return approvers
  const places = configurationPlaces(frame.config, frame.workflow)
  const base = { moves, repository, rules: rules.value, pull, judging, head, places }
  return ok({ ...base, approvers: approvers.value })
}

/** The history of the default branch, with the commits of the pull request; and where the two part. */
async function historyOf(
  source: ReviewPorts['repository'],
  { number: _number, head, ...frame }: PullRequestFrame,
  { moves, repository, rules, pull, places }: Base,
): Promise<{ readonly history: History; readonly parting: ObjectId }> {
  const { tip } = repository
  const { requests, clusters } = rules.config
  const watched = [...new Set([...places, requests, ...clusters.flatMap(inventoryPlaces)])]
  const tips = (moves ?? []).flatMap(({ before, after }) => [before, after])
  const known = [...new Set([tip, head, ...tips])].filter(id => id !== null)
  const shared = await source.ancestry(known, watched)
  const [parting = tip] = mergeBases(shared, head, tip)
  const history = {
    repository,
    frame: { ...frame, commit: tip },
    requests,
    watched,
    ancestry: await source.ancestry(commitsOf(pull), watched, shared),
    moves,
    line: await heldLine(source, shared, repository, moves),
    newer: [],
    states: [],
  }
  return { history, parting }
}

/** The request files that the pull request changes, with their versions on the default branch. */
async function changedRequests(
  source: ReviewPorts['repository'],
  history: History,
  { head, mergeBase, judging }: Pick<OpenPullRequest, 'head' | 'mergeBase' | 'judging'>,
  landing: Landing,
): Promise<ReadonlyMap<string, OriginWithVersions>> {
  const changed = await changedFiles(head, mergeBase, history.requests)
  const listed = (await judging.list(history.requests)) ?? []
  const paths = listed.map(({ path }) => path).filter(path => changed.has(path))
  const baseline = history.frame.trustedRequests
  const versions = await findFileVersions(source, history, paths, { baseline, toCome: landing })
  return new Map(
    [...changed].map(([path, blob]) => {
      const past: Past = versions.get(path) ?? { landing, versions: [], origin: 'nothing' }
      return [path, originOf({ path, blob }, '', past)]
    }),
  )
}

/** The facts as if the head had landed with this pull request. */
async function traceOpen(
  source: ReviewPorts['repository'],
  history: History,
  versions: readonly FileOrigin[],
  pull: PullRequest,
  head: ObjectId,
): Promise<Traced> {
  const landings = versions.map(({ landing }) => landing)
  const traced = await trace(source, history, landings)
  return {
    ...traced,
    linked: new Map([...traced.linked, [head, [pull.number]]]),
    pullRequests: new Map([...traced.pullRequests, [pull.number, pull]]),
  }
}

/** Asks in one go for what is read of the head later: its requests, its rules, and its attributes above the requests. */
async function readAhead(head: RepositoryFiles, config: string, folder: string): Promise<void> {
  const files = [config, ...attributesAbove(folder)]
  await Promise.all([
    ...[folder, POLICIES].map(path => head.list(path)),
    ...files.map(path => head.read(path)),
  ])
}
