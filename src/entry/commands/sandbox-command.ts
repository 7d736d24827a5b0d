// countersign sandbox: a cluster for trying things out, until the person stops it.
import { errorCode } from '../../adapters/system/system-error.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Context } from '../command-context.ts'
import type { Texts } from '../flags/flag-values.ts'

export async function sandbox(
  { terminal, interrupted, loadSandbox }: Context,
  _args: readonly string[],
  options: Texts<'port' | 'writeKubeconfig'>,
): Promise<ExitCode> {
  const text = options.port ?? '0'
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw usageFailure(`--port ${visible(text)} is not a port`, 'a number up to 65535')
  const serve = await loadSandbox()
  const say = (line: string): void => terminal.result(line)
  await serve({ port, kubeconfig: options.writeKubeconfig }, say, interrupted).catch(
    (cause: unknown) => {
      if (errorCode(cause) !== 'EADDRINUSE') throw cause
      throw usageFailure(`--port ${port} is already in use`, 'leave --port out for a free one')
    },
  )
  return 0
}
