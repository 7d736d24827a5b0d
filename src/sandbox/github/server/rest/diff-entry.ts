// A changed file in REST answers, with the lines it gained and lost.
import type { ObjectId } from '../../../../domain/history.ts'
import type { ChangedFile } from '../../git-changes.ts'
import type { FileEntry } from '../../git-tree.ts'
import type { RepositoryState } from '../../state.ts'
import { diffLines, linesOf } from '../../line-diff.ts'
import { objectIn } from '../lookup.ts'
import type { Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

export interface LineCounts {
  readonly additions: number
  readonly deletions: number
}

export function diffEntry(
  site: Site,
  repository: RepositoryState,
  head: ObjectId,
  file: ChangedFile,
) {
  const { additions, deletions } = lineCounts(site, repository, file)
  const path = encodeURI(file.path)
  return {
    sha: (file.after ?? file.before)?.id ?? null,
    filename: file.path,
    status: file.status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${htmlUrl(site, repository)}/blob/${head}/${path}`,
    raw_url: `${htmlUrl(site, repository)}/raw/${head}/${path}`,
    contents_url: `${apiUrl(site, repository)}/contents/${path}?ref=${head}`,
  }
}

export function lineCounts(site: Site, repository: RepositoryState, file: ChangedFile): LineCounts {
  const [before, after] = [file.before, file.after].map(each => linesAt(site, repository, each))
  const counts = { additions: 0, deletions: 0 }
  for (const hunk of diffLines(before ?? [], after ?? [])) {
    counts.deletions += hunk.oldEnd - hunk.oldStart
    counts.additions += hunk.newEnd - hunk.newStart
  }
  return counts
}

function linesAt(
  site: Site,
  repository: RepositoryState,
  file: FileEntry | null,
): readonly string[] {
  const object = file === null ? null : objectIn(site.world.state, repository, file.id)
  return object?.kind === 'blob' ? linesOf(object.bytes) : []
}
