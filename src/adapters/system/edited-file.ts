// Changes of a file of the person that other programs use too: under kubectl's own lock, with a backup, by one rename.
import { constants } from 'node:fs'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { failure, ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { makeFolder, writeNew } from './new-files.ts'
import { errorCode, fileReason } from './system-error.ts'

export interface Edited {
  readonly isChanged: boolean
  /** Path of the copy of the old file, null if nothing was changed or there was no file. */
  readonly backup: string | null
}

/**
 * Writes what `edit` makes of the text (null if there is no file), readable by its owner alone. Nothing is written if the text stays
 * the same or `edit` refuses. `suffix` names the backup beside the file. A link is followed. Throws RUN_FILES if the file is locked,
 * or cannot be read or written.
 */
export async function editPrivateFile(
  path: string,
  suffix: string,
  edit: (text: string | null) => Checked<string>,
): Promise<Checked<Edited>> {
  try {
    await makeFolder(dirname(path), 0o700)
    // kubectl does not follow links before it locks. In a linked folder both names are one lock.
    const named = join(await realpath(dirname(path)), basename(path))
    const target = await realpath(path).catch(() => named)
    const act = () => changed(target, suffix, edit)
    return await withLock(named, () => (target === named ? act() : withLock(target, act)))
  } catch (cause) {
    if (errorCode(cause) === '') throw cause
    throw failure('RUN_FILES', `${path} cannot be changed`, 'check the file and its folder', cause)
  }
}

async function changed(
  path: string,
  suffix: string,
  edit: (text: string | null) => Checked<string>,
): Promise<Checked<Edited>> {
  // A device would be read without an end, and replaced.
  if ((await stat(path).catch(() => null))?.isFile() === false)
    throw failure('RUN_FILES', `${path} is not a regular file`, 'name a file')
  const before = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return null
    throw cause
  })
  const after = edit(before)
  if (!after.ok) return after
  if (after.value === before) return ok({ isChanged: false, backup: null })
  const backup = before === null ? null : `${path}.${suffix}`
  if (backup !== null && before !== null && !(await writeNew(backup, before, 0o600)))
    throw failure('RUN_FILES', `${backup} exists already`, 'run it again')
  await replaceFile(path, after.value, 0o600)
  return ok({ isChanged: true, backup })
}

/** The lock of kubectl (k8s.io/client-go/tools/clientcmd/config.go): a file that exists while somebody writes. */
async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  const file = await open(lock, 'wx', 0o600).catch((cause: unknown) => {
    if (errorCode(cause) !== 'EEXIST') throw cause
    throw failure(
      'RUN_FILES',
      `${path} is locked: another program is changing it`,
      `run it again; if no program runs any more: rm ${lock}`,
    )
  })
  try {
    await file.close()
    return await act()
  } finally {
    await rm(lock, { force: true })
  }
}

/** Renames a file within its folder. Returns the new path, null if there is no file. Throws RUN_FILES. */
export async function moveAside(path: string, suffix: string): Promise<string | null> {
  const aside = `${path}.${suffix}`
  try {
    await rename(path, aside)
    return aside
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null
    throw failure('RUN_FILES', `${path} cannot be renamed`, 'check its folder', cause)
  }
}

/** Writes a file that everyone may read, by one rename. A link is followed. Throws RUN_FILES, also for what is no file. */
export async function writePublicFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path)
    const there = await stat(target).catch(() => null)
    if (there?.isFile() === false) throw new Error('it is not a regular file')
    await replaceFile(target, text, 0o644)
  } catch (cause) {
    const message = `${path} cannot be written: ${fileReason(cause)}`
    throw failure('RUN_FILES', message, 'check the path and its folder', cause)
  }
}

/**
 * Replaces the content of a file by one rename, with this mode or the mode that it has: written to an unpredictable name, never through a
 * link, and flushed to the disk before the rename. The file system reports failures.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const finalMode = mode ?? (await stat(path)).mode & 0o777
  try {
    const file = await open(fresh, flags, 0o600)
    try {
      await file.writeFile(content)
      // Some file systems refuse any change of a mode.
      if (((await file.stat()).mode & 0o777) !== finalMode) await file.chmod(finalMode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (cause) {
    await rm(fresh, { force: true })
    throw cause
  }
}
