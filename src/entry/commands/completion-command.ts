// countersign completion: a script for a shell, and the values that the script asks for.
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Context } from '../command-context.ts'
import { COMPLETED, completionScript, SHELLS } from '../completion-scripts.ts'
import type { CompletedCommand } from '../completion-scripts.ts'

export async function completion(
  context: Context,
  named: string,
  commands: readonly CompletedCommand[],
  groups: readonly { readonly name: string; readonly text: string }[],
): Promise<ExitCode> {
  const { terminal } = context
  const what = COMPLETED.find(each => each === named)
  if (what !== undefined) {
    const { completedValues } = await import('../completed-values.ts')
    const values = await completedValues(context, what)
    // An empty line would be a value.
    if (values.length > 0) terminal.result(values.join('\n'))
    return 0
  }
  const shell = SHELLS.find(each => each === named)
  if (shell === undefined)
    throw usageFailure(
      `there is no completion for ${visible(named)}`,
      `use one of: ${SHELLS.join(', ')}`,
    )
  terminal.result(completionScript(shell, commands, groups).trimEnd())
  return 0
}
