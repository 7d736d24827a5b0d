// The entry of the bundle: dist/index.js starts the action, dist/cli/index.js the command line. Neither starts the other.
// The command line is small until it knows its command, and so it lies in the first file of the bundle.

/** Sets the exit code of the process. */
export async function runAction(): Promise<void> {
  await import('./action.ts')
}

/** Sets the exit code of the process. */
export async function runCommandLine(): Promise<void> {
  await import(/* webpackMode: "eager" */ './cli.ts')
}
