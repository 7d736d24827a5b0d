// A pull request that is still open, with everything that decides what it would do and what it lacks.
import type { ObjectId } from '../domain/history.ts'
import { failure, ok } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import type { RepositoryFacts } from '../domain/repository.ts'
import type { Jurisdiction, ProofFacts, Trail } from '../approval/facts.ts'
import { mergeBases } from '../approval/line.ts'
import { commitsOf } from '../approval/needs.ts'
import { configurationPlaces } from '../approval/trust.ts'
import type { RepositoryFiles } from '../ports.ts'
import { gather } from './gather.ts'
import type { History } from './history.ts'
import type { ReviewWorld } from './review.ts'
import { readRules } from './rules.ts'
import type { Rules } from './rules.ts'
import { jurisdictionAt } from './trusted.ts'

/** A pull request at one of its heads. */
export interface PullRequestFrame {
  readonly number: number
  readonly head: ObjectId
  readonly config: string
  /** Path of the running workflow file, null where it is not of the repository. */
  readonly workflow: string | null
}

export interface OpenPullRequest {
  readonly repository: RepositoryFacts
  readonly pull: PullRequest
  readonly rules: Rules
  /** Files at the head, where it left the default branch, and at the tip of that: the rules come from there. */
  readonly head: RepositoryFiles
  readonly base: RepositoryFiles
  readonly judging: RepositoryFiles
  readonly places: readonly string[]
  /** The request files it changes, by path. */
  readonly trails: ReadonlyMap<string, Trail>
  readonly jurisdiction: Jurisdiction
  readonly facts: ProofFacts
}

export async function openPullRequest(
  { repository: source, clock }: ReviewWorld,
  frame: PullRequestFrame,
): Promise<Checked<OpenPullRequest>> {
  const repository = await source.facts()
  const { tip } = repository
  const judging = source.filesAt(tip)
  const rules = await readRules(judging, frame.config, null)
  if (!rules.ok) return rules
  const folder = rules.value.config.requests
  const places = configurationPlaces(frame.config, frame.workflow)
  const [[pull], branchRules] = await Promise.all([
    source.pullRequests([frame.number]),
    source.branchRules(),
  ])
  if (pull === undefined)
    throw failure('APPROVAL_API_INCOMPLETE', `GitHub says nothing of pull request #${frame.number}`)
  const watched = [...places, folder]
  const shared = await source.ancestry([tip, frame.head], watched)
  const [parting = tip] = mergeBases(shared, frame.head, tip)
  const ancestry = await source.ancestry(commitsOf(pull), watched, shared)
  const history: History = {
    repository,
    frame: { commit: tip, config: frame.config, trustedConfig: '', workflow: frame.workflow },
    requests: folder,
    ancestry,
    moves: null,
    line: [],
    newer: [],
    states: [],
  }
  const jurisdiction = await jurisdictionAt(judging, history, rules.value.policies?.policies)
  if (!jurisdiction.ok) return jurisdiction
  const [head, base] = [source.filesAt(frame.head), source.filesAt(parting)]
  const landing = { commit: frame.head, before: tip }
  const changed = await changedFiles(head, base, folder)
  const trails = new Map<string, Trail>(
    [...changed].map(([path, blob]) => [path, { path, blob, landing, earlier: null }]),
  )
  const traced = {
    history,
    ancestry,
    linked: new Map([[frame.head, [frame.number]]]),
    pullRequests: new Map([[frame.number, pull]]),
    movedBy: new Map(),
    branchRules,
  }
  const { teams } = jurisdiction.value
  const facts = await gather(source, traced, [...trails.values()], teams, clock.now())
  return ok({
    repository,
    pull,
    rules: rules.value,
    head,
    base,
    judging,
    places,
    trails,
    jurisdiction: jurisdiction.value,
    facts,
  })
}

/** Files whose bytes, or whose being there, differ; with what they are at the head, null where they are gone. */
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
  const paths = new Set([...(now?.keys() ?? []), ...(before?.keys() ?? [])])
  const changed = [...paths].filter(path => now?.get(path) !== before?.get(path))
  return new Map(changed.map(path => [path, now?.get(path) ?? null]))
}
