// Files of the requests that a run may act on, each with how it came to the default branch.
import type { EvidencedLink } from '../../domain/proof/evidence.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { EndOfRequest, Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import type { FileOrigin, GatheredFacts } from '../../core/approval/proof-facts.ts'
import { isAncestor } from '../../core/approval/merges/branch-history.ts'
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
  readonly origin: Past['origin']
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
 * their last proof while their effective request did not. `restored`: steps whose file has the bytes of that proof again.
 */
export function wantedFiles(
  { steps }: Plan,
  requests: readonly EffectiveRequest[],
  isWanted: (path: string) => boolean,
  restored: ReadonlySet<Step> = new Set(),
): readonly Wanted[] {
  const byKey = new Map(steps.map(step => [originKeyOfStep(step), step]))
  const asking = requests.flatMap(({ cluster, name, path, blob }): readonly Wanted[] => {
    const key = originKeyOfRequest({ cluster, name, path })
    const step = byKey.get(key)
    const isTraced = (step !== undefined && restored.has(step)) || !isProved(step, { path, blob })
    return isTraced ? [{ key, cluster, path, step: step ?? null }] : []
  })
  const withdrawn = steps.flatMap(step =>
    step.kind === 'withdraw'
      ? [{ key: originKeyOfStep(step), cluster: step.cluster, path: step.path, step }]
      : [],
  )
  return [...asking, ...withdrawn].filter(({ path }) => isWanted(path))
}

/** True if nothing has to be done, and the record has the proof of these bytes at this path. */
function isProved(
  step: Step | undefined,
  { path, blob }: Pick<EffectiveRequest, 'path' | 'blob'>,
): boolean {
  if (step?.kind !== 'keep') return false
  const { current } = step
  return current === null || (current.path === path && current.blob === blob)
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
  for (const { key, cluster, step } of wanted) {
    const links = recordedLinks(step)
    if (links.length > 0 && (await isGuarded(cluster))) recorded.set(key, links)
  }
  const paths = wanted.filter(each => endOf(each) === null).map(({ path }) => path)
  const baseline = history.frame.trustedRequests
  const found = await findFileVersions(source, history, [...new Set(paths)], { baseline })
  const origins = new Map<string, OriginWithVersions>()
  for (const each of wanted) {
    const { key, cluster, path, step } = each
    if (step?.kind === 'withdraw' && step.ended === null) continue
    const end = endOf(each)
    const line = history.line.slice(end === null ? 0 : history.line.indexOf(end.commit))
    const at = { ...history, line }
    const versions = end === null ? found : await findFileVersions(source, at, [path], { baseline })
    const past = versions.get(path)
    if (past === undefined) continue
    const linksOnLine = { links: recorded.get(key) ?? [], line: history.line }
    const blob = end === null ? (blobs.get(path) ?? null) : end.blob
    origins.set(key, originOf({ path, blob }, cluster, past, linksOnLine))
  }
  return origins
}

/**
 * Whether the branch has the version that was issued: `gone` if it has not, `later` for a withdrawal whose file changed before that
 * version; null without such a fault.
 */
export function issuedElsewhere(
  step: Step,
  { landing, recorded, origin }: Pick<OriginWithVersions, 'landing' | 'recorded' | 'origin'>,
  { line, frame }: Pick<History, 'line' | 'frame'>,
  { ancestry }: Pick<GatheredFacts, 'ancestry'>,
): 'gone' | 'later' | null {
  const [issued] = recordedLinks(step)
  // What the owners adopted needs no earlier version.
  if (issued === undefined || recorded === issued || origin === 'baseline') return null
  const at = line.indexOf(issued.landing.commit)
  if (at < 0) return isAncestor(ancestry, issued.landing.commit, frame.commit) ? null : 'gone'
  return step.kind === 'withdraw' && line.indexOf(landing.commit) > at ? 'later' : null
}

/** Null for a step whose file is that of the applied commit. */
function endOf({ step }: Wanted): EndOfRequest | null {
  return step?.kind === 'withdraw' ? (step.ended ?? null) : null
}

/** What the record of a step says of the version that was issued or kept, and of those below it, newest first. */
function recordedLinks(step: Step | null): readonly EvidencedLink[] {
  const issued = step !== null && 'record' in step ? (step.record?.issued ?? null) : null
  const { evidence = null, digest } = issued?.proof ?? {}
  return evidence === null || evidenceDigest(evidence) !== digest
    ? []
    : [evidence, ...evidence.below]
}

/** Links of a record, and the line on which their landings are. */
interface LinksOnLine extends Pick<History, 'line'> {
  readonly links: readonly EvidencedLink[]
}

/**
 * A link of the record is of a version if the branch had the version where the link landed. Without activity that landing may be an earlier
 * commit of the same rebase.
 */
export function originOf(
  file: Pick<FileOrigin, 'path' | 'blob'>,
  cluster: string,
  { landing, versions, origin }: Past,
  { links, line }: LinksOnLine = { links: [], line: [] },
): OriginWithVersions {
  const traced = (version: Omit<FileOrigin, 'recorded'>, until: number): FileOrigin => {
    const isIt = (link: EvidencedLink): boolean => {
      const at = line.indexOf(link.landing.commit)
      const isHeld = until < at && at <= line.indexOf(version.landing.commit)
      return isHeld && link.path === version.path
    }
    return { ...version, recorded: links.find(isIt) ?? null }
  }
  const ends = [landing, ...versions.map(each => each.landing)].map(({ commit }) =>
    line.indexOf(commit),
  )
  return {
    ...traced({ ...file, landing }, -1),
    cluster,
    versions: versions.map((version, index) => traced(version, ends[index] ?? -1)),
    origin,
  }
}

export function originKeyOfStep(step: Step): string {
  const { cluster, name, path } = stepTarget(step)
  return originKeyOfRequest({ cluster: cluster ?? '', name, path })
}

/** With the path, since two files may ask for the same name. */
export function originKeyOfRequest({
  cluster,
  name,
  path,
}: Pick<EffectiveRequest, 'cluster' | 'name' | 'path'>): string {
  return `${requestKey(cluster, name)} ${path}`
}
