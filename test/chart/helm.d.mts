// Types of helm.mjs for the tests.
export declare function readyHelm(env?: NodeJS.ProcessEnv): string | null
export declare function ensureHelm(
  say: (line: string) => void,
  env?: NodeJS.ProcessEnv,
): Promise<string>
