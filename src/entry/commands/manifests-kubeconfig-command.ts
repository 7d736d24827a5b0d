// countersign manifests kubeconfig: a kubeconfig for the service account, to be piped into a secret of the environment.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'
import { kubeconfigVariable } from '../../setup/repository/first-configuration.ts'
import { ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { relative } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'

/** Requests a token with the current kubeconfig, and prints a kubeconfig with it. */
export async function printKubeconfig(
  context: Context,
  { owner, cluster, subject }: Installation,
  seconds: number,
): Promise<ExitCode> {
  const { terminal, clusters, clock } = context
  if (cluster.auth.kind === 'githubOidc' || cluster.auth.kind === 'inCluster') {
    terminal.talk(
      cluster.auth.kind === 'githubOidc'
        ? `${cluster.name} uses GitHub's OIDC tokens: no kubeconfig needs to be stored`
        : `${cluster.name} uses the service account of its pod: no kubeconfig needs to be stored`,
    )
    return 0
  }
  if (subject.kind !== 'ServiceAccount')
    throw usageFailure(
      'a kubeconfig is made for a service account only',
      'use auth: {kubeconfig: {secretEnv: NAME}} for this cluster',
    )
  if (terminal.showsResults)
    throw usageFailure(
      'the kubeconfig contains a token and is not printed on a terminal',
      `pipe it: countersign manifests kubeconfig --cluster ${cluster.name} | gh secret set ${secretName(cluster)} --env ${ENVIRONMENT}`,
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
      `token of ${subject.namespace}/${subject.name}, valid until ${expiresAt.toISOString()} (${relative(expiresAt, clock.now())}); replace it before then with the same command`,
    )
    terminal.result(kubeconfig.reveal().trimEnd())
    return 0
  } finally {
    await opened.close()
  }
}

/** The secret that the configuration reads for this cluster. */
function secretName({ auth, name }: ClusterConfig): string {
  return auth.kind === 'kubeconfigEnv' ? auth.variable : kubeconfigVariable(name)
}
