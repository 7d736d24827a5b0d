// Types of gitea.mjs for the tests.
export declare function readyGitea(
  env?: NodeJS.ProcessEnv,
): { readonly server: string; readonly files: string } | null
