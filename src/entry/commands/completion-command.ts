// countersign completion: a script for a shell, on stdout.
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Context } from '../command-context.ts'
import { completionScript, SHELLS } from '../completion-scripts.ts'
import type { CompletedCommand } from '../completion-scripts.ts'

export async function completion(
  { terminal }: Context,
  named: string,
  commands: readonly CompletedCommand[],
  groups: readonly { readonly name: string; readonly text: string }[],
): Promise<ExitCode> {
  const shell = SHELLS.find(each => each === named)
  if (shell === undefined)
    throw usageFailure(
      `there is no completion for ${visible(named)}`,
      `use one of: ${SHELLS.join(', ')}`,
    )
  terminal.result(completionScript(shell, commands, groups).trimEnd())
  return 0
}
