// The command line of the previous version, which scripts/upgrade.mjs takes out of git, and a shell in which hints work as pasted.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { CLI } from '../build/workshop.ts'
import type { Workshop } from '../build/workshop.ts'

const entry = process.env['COUNTERSIGN_PREVIOUS_CLI']
if (entry === undefined) throw new Error('these tests run with npm run test:upgrade only')

/** Options of a run with the previous version. */
export const PREVIOUS: { readonly entry: string } = { entry }

/** Runs a command of a hint in the folder of the workshop, where `countersign` is this version. Throws if it fails. */
export async function paste(workshop: Workshop, command: string): Promise<void> {
  const quoted = (path: string): string => `'${path}'`
  const kubectl = readyBinaries()?.kubectl ?? ''
  const commands = [
    `countersign() { ${quoted(process.execPath)} ${quoted(CLI)} "$@"; }`,
    `kubectl() { ${quoted(kubectl)} "$@"; }`,
    command,
  ]
  await promisify(execFile)('bash', ['-o', 'pipefail', '-c', commands.join('\n')], {
    cwd: workshop.folder,
    env: {
      PATH: process.env['PATH'],
      HOME: workshop.folder,
      KUBECONFIG: join(workshop.folder, 'kubeconfig'),
      NODE_NO_WARNINGS: '1',
    },
  })
}
