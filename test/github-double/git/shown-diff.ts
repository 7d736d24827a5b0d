// GitHub's diff between two sets of files: renames, counts and patches, within its limits.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { ShownFile } from '../../../src/domain/proof/shown-diff.ts'
import { changesBetween } from './git-changes.ts'
import type { ChangedFile } from './git-changes.ts'
import { blobBytes } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import type { FileEntry, Files } from './git-tree.ts'
import { renamesIn } from './renames.ts'
import { isBinary } from './text-merge.ts'
import { unifiedPatch } from './unified-patch.ts'

export interface DiffFile extends ShownFile {
  /** The new blob, or the old one of a removed file. */
  readonly blob: ObjectId | null
}

export interface DiffSize {
  readonly files: number
  readonly additions: number
  readonly deletions: number
}

/** GitHub Docs, repository limits: of one file. */
const FILE = { lines: 20_000, bytes: 500 * 1024 }
/** Limit of all patches in one answer; files beyond it have no patch and counts of 0. */
const ANSWER = { lines: 20_000, bytes: 1024 * 1024 }

/** All changed files by path, each as if it were the only one. */
export function diffFiles(objects: Objects, from: Files, to: Files): readonly DiffFile[] {
  const changes = changesBetween(from, to)
  const renames = renamesIn(objects, changes)
  const renamed = new Set(renames.values())
  return changes
    .filter(change => !renamed.has(change))
    .map(change => diffFile(objects, change, renames.get(change) ?? null))
}

function diffFile(objects: Objects, to: ChangedFile, from: ChangedFile | null): DiffFile {
  const [before, after] = [(from ?? to).before, to.after]
  const isOtherType = kindOf(before ?? after) !== kindOf(after ?? before)
  const [old, fresh] = [content(objects, before), content(objects, after)]
  const isText = !isBinary(old) && !isBinary(fresh)
  const patch = isText ? unifiedPatch(old, fresh) : NO_PATCH
  return {
    path: to.path,
    status: from === null ? (isOtherType ? 'changed' : to.status) : 'renamed',
    previousPath: from?.path ?? null,
    additions: patch.additions,
    deletions: patch.deletions,
    patch:
      isOtherType || patch.text === '' || isBeyond(FILE, sizeOf(patch.text))
        ? null
        : patch.text.replace(/\n$/, ''),
    blob: (after ?? before)?.id ?? null,
  }
}

const NO_PATCH = { text: '', additions: 0, deletions: 0 }

/** The files of one answer: after about 20,000 lines there are no patches. */
export function inOneAnswer(files: readonly DiffFile[]): readonly DiffFile[] {
  const sum = { lines: 0, bytes: 0 }
  return files.map(file => {
    const { lines, bytes } = sizeOf(file.patch ?? '')
    sum.lines += lines
    sum.bytes += bytes
    return isBeyond(ANSWER, sum) ? { ...file, additions: 0, deletions: 0, patch: null } : file
  })
}

/** GitHub's counts of the whole diff, independent of its limits. */
export function diffSize(files: readonly DiffFile[]): DiffSize {
  return {
    files: files.length,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
  }
}

interface TextSize {
  readonly lines: number
  readonly bytes: number
}

function sizeOf(text: string): TextSize {
  return { lines: text === '' ? 0 : text.split('\n').length, bytes: Buffer.byteLength(text) }
}

function isBeyond(limit: TextSize, { lines, bytes }: TextSize): boolean {
  return lines > limit.lines || bytes > limit.bytes
}

/** Whether the kind changes: file, link or submodule. */
function kindOf(file: FileEntry | null): string | undefined {
  return file?.mode.slice(0, 3)
}

/** A submodule appears as one line with its commit. */
function content(objects: Objects, file: FileEntry | null): Uint8Array {
  if (file === null) return new Uint8Array()
  if (file.mode === '160000') return Buffer.from(`Subproject commit ${file.id}\n`)
  return blobBytes(objects, file.id)
}
