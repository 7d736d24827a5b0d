// countersign validate: every problem in request files, policies and configuration. No cluster is contacted.
import { blobId } from '../../adapters/system/git-command.ts'
import { readNamedFile } from '../../adapters/system/named-file.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { usageFailure } from '../../domain/problem.ts'
import { OPEN_RULES } from '../../core/policy/any-requester.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { inputFormat, isInputFormat, INPUT_FORMATS } from '../../workflows/validate/input-format.ts'
import { validateFiles } from '../../workflows/validate/validate.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { checkedText, problemCountText, problemsText } from '../../output/terminal/problem-text.ts'
import { inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'
import { defaultConfig } from '../fallback-config.ts'

/** `paths`: files, folders, or `-` for standard input; empty for everything. */
export async function validate(
  context: Context,
  paths: readonly string[],
  { format }: Texts<'format'>,
): Promise<Answer> {
  const { options, paint } = context
  const hasInput = paths.includes('-')
  if (format !== null && !hasInput)
    throw usageFailure('--format is the format of standard input', 'add - as argument')
  const found = await validateFiles(context.files, {
    config: options.config,
    folder: options.requests,
    paths: paths.filter(path => path !== '-').map(path => inRoot(context, path)),
    input: hasInput ? await readInput(context, format) : null,
    cluster: options.cluster,
    fallback: defaultConfig(context),
    now: context.clock.now(),
  })
  const { problems, warnings, files, checked, hasOpenRules } = found
  if (hasOpenRules && options.output === 'text') context.terminal.talk(OPEN_RULES)
  return {
    warnings,
    text:
      problems.length > 0
        ? `${problemsText(problems, paint)}\n${paint.strong(problemCountText(problems, files, warnings))}`
        : checkedText(checked, warnings),
    report: {
      files,
      checked,
      problems: problems.map(problemJson),
      warnings: warnings.map(problemJson),
    },
    hasRefusals: problems.length > 0,
  }
}

/** Standard input as a file in the request folder, named by its format. */
export async function readInput(context: Context, named: string | null): Promise<RequestFile> {
  if (named !== null && !isInputFormat(named))
    throw usageFailure(
      `--format ${visible(named)} is not a format`,
      `use one of: ${INPUT_FORMATS.join(', ')}`,
    )
  const bytes = await readNamedFile(context.folder, '-')
  const path = `${context.options.requests ?? 'requests'}/stdin.${named ?? inputFormat(bytes)}`
  return { path, bytes, mode: '100644', blob: blobId(bytes), uncommitted: null }
}
