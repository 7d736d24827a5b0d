// Requests whose files moved, as git shows it: the path that a file had before, and the last path of a removed one. No record is asked.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import type { History } from './applied-history.ts'
import { blobOf, fileSteps } from './file-steps.ts'
import type { Kinds } from './file-steps.ts'

/**
 * The plan with the last path of the file in each withdrawal of a removed file: that of the newest file on the branch that asked for the
 * name in that cluster. If there was none, the path stays the one of the record.
 */
export async function withLastPaths(
  plan: Plan,
  source: ReviewedRepository,
  history: History,
): Promise<Plan> {
  const withdrawn = plan.steps.flatMap(step => (step.kind === 'withdraw' ? [step] : []))
  const open = new Set(withdrawn.filter(({ because }) => because === 'FileRemoved'))
  if (open.size === 0) return plan
  const last = new Map<Step, WithdrawStep>()
  for await (const steps of fileSteps(source, history)) {
    const changed = steps.flatMap(({ files, filesBefore }) =>
      without(filesBefore, ([path, kind]) => files.get(path) === kind).map(
        ([path, kind]) =>
          [
            [path, kind],
            [path, files.get(path) ?? ''],
          ] as const,
      ),
    )
    const requests = await requestsIn(source, changed.flat(), history.requests)
    // Without clusters of its own, a file may have asked for any, since the default may have been another one then.
    const asks = ([path, kind]: File, { name, cluster }: WithdrawStep): boolean => {
      const request = requests.get(`${kind} ${path}`)
      const clusters = request?.spec.clusters ?? [cluster]
      return request?.name === name && clusters.some(each => each === cluster)
    }
    for (const step of open) {
      const gone = changed.find(([before, after]) => asks(before, step) && !asks(after, step))
      if (gone === undefined) continue
      last.set(step, { ...step, path: gone[0][0] })
      open.delete(step)
    }
    if (open.size === 0) break
  }
  return { ...plan, steps: plan.steps.map(step => last.get(step) ?? step) }
}

/** Path of a file that appeared → the path at which the same step removed it: with the same bytes, or else with the same name. */
export async function movesAt(
  { files, filesBefore }: { readonly files: Kinds; readonly filesBefore: Kinds },
  paths: readonly string[],
  source: ReviewedRepository,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const appeared = paths.flatMap(path => {
    const kind = filesBefore.has(path) ? undefined : files.get(path)
    return kind === undefined ? [] : [[path, kind] as const]
  })
  const gone = appeared.length === 0 ? [] : without(filesBefore, ([path]) => files.has(path))
  const isSame = appeared.every(([, kind]) => gone.some(other => other[1] === kind))
  const requests =
    gone.length === 0 || isSame
      ? new Map<string, CertificateRequest>()
      : await requestsIn(source, [...appeared, ...gone], folder)
  const nameOf = ([path, kind]: File): string | null =>
    requests.get(`${kind} ${path}`)?.name ?? null
  return new Map(
    appeared.flatMap(file => {
      const from =
        gone.find(other => other[1] === file[1]) ??
        gone.find(other => nameOf(file) !== null && nameOf(other) === nameOf(file))
      return from === undefined ? [] : [[file[0], from[0]] as const]
    }),
  )
}

/** Path, and kind with blob. */
type File = readonly [string, string]

function without(files: Kinds, isLeftOut: (file: File) => boolean): readonly File[] {
  return [...files].filter(file => !isLeftOut(file))
}

/** By `KIND PATH`; a file that is no request is absent. */
async function requestsIn(
  source: ReviewedRepository,
  files: readonly File[],
  folder: string,
): Promise<ReadonlyMap<string, CertificateRequest>> {
  const bytes = await source.blobs([...new Set(files.flatMap(([, kind]) => blobOf(kind) ?? []))])
  return new Map(
    files.flatMap(([path, kind]) => {
      const blob = blobOf(kind) ?? ''
      const content = bytes.get(blob)
      if (content === undefined) return []
      const file = { path, mode: '100644', blob, bytes: content, uncommitted: false } as const
      const read = parseRequest(file, folder)
      return read.ok ? [[`${kind} ${path}`, read.value] as const] : []
    }),
  )
}
