// Node's cache of compiled code: a second start need not compile again. Node 20 has none.
import { mkdirSync, realpathSync, statSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'

/** Not yet in the types of Node 20. */
type Module = typeof module & { readonly enableCompileCache?: (folder: string) => unknown }

/**
 * Uses `countersign/node` in the user's cache folder. Node runs the code that it finds there. So the folder and its parents must belong to
 * this user or root, and no other user may write to them. Without a cache the program only starts later, so no failure is reported.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function useCompileCache(environment: Readonly<Record<string, string | undefined>>): void {
  const { enableCompileCache }: Module = module
  const { HOME: home = '', XDG_CACHE_HOME: cache = '' } = environment
  const root = cache || home
  if (enableCompileCache === undefined || !root.startsWith('/')) return
  try {
    let folder = realpathSync(root)
    if (!isMine(folder) || !isSafe(dirname(folder))) return
    for (const name of [...(cache ? [] : ['.cache']), 'countersign', 'node']) {
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
      folder = realpathSync(join(folder, name))
      if (!isMine(folder) || !isSafe(dirname(folder))) return
    }
    enableCompileCache(folder)
  } catch {
    // No such home, a full disk, or one that is read-only.
  }
}

const OTHERS_WRITE = 0o022
const STICKY = 0o1000

function isMine(folder: string): boolean {
  const { uid, mode } = statSync(folder)
  return uid === process.geteuid?.() && (mode & OTHERS_WRITE) === 0
}

/** Whether only this user and root may replace the folder or its content. */
function isSafe(folder: string): boolean {
  const { uid, mode } = statSync(folder)
  const isClosed = (mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0
  const isOurs = uid === 0 || uid === process.geteuid?.()
  return isOurs && isClosed && (folder === '/' || isSafe(dirname(folder)))
}
