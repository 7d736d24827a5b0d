// Files of the requests that a run may act on, each with how it came to the default branch.
import type { EvidencedLink } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import type { FileOrigin } from '../../core/approval/proof-facts.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { evidenceDigest } from '../../core/approval/build-evidence.ts'
import type { History } from './applied-history.ts'
import { findFileVersions } from './file-versions.ts'
import type { IsGuarded } from './guarded-records.ts'
import type { Past } from './file-versions.ts'

/** A file with its landing, and the chain of versions below it. */
export interface OriginWithVersions extends FileOrigin {
  /** The cluster of the certificate. */
  readonly cluster: string
  /** Newest first. */
  readonly versions: readonly FileOrigin[]
  /** What there was before the oldest of them. */
  readonly before: Past['origin']
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

/** What a search for the origins needs of the run. */
export interface OriginOptions {
  /** Whether this run saw the guard that keeps others from writing the records of a cluster. */
  readonly isGuarded: IsGuarded
}

/** By `originKeyOfRequest`; a file that never changed on the line is absent. */
export async function findOrigins(
  source: ReviewedRepository,
  history: History,
  wanted: readonly Wanted[],
  files: readonly RequestFile[],
  { isGuarded }: OriginOptions,
): Promise<FileOrigins> {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]))
  const recorded = new Map<string, readonly EvidencedLink[]>()
  const movedFrom = new Map<string, readonly string[]>()
  for (const { key, cluster, path, step } of wanted) {
    const links = recordedLinks(step)
    // Only a hint where to look: git has to show that the file was there, so it needs no guard.
    const others = links.map(link => link.path).filter(other => other !== path)
    movedFrom.set(path, [...(movedFrom.get(path) ?? []), ...others])
    if (links.length > 0 && (await isGuarded(cluster))) recorded.set(key, links)
  }
  const paths = [...movedFrom.keys()]
  const baseline = history.frame.trustedRequests
  const found = await findFileVersions(source, history, paths, { movedFrom, baseline })
  return new Map(
    wanted.flatMap(({ key, cluster, path }) => {
      const past = found.get(path)
      if (past === undefined) return []
      const blob = blobs.get(path) ?? null
      return [[key, originOf({ path, blob }, cluster, past, recorded.get(key) ?? [])] as const]
    }),
  )
}

/** What the record of a step says of the version that was issued or kept, and of those below it, newest first. */
function recordedLinks(step: Step | null): readonly EvidencedLink[] {
  const issued = step !== null && 'record' in step ? (step.record?.issued ?? null) : null
  const { evidence = null, digest } = issued?.proof ?? {}
  return evidence === null || evidenceDigest(evidence) !== digest
    ? []
    : [evidence, ...evidence.below]
}

/** `recorded`: links of the record. One is of a version with its path and landing. */
export function originOf(
  file: Pick<FileOrigin, 'path' | 'blob'>,
  cluster: string,
  { landing, versions, origin }: Past,
  recorded: readonly EvidencedLink[] = [],
): OriginWithVersions {
  const traced = (version: Omit<FileOrigin, 'earlier'>): FileOrigin => {
    const isIt = (link: EvidencedLink): boolean =>
      link.path === version.path && link.landing.commit === version.landing.commit
    return { ...version, earlier: recorded.find(isIt) ?? null }
  }
  return {
    ...traced({ ...file, landing }),
    cluster,
    versions: versions.map(traced),
    before: origin,
  }
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
