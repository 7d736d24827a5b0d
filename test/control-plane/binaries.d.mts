// Types of binaries.mjs, for tests written in TypeScript.

/** Where countersign keeps what is costly to make again; COUNTERSIGN_CACHE moves it. */
export function cacheFolder(env?: Readonly<Record<string, string | undefined>>): string
