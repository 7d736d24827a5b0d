// countersign credential: the login program of a kubeconfig (client.authentication.k8s.io/v1). kubectl runs it at every command, so
// it loads the parts that ask GitHub only when a look is due.
import { certificateCacheFile } from '../../../adapters/system/certificate-cache-file.ts'
import type { ExitCode } from '../../../domain/cluster/outcome.ts'
import { usageFailure } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { checkExecInfo, execCredential } from '../../../lib/kubernetes/exec-credential.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { currentCredential } from '../../../workflows/setup/current-credential.ts'
import type { Context } from '../../command-context.ts'
import { checkRequestName, ownFolder, ownKeyPath, readOwnKey } from './own-key-file.ts'
import { repositoryName } from '../../repository-name.ts'
import type { GithubFlags, Texts } from '../../flags/flag-values.ts'

/** Prints an ExecCredential. Everything else goes to stderr, which kubectl shows. */
export async function credential(
  context: Context,
  [name = '']: readonly string[],
  flags: GithubFlags & Texts<'key' | 'secret' | 'artifact'>,
): Promise<ExitCode> {
  const { terminal, environment, options, clock } = context
  if (terminal.showsResults)
    throw usageFailure(
      'credential prints a private key, and stdout is a terminal',
      `kubectl runs this command: countersign kubeconfig ${name} --merge`,
    )
  checkRequestName(name)
  const info = checkExecInfo(environment['KUBERNETES_EXEC_INFO'] ?? null)
  if (!info.ok) return refused(context, info.problems)
  const key = await readOwnKey(context, ownKeyPath(context, name, flags.key))
  const repository = await repositoryName(context, flags.repository)
  const { cluster } = options
  const cache = certificateCacheFile(ownFolder(context), { name, cluster, repository })
  const asked = { ...flags, repository, name, key }
  const current = await currentCredential(
    {
      cache,
      clock,
      look: async known => {
        const { look } = await import('./credential-look.ts')
        return look(context, asked, known)
      },
    },
    { name, repository, spki: key.spki },
  )
  if (!current.ok) return refused(context, current.problems)
  const { certificate: pem, expiration, warnings } = current.value
  if (warnings.length > 0) terminal.talk(problemsText(warnings, context.paint, 'warning'))
  terminal.result(execCredential({ certificate: pem, key: key.pem, expiration }).reveal())
  return 0
}

/** stdout stays empty: kubectl reads it as an answer. */
function refused({ terminal, paint }: Context, problems: readonly Problem[]): ExitCode {
  terminal.talk(problemsText(problems, paint))
  return 1
}
