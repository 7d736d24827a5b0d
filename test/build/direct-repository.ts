// The port ReviewedRepository, answered from the state of the GitHub double without HTTP and octokit, so that many histories run
// quickly. The same histories run over sockets to test the adapter.
import type { Account, Permission } from '../../src/domain/proof/account.ts'
import type { TeamRef } from '../../src/domain/request/config.ts'
import type {
  Ancestry,
  BlobAt,
  BranchMove,
  Commit,
  FileAt,
  ListedFile,
  ObjectId,
} from '../../src/domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../src/domain/proof/pull-request.ts'
import { GITHUB_TRAITS } from '../../src/domain/proof/repository-facts.ts'
import type {
  BranchRules,
  RepositoryFacts,
  ReviewerRights,
} from '../../src/domain/proof/repository-facts.ts'
import type { RequestFile } from '../../src/domain/request/request.ts'
import { objectIn } from '../../src/domain/proof/git-history.ts'
import { comparisonKey } from '../../src/domain/proof/shown-diff.ts'
import type { Comparison, ShownDiff } from '../../src/domain/proof/shown-diff.ts'
import type { RepositoryFiles } from '../../src/ports/repository-files.ts'
import type { ReviewedRepository } from '../../src/ports/reviewed-repository.ts'
import { inOneAnswer } from '../github-double/git/shown-diff.ts'
import type { CommitState, RepositoryState } from '../github-double/state.ts'
import type { World } from '../github-double/world.ts'
import { SHOWN_FILES, commitOf, moveOf, pullRequestOf } from './direct-pull-request.ts'

/** Facts that a token cannot read. */
export interface Blindness {
  readonly moves: boolean
  readonly pushes: boolean
  readonly rights: boolean
  readonly rules: boolean
  readonly runs: boolean
  readonly teams: boolean
}

export const SEES_ALL: Blindness = {
  moves: false,
  pushes: false,
  rights: false,
  rules: false,
  runs: false,
  teams: false,
}

export class DirectRepository implements ReviewedRepository {
  readonly #world: World
  readonly #repository: RepositoryState
  readonly #blindness: Blindness

  constructor(world: World, repository: RepositoryState, blindness: Blindness = SEES_ALL) {
    this.#world = world
    this.#repository = repository
    this.#blindness = blindness
  }

  async facts(): Promise<RepositoryFacts> {
    const { id, owner, name, visibility, defaultBranch } = this.#repository
    const tip = this.#world.tipOf(this.#repository)
    const facts = { id, visibility, defaultBranch, tip, forge: GITHUB_TRAITS }
    return { ...facts, name: `${owner}/${name}` }
  }

