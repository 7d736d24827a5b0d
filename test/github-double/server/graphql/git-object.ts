// Trees and blobs in GraphQL. A large blob or one that is not UTF-8 has no text, and says so.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { RepositoryState, TreeEntryState } from '../../state.ts'
import { kindOf } from '../git-path.ts'
import { objectIn } from '../lookup.ts'
import { apiUrl, htmlUrl } from '../rest/repository.ts'
import type { Graph } from './graph.ts'
import { nodeId } from './graph.ts'
import { Shown } from './shown.ts'
import type { Field } from './shown.ts'

/** A larger blob has no text. */
const TEXT_LIMIT = 512 * 1024

/** Fields of every git object. */
export function objectFields(
  graph: Graph,
  repository: RepositoryState,
  id: ObjectId,
  kind: string,
): Readonly<Record<string, Field>> {
  return {
    id: nodeId(kind, `${repository.id}:${id}`),
    oid: id,
    abbreviatedOid: id.slice(0, 7),
    commitUrl: `${htmlUrl(graph.site, repository)}/commit/${id}`,
    commitResourcePath: `/${repository.owner}/${repository.name}/commit/${id}`,
    repository: () => graph.repository(repository),
  }
}

export function tree(
  graph: Graph,
  repository: RepositoryState,
  id: ObjectId,
  path: string,
): Shown | null {
  const object = objectIn(graph.site.world.state, repository, id)
  if (object?.kind !== 'tree') return null
  return new Shown('Tree', {
    ...objectFields(graph, repository, id, 'T'),
    entries: () =>
      object.entries.map(entry =>
        treeEntry(graph, repository, entry, path === '' ? entry.name : `${path}/${entry.name}`),
      ),
  })
}

export function treeEntry(
  graph: Graph,
  repository: RepositoryState,
  entry: TreeEntryState,
  path: string,
): Shown {
  const kind = kindOf(entry)
  const object = objectIn(graph.site.world.state, repository, entry.id)
  return new Shown('TreeEntry', {
    name: entry.name,
    nameRaw: Buffer.from(entry.name).toString('base64'),
    path,
    pathRaw: Buffer.from(path).toString('base64'),
    extension: /\.[^.]+$/.exec(entry.name)?.[0] ?? '',
    // A number, read as octal by git: 0100644 is 33188.
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.id,
    type: kind,
    size: object?.kind === 'blob' ? object.bytes.length : 0,
    isGenerated: false,
    lineCount: null,
    object: () => (kind === 'commit' ? null : graph.object(repository, entry.id, path)),
    repository: () => graph.repository(repository),
    submodule: () => (kind === 'commit' ? submodule(graph, repository, entry, path) : null),
  })
}

function submodule(
  graph: Graph,
  repository: RepositoryState,
  entry: TreeEntryState,
  path: string,
): Shown {
  return new Shown('Submodule', {
    branch: null,
    gitUrl: `${apiUrl(graph.site, repository)}.git`,
    name: path,
    nameRaw: Buffer.from(path).toString('base64'),
    path,
    pathRaw: Buffer.from(path).toString('base64'),
    subprojectCommitOid: entry.id,
  })
}

export function blob(graph: Graph, repository: RepositoryState, id: ObjectId): Shown | null {
  const object = objectIn(graph.site.world.state, repository, id)
  if (object?.kind !== 'blob') return null
  const isTruncated = object.bytes.length > TEXT_LIMIT
  const text = isTruncated ? null : textOf(object.bytes)
  return new Shown('Blob', {
    ...objectFields(graph, repository, id, 'B'),
    byteSize: object.bytes.length,
    isBinary: isTruncated ? null : text === null,
    isTruncated,
    text,
  })
}

/** Null for content that is not UTF-8 or holds a NUL: GitHub calls both binary. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
