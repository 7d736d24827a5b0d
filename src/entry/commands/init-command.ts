// countersign init, and bootstrap --export: the files of a repository, never over files that are there, and what is left to do.
import { join } from 'node:path'
import { Git } from '../../adapters/system/git-command.ts'
import { makeFolder, writeNew } from '../../adapters/system/new-files.ts'
import { workTreeFiles } from '../../adapters/system/work-tree-files.ts'
import type { Setup } from '../../domain/request/initial-setup.ts'
import { codeOwnersLines } from '../../setup/repository/code-owners-file.ts'
import { missingIn } from '../../setup/repository/first-configuration.ts'
import { stepsText } from '../../setup/repository/next-steps.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { WORKFLOW, setupFiles, warnOfGaps } from '../bootstrap/setup-files.ts'
import type { SetupFiles } from '../bootstrap/setup-files.ts'
import { setupOf } from '../bootstrap/setup-discovery.ts'
import type { SetupFlags } from '../bootstrap/setup-discovery.ts'

/** `folder`: where the files are written. */
export async function exportFiles(
  context: Context,
  flags: SetupFlags,
  folder: string,
): Promise<Answer> {
  const setup = await setupOf(context, flags)
  const files = workTreeFiles(folder, new Git(folder))
  const made = await setupFiles(context, files, setup, flags.environment)
  for (const path of made.missing) await writeNew(join(folder, path), made.texts.get(path) ?? '')
  // git does not store an empty folder, but countersign refuses a checkout without this one.
  await makeFolder(join(folder, 'requests', 'people'))
  warnOfGaps(context, made, setup)
  return answer(context, setup, made, flags.environment)
}

function answer(
  { options, paint }: Context,
  setup: Setup,
  made: SetupFiles,
  environment: string,
): Answer {
  const { missing: written, different, digest, codeOwners } = made
  const existing = [...made.texts.keys()].filter(path => !written.includes(path))
  const missing = written.includes(options.config) ? missingIn(setup) : []
  const unchanged = existing.filter(path => !different.includes(path))
  const blocks = [
    ...(written.length === 0 ? [] : [paint.strong(`wrote ${written.join('  ')}`)]),
    ...(unchanged.length === 0 ? [] : [`unchanged: ${unchanged.join('  ')}`]),
    ...different.map(path => `${path} exists and is not overwritten`),
    ...(different.includes(codeOwners)
      ? [
          `give these paths to the owners in ${codeOwners}, below its other lines:\n${codeOwnersLines(setup.owners)}`,
        ]
      : []),
    ...(digest !== null && different.includes(WORKFLOW)
      ? [`its line for this configuration: trusted-config: ${digest}`]
      : []),
    ...missing.map(what => `${paint.warn('fill in')} ${what}`),
    ...(digest === null ? [OPEN] : []),
    stepsText(setup, environment),
  ]
  return { text: blocks.join('\n'), report: { written, existing, missing, trustedConfig: digest } }
}

const OPEN = `FILL-IN marks each place; until then countersign refuses the file. The digest of the configuration is known only when
every FILL-IN is replaced: then set trusted-config in ${WORKFLOW}; countersign doctor prints it`
