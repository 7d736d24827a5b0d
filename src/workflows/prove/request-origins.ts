// The files behind the requests that something may be done for, each with how it came to the default branch.
import type { Config } from '../../domain/request/config.ts'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import type { FileOrigin } from '../../core/approval/proof-facts.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { trustedEvidence, isWhole, recordedEvidence } from './stored-evidence.ts'
import type { RecordedEvidence } from './stored-evidence.ts'
import type { History } from './applied-history.ts'
import { findFileVersions } from './file-versions.ts'
import type { Past } from './file-versions.ts'

/** A file with how it came, and the versions that it had before. */
export interface OriginWithVersions extends FileOrigin {
  /** That a certificate is for. */
  readonly cluster: string
  readonly past: Past
  /** What the record holds, of this file or of the one that it was before it moved. */
  readonly recorded: RecordedEvidence | null
}

/** By `trailKey`. */
export type FileOrigins = ReadonlyMap<string, OriginWithVersions>

/** A request or withdrawal with the file that asks for it. */
export interface Wanted {
  readonly key: string
  readonly cluster: string
  readonly path: string
  /** As planned before anybody judged it; null for a request that is in nobody's plan. */
  readonly step: Step | null
}

/**
 * What a run may act on, before anybody judged it: requests without a valid certificate, withdrawals, and files that changed
 * since their last proof although what they ask for did not.
 */
export function wantedFiles(
  { steps }: Plan,
  requests: readonly EffectiveRequest[],
  isWanted: (path: string) => boolean,
): readonly Wanted[] {
  const byKey = new Map(steps.map(step => [keyOf(step), step]))
  const asking = requests.flatMap(({ cluster, name, path, blob }): readonly Wanted[] => {
    const key = originKey({ cluster, name, path })
    const step = byKey.get(key)
    return isProved(step, blob) ? [] : [{ key, cluster, path, step: step ?? null }]
  })
  const withdrawn = steps.flatMap(step =>
    step.kind === 'withdraw'
      ? [{ key: keyOf(step), cluster: step.cluster, path: pathOf(step), step }]
      : [],
  )
  return [...asking, ...withdrawn].filter(({ path }) => isWanted(path))
}

/** Nothing is done for it, and the record holds the proof of these very bytes. */
function isProved(step: Step | undefined, blob: ObjectId): boolean {
  if (step?.kind !== 'keep') return false
  return step.current === null || step.current.blob === blob
}

/** `baseline`: the digest of `trusted-requests`, null where there is none. */
export async function findOrigins(
  source: ReviewedRepository,
  history: History,
  wanted: readonly Wanted[],
  files: readonly RequestFile[],
  { config, now }: { readonly config: Config; readonly now: Date },
): Promise<FileOrigins> {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]))
  const records = new Map(
    wanted.map(({ key, step }) => [key, recordedEvidence(step, config, now)] as const),
  )
  const versionsByFile = await findFileVersions(
    source,
    history,
    [...new Set(wanted.map(({ path }) => path))],
    {
      recorded: recordedLandings(wanted, records),
      baseline: history.frame.trustedRequests,
    },
  )
  return new Map(
    wanted.flatMap(({ key, cluster, path, step }) => {
      const past = versionsByFile.get(path)
      if (past === undefined) return []
      const blob = blobs.get(path) ?? null
      const believed = trustedEvidence(step, path, blob, config, now)
      const { landing } = past
      // The same bytes may have come another way since.
      const earlier = believed?.landing.commit === landing.commit ? believed : null
      const recorded = records.get(key) ?? null
      return [[key, { cluster, path, blob, landing, earlier, past, recorded }] as const]
    }),
  )
}

/** By path. The clusters of one file may have been served last at different versions of it. */
function recordedLandings(
  wanted: readonly Wanted[],
  records: ReadonlyMap<string, RecordedEvidence | null>,
): ReadonlyMap<string, ReadonlySet<ObjectId | null>> {
  const landings = new Map<string, Set<ObjectId | null>>()
  for (const { key, path } of wanted) {
    const found = records.get(key) ?? null
    const isHere = found !== null && isProvedToday(found) && found.evidence.path === path
    const own = landings.get(path) ?? new Set()
    landings.set(path, own.add(isHere ? found.evidence.landing.commit : null))
  }
  return landings
}

/** Only what was proved by today's rule ends the search for older versions. */
export function isProvedToday(found: RecordedEvidence): boolean {
  return isWhole(found) && isByRuleOfToday(found.evidence)
}

export function isByRuleOfToday({ version, oldRuleUntil }: Evidence): boolean {
  return version === 2 && oldRuleUntil === undefined
}

/** The earlier versions of a file, each with how it came, and the one that the record holds of another path. */
export function versionsOf({ path, past, recorded }: OriginWithVersions): readonly FileOrigin[] {
  const versions = past.versions.map(({ landing, blob }) => ({
    path,
    blob,
    landing,
    earlier: null,
  }))
  if (recorded === null || recorded.evidence.path === path) return versions
  const { evidence } = recorded
  const landing = { commit: evidence.landing.commit, before: null }
  return [...versions, { path: evidence.path, blob: evidence.blob, landing, earlier: null }]
}

export function keyOf(step: Step): string {
  return 'request' in step
    ? originKey(step.request)
    : originKey({ cluster: step.cluster ?? '', name: step.name, path: step.path })
}

/** Two files may claim the same name: each has a trail of its own. */
export function originKey(asked: Pick<EffectiveRequest, 'cluster' | 'name' | 'path'>): string {
  return `${requestKey(asked.cluster, asked.name)} ${asked.path}`
}

/** The file that asks for a step, or that is gone. */
export function pathOf(step: Step): string {
  return 'request' in step ? step.request.path : step.path
}
