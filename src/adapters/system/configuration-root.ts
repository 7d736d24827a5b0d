// The folder that paths are relative to: where the configuration is, looked for upward to the top of the repository.
import { lstatSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

export interface ConfigurationRoot {
  /** Absolute path of the folder. */
  readonly root: string
  /** Path of the configuration relative to the root, with slashes; the file may not exist. */
  readonly config: string
  /** The folder is in a git work tree. */
  readonly isRepository: boolean
}

const NAME = 'countersign.yaml'

/**
 * The nearest folder at or above `folder` with a countersign.yaml, but not above the top of the work tree; outside of one only
 * `folder` counts. Without such a file, and for `named` (a path relative to `folder`), it is the top of the work tree.
 */
export function findRoot(folder: string, named: string | null): ConfigurationRoot {
  const above = foldersUpTo(folder)
  const isRepository = above !== null
  const folders = above ?? [folder]
  const top = folders.at(-1) ?? folder
  if (named === null) {
    const root = folders.find(each => exists(join(each, NAME))) ?? top
    return { root, config: NAME, isRepository }
  }
  return { root: top, config: pathFrom(top, resolve(folder, named)), isRepository }
}

/** The path of a file relative to a folder, with slashes; `''` for the folder itself. */
export function pathFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

/** `folder` and those above it, up to the one with `.git`; null if there is none. */
function foldersUpTo(folder: string): readonly string[] | null {
  const folders: string[] = []
  for (let each = folder; ; each = dirname(each)) {
    folders.push(each)
    if (exists(join(each, '.git'))) return folders
    if (dirname(each) === each) return null
  }
}

/** Also true for a dangling link: it is refused when it is read. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
