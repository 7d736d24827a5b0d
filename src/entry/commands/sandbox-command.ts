// countersign sandbox: a cluster for trying things out, until the person stops it.
import { errorCode } from '../../adapters/system/system-error.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'

/** Where the embedded cluster comes from: only `cli.ts` may import it. */
export type LoadSandbox = () => Promise<
  (
    options: { readonly port: number; readonly kubeconfig: string | null },
    say: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<void>
>

export interface SandboxOptions {
  readonly port: string | null
  readonly writeKubeconfig: string | null
}

export async function sandbox(
  { terminal }: Context,
  options: SandboxOptions,
  loadSandbox: LoadSandbox,
  interrupted: AbortSignal,
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
