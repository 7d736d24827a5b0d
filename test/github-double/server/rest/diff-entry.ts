// A changed file in REST answers, with its patch if GitHub returns one.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { DiffFile } from '../../git/shown-diff.ts'
import type { RepositoryState } from '../../state.ts'
import type { Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

export function diffEntry(site: Site, repository: RepositoryState, head: ObjectId, file: DiffFile) {
  const { additions, deletions, previousPath, patch } = file
  const path = encodeURI(file.path)
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${htmlUrl(site, repository)}/blob/${head}/${path}`,
    raw_url: `${htmlUrl(site, repository)}/raw/${head}/${path}`,
    contents_url: `${apiUrl(site, repository)}/contents/${path}?ref=${head}`,
    ...(patch === null ? {} : { patch }),
    ...(previousPath === null ? {} : { previous_filename: previousPath }),
  }
}
