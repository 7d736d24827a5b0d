// countersign manifests kubeconfig: a kubeconfig for the service account, to be piped into a secret of the environment.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'
import { relative } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'

/** Asks as whoever the kubeconfig of this terminal logs in. */
export async function printKubeconfig(
  context: Context,
  { owner, cluster, subject }: Installation,
  seconds: number,
): Promise<ExitCode> {
  const { terminal, clusters, clock } = context
  if (cluster.auth.kind === 'githubOidc' || cluster.auth.kind === 'inCluster') {
    terminal.talk(
      cluster.auth.kind === 'githubOidc'
        ? `${cluster.name} logs in with GitHub's own tokens: there is nothing to store`
        : `${cluster.name} logs in as the service account of its pod: there is nothing to store`,
    )
    return 0
  }
  if (subject.kind !== 'ServiceAccount')
    throw usageFailure(
      'a kubeconfig is made for the service account only',
      'leave out --user and --group',
    )
  if (terminal.showsResults)
    throw usageFailure(
      'the kubeconfig holds a token, which does not belong on a screen',
      `pipe it: countersign manifests kubeconfig --cluster ${cluster.name} | gh secret set KUBECONFIG --env countersign`,
    )
  const here = { ...cluster, auth: { kind: 'currentKubeconfig' as const } }
  const opened = await clusters.open(here, owner)
  try {
    const { token, expiresAt } = await opened.administration.issueToken(subject, seconds)
    const { server, serverCa } = opened
    const kubeconfig = kubeconfigText({
      cluster: cluster.name,
      server,
      serverCa,
      user: subject.name,
      context: cluster.name,
      login: { token },
    })
    terminal.talk(
      `a token of ${subject.namespace}/${subject.name}, good until ${expiresAt.toISOString()} (${relative(expiresAt, clock.now())}); make a new one before`,
    )
    terminal.result(kubeconfig.reveal().trimEnd())
    return 0
  } finally {
    await opened.close()
  }
}
