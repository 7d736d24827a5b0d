// The answer to a question for git trees: its fields, its shape, and the entries in it.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import { notUnderstood } from '../connection/github-refusal.ts'

/** A file below a tree. */
export interface Leaf {
  readonly path: string
  /** Six octal digits: 100644, 120000, 160000. */
  readonly mode: string
  readonly blob: ObjectId
  /** Bytes. */
  readonly size: number
}

export interface GitTreeEntry extends Leaf {
  readonly isTree: boolean
}

export interface WireTree {
  readonly oid?: string | undefined
  readonly entries?: readonly WireEntry[] | null | undefined
}

export interface WireEntry {
  readonly nameRaw: string
  readonly mode: number
  readonly oid: string
  readonly size: number
  readonly object?: WireTree | null | undefined
}

export const LISTING = 'list the files'

export const TREE = 0o40000
export const MODE = z.number().int().positive()
export const SIZE = z.number().int().nonnegative()
export const WIRE_TREE: z.ZodType<WireTree> = z.object({
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

export function treeFields(levels: number): string {
  const below = levels > 1 ? `object { ${treeFields(levels - 1)} }` : ''
  return `... on Tree { oid entries { nameRaw mode oid size ${below} } }`
}

export function toBytes({ nameRaw, mode }: WireEntry): {
  readonly name: Buffer
  readonly mode: string
} {
  return { name: Buffer.from(nameRaw, 'base64'), mode: mode.toString(8) }
}

/** A name with a slash would denote a file in another folder. */
export function toEntry(entry: WireEntry): GitTreeEntry {
  const path = nameOf(toBytes(entry).name)
  if (path === '' || path === '.' || path === '..' || /[/\0]/.test(path))
    throw notUnderstood(LISTING, null)
  const { oid: blob, size } = entry
  return { path, mode: octal(entry.mode), blob, size, isTree: entry.mode === TREE }
}

/** Names that are not UTF-8 keep their bytes. Otherwise two names could become one, and only the last file would be seen. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? `\uFFFD${bytes.toString('hex')}` : text
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(6, '0')
}
