// The object id that git gives to a tree. It proves that no entry of a listing is missing (git's Documentation/gitformat, trees).
import { createHash } from 'node:crypto'

export interface TreeEntryBytes {
  readonly name: Uint8Array
  /** As git writes it, without leading zeros: 40000, 100644. */
  readonly mode: string
  readonly id: string
}

/** 40 hex digits. The order of the entries does not matter: git sorts them, folders as if their name ended in a slash. */
export function treeId(entries: readonly TreeEntryBytes[]): string {
  const sorted = [...entries].sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
  const lines = sorted.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode} `), name, Buffer.of(0), Buffer.from(id, 'hex')]),
  )
  const body = Buffer.concat(lines)
  return createHash('sha1').update(`tree ${body.length}\0`).update(body).digest('hex')
}

function sortKey({ mode, name }: TreeEntryBytes): Buffer {
  return mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : Buffer.from(name)
}
