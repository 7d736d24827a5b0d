// Git trees through GraphQL, several levels and several trees per query. Each is checked against its own id and then cached, and so
// is what a commit holds at a path.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { FileAt, ObjectId } from '../../../domain/proof/git-history.ts'
import { failure } from '../../../domain/problem.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import { AskedTogether } from '../connection/asked-together.ts'
import type { Query } from '../connection/graphql-query.ts'
import { incomplete, notUnderstood } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import {
  LISTING,
  MODE,
  SIZE,
  TREE,
  WIRE_TREE,
  octal,
  toBytes,
  toEntry,
  treeFields,
} from './git-tree-answer.ts'
import type { GitTreeEntry, Leaf, WireTree } from './git-tree-answer.ts'

/** The object at a path of a commit: a tree, or anything else (`tree` null). */
export interface Folder {
  readonly tree: ObjectId | null
}

interface AtPath {
  readonly mode: number
  readonly oid: ObjectId
  readonly size: number
}

type WirePlace = WireTree & { readonly kind: string }
/** Writes one field of a query. */
type Field = (query: Query) => string

const LEVELS = 4
/** Paths of commits per query. Each may be a folder. */
const PLACES = 10
const FIRST_BATCH = 5
const MOST_TREES = 40
/** Target number of entries per query. */
const ENTRIES = 4000
/** A tree can name one subtree many times. No repository of requests has this many entries. */
const MOST_ENTRIES = 200_000
const SUBMODULE = 0o160000

/** The answer for a commit, with the entry at a path in `file`; or the answer for the object at that path. */
const AT_PLACE = z
  .object({
    kind: z.string(),
    file: z.object({ mode: MODE, oid: OBJECT_ID, size: SIZE }).nullable().optional(),
  })
  .and(WIRE_TREE)
  .nullable()
const FOLDER = z.object({ kind: z.string() }).and(WIRE_TREE).nullable()

export class Trees {
  readonly #api: RepositoryApi
  readonly #known = new Map<ObjectId, readonly GitTreeEntry[]>()
  /** Number of entries in all known trees. */
  #entries = 0
  /** By `expression`. A commit never changes, so neither does what it holds at a path. */
  readonly #atPaths = new Map<string, AtPath | null>()
  readonly #places: AskedTogether<string, FileAt>

  constructor(api: RepositoryApi) {
    this.#api = api
    this.#places = new AskedTogether(places => this.#askPlaces([...places.values()]))
  }

