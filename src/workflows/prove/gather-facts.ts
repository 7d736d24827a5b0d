// Facts for the proofs of some files, fetched from GitHub in few large requests before anything is judged.
import { uniqueBy } from '../../domain/lists.ts'
import type { TeamRef } from '../../domain/request/config.ts'
import type { FileAt, ObjectId } from '../../domain/proof/git-history.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import { isMergedByGithub, movesByCommit } from '../../core/approval/merges/merge-source.ts'
import { rebasedCommits, wholeAlone } from '../../core/approval/merges/merged-range.ts'
import { pushedWith } from '../../core/approval/contributors/contributors-since.ts'
import { joinedCommits } from '../../core/approval/contributors/joined-commits.ts'
import { replacedCommits } from '../../core/approval/contributors/replaced-commits.ts'
import { relatedCommits } from '../../core/approval/contributors/landing-contributors.ts'
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
  filesToRead,
} from '../../core/approval/fact-queries.ts'
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
  const { ancestry, moves } = history
  const movedBy = movesByCommit(moves ?? [], ancestry)
  const nothing = { history, linked: new Map(), pullRequests: new Map(), ancestry, movedBy }
  const traced = await withPullRequests(source, { ...nothing, branchRules }, linked)
  // How a rebase that no button brought begins: GitHub links each of its commits.
  const rebased = [...traced.pullRequests.values()].flatMap(pull =>
    movedBy.get(pull.merged?.commit ?? '')?.kind === 'pullRequestMerge'
      ? []
      : rebasedCommits(pull, traced).filter(id => !linked.has(id)),
  )
  return withPullRequests(source, traced, await source.pullRequestsOf([...new Set(rebased)]))
}

/** Adds what GitHub links to more commits: the pull requests, and the commits that only they have. */
async function withPullRequests(
  source: ReviewedRepository,
  traced: Traced,
  linked: Traced['linked'],
): Promise<Traced> {
  const { history, pullRequests } = traced
  const numbers = [...new Set([...linked.values()].flat())].filter(each => !pullRequests.has(each))
  const found = await source.pullRequests(numbers)
  const beside = found.flatMap(commitsOf).filter(id => !traced.ancestry.has(id))
  const tips = [...new Set(beside)]
  const ancestry = await source.ancestry(tips, history.watched, traced.ancestry)
  return {
    ...traced,
    linked: new Map([...traced.linked, ...linked]),
    pullRequests: new Map([...pullRequests, ...found.map(pull => [pull.number, pull] as const)]),
    ancestry,
    movedBy: found.length === 0 ? traced.movedBy : movesByCommit(history.moves ?? [], ancestry),
  }
}

/** A file, and a pull request whose people and reviews matter for it. */
interface Brought {
  readonly fileOrigin: FileOrigin
  readonly pull: PullRequest
}

interface Related {
  readonly traced: Traced
  readonly brought: readonly Brought[]
}

/** The pull requests of each landing, and those that hold the same changes of its file: with what they have of the file. */
async function withRelated(
  source: ReviewedRepository,
  first: Traced,
  fileOrigins: readonly FileOrigin[],
): Promise<Related> {
  let traced = first
  const brought: Brought[] = []
  const linkedTo = (fileOrigin: FileOrigin, commits: readonly ObjectId[]): readonly Brought[] =>
    commits
      .flatMap(id => traced.linked.get(id) ?? [])
      .flatMap(number => traced.pullRequests.get(number) ?? [])
      .map(pull => ({ fileOrigin, pull }))
  let more = fileOrigins.flatMap(each => linkedTo(each, [each.landing.commit]))
  while (more.length > 0) {
    brought.push(...more)
    const { line, repository } = traced.history
    const branch = { ...traced, repository, line, moves: traced.history.moves }
    const related = more.map(({ fileOrigin, pull }) => {
      const { before } = wholeAlone(fileOrigin.landing, pull, branch)
      return { fileOrigin, commits: relatedCommits(pull, before, branch) }
    })
    const unknown = related.flatMap(({ commits }) => commits).filter(id => !traced.linked.has(id))
    const linked = await source.pullRequestsOf([...new Set(unknown)])
    traced = await withPullRequests(source, traced, linked)
    more = related
      .flatMap(({ fileOrigin, commits }) => linkedTo(fileOrigin, [...new Set(commits)]))
      .filter(
        (each, at, all) =>
          !brought.some(other => isSame(other, each)) &&
          all.findIndex(other => isSame(other, each)) === at,
      )
  }
  return { traced, brought }
}

function isSame(one: Brought, other: Brought): boolean {
  return one.fileOrigin === other.fileOrigin && one.pull === other.pull
}

/** `known`: attributes files that were read already. */
export async function gatherFacts(
  source: ReviewedRepository,
  first: Traced,
  fileOrigins: readonly FileOrigin[],
  teams: readonly TeamRef[],
  now: Date,
  known: readonly ReadAttributes[] = [],
): Promise<GatheredFacts> {
  const { traced, brought } = await withRelated(source, first, fileOrigins)
  const { history, linked, pullRequests, ancestry, movedBy, branchRules } = traced
  const { line, moves, watched, repository } = history
  const { tip } = repository
  const branch = { repository, line, ancestry, moves, linked, movedBy, pullRequests }
  const bringing = { repository, linked, pullRequests, ancestry, movedBy }
  const pushed = fileOrigins.filter(
    ({ landing }) => !isMergedByGithub(landing, { ...bringing, line, moves }),
  )
  const files = [
    ...fileOrigins.map(({ path }) => ({ commit: tip, path })),
    ...brought.flatMap(({ fileOrigin, pull }) => filesToRead(fileOrigin, pull, branch)),
    ...pushed.flatMap(({ landing: { commit }, path }) =>
      [commit, ...(ancestry.get(commit)?.parents ?? [])].map(id => ({ commit: id, path })),
    ),
  ]
  const byId = ({ id }: { readonly id: number }): number => id
  const accounts = brought.flatMap(({ fileOrigin, pull }) => accountsOf(fileOrigin, pull))
  const unlisted = brought.flatMap(({ fileOrigin, pull }) => {
    const { before } = wholeAlone(fileOrigin.landing, pull, branch)
    return [...replacedCommits(pull, before, branch), ...joinedCommits(pull, before, branch)]
  })
  // A merge before the first known move counts if GitHub signed it.
  const merges = unlisted
    .flatMap(id => linked.get(id) ?? [])
    .flatMap(number => pullRequests.get(number)?.merged?.commit ?? [])
  const others = [
    ...pushed.flatMap(({ landing }) => [landing.commit, ...pushedWith(landing, branch)]),
    ...unlisted,
    ...merges.filter(id => !movedBy.has(id)),
  ]
  const [blobAt, reviewerRights, otherCommits] = await Promise.all([
    source.blobsAt(uniqueFiles(files)),
    source.reviewerRights(uniqueBy(accounts, byId), uniqueBy(teams, byId)),
    source.commits([...new Set(others)]),
  ])
  const above = brought.flatMap(({ fileOrigin, pull }) => attributesOf(fileOrigin, pull, branch))
  const attributes = await attributeTexts(source, uniqueFiles(above), blobAt, known)
  return {
    ...bringing,
    watched,
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
  return uniqueBy(files, ({ commit, path }) => `${commit} ${path}`)
}
