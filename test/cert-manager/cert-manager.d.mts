// Types of cert-manager.mjs for the tests.
export declare function readyCertManager(
  env?: NodeJS.ProcessEnv,
): { readonly controllers: string; readonly definitions: string } | null
