// Three-way merge of whole trees by file, without rename detection. What git leaves to people is a conflict.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { mergeBases } from './git-history.ts'
import { blobBytes, commitAt, put } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import { filesOf } from './git-tree.ts'
import type { FileEntry, Files } from './git-tree.ts'
import { isBinary, mergeText } from './text-merge.ts'

export interface MergedFiles {
  readonly files: Files
  /** Paths with conflicts; they hold our side, or both sides between markers. */
  readonly conflicts: readonly string[]
}

/** Merges two commits over their best common ancestors; like git, several of those are first merged with each other. */
export function mergeCommits(objects: Objects, ours: ObjectId, theirs: ObjectId): MergedFiles {
  return mergeFiles(
    objects,
    baseFiles(objects, mergeBases(objects, ours, theirs)),
    commitFiles(objects, ours),
    commitFiles(objects, theirs),
  )
}

/** The files of a commit. */
export function commitFiles(objects: Objects, commit: ObjectId): Files {
  return filesOf(objects, commitAt(objects, commit).tree)
}

/** Applies the changes of `theirs` since `base` to `ours`. */
export function mergeFiles(objects: Objects, base: Files, ours: Files, theirs: Files): MergedFiles {
  const files = new Map<string, FileEntry>()
  const conflicts: string[] = []
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const merged = mergeEntry(objects, entry(base, path), entry(ours, path), entry(theirs, path))
    if (merged.entry !== null) files.set(path, merged.entry)
    if (merged.isConflict) conflicts.push(path)
  }
  return { files, conflicts: [...conflicts, ...inTheWay(files)] }
}

/** The virtual ancestor of several; its conflicts stay as text in it. */
function baseFiles(objects: Objects, bases: readonly ObjectId[]): Files {
  const [first, ...others] = [...bases].reverse()
  if (first === undefined) return new Map()
  let files = commitFiles(objects, first)
  let before = first
  for (const other of others) {
    const below = baseFiles(objects, mergeBases(objects, before, other))
    files = mergeFiles(objects, below, files, commitFiles(objects, other)).files
    before = other
  }
  return files
}

interface MergedEntry {
  readonly entry: FileEntry | null
  readonly isConflict: boolean
}

function mergeEntry(
  objects: Objects,
  base: FileEntry | null,
  ours: FileEntry | null,
  theirs: FileEntry | null,
): MergedEntry {
  if (isSame(ours, theirs) || isSame(theirs, base)) return { entry: ours, isConflict: false }
  if (isSame(ours, base)) return { entry: theirs, isConflict: false }
  if (ours === null || theirs === null) return { entry: ours ?? theirs, isConflict: true }
  return mergeContent(objects, base, ours, theirs)
}

/** Merges a file that both sides changed or added. */
function mergeContent(
  objects: Objects,
  base: FileEntry | null,
  ours: FileEntry,
  theirs: FileEntry,
): MergedEntry {
  const mode = pick(base?.mode ?? null, ours.mode, theirs.mode)
  const id = pick(base?.id ?? null, ours.id, theirs.id)
  if (id !== null) return { entry: { mode: mode ?? ours.mode, id }, isConflict: mode === null }
  const parts = [base, ours, theirs].filter(part => part !== null)
  if (!parts.every(part => isText(objects, part))) return { entry: ours, isConflict: true }
  const merged = mergeText(
    base === null ? new Uint8Array() : blobBytes(objects, base.id),
    blobBytes(objects, ours.id),
    blobBytes(objects, theirs.id),
  )
  const blob = put(objects, { kind: 'blob', bytes: merged.bytes })
  return {
    entry: { mode: mode ?? ours.mode, id: blob },
    isConflict: merged.isConflict || mode === null,
  }
}

/** The side that changed, if only one did. */
function pick(base: string | null, ours: string, theirs: string): string | null {
  if (ours === theirs || theirs === base) return ours
  return ours === base ? theirs : null
}

function isText(objects: Objects, file: FileEntry): boolean {
  return file.mode.startsWith('100') && !isBinary(blobBytes(objects, file.id))
}

function isSame(one: FileEntry | null, other: FileEntry | null): boolean {
  return one?.id === other?.id && one?.mode === other?.mode
}

function entry(files: Files, path: string): FileEntry | null {
  return files.get(path) ?? null
}

/** Files at a path where another file needs a folder. */
function inTheWay(files: Files): string[] {
  const blocked = new Set<string>()
  for (const path of files.keys())
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
      if (files.has(path.slice(0, slash))) blocked.add(path.slice(0, slash))
  return [...blocked]
}
