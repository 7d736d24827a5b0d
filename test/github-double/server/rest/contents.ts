// GET /repos/{owner}/{repo}/contents/{path}: a file with its bytes, or the entries of a folder.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { RepositoryState, TreeEntryState } from '../../state.ts'
import { HttpRefusal, notFound, ok } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { entriesOf, entryAt, kindOf, resolve, treeOf } from '../git-path.ts'
import { objectIn } from '../lookup.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

type JsonObject = Readonly<Record<string, Json>>

/** Above the first size the content is omitted, above the second the file is refused. */
const INLINE_LIMIT = 1024 * 1024
const FILE_LIMIT = 100 * 1024 * 1024

export function getContents({ site, repository, parameters, url }: RepositoryRequest): Answer {
  const place = [site.world.state, repository] as const
  const revision = url.searchParams.get('ref') ?? repository.defaultBranch
  const commit = resolve(place, revision)
  const root = commit === null ? null : treeOf(place, commit.id)
  if (root === null) throw new HttpRefusal(404, `No commit found for the ref ${revision}`)
  const path = (parameters['path'] ?? '').replace(/^\/+|\/+$/g, '')
  const shown = (entry: TreeEntryState, at: string): JsonObject =>
    shownEntry(site, repository, revision, at, entry)
  if (path === '') return ok(entriesOf(place, root).map(entry => shown(entry, entry.name)))
  const entry = entryAt(place, root, path)
  if (entry === null) throw notFound()
  if (kindOf(entry) === 'tree') {
    return ok(entriesOf(place, entry.id).map(each => shown(each, `${path}/${each.name}`)))
  }
  return ok({ ...shown(entry, path), ...contentOf(site, repository, entry.id) })
}

function contentOf(site: Site, repository: RepositoryState, id: ObjectId): JsonObject {
  const object = objectIn(site.world.state, repository, id)
  if (object?.kind !== 'blob') throw notFound()
  const { length } = object.bytes
  if (length > FILE_LIMIT) throw new HttpRefusal(403, 'This blob is too large.')
  if (length > INLINE_LIMIT) return { content: '', encoding: 'none' }
  const content = Buffer.from(object.bytes).toString('base64')
  return { content: content.replace(/.{60}/g, line => `${line}\n`), encoding: 'base64' }
}

function shownEntry(
  site: Site,
  repository: RepositoryState,
  revision: string,
  path: string,
  entry: TreeEntryState,
): JsonObject {
  const object = objectIn(site.world.state, repository, entry.id)
  const kind = kindOf(entry)
  const url = `${apiUrl(site, repository)}/contents/${encodeURI(path)}?ref=${revision}`
  const html = `${htmlUrl(site, repository)}/blob/${revision}/${encodeURI(path)}`
  const git = kind === 'commit' ? null : `${apiUrl(site, repository)}/git/${kind}s/${entry.id}`
  return {
    name: entry.name,
    path,
    sha: entry.id,
    size: object?.kind === 'blob' ? object.bytes.length : 0,
    url,
    html_url: html,
    git_url: git,
    download_url: kind === 'blob' ? html.replace('/blob/', '/raw/') : null,
    type: typeOf(entry),
    _links: { self: url, git, html },
  }
}

/** A directory lists a submodule as a file: GitHub does so for old clients. */
function typeOf(entry: TreeEntryState): string {
  if (entry.mode === '120000') return 'symlink'
  return kindOf(entry) === 'tree' ? 'dir' : 'file'
}
