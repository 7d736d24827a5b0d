// countersign inspect FILE: what is in it. Asks no cluster and no configuration; `-` is standard input.
import { exitCodeOf } from '../exit-code.ts'
import { readNamedFile } from '../../adapters/system/named-file.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { inspectFile } from '../../workflows/inspect/inspect-file.ts'
import { inspectionJson } from '../../output/json/inspection-json.ts'
import { inspectionText } from '../../output/terminal/inspection-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'
import { printData } from './print-results.ts'

/** 1 where anything in it cannot be read. */
export async function inspect(
  context: Context,
  path: string,
  { passwordEnv }: { readonly passwordEnv: string | null },
): Promise<ExitCode> {
  const { clock, environment, folder, keys, options, paint, terminal } = context
  const bytes = await readNamedFile(folder, path)
  const given = passwordEnv === null ? '' : environment[passwordEnv]
  if (given === undefined)
    throw usageFailure(
      `the environment variable ${visible(passwordEnv ?? '')} of --password-env is not set`,
      `run: read -rs ${visible(passwordEnv ?? '')} && export ${visible(passwordEnv ?? '')}`,
    )
  const password = new Secret(given)
  const inspection = inspectFile(path, bytes, { keys, password })
  const { parts, problems } = inspection
  if (options.output !== 'text') printData(context, inspectionJson(inspection))
  else {
    if (parts.length > 0) terminal.result(inspectionText(inspection, clock.now(), paint))
    if (problems.length > 0) terminal.result(problemsText(problems, paint))
  }
  return exitCodeOf({ hasRefusals: problems.length > 0 })
}
