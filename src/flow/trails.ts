// The files behind the requests that something may be done for, each with how it came to the default branch.
import type { ObjectId } from '../domain/history.ts'
import type { Plan, Step } from '../domain/plan.ts'
import type { EffectiveRequest, RequestFile } from '../domain/request.ts'
import type { RequestRecord } from '../domain/record.ts'
import { evidenceDigest } from '../approval/evidence.ts'
import type { Trail } from '../approval/facts.ts'
import { requestKey } from '../plan/request-key.ts'
import type { ReviewedRepository } from '../ports.ts'
import { findLandings } from './history.ts'
import type { History } from './history.ts'

/** By `trailKey`. */
export type Trails = ReadonlyMap<string, Trail>

/** A request or withdrawal with the file that asks for it. */
export interface Wanted {
  readonly key: string
  readonly path: string
  readonly record: RequestRecord | null
}

/** What a run may act on, before anybody judged it: requests whose certificate does not stand, and withdrawals. */
export function wantedFiles(
  { steps }: Plan,
  requests: readonly EffectiveRequest[],
  isWanted: (path: string) => boolean,
): readonly Wanted[] {
  const byKey = new Map(steps.map(step => [keyOf(step), step]))
  const asking = requests.flatMap(({ cluster, name, path }): readonly Wanted[] => {
    const key = trailKey({ cluster, name, path })
    const step = byKey.get(key)
    if (step?.kind === 'keep') return []
    return [{ key, path, record: step !== undefined && 'record' in step ? step.record : null }]
  })
  const withdrawn = steps.flatMap(step =>
    step.kind === 'withdraw' ? [{ key: keyOf(step), path: pathOf(step), record: step.record }] : [],
  )
  return [...asking, ...withdrawn].filter(({ path }) => isWanted(path))
}

export async function findTrails(
  source: ReviewedRepository,
  history: History,
  wanted: readonly Wanted[],
  files: readonly RequestFile[],
): Promise<Trails> {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]))
  const landings = await findLandings(source, history, [...new Set(wanted.map(({ path }) => path))])
  return new Map(
    wanted.flatMap(({ key, path, record }) => {
      const landing = landings.get(path)
      const blob = blobs.get(path) ?? null
      return landing === undefined
        ? []
        : [[key, { path, blob, landing, earlier: evidenceOf(record, path, blob) }] as const]
    }),
  )
}

export function keyOf(step: Step): string {
  return 'request' in step
    ? trailKey(step.request)
    : trailKey({ cluster: step.cluster ?? '', name: step.name, path: step.path })
}

/** Two files may claim the same name: each has a trail of its own. */
export function trailKey(asked: Pick<EffectiveRequest, 'cluster' | 'name' | 'path'>): string {
  return `${requestKey(asked.cluster, asked.name)} ${asked.path}`
}

/** The file that asks for a step, or that is gone. */
export function pathOf(step: Step): string {
  return 'request' in step ? step.request.path : step.path
}

/** Evidence speaks of the bytes it was made for, and of no others. */
function evidenceOf(
  record: RequestRecord | null,
  path: string,
  blob: ObjectId | null,
): Trail['earlier'] {
  const issued = record?.issued ?? null
  if (issued === null || issued.path !== path || issued.blob !== blob) return null
  const { evidence, digest } = issued.proof
  return evidence !== null && evidenceDigest(evidence) === digest ? evidence : null
}
