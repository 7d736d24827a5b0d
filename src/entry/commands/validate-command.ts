// countersign validate: every problem in the request files, the policies and the configuration, without asking any cluster.
import { exitCodeOf } from '../exit-code.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { validateFiles } from '../../workflows/validate/validate.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { problemCount, problemsText } from '../../output/terminal/problem-text.ts'
import type { Context } from '../command-context.ts'
import { defaultConfig } from '../fallback-config.ts'
import { printReport } from './print-results.ts'

/** `folder`: where to look, null for the configuration's. */
export async function validate(context: Context, folder: string | null): Promise<ExitCode> {
  const { options, paint, terminal } = context
  const { problems, warnings, files } = await validateFiles(context.files, {
    config: options.config,
    folder: folder ?? options.requests,
    cluster: options.cluster,
    fallback: defaultConfig(context),
    now: context.clock.now(),
  })
  const isText = options.output === 'text'
  if (isText && warnings.length > 0) terminal.talk(problemsText(warnings, paint))
  if (!isText)
    printReport(context, {
      files,
      problems: problems.map(problemJson),
      warnings: warnings.map(problemJson),
    })
  else if (problems.length > 0)
    terminal.result(
      `${problemsText(problems, paint)}\n${paint.strong(problemCount(problems, files))}`,
    )
  else terminal.result(files === 1 ? '1 file, no problem' : `${files} files, no problem`)
  return exitCodeOf({ hasRefusals: problems.length > 0 })
}
