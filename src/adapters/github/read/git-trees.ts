// Git trees through GraphQL, several levels and several trees per query. Each is checked against its own id and then cached.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { failure } from '../../../domain/problem.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import type { Query } from '../connection/graphql-query.ts'
import { incomplete, notUnderstood } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { treeId } from './tree-id.ts'

/** A file below a tree. */
export interface Leaf {
  readonly path: string
  /** Six octal digits: 100644, 120000, 160000. */
  readonly mode: string
  readonly blob: ObjectId
  /** Bytes. */
  readonly size: number
}

/** The object at a path of a commit: a tree, or anything else (`tree` null). */
export interface Folder {
  readonly tree: ObjectId | null
}

interface Entry extends Leaf {
  readonly isTree: boolean
}

interface WireTree {
  readonly oid?: string | undefined
  readonly entries?: readonly WireEntry[] | null | undefined
}

interface WireEntry {
  readonly nameRaw: string
  readonly mode: number
  readonly oid: string
  readonly size: number
  readonly object?: WireTree | null | undefined
}

const LEVELS = 4
const FIRST_BATCH = 5
const MOST_TREES = 40
/** Target number of entries per query. */
const ENTRIES = 4000
/** A tree can name one subtree many times. No repository of requests has this many entries. */
const MOST_ENTRIES = 200_000
const DOING = 'list the files'

const TREE = 0o40000
const MODE = z.number().int().positive()
const SIZE = z.number().int().nonnegative()
const WIRE_TREE: z.ZodType<WireTree> = z.object({
  oid: OBJECT_ID.optional(),
  entries: z.lazy(() => z.array(WIRE_ENTRY).nullish()),
})
const WIRE_ENTRY: z.ZodType<WireEntry> = z.object({
  nameRaw: z.string(),
  mode: MODE,
  oid: OBJECT_ID,
  size: SIZE,
  object: WIRE_TREE.nullish(),
})
const AT_COMMIT = z
  .object({
    kind: z.string(),
    file: z.object({ mode: MODE, oid: OBJECT_ID, size: SIZE }).nullable().optional(),
  })
  .nullable()
const FOLDER = z.object({ kind: z.string() }).and(WIRE_TREE).nullable()

export class Trees {
  readonly #api: RepositoryApi
  readonly #known = new Map<ObjectId, readonly Entry[]>()
  /** Number of entries in all known trees. */
  #entries = 0

  constructor(api: RepositoryApi) {
    this.#api = api
  }

  /** The files below each tree, by path. Throws GITHUB_NOT_FOUND for an id that is not a tree. */
  async below(trees: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, readonly Leaf[]>> {
    await this.#learn(trees)
    return new Map(trees.map(tree => [tree, this.#leaves(tree)]))
  }

  /** The object at a path of a commit (`''`: its root), null if there is none. Throws GITHUB_NOT_FOUND for a missing commit. */
  async at(commit: ObjectId, path: string): Promise<Folder | null> {
    const asked = [commit, `${commit}:${path}`]
    const [itself, there] = await this.#api.each(asked, {
      doing: DOING,
      needs: 'contents: read',
      size: asked.length,
      shape: FOLDER,
      field: (what, query) =>
        what === commit
          ? `object(oid: ${query.value('GitObjectID!', what)}) { kind: __typename }`
          : `object(expression: ${query.value('String!', what)}) { kind: __typename ${treeFields(LEVELS)} }`,
    })
    if (itself?.kind !== 'Commit') throw noCommit(commit)
    if (there === null || there === undefined) return null
    if (there.kind !== 'Tree' || there.oid === undefined) return { tree: null }
    this.#keep(there.oid, there)
    return { tree: there.oid }
  }

  /** The file at a path of a commit, null if there is none or it is a folder. Throws GITHUB_NOT_FOUND for a missing commit. */
  async leafAt(commit: ObjectId, path: string): Promise<Leaf | null> {
    const [answer] = await this.#api.each([commit], {
      doing: 'read a file',
      needs: 'contents: read',
      size: 1,
      shape: AT_COMMIT,
      field: (oid, query) => `object(oid: ${query.value('GitObjectID!', oid)}) {
        kind: __typename ... on Commit { file(path: ${query.value('String!', path)}) { mode oid size } } }`,
    })
    if (answer?.file === undefined) throw noCommit(commit)
    if (answer.file === null || answer.file.mode === TREE) return null
    const { mode, oid: blob, size } = answer.file
    return { path, mode: octal(mode), blob, size }
  }

  async #learn(roots: readonly ObjectId[]): Promise<void> {
    let size = FIRST_BATCH
    for (let missing = this.#missing(roots); missing.length > 0; missing = this.#missing(roots)) {
      const batch = missing.slice(0, size)
      const before = this.#entries
      const answers = await this.#api.each(batch, {
        doing: DOING,
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

function treeFields(levels: number): string {
  const below = levels > 1 ? `object { ${treeFields(levels - 1)} }` : ''
  return `... on Tree { oid entries { nameRaw mode oid size ${below} } }`
}

function toBytes({ nameRaw, mode }: WireEntry): { readonly name: Buffer; readonly mode: string } {
  return { name: Buffer.from(nameRaw, 'base64'), mode: mode.toString(8) }
}

/** A name with a slash would denote a file in another folder. */
function toEntry(entry: WireEntry): Entry {
  const path = nameOf(toBytes(entry).name)
  if (path === '' || path === '.' || path === '..' || /[/\0]/.test(path))
    throw notUnderstood(DOING, null)
  const { oid: blob, size } = entry
  return { path, mode: octal(entry.mode), blob, size, isTree: entry.mode === TREE }
}

/** Names that are not UTF-8 keep their bytes. Otherwise two names could become one, and only the last file would be seen. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? `\uFFFD${bytes.toString('hex')}` : text
}

function octal(mode: number): string {
  return mode.toString(8).padStart(6, '0')
}

function noCommit(commit: ObjectId): Error {
  return failure('GITHUB_NOT_FOUND', `GitHub does not have the commit ${commit}`)
}
