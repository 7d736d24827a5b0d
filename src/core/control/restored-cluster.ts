// Whether a cluster was restored from a backup: its marks, compared with what a run remembers outside of the cluster.
import { hash } from 'node:crypto'
import type { ClusterMarks, Remembered } from '../../domain/cluster/cluster-marks.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'

/** Marks that are kept. A memory from before them is not compared. */
const KEPT = 2000

/** Returns what earlier runs found lost, and what is lost of `remembered`; null if nothing shows a restore. */
export function lostByRestore(
  stored: ClusterMarks | null,
  remembered: Remembered | null,
  revocations: readonly Revocation[],
): Remembered | null {
  const before = stored?.lost ?? null
  const gone = (remembered?.marks ?? []).filter(mark => isLost(stored?.marks ?? [], mark))
  if (remembered === null || gone.length === 0) return before
  const there = new Set(revocations.map(({ what, value }) => `${what} ${value}`))
  const revoked = remembered.revoked.filter(({ what, value }) => !there.has(`${what} ${value}`))
  const all = [...(before?.revoked ?? []), ...revoked]
  return {
    marks: [...new Set([...(before?.marks ?? []), ...gone])],
    revoked: [...new Map(all.map(each => [JSON.stringify(each), each])).values()],
  }
}

function isLost(marks: readonly string[], mark: string): boolean {
  return !marks.includes(mark) && numberOf(marks[0] ?? '0') <= numberOf(mark)
}

/** Whether what a run saw is older than what is remembered. */
export function isOlder(seen: Remembered, remembered: Remembered | null): boolean {
  return numberOf(seen.marks[0] ?? '0') < numberOf(remembered?.marks[0] ?? '0')
}

function numberOf(mark: string): number {
  return Number.parseInt(mark, 10)
}

/** Returns the marks with the next one; `stored` itself if nothing changed since the last one. */
export function nextMarks(
  stored: ClusterMarks | null,
  records: readonly RequestRecord[],
  revocations: readonly Revocation[],
  random: () => string,
): ClusterMarks {
  const versions = records.map(({ version }) => `${version?.uid} ${version?.resourceVersion}`)
  const all = [...versions, ...revocations.map(({ uid }) => uid)].toSorted()
  const state = hash('sha256', JSON.stringify(all))
  if (stored?.state === state) return stored
  return withMark({ ...(stored ?? NO_MARKS), state }, random)
}

/** Returns the marks after a confirmed restore: runs that remember what was lost accept the cluster from then on. */
export function confirmedMarks(stored: ClusterMarks, random: () => string): ClusterMarks {
  const marks = [...stored.marks, ...(stored.lost?.marks ?? [])]
  return withMark({ ...stored, marks, state: '', lost: null }, random)
}

export const NO_MARKS: ClusterMarks = { marks: [], state: '', lost: null, version: null }

function withMark({ marks, ...stored }: ClusterMarks, random: () => string): ClusterMarks {
  const next = 1 + Math.max(0, ...marks.map(numberOf))
  return { ...stored, marks: [...marks, `${next}.${random()}`].slice(-KEPT) }
}
