// A branch, and the comparison of two commits.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import { inOneAnswer } from '../../git/shown-diff.ts'
import type { RepositoryState } from '../../state.ts'
import { notFound, ok } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { logBetween } from '../git-log.ts'
import { resolve } from '../git-path.ts'
import { perPage } from '../page.ts'
import { shownCommit } from './commit.ts'
import { diffEntry } from './diff-entry.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** GET /repos/{owner}/{repo}/branches/{branch} */
export function getBranch({ site, repository, parameters }: RepositoryRequest): Answer {
  const name = parameters['branch'] ?? ''
  const today = repository.renamed.get(name)
  const tip = repository.branches.get(name)
  if (tip === undefined && today !== undefined) {
    const location = `${apiUrl(site, repository)}/branches/${encodeURIComponent(today)}`
    return { status: 301, body: { message: 'Moved Permanently' }, headers: { location } }
  }
  if (tip === undefined) throw notFound()
  const url = `${apiUrl(site, repository)}/branches/${name}`
  return ok({
    name,
    commit: shownCommit(site, repository, tip),
    _links: { self: url, html: `${htmlUrl(site, repository)}/tree/${name}` },
    // Only classic protection; rulesets do not appear here.
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${url}/protection`,
  })
}

const MOST_FILES = 300

/** GET /repos/{owner}/{repo}/compare/{basehead}: three dots, from the merge base. */
export function compare({ site, repository, parameters, url }: RepositoryRequest): Answer {
  const [from = '', to = ''] = (parameters['basehead'] ?? '').split('...')
  const base = resolve([site.world.state, repository], from)?.id
  const head = resolve([site.world.state, repository], to)?.id
  if (base === undefined || head === undefined) throw notFound()
  const mergeBase = site.world.mergeBase(base, head)
  if (mergeBase === null) throw notFound()
  const html = `${htmlUrl(site, repository)}/compare/${from}...${to}`
  const page = Number(url.searchParams.get('page') ?? '1')
  const commits = logBetween([site.world.state, repository], base, head)
  const size = perPage(url)
  return ok({
    url: `${apiUrl(site, repository)}/compare/${from}...${to}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: shownCommit(site, repository, base),
    merge_base_commit: shownCommit(site, repository, mergeBase),
    ...counts(site, repository, base, head),
    commits: commits
      .slice((page - 1) * size, page * size)
      .map(id => shownCommit(site, repository, id)),
    ...(page === 1 ? { files: filesBetween(site, repository, base, head) } : {}),
  })
}

/** Only the commits are paged: all files are on the first page. */
function filesBetween(site: Site, repository: RepositoryState, base: ObjectId, head: ObjectId) {
  return inOneAnswer(site.world.shownBetween(base, head).slice(0, MOST_FILES)).map(file =>
    diffEntry(site, repository, head, file),
  )
}

function counts(
  site: Site,
  repository: RepositoryState,
  base: ObjectId,
  head: ObjectId,
): {
  readonly status: string
  readonly ahead_by: number
  readonly behind_by: number
  readonly total_commits: number
} {
  const ahead = logBetween([site.world.state, repository], base, head).length
  const behind = logBetween([site.world.state, repository], head, base).length
  const status = comparison(ahead, behind).toLowerCase()
  return { status, ahead_by: ahead, behind_by: behind, total_commits: ahead }
}

/** As in GraphQL; REST uses lower case. */
export function comparison(
  ahead: number,
  behind: number,
): 'IDENTICAL' | 'AHEAD' | 'BEHIND' | 'DIVERGED' {
  if (ahead === 0 && behind === 0) return 'IDENTICAL'
  if (behind === 0) return 'AHEAD'
  return ahead === 0 ? 'BEHIND' : 'DIVERGED'
}
