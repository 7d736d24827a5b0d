// The port RepositoryFiles, twice: a work tree on disk, and one commit's git objects.
import { lstat, readFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../domain/problem.ts'
import type { RequestFile } from '../domain/request.ts'
import type { RepositoryFiles } from '../ports.ts'
import { blobId } from './git.ts'
import type { Git, TreeEntry } from './git.ts'

/** Larger files are read no further than this: enough to say that they are too large. */
const READ_LIMIT_BYTES = 1024 * 1024 + 1

export class WorkTreeFiles implements RepositoryFiles {
  readonly description = 'work tree'
  readonly #root: string
  readonly #git: Git
  #committed: Promise<ReadonlyMap<string, string> | null> | null = null

  constructor(root: string, git: Git) {
    this.#root = root
    this.#git = git
  }

  async read(path: string): Promise<RequestFile | null> {
    const stat = await lstat(join(this.#root, path)).catch(() => null)
    if (stat === null) return null
    const mode = stat.isSymbolicLink() ? '120000' : stat.mode & 0o100 ? '100755' : '100644'
    const bytes = stat.isSymbolicLink()
      ? Buffer.from(await readlink(join(this.#root, path)))
      : await this.#bytes(path, stat.size)
    const blob = blobId(bytes)
    const committed = await this.#head()
    const uncommitted = committed === null ? null : committed.get(path) !== blob
    return { path, bytes: new Uint8Array(bytes), mode, blob, uncommitted }
  }

  async list(folder: string): Promise<readonly RequestFile[]> {
    const paths = await this.#walk(folder)
    const files = await Promise.all(paths.toSorted().map(path => this.read(path)))
    return files.filter(file => file !== null)
  }

  async #walk(folder: string): Promise<readonly string[]> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(
      (cause: unknown) => {
        throw failure(
          'RUN_FILES',
          `the folder ${folder} cannot be read`,
          'run countersign at the top of the repository, or name the folder with --requests',
          cause,
        )
      },
    )
    const nested = await Promise.all(
      entries.map(async entry => {
        const path = `${folder}/${entry.name}`
        return entry.isDirectory() ? this.#walk(path) : [path]
      }),
    )
    return nested.flat()
  }

  async #bytes(path: string, size: number): Promise<Buffer> {
    const bytes = await readFile(join(this.#root, path)).catch((cause: unknown) => {
      throw failure('RUN_FILES', `${path} cannot be read`, 'check its permissions', cause)
    })
    return size > READ_LIMIT_BYTES ? bytes.subarray(0, READ_LIMIT_BYTES) : bytes
  }

  /** Blob ids at HEAD by path, null where there is no git. */
  #head(): Promise<ReadonlyMap<string, string> | null> {
    this.#committed ??= this.#git.resolve('HEAD').then(async commit => {
      if (commit === null) return null
      const entries = await this.#git.tree(commit, '.').catch(() => [])
      return new Map(entries.map(({ path, blob }) => [path, blob]))
    })
    return this.#committed
  }
}

export class CommitFiles implements RepositoryFiles {
  readonly description: string
  readonly #git: Git
  readonly #commit: string

  constructor(git: Git, commit: string) {
    this.description = commit
    this.#git = git
    this.#commit = commit
  }

  async read(path: string): Promise<RequestFile | null> {
    const entries = await this.#git.tree(this.#commit, path)
    const entry = entries.find(candidate => candidate.path === path)
    return entry === undefined ? null : this.#file(entry)
  }

  async list(folder: string): Promise<readonly RequestFile[]> {
    const files: RequestFile[] = []
    for (const entry of await this.#git.tree(this.#commit, folder))
      files.push(await this.#file(entry))
    return files
  }

  /** A submodule (mode 160000) has no blob here; its mode alone is refused later. */
  async #file(entry: TreeEntry): Promise<RequestFile> {
    const bytes = entry.mode === '160000' ? new Uint8Array() : await this.#git.blob(entry.blob)
    return { ...entry, bytes, uncommitted: false }
  }
}
