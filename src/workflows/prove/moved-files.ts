// Request files that moved, as git shows it: the path that a file had before. No record is asked.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { droppedBy } from '../../core/approval/merges/merges-without-activity.ts'
import { isReadAsRequest } from '../../core/request/detect-format.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { blobOf, droppedVersions } from './file-steps.ts'
import type { FileStep, Kinds } from './file-steps.ts'

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
  const gone =
    appeared.length === 0
      ? []
      : [...filesBefore].filter(([path]) => !files.has(path) && isReadAsRequest(path))
  const isSame = appeared.every(([, kind]) => gone.some(other => other[1] === kind))
  const requests =
    gone.length === 0 || isSame
      ? new Map<string, CertificateRequest>()
      : await requestsByVersion(source, [...appeared, ...gone], folder)
  const nameOf = ([path, kind]: FileVersion): string | null =>
    requests.get(`${kind} ${path}`)?.name ?? null
  return new Map(
    appeared.flatMap(file => {
      const same = gone.filter(other => other[1] === file[1])
      const from =
        same.find(([old]) => nameIn(old) === nameIn(file[0])) ??
        same[0] ??
        gone.find(other => nameOf(file) !== null && nameOf(other) === nameOf(file))
      return from === undefined ? [] : [[file[0], from[0]] as const]
    }),
  )
}

/** Path of a request → a commit of another file of its name, which a merge of unrecorded order may have dropped. */
export async function droppedNamesakes(
  step: FileStep,
  paths: readonly string[],
  source: ReviewedRepository,
  folder: string,
): Promise<ReadonlyMap<string, ObjectId>> {
  const dropped = droppedVersions(step)
  if (dropped.length === 0) return new Map()
  const own = paths.map((path): FileVersion => [path, step.files.get(path) ?? ''])
  const others = dropped.map(({ path, kind }): FileVersion => [path, kind])
  const requests = await requestsByVersion(source, [...own, ...others], folder)
  const nameOf = ([path, kind]: FileVersion): string | undefined =>
    requests.get(`${kind} ${path}`)?.name
  return new Map(
    own.flatMap(file => {
      const name = nameOf(file)
      const found = dropped.find(({ path, kind }) => nameOf([path, kind]) === name)
      return name === undefined || found === undefined ? [] : [[file[0], found.commit] as const]
    }),
  )
}

/**
 * Path of a file → a commit with another state of the path that the file had at a merge base: a merge of unrecorded order may have dropped
 * that state.
 */
export async function droppedBelowMoves(
  { beside, files, filesAt }: FileStep,
  paths: readonly string[],
  source: ReviewedRepository,
  folder: string,
): Promise<ReadonlyMap<string, ObjectId>> {
  const found = new Map<string, ObjectId>()
  for (const base of new Set(beside.flatMap(({ bases }) => bases))) {
    const moves = await movesAt({ files, filesBefore: filesAt(base) }, paths, source, folder)
    for (const [path, old] of moves) {
      const dropped = droppedBy(beside, each => filesAt(each).get(old))
      if (dropped !== null) found.set(path, dropped)
    }
  }
  return found
}

function nameIn(path: string): string | undefined {
  return path.split('/').at(-1)
}

/** Path, and kind with blob. */
export type FileVersion = readonly [string, string]

/** By `KIND PATH`; a file that is no request is absent. */
export async function requestsByVersion(
  source: ReviewedRepository,
  files: readonly FileVersion[],
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
