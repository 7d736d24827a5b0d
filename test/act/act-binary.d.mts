// Types of act-binary.mjs for the tests.
export declare function readyAct(env?: NodeJS.ProcessEnv): string | null
export declare function ensureAct(
  say: (line: string) => void,
  env?: NodeJS.ProcessEnv,
): Promise<string>
export declare function ensureNode24(
  say: (line: string) => void,
  env?: NodeJS.ProcessEnv,
): Promise<string | null>
export declare function readyNode24(env?: NodeJS.ProcessEnv): string | null
