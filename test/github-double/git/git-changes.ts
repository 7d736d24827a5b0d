// The differences between two sets of files, and whether two changes are textually equal (git patch-id).
import { blobBytes } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import type { FileEntry, Files } from './git-tree.ts'
import { diffLines, linesOf } from './line-diff.ts'
import { isBinary } from './text-merge.ts'

export interface ChangedFile {
  readonly path: string
  readonly status: 'added' | 'modified' | 'removed'
  readonly before: FileEntry | null
  readonly after: FileEntry | null
}

/** Lines around a change that belong to a patch. */
const CONTEXT = 3

/** The different files by path. A rename is a removal and an addition. */
export function changesBetween(from: Files, to: Files): ChangedFile[] {
  const changed: ChangedFile[] = []
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(path) ?? null, to.get(path) ?? null]
    if (before?.id === after?.id && before?.mode === after?.mode) continue
    const status = before === null ? 'added' : after === null ? 'removed' : 'modified'
    changed.push({ path, status, before, after })
  }
  return changed.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}

/** A text that is equal for changes with the same hunks and context, at any position. */
export function patchOf(objects: Objects, changes: readonly ChangedFile[]): string {
  return JSON.stringify(
    changes.map(({ path, before, after }) => [
      path,
      before?.mode,
      after?.mode,
      hunkTexts(objects, before, after),
    ]),
  )
}

function hunkTexts(
  objects: Objects,
  before: FileEntry | null,
  after: FileEntry | null,
): readonly (string | null)[] {
  const ids = [before?.id ?? null, after?.id ?? null]
  if ([before, after].some(file => file?.mode === '160000')) return ids
  const [from, to] = [bytes(objects, before), bytes(objects, after)]
  if (isBinary(from) || isBinary(to)) return ids
  const [oldLines, newLines] = [linesOf(from), linesOf(to)]
  return diffLines(oldLines, newLines).flatMap(hunk => [
    oldLines.slice(Math.max(0, hunk.oldStart - CONTEXT), hunk.oldEnd + CONTEXT).join(''),
    newLines.slice(hunk.newStart, hunk.newEnd).join(''),
  ])
}

function bytes(objects: Objects, file: FileEntry | null): Uint8Array {
  return file === null ? new Uint8Array() : blobBytes(objects, file.id)
}
