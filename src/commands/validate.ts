// countersign validate: every problem in the request files and the configuration, without asking any cluster.
import type { Problem } from '../domain/problem.ts'
import type { ExitCode } from '../domain/outcome.ts'
import { readRequests } from '../flow/read.ts'
import { readRules } from '../flow/rules.ts'
import { terminalConfig } from '../config/terminal.ts'
import { problemJson } from '../report/json.ts'
import { problemCount, problemsText } from '../report/problem-text.ts'
import type { Context } from './context.ts'
import { printData } from './print.ts'

/** `folder`: where to look, null for the configuration's. */
export async function validate(context: Context, folder: string | null): Promise<ExitCode> {
  const { options, files, paint, terminal } = context
  const rules = await readRules(
    files,
    options.config,
    options.isConfigNamed ? null : async () => terminalConfig('default'),
  )
  if (!rules.ok) return show(rules.problems, 1)
  const at = folder ?? options.requests ?? rules.value.config.requests
  const asking = {
    rules: rules.value,
    folder: at,
    requesterOf: () => null,
    now: context.clock.now(),
  }
  const asked = await readRequests(files, asking)
  const problems = asked.refused.flatMap(refused => refused.problems)
  const warnings = [...asked.warnings.values()].flat()
  if (options.output === 'text' && problems.length === 0) {
    if (warnings.length > 0) terminal.talk(problemsText(warnings, paint))
    terminal.result(asked.files === 1 ? '1 file, no problem' : `${asked.files} files, no problem`)
    return 0
  }
  return show(problems, asked.files)

  function show(found: readonly Problem[], count: number): ExitCode {
    if (options.output === 'text')
      terminal.result(`${problemsText(found, paint)}\n${paint.strong(problemCount(found, count))}`)
    else
      printData(context, {
        version: 'countersign.dev/report/v1',
        files: count,
        problems: found.map(problemJson),
      })
    return found.length === 0 ? 0 : 1
  }
}
