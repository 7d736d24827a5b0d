// New files: written completely or not at all. Existing files are never overwritten.
import { lstat, mkdir, open, realpath, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { failure } from '../../domain/problem.ts'
import type { CountersignError } from '../../domain/problem.ts'
import { errorCode, fileReason } from './system-error.ts'

/** False if the name exists already, even as a dangling link. `mode`: mode of the file, default 0o666. */
export async function writeNew(path: string, text: string, mode = 0o666): Promise<boolean> {
  await makeFolder(dirname(path), mode === 0o600 ? 0o700 : 0o777)
  const file = await open(path, 'wx', mode).catch((cause: unknown) => {
    if (errorCode(cause) === 'EEXIST') return null
    throw notWritable(path, cause)
  })
  if (file === null) return false
  try {
    await file.writeFile(text)
    return true
  } catch (cause) {
    // Half a file would stop the next try.
    await rm(path, { force: true })
    throw notWritable(path, cause)
  } finally {
    await file.close()
  }
}

/** Permission bits of a file, null if there is none that can be seen. */
export async function modeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => null,
  )
}

/** Creates a folder and those above it. They may exist already. Node's own recursive mkdir never ends in /proc. */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const isThere = await stat(path).catch(() => null)
  if (isThere?.isDirectory() === true) return
  if (dirname(path) !== path) await makeFolder(dirname(path), mode)
  await mkdir(path, { mode }).catch(async (cause: unknown) => {
    const made = errorCode(cause) === 'EEXIST' ? await stat(path).catch(() => null) : null
    if (made?.isDirectory() !== true) throw notWritable(path, cause)
  })
}

function notWritable(path: string, cause: unknown): CountersignError {
  const isFull = errorCode(cause) === 'ENOSPC'
  const hint = isFull ? 'free some space, and run it again' : 'check the folder and its permissions'
  return failure('RUN_FILES', `${path} cannot be written: ${fileReason(cause)}`, hint, cause)
}

/** Whether a file of that name would be in the folder. Links are resolved as far as the path exists. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const [top, full] = await Promise.all([existing(resolve(folder)), existing(resolve(path))])
  const way = relative(top, full)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Top of the work tree that a file of that name would be in, null if there is none. Links are resolved, and git is not asked. */
export async function repositoryOf(path: string): Promise<string | null> {
  for (let folder = dirname(await existing(resolve(path))); ; folder = dirname(folder)) {
    // No file can be written below a folder that cannot be looked into.
    const isTop = await lstat(join(folder, '.git')).then(
      () => true,
      () => false,
    )
    if (isTop) return folder
    if (dirname(folder) === folder) return null
  }
}

/** The path with the links of its existing part resolved. */
async function existing(path: string): Promise<string> {
  const parent = dirname(path)
  try {
    return await realpath(path)
  } catch {
    return parent === path ? path : join(await existing(parent), relative(parent, path))
  }
}
