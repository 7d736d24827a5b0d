// Files of the requests that a run may act on, each with how it came to the default branch.
import type { Config } from '../../domain/request/config.ts'
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

/** A file with its landing, and the versions that it had before. */
export interface OriginWithVersions extends FileOrigin {
  /** The cluster of the certificate. */
  readonly cluster: string
  readonly past: Past
  /** The evidence in the record, for this path or for the one that the file had before it moved. */
  readonly recorded: RecordedEvidence | null
}

/** By `originKeyOfRequest`. */
export type FileOrigins = ReadonlyMap<string, OriginWithVersions>

/** A request or withdrawal with the file that asks for it. */
export interface Wanted {
  readonly key: string
  readonly cluster: string
  readonly path: string
  /** As planned before judgement; null for a request without a step. */
  readonly step: Step | null
}

/**
 * Everything that a run may act on, before judgement: requests without a valid certificate, withdrawals, and files that changed since
 * their last proof while their effective request did not.
 */
export function wantedFiles(
  { steps }: Plan,
  requests: readonly EffectiveRequest[],
  isWanted: (path: string) => boolean,
): readonly Wanted[] {
  const byKey = new Map(steps.map(step => [originKeyOfStep(step), step]))
  const asking = requests.flatMap(({ cluster, name, path, blob }): readonly Wanted[] => {
    const key = originKeyOfRequest({ cluster, name, path })
    const step = byKey.get(key)
    return isProved(step, blob) ? [] : [{ key, cluster, path, step: step ?? null }]
  })
  const withdrawn = steps.flatMap(step =>
    step.kind === 'withdraw'
      ? [{ key: originKeyOfStep(step), cluster: step.cluster, path: pathOf(step), step }]
      : [],
  )
  return [...asking, ...withdrawn].filter(({ path }) => isWanted(path))
}

/** True if nothing has to be done, and the record has the proof of these bytes. */
function isProved(step: Step | undefined, blob: ObjectId): boolean {
  if (step?.kind !== 'keep') return false
  return step.current === null || step.current.blob === blob
}

/** By `originKeyOfRequest`; a file that never changed on the line is absent. */
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
      // The same bytes may have landed again since, in another way.
      const earlier = believed?.landing.commit === landing.commit ? believed : null
      const recorded = records.get(key) ?? null
      return [[key, { cluster, path, blob, landing, earlier, past, recorded }] as const]
    }),
  )
}

/** By path. The clusters of one file may have certificates for different versions of it. */
function recordedLandings(
  wanted: readonly Wanted[],
  records: ReadonlyMap<string, RecordedEvidence | null>,
): ReadonlyMap<string, ReadonlySet<ObjectId | null>> {
  const landings = new Map<string, Set<ObjectId | null>>()
  for (const { key, path } of wanted) {
    const found = records.get(key) ?? null
    const isHere = found !== null && isWhole(found) && found.evidence.path === path
    const own = landings.get(path) ?? new Set()
    landings.set(path, own.add(isHere ? found.evidence.landing.commit : null))
  }
  return landings
}

/** The earlier versions of a file, each with its landing, and the one that the record has of another path. */
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

export function originKeyOfStep(step: Step): string {
  return 'request' in step
    ? originKeyOfRequest(step.request)
    : originKeyOfRequest({ cluster: step.cluster ?? '', name: step.name, path: step.path })
}

/** With the path, since two files may ask for the same name. */
export function originKeyOfRequest({
  cluster,
  name,
  path,
}: Pick<EffectiveRequest, 'cluster' | 'name' | 'path'>): string {
  return `${requestKey(cluster, name)} ${path}`
}

/** The file that asks for a step, or the one that was removed. */
export function pathOf(step: Step): string {
  return 'request' in step ? step.request.path : step.path
}
