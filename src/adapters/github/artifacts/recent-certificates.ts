// Certificates in the last artifacts of a name (REST: GET /repos/{owner}/{repo}/actions/artifacts, then …/{artifact_id}/zip).
import { z } from 'zod'
import { CountersignError, caughtProblem, failure } from '../../../domain/problem.ts'
import type { CertificateArtifacts } from '../../../ports/artifacts.ts'
import { DATE, ID, understood } from '../connection/answer-shapes.ts'
import type { Purpose } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { fileInZip } from './file-in-zip.ts'

const ARTIFACTS = z.object({
  artifacts: z.array(
    z.object({
      id: ID,
      name: z.string(),
      size_in_bytes: z.number(),
      expired: z.boolean(),
      created_at: DATE.nullable().transform(at => at ?? new Date(0)),
      workflow_run: z
        .object({ repository_id: ID.nullish(), head_repository_id: ID.nullish() })
        .nullish(),
    }),
  ),
})
const MOST_ARTIFACTS = 5
const MOST_BYTES = 1_048_576
const GONE = [404, 410]
const BEGIN = '-----BEGIN CERTIFICATE-----'

type Asked = CertificateArtifacts['recentCertificates']

/** Returns the certificates by the contract of `CertificateArtifacts`. */
export async function readRecentCertificates(
  api: RepositoryApi,
  ...[{ artifact, file }, { since, etag }, isEnough]: Parameters<Asked>
): ReturnType<Asked> {
  const asking = { doing: `read the artifact ${artifact}`, needs: 'actions: read' }
  const parameters = { name: artifact, per_page: 100 }
  const known = etag === null ? {} : { etag }
  const answer = await api.get({ ...asking, route: '/actions/artifacts', parameters, ...known })
  if (answer.status === 304) return null
  const recent = understood(ARTIFACTS, answer.data, asking.doing)
    .artifacts.filter(
      ({ name, expired, size_in_bytes: size }) =>
        name === artifact && !expired && size <= MOST_BYTES,
    )
    .filter(({ created_at: at }) => since === null || at > since)
    // A pull request of a fork can upload artifacts too.
    .filter(({ workflow_run: run }) => isOfRepository(run?.repository_id, run?.head_repository_id))
    .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime())
  const pems: string[] = []
  let broken: CountersignError | null = null
  for (const { id } of recent.slice(0, MOST_ARTIFACTS)) {
    try {
      const pem = await certificateIn(api, id, file, asking)
      if (pem !== null) pems.push(pem)
      if (pem !== null && isEnough(pem)) break
    } catch (cause) {
      if (caughtProblem(cause).code !== 'SINK_ARTIFACT_BROKEN') throw cause
      if (cause instanceof CountersignError) broken ??= cause
    }
  }
  // A broken artifact must not hide a good one, because others can upload artifacts of this name.
  if (pems.length === 0 && broken !== null) throw broken
  return { pems, etag: answer.etag ?? null }
}

function isOfRepository(id?: number | null, head?: number | null): boolean {
  return typeof id === 'number' && id === head
}

/** Null if the artifact is gone, or has no such file. */
async function certificateIn(
  api: RepositoryApi,
  id: number,
  file: string,
  asking: Purpose,
): Promise<string | null> {
  const route = '/actions/artifacts/{artifact_id}/{archive_format}'
  const parameters = { artifact_id: id, archive_format: 'zip' }
  const { data } = await api.get({
    ...asking,
    route,
    parameters,
    alsoTakes: GONE,
    mostBytes: MOST_BYTES,
  })
  if (!(data instanceof Uint8Array)) return null
  const text = await fileInZip(data, file).catch((cause: unknown) => cause)
  if (text === null || (typeof text === 'string' && text.startsWith(BEGIN))) return text
  throw failure(
    'SINK_ARTIFACT_BROKEN',
    `could not ${asking.doing}: ${text instanceof Error ? text.message : `${file} is not a certificate in PEM`} (id ${id})`,
    'the next renewal uploads another one; for a certificate in a file use --certificate FILE',
  )
}
