// countersign inspect FILE: what is in it. Asks no cluster and no configuration; `-` is standard input.
import { readNamedFile } from '../../adapters/system/named-file.ts'
import { isNonEmpty, usageFailure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { inspectFile } from '../../workflows/inspect/inspect-file.ts'
import { inspectionJson } from '../../output/json/inspection-json.ts'
import { inspectionText } from '../../output/terminal/inspection-text.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'

/** 1 where anything in it cannot be read. */
export async function inspect(
  context: Context,
  [path = '']: readonly string[],
  { passwordEnv }: Texts<'passwordEnv'>,
): Promise<Answer> {
  const { clock, environment, folder, keys, paint } = context
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
  const texts = [
    ...(parts.length > 0 ? [inspectionText(inspection, clock.now(), paint)] : []),
    ...(problems.length > 0 ? [problemsText(problems, paint)] : []),
  ]
  return {
    text: isNonEmpty(texts) ? texts.join('\n') : null,
    report: inspectionJson(inspection),
    hasRefusals: problems.length > 0,
  }
}
