// countersign manifests kubeconfig: a kubeconfig for the service account, to be piped into a secret of the environment.
import { withPersonalLogin } from '../../adapters/kubernetes/login/cluster-logins.ts'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'
import { kubeconfigVariable } from '../../setup/repository/first-configuration.ts'
import { USUAL_ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import type { AdministeredCluster } from '../../ports/administration.ts'
import { relative } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'

/** Requests a token with the login of `withPersonalLogin`, and prints a kubeconfig with it. */
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
      `pipe it: countersign manifests kubeconfig --cluster ${cluster.name} | gh secret set ${credentialSecretName(cluster)} --env ${USUAL_ENVIRONMENT}`,
    )
  const opened = await clusters.open(withPersonalLogin(cluster), owner)
  try {
    const { kubeconfig, expiresAt } = await issueKubeconfig(opened, subject, seconds)
    terminal.talk(
      `token of ${subject.namespace}/${subject.name}, valid until ${expiresAt.toISOString()} (${relative(expiresAt, clock.now())}), for ${cluster.name} at ${visible(opened.server)}; replace it before then with the same command`,
    )
    terminal.result(kubeconfig.reveal().trimEnd())
    return 0
  } finally {
    await opened.close()
  }
}

/** A kubeconfig with a new token of a service account; `seconds` as in `issueToken`. Throws CLUSTER_ codes. */
export async function issueKubeconfig(
  { name, server, serverCa, administration }: AdministeredCluster,
  account: Extract<Subject, { readonly kind: 'ServiceAccount' }>,
  seconds: number,
): Promise<{ readonly kubeconfig: Secret<string>; readonly expiresAt: Date }> {
  const { token, expiresAt } = await administration.issueToken(account, seconds)
  // kubectl merges files by these names: the users of two clusters differ.
  const names = { cluster: name, user: `${account.name}-${name}`, context: name }
  return { kubeconfig: kubeconfigText({ ...names, server, serverCa, login: { token } }), expiresAt }
}

/** The secret that the configuration reads for this cluster. */
export function credentialSecretName({ auth, name }: ClusterConfig): string {
  return auth.kind === 'kubeconfigEnv' ? auth.variable : kubeconfigVariable(name)
}
