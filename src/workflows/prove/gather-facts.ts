// Facts for the proofs of some files, fetched from GitHub in few large requests before anything is judged.
import type { TeamRef } from '../../domain/request/config.ts'
import type { FileAt, ObjectId } from '../../domain/proof/git-history.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { isMergedByGithub, movesByCommit } from '../../core/approval/merges/merge-source.ts'
import type {
  GatheredFacts,
  Landing,
  ProofFacts,
  FileOrigin,
} from '../../core/approval/proof-facts.ts'
import {
  accountsOf,
  attributesOf,
  commitsOf,
  filesOf,
  replacedCommits,
} from '../../core/approval/fact-queries.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { attributeTexts } from './attributes-files.ts'
import type { ReadAttributes } from './attributes-files.ts'
import type { History } from './applied-history.ts'

/** Facts that do not depend on the requests: pull requests of the landings, moves and rules of the default branch. */
export interface Traced {
  readonly history: History
  readonly linked: ReadonlyMap<ObjectId, readonly number[]>
  readonly pullRequests: ReadonlyMap<number, PullRequest>
  /** Includes commits of the pull requests that the default branch does not have. */
  readonly ancestry: ProofFacts['ancestry']
  readonly movedBy: ProofFacts['movedBy']
  readonly branchRules: ProofFacts['branchRules']
}

export async function trace(
  source: ReviewedRepository,
  history: History,
  landings: readonly Landing[],
): Promise<Traced> {
  const commits = [...new Set(landings.map(({ commit }) => commit))]
  const [linked, branchRules] = await Promise.all([
    source.pullRequestsOf(commits),
    source.branchRules(),
  ])
  const numbers = [...new Set([...linked.values()].flat())]
  const found = await source.pullRequests(numbers)
  const known = new Set(history.ancestry.keys())
  const beside = found.flatMap(commitsOf).filter(id => !known.has(id))
  const places = [
    ...configurationPlaces(history.frame.config, history.frame.workflow),
    history.requests,
  ]
  const ancestry = await source.ancestry([...new Set(beside)], places, history.ancestry)
  return {
    history,
    linked,
    pullRequests: new Map(found.map(pull => [pull.number, pull])),
    ancestry,
    movedBy: movesByCommit(history.moves ?? [], ancestry),
    branchRules,
  }
}

/** `known`: attributes files that were read already. */
export async function gather(
  source: ReviewedRepository,
  traced: Traced,
  fileOrigins: readonly FileOrigin[],
  teams: readonly TeamRef[],
  now: Date,
  known: readonly ReadAttributes[] = [],
): Promise<GatheredFacts> {
  const { history, linked, pullRequests, ancestry, movedBy, branchRules } = traced
  const { line, moves } = history
  const brought = fileOrigins.flatMap(fileOrigin =>
    (linked.get(fileOrigin.landing.commit) ?? []).flatMap(number => {
      const pull = pullRequests.get(number)
      return pull === undefined ? [] : [{ fileOrigin, pull }]
    }),
  )
  const { tip } = history.repository
  const branch = { line, ancestry, moves }
  const bringing = { repository: history.repository, linked, pullRequests, ancestry, movedBy }
  const pushed = fileOrigins.filter(
    ({ landing }) => !isMergedByGithub(landing, { ...bringing, line, moves }),
  )
  const files = [
    ...fileOrigins.map(({ path }) => ({ commit: tip, path })),
    ...brought.flatMap(({ fileOrigin, pull }) => filesOf(fileOrigin, pull, branch)),
    ...pushed.flatMap(({ landing: { commit }, path }) =>
      [commit, ...(ancestry.get(commit)?.parents ?? [])].map(id => ({ commit: id, path })),
    ),
  ]
  const accounts = brought.flatMap(({ fileOrigin, pull }) => accountsOf(fileOrigin, pull))
  const others = [
    ...pushed.map(({ landing }) => landing.commit),
    ...brought.flatMap(({ fileOrigin, pull }) =>
      replacedCommits(pull, fileOrigin.landing.before, branch),
    ),
  ]
  const [blobAt, reviewerRights, otherCommits] = await Promise.all([
    source.blobsAt(uniqueFiles(files)),
    source.reviewerRights(uniqueById(accounts), uniqueById(teams)),
    source.commits([...new Set(others)]),
  ])
  const above = brought.flatMap(({ fileOrigin, pull }) => attributesOf(fileOrigin, pull, branch))
  const attributes = await attributeTexts(source, uniqueFiles(above), blobAt, known)
  return {
    ...bringing,
    line,
    blobAt,
    attributes,
    moves,
    branchRules,
    reviewerRights,
    otherCommits,
    now,
  }
}

function uniqueFiles(files: readonly FileAt[]): readonly FileAt[] {
  return [...new Map(files.map(file => [`${file.commit} ${file.path}`, file])).values()]
}

function uniqueById<T extends { readonly id: number }>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map(each => [each.id, each])).values()]
}
