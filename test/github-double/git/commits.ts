// Creates commits, as people do locally and GitHub does on the web.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { changesBetween } from './git-changes.ts'
import { withChanges } from './git-files.ts'
import type { FileChange, FileChanges } from './git-files.ts'
import { blobBytes, commitAt, put } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import { filesOf, putTree } from './git-tree.ts'
import type { FileEntry, Files } from './git-tree.ts'
import { commitFiles } from './merge.ts'
import { found } from '../refusal.ts'
import { tipOf } from '../repositories.ts'
import { signatureOf, webFlow, withCoAuthors } from './signatures.ts'
import type { Person } from './signatures.ts'
import type { AccountState, GithubState, RepositoryState } from '../state.ts'

export interface CommitInput {
  /** Parent: the tip of this branch of `repository`, … */
  readonly repository?: RepositoryState
  readonly branch?: string
  /** … or this commit (null: a root commit), … */
  readonly parent?: ObjectId | null
  /** … or these; the files start as those of the first parent. */
  readonly parents?: readonly ObjectId[]
  readonly files?: FileChanges
  /** Default: an address without account. */
  readonly author?: Person
  /** Default: the author. Anybody may claim `web-flow`. */
  readonly committer?: Person
  readonly coAuthors?: readonly Person[]
  readonly message?: string
  /** Claimed date; default: the clock of the double. */
  readonly date?: Date
  readonly signedByGitHub?: boolean
}

/** Creates a commit object and returns its id. */
export function makeCommit(state: GithubState, input: CommitInput): ObjectId {
  const parents = parentsOf(input)
  const before: Files =
    parents[0] === undefined ? new Map() : commitFiles(state.objects, parents[0])
  const changes = input.files ?? {}
  const date = input.date ?? state.now
  const author = input.author ?? null
  const message = input.message ?? `Change ${Object.keys(changes).join(', ') || 'nothing'}\n`
  return put(state.objects, {
    kind: 'commit',
    tree: putTree(state.objects, withChanges(state.objects, before, changes)),
    parents,
    author: signatureOf(state, author, date),
    committer: signatureOf(state, input.committer ?? author, date),
    message: withCoAuthors(message, input.coAuthors ?? []),
    isSignedByGitHub: input.signedByGitHub ?? false,
  })
}

/** A commit with ready files: of a merge, a squash or the web editor. */
export interface Content {
  readonly files: Files
  readonly parents: readonly ObjectId[]
  readonly message: string
}

/** A commit that GitHub creates for a person and signs. */
export function commitByGithub(
  state: GithubState,
  author: AccountState,
  content: Content,
  coAuthors: readonly Person[] = [],
): ObjectId {
  return put(state.objects, {
    kind: 'commit',
    tree: putTree(state.objects, content.files),
    parents: content.parents,
    author: signatureOf(state, author, state.now),
    committer: webFlow(state.now),
    message: withCoAuthors(content.message, coAuthors),
    isSignedByGitHub: true,
  })
}

/** A commit that a person creates locally. */
export function commitByHand(state: GithubState, person: AccountState, content: Content): ObjectId {
  const signature = signatureOf(state, person, state.now)
  return put(state.objects, {
    kind: 'commit',
    tree: putTree(state.objects, content.files),
    parents: content.parents,
    author: signature,
    committer: signature,
    message: content.message,
    isSignedByGitHub: false,
  })
}

/** Changes that restore the files before a commit (before its first parent's side of a merge). */
export function revertedFiles(objects: Objects, commit: ObjectId): FileChanges {
  const { tree, parents } = commitAt(objects, commit)
  const before: Files = parents[0] === undefined ? new Map() : commitFiles(objects, parents[0])
  return Object.fromEntries(
    changesBetween(before, filesOf(objects, tree)).map(changed => [
      changed.path,
      changed.before === null ? null : changeTo(objects, changed.before),
    ]),
  )
}

/** Changes that move a file with its content and mode. */
export function renamedFile(
  objects: Objects,
  commit: ObjectId,
  from: string,
  to: string,
): FileChanges {
  const file = found(commitFiles(objects, commit).get(from), `${from} in ${commit}`)
  return { [from]: null, [to]: changeTo(objects, file) }
}

function changeTo(objects: Objects, file: FileEntry): FileChange {
  if (file.mode === '160000') return { submodule: file.id }
  return { mode: file.mode, bytes: blobBytes(objects, file.id) }
}

function parentsOf(input: CommitInput): readonly ObjectId[] {
  if (input.parents !== undefined) return input.parents
  if (input.parent !== undefined) return input.parent === null ? [] : [input.parent]
  return [tipOf(found(input.repository, 'the repository to commit to'), input.branch)]
}
