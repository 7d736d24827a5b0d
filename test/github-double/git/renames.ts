// Git's rename detection (diffcore-rename): a removed and an added file with enough similarity become one renamed file.
import { basename } from 'node:path/posix'
import type { ChangedFile } from './git-changes.ts'
import { blobBytes } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import type { FileEntry } from './git-tree.ts'
import { isBinary } from './text-merge.ts'

/** The maximum similarity. */
const SAME = 60_000
const SIMILAR = SAME / 2
/** Sufficient if a removed and an added file are the only ones with their base name. */
const SIMILAR_AND_SAME_NAME = (SIMILAR + SAME) / 2
/** Git keeps this many candidates for each added file. */
const CANDIDATES = 4

/** Added file → the removed file it comes from. Each removed file is used once. */
export function renamesIn(
  objects: Objects,
  changes: readonly ChangedFile[],
): ReadonlyMap<ChangedFile, ChangedFile> {
  const found = new Map<ChangedFile, ChangedFile>()
  const used = new Set<ChangedFile>()
  const take = (to: ChangedFile, from: ChangedFile): void => {
    if (found.has(to) || used.has(from)) return
    found.set(to, from)
    used.add(from)
  }
  const added = () => changes.filter(each => each.status === 'added' && !found.has(each))
  const removed = () => changes.filter(each => each.status === 'removed' && !used.has(each))
  for (const to of added()) {
    const same = removed().filter(from => isSame(from, to))
    const from = same.find(each => isSameName(each, to)) ?? same[0]
    if (from !== undefined) take(to, from)
  }
  for (const { from, to } of onlyOnesOfTheirName(removed(), added()))
    if (similarity(objects, from, to) >= SIMILAR_AND_SAME_NAME) take(to, from)
  for (const { from, to } of candidates(objects, removed(), added())) take(to, from)
  return found
}

interface Pair {
  readonly from: ChangedFile
  readonly to: ChangedFile
}

function onlyOnesOfTheirName(
  removed: readonly ChangedFile[],
  added: readonly ChangedFile[],
): readonly Pair[] {
  return removed.flatMap(from => {
    const [to, another] = added.filter(each => isSameName(from, each))
    const isOnly = removed.filter(each => isSameName(from, each)).length === 1
    return to !== undefined && another === undefined && isOnly ? [{ from, to }] : []
  })
}

/** The most similar first; among equals, those with the same base name. */
function candidates(
  objects: Objects,
  removed: readonly ChangedFile[],
  added: readonly ChangedFile[],
): readonly Pair[] {
  type Candidate = Pair & { readonly score: number }
  const best = (one: Candidate, other: Candidate): number =>
    other.score - one.score ||
    Number(isSameName(other.from, other.to)) - Number(isSameName(one.from, one.to))
  return added
    .flatMap(to =>
      removed
        .map(from => ({ from, to, score: similarity(objects, from, to) }))
        .toSorted(best)
        .slice(0, CANDIDATES),
    )
    .filter(({ score }) => score >= SIMILAR)
    .toSorted(best)
}

function isSameName(one: ChangedFile, other: ChangedFile): boolean {
  return basename(one.path) === basename(other.path)
}

function isSame({ before }: ChangedFile, { after }: ChangedFile): boolean {
  if (before === null || after === null || before.id !== after.id) return false
  return (isRegular(before) && isRegular(after)) || before.mode === after.mode
}

function isRegular({ mode }: FileEntry): boolean {
  return mode.startsWith('100')
}

/** The unchanged part of the larger file, by the bytes of equal pieces. */
function similarity(objects: Objects, { before }: ChangedFile, { after }: ChangedFile): number {
  if (before === null || after === null || !isRegular(before) || !isRegular(after)) return 0
  const [from, to] = [blobBytes(objects, before.id), blobBytes(objects, after.id)]
  const larger = Math.max(from.length, to.length)
  if (Math.min(from.length, to.length) < larger * (SIMILAR / SAME)) return 0
  const [old, fresh] = [pieces(from), pieces(to)]
  let kept = 0
  for (const [piece, bytes] of old) kept += Math.min(bytes, fresh.get(piece) ?? 0)
  return Math.floor((kept * SAME) / larger)
}

/** Lines, with long ones cut after 64 bytes, and the bytes of each; the CR of a CRLF in a text does not count. */
function pieces(bytes: Uint8Array): ReadonlyMap<string, number> {
  const raw = Buffer.from(bytes).toString('latin1')
  const text = isBinary(bytes) ? raw : raw.replaceAll('\r\n', '\n')
  const counted = new Map<string, number>()
  for (const [piece] of text.matchAll(/[^\n]{64}|[^\n]{0,63}\n|[^\n]+$/g))
    counted.set(piece, (counted.get(piece) ?? 0) + piece.length)
  return counted
}
