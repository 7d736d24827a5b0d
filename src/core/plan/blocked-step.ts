// Steps of refused requests, with the end of the certificate that is still in use.
import type { BlockedStep, IssuingStep, Refused } from '../../domain/cluster/plan-step.ts'
import type { BrokenRecord, RequestRecord } from '../../domain/cluster/record.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

/** What is known of the certificates in use. */
export interface Known {
  /** The records of each cluster that answered. */
  readonly records: ReadonlyMap<string, readonly RequestRecord[]>
  readonly broken?: readonly BrokenRecord[]
  /** Names of all clusters. */
  readonly clusters: readonly string[]
  /** Paths of all request files. */
  readonly files: ReadonlySet<string>
}

/** In place of a step that these problems stop. */
export function blockedBy(step: IssuingStep, problems: BlockedStep['problems']): BlockedStep {
  const { name, cluster, path, subject } = step.request
  const { until: validUntil, current } = 'until' in step ? step : { until: null, current: null }
  const blocked = { kind: 'blocked', because: 'Refused', problems, validUntil, current } as const
  return { ...blocked, name, cluster, path, subject }
}

/** `known` is null if no cluster was asked. */
export function blockedStep(refused: Refused, known: Known | null): BlockedStep {
  const { path, name, cluster, subject, problems } = refused
  const target = { name: name ?? path, cluster, path, subject }
  const step = { kind: 'blocked', because: 'Refused', ...target } as const
  if (known === null) return { ...step, problems }
  return { ...step, problems, ...certificateInUse(refused, known) }
}

/**
 * The issued certificate and when it ends: null if there is none, undefined if this is unknown. For a file that may apply to several
 * clusters, the first end counts. A file without a readable name is found by its path.
 */
function certificateInUse(
  { path, name, cluster }: Pick<Refused, 'path' | 'name' | 'cluster'>,
  { records, broken = [], clusters, files }: Known,
): Pick<BlockedStep, 'validUntil' | 'current'> {
  const asked = cluster === null ? clusters : [cluster]
  const inUse = asked.flatMap(each =>
    (records.get(each) ?? []).flatMap(record => {
      const issued = currentCertificate(record)
      if (issued === null || (name !== null && record.request !== name)) return []
      // If the name was issued for another file that still exists, the certificate belongs to that file.
      return issued.path === path || (name !== null && !files.has(issued.path)) ? [issued] : []
    }),
  )
  const [first] = inUse
    .flatMap(current => {
      const validUntil = leafOf(current)?.notAfter
      return validUntil === undefined ? [] : [{ validUntil, current }]
    })
    .toSorted((a, b) => a.validUntil.getTime() - b.validUntil.getTime())
  if (first !== undefined) return first
  const isHidden = broken.some(
    each => asked.includes(each.cluster) && (name === null || each.request === name),
  )
  const isKnown = inUse.length === 0 && !isHidden && asked.every(each => records.has(each))
  return { validUntil: isKnown ? null : undefined }
}
