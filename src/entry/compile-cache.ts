// Node's cache of compiled code: a second start need not compile again. Node 20 has none.
import { mkdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'

/** Not yet in the types of Node 20. */
type Module = typeof module & { readonly enableCompileCache?: (folder: string) => unknown }

/**
 * Uses `countersign/node` in the user's cache folder. Node's default is a folder that all users of a machine share, and whoever writes
 * into it decides what this process runs: so nothing is used that belongs to somebody else, or that others may write to. The cache is
 * never needed, so no failure is reported. https://nodejs.org/api/module.html#module-compile-cache
 */
export function useCompileCache(environment: Readonly<Record<string, string | undefined>>): void {
  const { enableCompileCache }: Module = module
  const { HOME: home = '', XDG_CACHE_HOME: cache = '' } = environment
  let folder = cache || home
  if (enableCompileCache === undefined || !folder.startsWith('/')) return
  try {
    for (const name of ['', ...(cache ? [] : ['.cache']), 'countersign', 'node']) {
      folder = join(folder, name)
      if (name !== '') mkdirSync(folder, { recursive: true, mode: 0o700 })
      const { uid, mode } = statSync(folder)
      if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return
    }
    enableCompileCache(folder)
  } catch {
    // No such home, a full disk, or one that is read-only.
  }
}