  async ancestry(
    tips: readonly ObjectId[],
    watched: readonly string[],
    known: Ancestry = new Map(),
  ): Promise<Ancestry> {
    const found = new Map<ObjectId, Commit>(known)
    const open = [...tips]
    const seen = new Set<ObjectId>()
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const commit = seen.has(id) ? null : this.#commit(id)
      seen.add(id)
      if (commit === null) continue
      found.set(id, { id, parents: commit.parents, objects: this.#objects(id, watched) })
      open.push(...commit.parents)
    }
    return found
  }

  async listings(
    trees: readonly ObjectId[],
  ): Promise<ReadonlyMap<ObjectId, readonly ListedFile[]>> {
    return new Map(trees.map(tree => [tree, this.#files(tree)]))
  }

  async blobsAt(files: readonly FileAt[]): Promise<(file: FileAt) => BlobAt> {
    const known = new Map(
      files.map(file => {
        const isGone = this.#commit(file.commit) === null
        return [
          keyOf(file),
          isGone ? ('gone' as const) : this.#world.blobAt(file.commit, file.path),
        ]
      }),
    )
    return file => {
      const blob = known.get(keyOf(file))
      if (blob === undefined) throw new Error(`nobody asked for ${file.path} at ${file.commit}`)
      return blob
    }
  }

  filesAt(commit: ObjectId): RepositoryFiles {
    const all = (): readonly ListedFile[] => this.#files(this.#world.treeAt(commit))
    return {
      description: commit,
      read: async path => {
        const entry = all().find(file => file.path === path)
        return entry === undefined ? null : this.#file(entry)
      },
      list: async folder =>
        all()
          .filter(({ path }) => path === folder || path.startsWith(`${folder}/`))
          .map(entry => this.#file(entry)),
    }
  }

  async pullRequestsOf(
    commits: readonly ObjectId[],
  ): Promise<ReadonlyMap<ObjectId, readonly number[]>> {
    const linked = (commit: ObjectId): readonly number[] =>
      this.#world
        .associatedPullRequests(this.#repository, commit)
        .filter(({ repositoryId }) => repositoryId === this.#repository.id)
        .map(({ number }) => number)
    return new Map(commits.map(commit => [commit, linked(commit)]))
  }

  async pullRequests(numbers: readonly number[]): Promise<readonly PullRequest[]> {
    return numbers.map(number => {
      const found = this.#repository.pullRequests.find(pull => pull.number === number)
      if (found === undefined) throw new Error(`there is no pull request #${number}`)
      return pullRequestOf(this.#world, this.#repository, found, this.#blindness)
    })
  }

  async commits(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PullRequestCommit>> {
    const there = ids.filter(id => this.#commit(id) !== null)
    return new Map(there.map(id => [id, commitOf(this.#world, id)]))
  }

  async blobs(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    return new Map(
      ids.flatMap(id => {
        const object = this.#world.state.objects.get(id)
        const isThere = object?.kind === 'blob' && !this.#repository.collected.has(id)
        return isThere ? [[id, object.bytes] as const] : []
      }),
    )
  }

  async comparisons(pairs: readonly Comparison[]): Promise<ReadonlyMap<string, ShownDiff | null>> {
    return new Map(pairs.map(pair => [comparisonKey(pair), this.#comparison(pair)]))
  }

  async defaultBranchMoves(): Promise<readonly BranchMove[] | null> {
    if (this.#blindness.moves) return null
    const { activity, defaultBranch } = this.#repository
    return activity
      .filter(({ branch }) => branch === defaultBranch)
      .map(row => moveOf(this.#world, row))
  }

  async branchRules(): Promise<BranchRules | null> {
    if (this.#blindness.rules) return null
    const active = this.#repository.rulesets.filter(({ enforcement }) => enforcement === 'active')
    return {
      requiredApprovals: Math.max(0, ...active.map(({ requiredApprovals }) => requiredApprovals)),
      requiredReviewers: active.flatMap(({ requiredReviewers }) => requiredReviewers),
    }
  }

  async reviewerRights(
    accounts: readonly Account[],
    teams: readonly TeamRef[],
  ): Promise<ReviewerRights> {
    const rights = new Map(accounts.map(account => [account.id, this.#permission(account)]))
    const members = new Map(teams.map(team => [team.id, this.#members(team)]))
    return {
      permission: ({ id }) => rights.get(id) ?? null,
      isMember: (team, { id }) => members.get(team.id)?.has(id) ?? null,
    }
  }

  calls(): { readonly rest: number; readonly graphql: number } {
    return { rest: 0, graphql: 0 }
  }

  /** Null if GitHub no longer has it. */
  #commit(id: ObjectId): CommitState | null {
    if (this.#repository.collected.has(id)) return null
    const object = this.#world.state.objects.get(id)
    return object?.kind === 'commit' ? object : null
  }

  #comparison({ base, head }: Comparison): ShownDiff | null {
    if (this.#commit(base) === null || this.#commit(head) === null) return null
    if (this.#world.mergeBase(base, head) !== base) return null
    const shown = inOneAnswer(this.#world.shownBetween(base, head).slice(0, SHOWN_FILES))
    const files = shown.map(({ path, status, previousPath, additions, deletions, patch }) => {
      return { path, status, previousPath, additions, deletions, patch }
    })
    return { base, head, files, isCut: files.length === SHOWN_FILES }
  }

  #objects(commit: ObjectId, watched: readonly string[]): ReadonlyMap<string, ObjectId> {
    return new Map(
      watched.flatMap(path => {
        const entry = this.#world.entryAt(commit, path)
        if (entry === null) return []
        return [[path, objectIn({ mode: entry.mode.padStart(6, '0'), blob: entry.id })] as const]
      }),
    )
  }

  #files(tree: ObjectId, folder = ''): readonly ListedFile[] {
    const object = this.#world.state.objects.get(tree)
    // A file or a submodule holds no files.
    if (object?.kind !== 'tree') return []
    const files = object.entries.flatMap(({ name, mode, id }) =>
      mode === '40000' || mode === '040000'
        ? this.#files(id, `${folder}${name}/`)
        : [{ path: `${folder}${name}`, mode, blob: id }],
    )
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  #file({ path, mode, blob }: ListedFile): RequestFile {
    const object = this.#world.state.objects.get(blob)
    const bytes = object?.kind === 'blob' ? object.bytes : new Uint8Array()
    return { path, mode, blob, bytes, uncommitted: null }
  }

  /** GitHub is asked by login, so the answer for a reused login does not apply to this account. */
  #permission(account: Account): Permission | null {
    if (this.#blindness.rights) return null
    const found = this.#world.state.accounts.get(account.id)
    if (found === undefined || found.isDeleted || found.login !== account.login) return 'none'
    switch (this.#world.rightOf(this.#repository, found)) {
      case 'admin':
        return 'admin'
      case 'maintain':
      case 'write':
        return 'write'
      case 'triage':
      case 'read':
        return 'read'
      case null:
        return 'none'
    }
  }

  #members({ id }: TeamRef): ReadonlySet<number> | null {
    if (this.#blindness.teams) return null
    const organization = this.#world.state.organizations.get(this.#repository.owner)
    const team = [...(organization?.teams.values() ?? [])].find(each => each.id === id)
    return team?.members ?? null
  }
}

function keyOf({ commit, path }: FileAt): string {
  return `${commit} ${path}`
}
