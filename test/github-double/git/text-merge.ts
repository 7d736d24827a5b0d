// Three-way merge of one text like git's: separate hunks of both sides are applied, equal ones once.
import { bytesOf, diffLines, linesOf } from './line-diff.ts'
import type { Hunk } from './line-diff.ts'

export interface MergedText {
  readonly bytes: Uint8Array
  /** If true, the bytes hold both sides between markers. */
  readonly isConflict: boolean
}

/** Git looks for a NUL in this many bytes to detect a binary file (buffer_is_binary). */
const LOOKED_AT = 8000

export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, LOOKED_AT).includes(0)
}

interface Side {
  readonly lines: readonly string[]
  readonly hunks: Hunk[]
}

/** Merges two texts with one base. */
export function mergeText(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): MergedText {
  const from = linesOf(base)
  const sides = [ours, theirs].map(bytes => sideOf(from, bytes))
  const merged: string[] = []
  let isConflict = false
  let done = 0
  for (let region = takeRegion(sides); region !== null; region = takeRegion(sides)) {
    merged.push(...from.slice(done, region.start))
    done = region.end
    const { start, end } = region
    const [one, other] = region.taken.map(({ side, hunks }) =>
      hunks.length === 0 ? null : linesIn(side, hunks, start, end),
    )
    const isClear = !one || !other || one.join('') === other.join('')
    merged.push(...(isClear ? (one ?? other ?? []) : between(one, other)))
    isConflict ||= !isClear
  }
  merged.push(...from.slice(done))
  return { bytes: bytesOf(merged), isConflict }
}

function sideOf(from: readonly string[], bytes: Uint8Array): Side {
  const lines = linesOf(bytes)
  return { lines, hunks: diffLines(from, lines) }
}

interface Region {
  readonly start: number
  readonly end: number
  readonly taken: readonly { readonly side: Side; readonly hunks: readonly Hunk[] }[]
}

/** Takes the next hunks of both sides that touch or overlap, or a single one. */
function takeRegion(sides: readonly Side[]): Region | null {
  const starts = sides.flatMap(side => side.hunks.slice(0, 1).map(hunk => hunk.oldStart))
  if (starts.length === 0) return null
  const start = Math.min(...starts)
  const taken = sides.map(side => ({ side, hunks: new Array<Hunk>() }))
  let end = start
  for (let isGrowing = true; isGrowing;) {
    isGrowing = false
    for (const { side, hunks } of taken) {
      const [next] = side.hunks
      if (next === undefined || next.oldStart > end) continue
      side.hunks.shift()
      hunks.push(next)
      end = Math.max(end, next.oldEnd)
      isGrowing = true
    }
  }
  return { start, end, taken }
}

/** One side's version of lines [start, end) of the base. */
function linesIn(side: Side, hunks: readonly Hunk[], start: number, end: number): string[] {
  const [first, last] = [hunks.at(0), hunks.at(-1)]
  if (first === undefined || last === undefined) return []
  const from = first.newStart - (first.oldStart - start)
  return side.lines.slice(from, last.newEnd + (end - last.oldEnd))
}

function between(ours: readonly string[], theirs: readonly string[]): string[] {
  return ['<<<<<<< ours\n', ...ours, '=======\n', ...theirs, '>>>>>>> theirs\n']
}
