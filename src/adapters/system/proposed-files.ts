// The port RepositoryFiles for a work tree with files that do not exist yet.
import type { RequestFile } from '../../domain/request/request.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { blobId } from './git-command.ts'

/** `files` with `texts` (path → text) in addition to them or in their place. */
export function withProposed(
  files: RepositoryFiles,
  texts: ReadonlyMap<string, string>,
): RepositoryFiles {
  const proposed = [...texts].map(([path, text]): RequestFile => {
    const bytes = new TextEncoder().encode(text)
    return { path, bytes, mode: '100644', blob: blobId(bytes), uncommitted: true }
  })
  return {
    description: files.description,
    read: async path => proposed.find(file => file.path === path) ?? files.read(path),
    list: async folder => {
      const added = proposed.filter(({ path }) => path.startsWith(`${folder}/`))
      const there = await files.list(folder)
      if (there === null && added.length === 0) return null
      const others = (there ?? []).filter(({ path }) => !texts.has(path))
      return [...others, ...added].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
  }
}
