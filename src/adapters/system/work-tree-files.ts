// The port RepositoryFiles, twice: for a work tree on disk, and for the git objects of one commit. Also earlier versions of a path.
import type { Stats } from 'node:fs'
import { closeSync, openSync, readSync } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import type { PastFiles, RepositoryFiles } from '../../ports/repository-files.ts'
import { blobId } from './git-command.ts'
import { inPortions } from './in-portions.ts'
import { errorCode } from './system-error.ts'
import type { Git, TreeEntry } from './git-command.ts'

/** At most this much of a file is read, or given as zeros: enough to report that it is too large. */
export const READ_LIMIT_BYTES = 1024 * 1024 + 1
const READ_AT_ONCE = 64
/** The mode of a submodule. */
export const SUBMODULE = '160000'

export function workTreeFiles(root: string, git: Git): RepositoryFiles {
  let head: Promise<ReadonlyMap<string, string> | null> | null = null
  const read = async (path: string): Promise<RequestFile | null> => {
    const stat = await statOf(join(root, path), path)
    if (stat === null) return null
    const [bytes, committed] = await Promise.all([bytesOf(path, stat), blobsAtHead()])
    const blob = blobId(bytes)
    const uncommitted = committed === null ? null : committed.get(path) !== blob
    return { path, bytes: new Uint8Array(bytes), mode: modeOf(stat), blob, uncommitted }
  }
  return {
    description: 'working tree',
    read,

    async list(folder) {
      const stat = await statOf(join(root, folder), folder)
      if (stat === null) return null
      if (stat.isSymbolicLink())
        throw failure(
          'RUN_FILES',
          `the folder ${folder} is a symbolic link`,
          'put the files themselves there',
        )
      const paths = (await walk(folder)).toSorted()
      // A process can open only a limited number of files.
      const files = await inPortions(paths, READ_AT_ONCE, read)
      return files.filter(file => file !== null)
    },
  }

  async function walk(folder: string): Promise<readonly string[]> {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(
      (cause: unknown) => {
        throw failure(
          'RUN_FILES',
          `the folder ${folder} cannot be read`,
          'run it at the top of the repository, or name the folder with --requests FOLDER',
          cause,
        )
      },
    )
    const paths: string[][] = []
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`
      if (!entry.isDirectory()) paths.push([path])
      else if (entry.name !== '.git') paths.push([...(await walk(path))])
    }
    return paths.flat()
  }

  async function bytesOf(path: string, stat: Stats): Promise<Buffer> {
    const full = join(root, path)
    if (stat.isSymbolicLink()) return Buffer.from(await readlink(full))
    // Reading a pipe would block. Whatever it is, it is refused later because of its mode.
    if (!stat.isFile()) return Buffer.alloc(0)
    try {
      return beginning(full, Math.min(stat.size, READ_LIMIT_BYTES))
    } catch (cause) {
      throw failure('RUN_FILES', `${path} cannot be read`, 'check its permissions', cause)
    }
  }

  /** Blob ids at HEAD by path, null without git. */
  function blobsAtHead(): Promise<ReadonlyMap<string, string> | null> {
    head ??= git.resolve('HEAD').then(async commit => {
      if (commit === null) return null
      const entries = await git.tree(commit, '.').catch(() => [])
      return new Map(entries.map(({ path, blob }) => [path, blob]))
    })
    return head
  }
}

export function commitFiles(git: Git, commit: string): RepositoryFiles {
  return {
    description: commit,

    async read(path) {
      const entries = await git.tree(commit, path)
      const [file = null] = await filesOf(entries.filter(entry => entry.path === path))
      return file
    },

    list: async folder => filesOf(await git.tree(commit, folder)),
  }

  async function filesOf(entries: readonly TreeEntry[]): Promise<readonly RequestFile[]> {
    const ids = blobsIn(entries).map(({ blob }) => blob)
    return withBytes(entries, await git.blobs(ids, READ_LIMIT_BYTES))
  }
}

/** The entries with a blob in this repository. A submodule has none; it is refused later because of its mode. */
export function blobsIn<E extends Pick<TreeEntry, 'mode'>>(entries: readonly E[]): readonly E[] {
  return entries.filter(({ mode }) => mode !== SUBMODULE)
}

export function withBytes(
  entries: readonly TreeEntry[],
  blobs: ReadonlyMap<string, Uint8Array>,
): readonly RequestFile[] {
  return entries.map(({ path, mode, blob }) => {
    const bytes = blobs.get(blob) ?? new Uint8Array()
    return { path, mode, blob, bytes, uncommitted: false }
  })
}

export function gitPast(git: Git): PastFiles {
  return {
    async of(path) {
      if ((await git.resolve('HEAD')) === null) return []
      const states = await git.past(path)
      const ids = states.map(({ blob }) => blob)
      const entries = states.map(state => ({ ...state, path }))
      return withBytes(entries, await git.blobs(ids, READ_LIMIT_BYTES))
    },
  }
}

/** Git's mode of a file on disk. Pipes, sockets and devices have no git mode, so their type is returned. */
function modeOf(stat: Stats): string {
  if (stat.isSymbolicLink()) return '120000'
  if (!stat.isFile()) return (stat.mode & 0o170000).toString(8).padStart(6, '0')
  return stat.mode & 0o100 ? '100755' : '100644'
}

/** Synchronous: for a small file the promises of fs cost five times as much. */
function beginning(path: string, size: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(size)
    return buffer.subarray(0, readSync(file, buffer, 0, size, 0))
  } finally {
    closeSync(file)
  }
}

/** Null only if nothing exists. A file that cannot be inspected must not count as absent. */
async function statOf(full: string, path: string): Promise<Stats | null> {
  return lstat(full).catch((cause: unknown) => {
    const code = errorCode(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw failure('RUN_FILES', `${path} cannot be looked at`, 'check its permissions', cause)
  })
}
