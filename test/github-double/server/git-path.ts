// Entries at a path of a commit, and the revisions of GitHub such as `sha:path` and `branch~2`.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { GithubState, RepositoryState, TreeEntryState } from '../state.ts'
import { commitIn, objectIn } from './lookup.ts'

export interface Found {
  readonly id: ObjectId
  /** Path in the commit, if requested. */
  readonly path: string | null
}

type Place = readonly [state: GithubState, repository: RepositoryState]

/**
 * Accepts an id (whole, or at least 7 digits of it), a branch, `refs/heads/branch` or HEAD, then `~n`, `^`, `^n` and `:path`.
 * Null if nothing is found.
 */
export function resolve(place: Place, expression: string): Found | null {
  const colon = expression.indexOf(':')
  const revision = colon < 0 ? expression : expression.slice(0, colon)
  const start = revisionId(place, revision)
  if (start === null || objectIn(...place, start) === null) return null
  if (colon < 0) return { id: start, path: null }
  const path = expression.slice(colon + 1)
  const tree = treeOf(place, start)
  const id = tree === null ? null : idAt(place, tree, path)
  return id === null ? null : { id, path }
}

function revisionId(place: Place, revision: string): ObjectId | null {
  const [, name = '', steps = ''] = /^([^~^]*)((?:~\d*|\^\d*)*)$/.exec(revision) ?? []
  let id = namedId(place, name)
  for (const [, kind, count] of steps.matchAll(/([~^])(\d*)/g)) {
    if (id === null) return null
    const number = count === undefined || count === '' ? 1 : Number(count)
    id = kind === '~' ? ancestor(place, id, number) : parent(place, id, number)
  }
  return id
}

function namedId([state, repository]: Place, name: string): ObjectId | null {
  const branch = name === 'HEAD' ? repository.defaultBranch : name.replace(/^refs\/heads\//, '')
  const tip = repository.branches.get(branch)
  if (tip !== undefined) return tip
  if (!/^[0-9a-f]{7,40}$/i.test(name)) return null
  const digits = name.toLowerCase()
  if (digits.length === 40) return objectIn(state, repository, digits) === null ? null : digits
  const ids = [...state.objects.keys()].filter(id => id.startsWith(digits))
  const [only] = ids.filter(id => objectIn(state, repository, id) !== null)
  return ids.length === 1 ? (only ?? null) : null
}

function ancestor(place: Place, id: ObjectId, generations: number): ObjectId | null {
  let at: ObjectId | null = id
  for (let step = 0; step < generations && at !== null; step++) at = parent(place, at, 1)
  return at
}

function parent([state, repository]: Place, id: ObjectId, number: number): ObjectId | null {
  const commit = commitIn(state, repository, id)
  if (commit === null) return null
  return number === 0 ? id : (commit.parents[number - 1] ?? null)
}

/** The tree of a commit, or a tree itself. */
export function treeOf([state, repository]: Place, id: ObjectId): ObjectId | null {
  const object = objectIn(state, repository, id)
  if (object?.kind === 'commit') return object.tree
  return object?.kind === 'tree' ? id : null
}

/** The entry at a path below a tree; null if there is none. */
export function entryAt(place: Place, tree: ObjectId, path: string): TreeEntryState | null {
  let at: TreeEntryState | null = null
  let id: ObjectId | null = tree
  for (const name of path.split('/')) {
    at = id === null ? null : (entriesOf(place, id).find(entry => entry.name === name) ?? null)
    id = at === null ? null : at.id
  }
  return at
}

/** The id at a path below a tree, the tree itself for ''. */
export function idAt(place: Place, tree: ObjectId, path: string): ObjectId | null {
  return path === '' ? tree : (entryAt(place, tree, path)?.id ?? null)
}

export function entriesOf([state, repository]: Place, tree: ObjectId): readonly TreeEntryState[] {
  const object = objectIn(state, repository, tree)
  return object?.kind === 'tree' ? object.entries : []
}

/** Every entry below a tree with its path, folders before their entries. */
export function listingOf(
  place: Place,
  tree: ObjectId,
  isRecursive: boolean,
  prefix = '',
): readonly { readonly path: string; readonly entry: TreeEntryState }[] {
  return entriesOf(place, tree).flatMap(entry => {
    const path = `${prefix}${entry.name}`
    const below = isRecursive && kindOf(entry) === 'tree'
    return [{ path, entry }, ...(below ? listingOf(place, entry.id, true, `${path}/`) : [])]
  })
}

export function kindOf(entry: TreeEntryState): 'tree' | 'blob' | 'commit' {
  if (/^0?40000$/.test(entry.mode)) return 'tree'
  return entry.mode === '160000' ? 'commit' : 'blob'
}
