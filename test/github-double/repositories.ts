// Repositories, forks, and rights in them.
import type { ObjectId } from '../../src/domain/proof/git-history.ts'
import { recordMove } from './git/activity.ts'
import { withChanges } from './git/git-files.ts'
import type { FileChanges } from './git/git-files.ts'
import { put } from './git/git-objects.ts'
import { putTree } from './git/git-tree.ts'
import { accountOf, askAlive, newId } from './people.ts'
import { ask, found } from './refusal.ts'
import { signatureOf } from './git/signatures.ts'
import type { AccountState, GithubState, RepositoryState, RulesetState } from './state.ts'

export type Right = 'admin' | 'maintain' | 'write' | 'triage' | 'read'

export interface NewRepository {
  /** Login of a user or an organisation. */
  readonly owner: string
  readonly name: string
  readonly visibility?: RepositoryState['visibility']
  readonly defaultBranch?: string
  /** The creator, who gets `admin`; default: the owner. */
  readonly creator?: AccountState
  /** Files of the first commit. */
  readonly files?: FileChanges
}

export type NewRuleset = Partial<Omit<RulesetState, 'id' | 'updatedAt'>>

const WRITERS: ReadonlySet<Right | null> = new Set<Right>(['admin', 'maintain', 'write'])

export function createRepository(state: GithubState, input: NewRepository): RepositoryState {
  const creator = found(input.creator ?? accountOf(state, input.owner), 'who makes the repository')
  askAlive(creator)
  askFreeName(state, input.owner, input.name)
  const repository = emptyRepository(state, input)
  repository.collaborators.set(creator.id, 'admin')
  const first = firstCommit(state, creator, input.files ?? { 'README.md': `# ${input.name}\n` })
  repository.branches.set(repository.defaultBranch, first)
  recordMove(state, repository, {
    kind: 'branch_creation',
    branch: repository.defaultBranch,
    actorId: creator.id,
    before: null,
    after: first,
  })
  return repository
}

/** A rename, or a transfer to another owner. */
export function moveRepository(
  state: GithubState,
  repository: RepositoryState,
  owner: string,
  name: string,
): void {
  askFreeName(state, owner, name)
  repository.formerNames.push(`${repository.owner}/${repository.name}`)
  Object.assign(repository, { owner, name })
}

/** A copy of the branches under the login of a person with read access. */
export function fork(
  state: GithubState,
  of: RepositoryState,
  actor: AccountState,
): RepositoryState {
  askRight(state, of, actor, 'read')
  askFreeName(state, actor.login, of.name)
  const { name, visibility, defaultBranch } = of
  const repository = emptyRepository(
    state,
    { owner: actor.login, name, visibility, defaultBranch },
    of.id,
  )
  repository.collaborators.set(actor.id, 'admin')
  for (const [branch, commit] of of.branches) repository.branches.set(branch, commit)
  return repository
}

/** The present right of an account; null for none. */
export function rightOf(
  state: GithubState,
  repository: RepositoryState,
  accountId: number,
): Right | null {
  const account = state.accounts.get(accountId)
  if (account === undefined || account.isDeleted) return null
  const right = repository.collaborators.get(accountId) ?? null
  return right ?? (repository.visibility === 'public' ? 'read' : null)
}

export function mayWrite(
  state: GithubState,
  repository: RepositoryState,
  account: AccountState,
): boolean {
  return WRITERS.has(rightOf(state, repository, account.id))
}

/** Refuses (404 or 403, like GitHub) an account without the right. */
export function askRight(
  state: GithubState,
  repository: RepositoryState,
  actor: AccountState,
  right: 'read' | 'write',
): void {
  askAlive(actor)
  const name = `${repository.owner}/${repository.name}`
  ask(rightOf(state, repository, actor.id) !== null, 404, `${name} was not found`)
  const isEnough = right === 'read' || mayWrite(state, repository, actor)
  ask(isEnough, 403, `${actor.login} has no write access to ${name}`)
}

export function repositoryOf(state: GithubState, id: number): RepositoryState {
  return found(state.repositories.get(id), `repository ${id}`)
}

/** The commit of a branch, by default of the default branch. */
export function tipOf(repository: RepositoryState, branch = repository.defaultBranch): ObjectId {
  return found(repository.branches.get(branch), `branch ${branch}`)
}

export function addRuleset(
  state: GithubState,
  repository: RepositoryState,
  rules: NewRuleset,
): RulesetState {
  const ruleset: RulesetState = {
    name: 'main',
    enforcement: 'active',
    requiredApprovals: 1,
    requiresCodeOwners: false,
    dismissesStale: false,
    requiredReviewers: [],
    written: null,
    ...rules,
    id: newId(state),
    updatedAt: state.now,
  }
  repository.rulesets.push(ruleset)
  return ruleset
}

function emptyRepository(
  state: GithubState,
  input: NewRepository,
  forkOf: number | null = null,
): RepositoryState {
  const repository: RepositoryState = {
    id: newId(state),
    owner: input.owner,
    name: input.name,
    visibility: input.visibility ?? 'private',
    defaultBranch: input.defaultBranch ?? 'main',
    forkOf,
    branches: new Map(),
    formerNames: [],
    renamed: new Map(),
    collaborators: new Map(),
    pullRequests: [],
    issues: [],
    activity: [],
    environments: new Map(),
    rulesets: [],
    runs: [],
    collected: new Set(),
  }
  state.repositories.set(repository.id, repository)
  return repository
}

function firstCommit(state: GithubState, creator: AccountState, files: FileChanges): ObjectId {
  const signature = signatureOf(state, creator, state.now)
  return put(state.objects, {
    kind: 'commit',
    tree: putTree(state.objects, withChanges(state.objects, new Map(), files)),
    parents: [],
    author: signature,
    committer: signature,
    message: 'Initial commit\n',
    isSignedByGitHub: false,
  })
}

function askFreeName(state: GithubState, owner: string, name: string): void {
  const known = accountOf(state, owner) !== null || state.organizations.has(owner)
  ask(known, 404, `${owner} was not found`)
  const isTaken = [...state.repositories.values()].some(
    other => other.owner === owner && other.name === name,
  )
  ask(!isTaken, 422, `${owner}/${name} exists already`)
}