  /** The files below each tree, by path. Throws GITHUB_NOT_FOUND for an id that is not a tree. */
  async below(trees: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly Leaf[]>> {
    await this.#learn(trees)
    return new Map(trees.map(tree => [tree, this.#leaves(tree)]))
  }

  /** The object at a path of a commit (`''`: its root), null if there is none. Throws GITHUB_NOT_FOUND for a missing commit. */
  async at(commit: ObjectId, path: string): Promise<Folder | null> {
    const there = await this.#atPath({ commit, path })
    if (there === null || there.mode === SUBMODULE) return null
    return { tree: there.mode === TREE ? there.oid : null }
  }

  /** The file at a path of a commit, null if there is none or it is a folder. Throws GITHUB_NOT_FOUND for a missing commit. */
  async leafAt(commit: ObjectId, path: string): Promise<Leaf | null> {
    const there = await this.#atPath({ commit, path })
    if (there === null || there.mode === TREE) return null
    const { mode, oid: blob, size } = there
    return { path, mode: octal(mode), blob, size }
  }

  async #atPath(place: FileAt): Promise<AtPath | null> {
    const key = objectExpression(place)
    if (!this.#atPaths.has(key)) await this.#places.want(new Map([[key, place]]))
    const there = this.#atPaths.get(key)
    if (there === undefined)
      throw failure('GITHUB_NOT_FOUND', `GitHub does not have the commit ${place.commit}`)
    return there
  }

  /**
   * Asks for the entry of a path, which has its mode, and for the object there, which has the trees of a folder. A commit that GitHub
   * does not have gets no answer, and is not remembered.
   */
  async #askPlaces(places: readonly FileAt[]): Promise<void> {
    const answers = await this.#api.each(
      places.flatMap(place => [entryField(place), objectField(place)]),
      {
        doing: LISTING,
        needs: 'contents: read',
        size: 2 * PLACES,
        halvings: Math.ceil(Math.log2(2 * PLACES)),
        shape: AT_PLACE,
        field: (write, query) => write(query),
      },
    )
    for (const [index, place] of places.entries()) {
      const [commit = null, object = null] = answers.slice(2 * index, 2 * index + 2)
      if (commit?.kind !== 'Commit') continue
      if (place.path !== '' && commit.file === undefined) throw notUnderstood(LISTING, null)
      const found = atPath(place, commit.file ?? null, object)
      if (found?.mode === TREE && !this.#known.has(found.oid)) this.#keep(found.oid, object)
      this.#atPaths.set(objectExpression(place), found)
    }
  }

  async #learn(roots: readonly ObjectId[]): Promise<void> {
    let size = FIRST_BATCH
    for (let missing = this.#missing(roots); missing.length > 0; missing = this.#missing(roots)) {
      const batch = missing.slice(0, size)
      const before = this.#entries
      const answers = await this.#api.each(batch, {
        doing: LISTING,
        needs: 'contents: read',
        size: batch.length,
        shape: FOLDER,
        field: (tree, query: Query) =>
          `object(oid: ${query.value('GitObjectID!', tree)}) { kind: __typename ${treeFields(LEVELS)} }`,
      })
      for (const [index, tree] of batch.entries()) this.#keep(tree, answers[index] ?? null)
      const each = Math.max(1, (this.#entries - before) / batch.length)
      size = Math.max(1, Math.min(MOST_TREES, Math.floor(ENTRIES / each)))
    }
  }

  /** Trees at or below the roots that were not read yet. Each is visited once, however often it is named. */
  #missing(roots: readonly ObjectId[]): readonly ObjectId[] {
    const seen = new Set(roots)
    const missing: ObjectId[] = []
    for (const tree of seen) {
      const entries = this.#known.get(tree)
      if (entries === undefined) missing.push(tree)
      else for (const { isTree, blob } of entries) if (isTree) seen.add(blob)
    }
    return missing
  }

  #keep(tree: ObjectId, answer: WireTree | null): void {
    const wire = answer?.entries
    if (answer?.oid === undefined)
      throw failure('GITHUB_NOT_FOUND', `GitHub does not have the tree ${tree}`)
    if (answer.oid !== tree || wire === null || wire === undefined)
      throw incomplete(`the files of tree ${tree}`)
    const id = treeId(wire.map(entry => ({ ...toBytes(entry), id: entry.oid })))
    if (id !== tree) throw incomplete(`the files of tree ${tree}`)
    if (!this.#known.has(tree)) this.#entries += wire.length
    this.#known.set(tree, wire.map(toEntry))
    for (const { oid, object } of wire) if (object?.entries) this.#keep(oid, object)
  }

  #leaves(tree: ObjectId): readonly Leaf[] {
    const leaves: Leaf[] = []
    let seen = 0
    const walk = (id: ObjectId, prefix: string): void => {
      for (const { isTree, path: name, mode, blob, size } of this.#known.get(id) ?? []) {
        const path = `${prefix}${name}`
        seen += 1
        if (seen > MOST_ENTRIES)
          throw failure('GITHUB_ANSWER', `the tree ${tree} holds more than ${MOST_ENTRIES} entries`)
        if (isTree) walk(blob, `${path}/`)
        else leaves.push({ path, mode, blob, size })
      }
    }
    walk(tree, '')
    return leaves
  }
}

function entryField({ commit, path }: FileAt): Field {
  return query => {
    const file =
      path === ''
        ? ''
        : `... on Commit { file(path: ${query.value('String!', path)}) { mode oid size } }`
    return `object(oid: ${query.value('GitObjectID!', commit)}) { kind: __typename ${file} }`
  }
}

function objectField(place: FileAt): Field {
  return query =>
    `object(expression: ${query.value('String!', objectExpression(place))}) { kind: __typename ${treeFields(LEVELS)} }`
}

/** Throws GITHUB_ANSWER if entry and object contradict each other: then neither counts. A folder needs no entry. */
function atPath({ path }: FileAt, entry: AtPath | null, object: WirePlace | null): AtPath | null {
  if (object?.kind === 'Tree' && object.oid !== undefined) {
    if (entry !== null && entry.oid !== object.oid) throw notUnderstood(LISTING, null)
    return { mode: TREE, oid: object.oid, size: 0 }
  }
  if (entry?.mode === SUBMODULE) return entry
  if (path === '' || entry?.mode === TREE || (entry === null) !== (object === null))
    throw notUnderstood(LISTING, null)
  return entry
}

export function objectExpression({ commit, path }: FileAt): string {
  return `${commit}:${path}`
}

// The object id that git gives to a tree. It proves that no entry of a listing is missing (git's Documentation/gitformat, trees).

interface TreeEntryBytes {
  readonly name: Uint8Array
  /** As git writes it, without leading zeros: 40000, 100644. */
  readonly mode: string
  readonly id: string
}

/** 40 hex digits. The order of the entries does not matter: git sorts them, folders as if their name ended in a slash. */
export function treeId(entries: readonly TreeEntryBytes[]): string {
  const sorted = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
  const lines = sorted.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} `), name, Buffer.of(0), Buffer.from(id, 'hex')]),
  )
  const body = Buffer.concat(lines)
  return createHash('sha1').update(`tree ${body.length}\0`).update(body).digest('hex')
}

function sortKey({ mode, name }: TreeEntryBytes): Buffer {
  return mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : Buffer.from(name)
}
