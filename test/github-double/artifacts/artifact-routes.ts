// Artifacts of workflow runs: the list of a repository, and the redirect to an archive.
import type { ListedArtifact } from './artifact-service.ts'
import type { Answer, Json } from '../server/answer.ts'
import { HttpRefusal, notFound } from '../server/answer.ts'
import { pageOf } from '../server/page.ts'
import { nodeId, time } from '../server/rest/place.ts'
import type { RepositoryRequest } from '../server/rest/place.ts'
import { apiUrl } from '../server/rest/repository.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 90

/** GET /repos/{owner}/{repo}/actions/artifacts: newest first. */
export function listArtifacts(request: RepositoryRequest): Answer {
  const { site, url } = request
  const name = url.searchParams.get('name')
  const all = (site.artifacts?.listed() ?? []).filter(each => name === null || each.name === name)
  return pageOf(
    all,
    url,
    each => shownArtifact(request, each),
    shown => ({ total_count: all.length, artifacts: shown }),
  )
}

/** GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}: an address that is valid for a minute. */
export function downloadArtifact({ site, caller, parameters }: RepositoryRequest): Answer {
  if (caller.grant === null) throw new HttpRefusal(401, 'Requires authentication')
  if (parameters['archive_format'] !== 'zip') throw notFound()
  const location = site.artifacts?.downloadAddress(Number(parameters['artifact_id'])) ?? null
  if (location === null) throw notFound()
  return { status: 302, body: null, headers: { location } }
}

function shownArtifact({ site, repository }: RepositoryRequest, artifact: ListedArtifact): Json {
  const { id, name, size, digest, createdAt, isOfFork } = artifact
  const url = `${apiUrl(site, repository)}/actions/artifacts/${id}`
  return {
    id,
    node_id: nodeId('MDg', id),
    name,
    size_in_bytes: size,
    url,
    archive_download_url: `${url}/zip`,
    expired: false,
    digest,
    created_at: time(createdAt),
    updated_at: time(createdAt),
    expires_at: time(new Date(createdAt.getTime() + KEPT_DAYS * DAY_MS)),
    workflow_run: {
      id: 1,
      repository_id: repository.id,
      head_repository_id: isOfFork ? repository.id + 1 : repository.id,
      head_branch: repository.defaultBranch,
      head_sha: repository.branches.get(repository.defaultBranch) ?? '',
    },
  }
}
