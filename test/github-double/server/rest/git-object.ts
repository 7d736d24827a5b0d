// Git objects of REST's git database: trees, blobs and bare commits, by their ids.
import type { RepositoryState, TreeEntryState } from '../../state.ts'
import { HttpRefusal, notFound, ok } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { kindOf, listingOf, resolve, treeOf } from '../git-path.ts'
import { commitIn, objectIn } from '../lookup.ts'
import { gitUser, parentsOf, verification } from './commit.ts'
import { nodeId } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

/** REST returns no larger blob. */
const BLOB_LIMIT = 100 * 1024 * 1024
const MOST_ENTRIES = 100_000

/** GET /repos/{owner}/{repo}/git/trees/{tree_sha} */
export function getTree({ site, repository, parameters, url }: RepositoryRequest): Answer {
  const place = [site.world.state, repository] as const
  const found = resolve(place, parameters['tree_sha'] ?? '')
  const tree = found === null ? null : treeOf(place, found.id)
  if (tree === null) throw notFound()
  const entries = listingOf(place, tree, url.searchParams.has('recursive'))
  return ok({
    sha: tree,
    url: `${apiUrl(site, repository)}/git/trees/${tree}`,
    tree: entries.slice(0, MOST_ENTRIES).map(each => shownEntry(site, repository, each)),
    truncated: entries.length > MOST_ENTRIES,
  })
}

function shownEntry(
  site: Site,
  repository: RepositoryState,
  { path, entry }: { readonly path: string; readonly entry: TreeEntryState },
): Json {
  const type = kindOf(entry)
  const object = objectIn(site.world.state, repository, entry.id)
  return {
    path,
    mode: entry.mode.padStart(6, '0'),
    type,
    sha: entry.id,
    ...(object?.kind === 'blob' ? { size: object.bytes.length } : {}),
    ...(type === 'commit' ? {} : { url: `${apiUrl(site, repository)}/git/${type}s/${entry.id}` }),
  }
}

/** GET /repos/{owner}/{repo}/git/blobs/{file_sha} */
export function getBlob({ site, repository, parameters }: RepositoryRequest): Answer {
  const id = parameters['file_sha'] ?? ''
  const object = objectIn(site.world.state, repository, id)
  if (object?.kind !== 'blob') throw notFound()
  if (object.bytes.length > BLOB_LIMIT) throw new HttpRefusal(403, 'This blob is too large.')
  const content = Buffer.from(object.bytes).toString('base64')
  return ok({
    sha: id,
    node_id: nodeId('B', id),
    size: object.bytes.length,
    url: `${apiUrl(site, repository)}/git/blobs/${id}`,
    // GitHub inserts line breaks.
    content: content.replace(/.{60}/g, line => `${line}\n`),
    encoding: 'base64',
  })
}

/** GET /repos/{owner}/{repo}/git/commits/{commit_sha} */
export function getGitCommit({ site, repository, parameters }: RepositoryRequest): Answer {
  const id = parameters['commit_sha'] ?? ''
  const commit = commitIn(site.world.state, repository, id)
  if (commit === null) throw notFound()
  const git = `${apiUrl(site, repository)}/git`
  return ok({
    sha: id,
    node_id: nodeId('C', id),
    url: `${git}/commits/${id}`,
    html_url: `${htmlUrl(site, repository)}/commit/${id}`,
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    message: commit.message,
    parents: parentsOf(site, repository, commit),
    verification: verification(commit),
  })
}
