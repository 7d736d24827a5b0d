// An open pull request, with everything that decides what it would do and which approvals are missing.
import type { Ancestry, ObjectId } from '../../domain/proof/git-history.ts'
import { failure, ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { GatheredFacts, Approvers, FileOrigin } from '../../core/approval/proof-facts.ts'
import { movesByCommit } from '../../core/approval/merges/merge-source.ts'
import { mergeBases } from '../../core/approval/merges/branch-history.ts'
import { commitsOf } from '../../core/approval/fact-queries.ts'
import { attributesAbove } from '../../core/approval/visibility/shown-files.ts'
import {
  configurationPlaces,
  inventoryPlaces,
  isDeciding,
  POLICIES,
} from '../../core/approval/configuration-places.ts'
import { isPartOfInventory } from '../../core/pending/load-inventory.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { gather, trace } from '../prove/gather-facts.ts'
import { filesOf, heldLine } from '../prove/applied-history.ts'
import type { History } from '../prove/applied-history.ts'
import { LookUps } from '../prove/look-up-facts.ts'
import { findFileVersions } from '../prove/file-versions.ts'
import type { Past } from '../prove/file-versions.ts'
import type { ReviewWorld } from '../prove/trusted-commit.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { OriginWithVersions } from '../prove/request-origins.ts'
import { originOf } from '../prove/request-origins.ts'
import { approversAt } from '../prove/trusted-configuration.ts'

/** A pull request at one of its heads. */
export interface PullRequestFrame {
  readonly number: number
  readonly head: ObjectId
  readonly config: string
  /** `sha256:…` of the trusted configuration; null if the job does not set it. */
  readonly trustedConfig: string | null
  /** As in ReviewFrame. */
  readonly trustedRequests: string | null
  /** Path of the running workflow file, null if it is not in the repository. */
  readonly workflow: string | null
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

export async function openPullRequest(
  { repository: source, clock }: ReviewWorld,
  frame: PullRequestFrame,
): Promise<Checked<OpenPullRequest>> {
  const moves = await source.defaultBranchMoves()
  const repository = await source.facts()
  const { tip } = repository
  const judging = source.filesAt(tip)
  const [rules, [pull]] = await Promise.all([
    readRules(judging, frame.config, null),
    source.pullRequests([frame.number]),
  ])
  if (!rules.ok) return rules
  const folder = rules.value.config.requests
  const places = configurationPlaces(frame.config, frame.workflow)
  if (pull === undefined)
    throw failure('APPROVAL_API_INCOMPLETE', `GitHub says nothing of pull request #${frame.number}`)
  const { clusters } = rules.value.config
  const watched = [...new Set([...places, folder, ...clusters.flatMap(inventoryPlaces)])]
  const tips = (moves ?? []).flatMap(({ before, after }) => [before, after])
  const known = [...new Set([tip, frame.head, ...tips])].filter(id => id !== null)
  const head = source.filesAt(frame.head)
  const atTip = {
    repository,
    frame: {
      commit: tip,
      config: frame.config,
      trustedConfig: frame.trustedConfig ?? '',
      trustedRequests: frame.trustedRequests,
      workflow: frame.workflow,
    },
  }
  const [shared, approvers, listed] = await Promise.all([
    source.ancestry(known, watched),
    approversAt(judging, atTip, rules.value),
    judging.list(folder),
    readAhead(head, frame.config, folder),
  ])
  if (!approvers.ok) return approvers
  const [parting = tip] = mergeBases(shared, frame.head, tip)
  const history: History = {
    ...atTip,
    requests: folder,
    watched,
    ancestry: await source.ancestry(commitsOf(pull), watched, shared),
    moves,
    line: await heldLine(source, shared, tip, moves),
    newer: [],
    states: [],
  }
  const mergeBase = source.filesAt(parting)
  const landing = { commit: frame.head, before: tip }
  const changed = await changedFiles(head, mergeBase, folder)
  const versionsByFile = await findFileVersions(
    source,
    history,
    (listed ?? []).map(({ path }) => path).filter(path => changed.has(path)),
    {
      baseline: frame.trustedRequests,
      toCome: landing,
    },
  )
  const fileOrigins = new Map(
    [...changed].map(([path, blob]) => {
      const past: Past = versionsByFile.get(path) ?? { landing, versions: [], origin: 'nothing' }
      return [path, originOf({ path, blob }, '', past)]
    }),
  )
  const changedPlaces = await changedConfiguration(
    source,
    history.ancestry,
    [frame.head, parting],
    places,
  )
  const inventories = clusters.flatMap(each => each.nodeInventory ?? [])
  const changedNodes = await Promise.all(
    inventories.map(nodes => changedFiles(head, mergeBase, nodes)),
  )
  const inventory = changedNodes
    .flatMap(each => [...each])
    .filter(([path]) => isPartOfInventory(path))
  const configuration = new Map(
    [...changedPlaces, ...inventory].map(([path, blob]) => [
      path,
      { path, blob, landing, earlier: null },
    ]),
  )
  const versions = [...fileOrigins.values()].flatMap(each => each.versions)
  const own = [...fileOrigins.values(), ...configuration.values()]
  const before = await trace(
    source,
    history,
    versions.map(each => each.landing),
  )
  const traced = {
    ...before,
    linked: new Map([...before.linked, [frame.head, [frame.number]]]),
    pullRequests: new Map([...before.pullRequests, [frame.number, pull]]),
    movedBy: movesByCommit(moves ?? [], before.ancestry),
  }
  const { teams } = approvers.value
  const facts = await gather(source, traced, [...own, ...versions], teams, clock.now())
  return ok({
    repository,
    history,
    pull,
    rules: rules.value,
    head,
    mergeBase,
    judging,
    places,
    inventories,
    fileOrigins,
    configuration,
    approvers: approvers.value,
    facts,
    lookUps: new LookUps(source, (await head.list(folder)) ?? []),
  })
}

/** Asks in one go for what is read of the head later: its requests, its rules, and its attributes above the requests. */
async function readAhead(head: RepositoryFiles, config: string, folder: string): Promise<void> {
  const files = [config, ...attributesAbove(folder)]
  await Promise.all([
    ...[folder, POLICIES].map(path => head.list(path)),
    ...files.map(path => head.read(path)),
  ])
}

/** Files that were added, changed or removed, with their state at the head, null if they are removed. */
export async function changedFiles(
  head: RepositoryFiles,
  base: RepositoryFiles,
  folder: string,
): Promise<ReadonlyMap<string, ObjectId | null>> {
  const [now, before] = await Promise.all(
    [head, base].map(async files => {
      const listed = (await files.list(folder)) ?? []
      return new Map(listed.map(({ path, blob }) => [path, blob]))
    }),
  )
  return differing(now ?? new Map(), before ?? new Map())
}

/** Compares the watched objects of both commits. Only a changed policies folder must be listed. */
async function changedConfiguration(
  source: ReviewWorld['repository'],
  ancestry: Ancestry,
  [head, parting]: readonly [ObjectId, ObjectId],
  places: readonly string[],
): Promise<ReadonlyMap<string, ObjectId | null>> {
  const objectsAt = (commit: ObjectId): ReadonlyMap<string, ObjectId> =>
    ancestry.get(commit)?.objects ?? new Map()
  const folders = [head, parting].map(commit => objectsAt(commit).get(POLICIES) ?? null)
  const isListed = folders[0] !== folders[1]
  const listings = await source.listings(isListed ? folders.filter(tree => tree !== null) : [])
  const [now, before] = [head, parting].map((commit, at) => {
    const single = [...objectsAt(commit)].filter(
      ([place]) => place !== POLICIES && places.includes(place),
    )
    const policies = isListed ? filesOf(listings, folders[at] ?? null, POLICIES) : []
    return new Map([...single, ...[...policies].filter(([path]) => isDeciding(path))])
  })
  return differing(now ?? new Map(), before ?? new Map())
}

function differing(
  now: ReadonlyMap<string, ObjectId>,
  before: ReadonlyMap<string, ObjectId>,
): ReadonlyMap<string, ObjectId | null> {
  const paths = new Set([...now.keys(), ...before.keys()])
  const changed = [...paths].filter(path => now.get(path) !== before.get(path))
  return new Map(changed.map(path => [path, now.get(path) ?? null]))
}
