// The files behind the requests that something may be done for, each with how it came to the default branch.
import type { Config } from '../domain/config.ts'
import type { Plan, Step } from '../domain/plan.ts'
import type { EffectiveRequest, RequestFile } from '../domain/request.ts'
import type { Trail } from '../approval/facts.ts'
import { requestKey } from '../plan/request-key.ts'
import type { ReviewedRepository } from '../ports.ts'
import { believedEvidence } from './believed-evidence.ts'
import { findLandings } from './history.ts'
import type { History } from './history.ts'

/** By `trailKey`. */
export type Trails = ReadonlyMap<string, Trail>

/** A request or withdrawal with the file that asks for it. */
export interface Wanted {
  readonly key: string
  readonly path: string
  /** As planned before anybody judged it; null for a request that is in nobody's plan. */
  readonly step: Step | null
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
    return step?.kind === 'keep' ? [] : [{ key, path, step: step ?? null }]
  })
  const withdrawn = steps.flatMap(step =>
    step.kind === 'withdraw' ? [{ key: keyOf(step), path: pathOf(step), step }] : [],
  )
  return [...asking, ...withdrawn].filter(({ path }) => isWanted(path))
}

export async function findTrails(
  source: ReviewedRepository,
  history: History,
  wanted: readonly Wanted[],
  files: readonly RequestFile[],
  { config, now }: { readonly config: Config; readonly now: Date },
): Promise<Trails> {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]))
  const landings = await findLandings(source, history, [...new Set(wanted.map(({ path }) => path))])
  return new Map(
    wanted.flatMap(({ key, path, step }) => {
      const landing = landings.get(path)
      const blob = blobs.get(path) ?? null
      if (landing === undefined) return []
      const believed = believedEvidence(step, path, blob, config, now)
      // The same bytes may have come another way since.
      const earlier = believed?.landing.commit === landing.commit ? believed : null
      return [[key, { path, blob, landing, earlier }] as const]
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
