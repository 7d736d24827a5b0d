// Types of binaries.mjs, for tests written in TypeScript.

/** Where countersign keeps what is costly to make again; COUNTERSIGN_CACHE moves it. */
export function cacheFolder(env?: Readonly<Record<string, string | undefined>>): string

/** The control plane's programs where they stand ready, else null. */
export function readyBinaries(
  env?: Readonly<Record<string, string | undefined>>,
): { readonly kubectl: string } | null
