// The entry of the bundle: dist/index.js starts the action, dist/cli/index.js the command line. Neither loads the other.
/** Sets the exit code of the process. */
export async function runAction(): Promise<void> {
  await import('./action.ts')
}

/** Sets the exit code of the process. */
export async function runCommandLine(): Promise<void> {
  await import('./cli.ts')
}
