// The files that a repository needs: those that exist, and new ones for the rest.
import { withProposed } from '../../adapters/system/proposed-files.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { CountersignError, failure } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Setup } from '../../domain/request/initial-setup.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { codeOwnersText } from '../../setup/repository/code-owners-file.ts'
import {
  FILL_IN,
  configurationText,
  kubeconfigVariable,
} from '../../setup/repository/first-configuration.ts'
import { POLICY_TEXT } from '../../setup/repository/first-policy.ts'
import { planWorkflowText, workflowText } from '../../setup/repository/workflow-file.ts'
import { codeOwnersFile, configurationFiles } from '../../workflows/validate/configuration-files.ts'
import { textOf } from '../../workflows/validate/read-requests.ts'
import { isPolicy } from '../../workflows/validate/rules-in-force.ts'
import type { Context } from '../command-context.ts'

export const WORKFLOW = '.github/workflows/countersign.yml'
const POLICY = 'policies/people.yaml'

export interface SetupFiles {
  /** Path → text of every file, in the order of writing. */
  readonly texts: ReadonlyMap<string, string>
  /** Paths of the files that do not exist. */
  readonly missing: readonly string[]
  /** Paths of existing files with another text than a new one would have. */
  readonly different: readonly string[]
  /** Path of CODEOWNERS: GitHub reads one of them. */
  readonly codeOwners: string
  /** The digest for trusted-config; null while a file contains FILL-IN. */
  readonly digest: string | null
}

/** Throws CONFIG_CLUSTER_UNKNOWN if the existing configuration does not list the cluster, and its first problem if it is broken. */
export async function setupFiles(
  { options: { config } }: Pick<Context, 'options'>,
  files: RepositoryFiles,
  setup: Setup,
  environment: string,
): Promise<SetupFiles> {
  const texts = new Map<string, string>()
  const missing: string[] = []
  const different: string[] = []
  const take = async (path: string, text: string): Promise<void> => {
    const there = await files.read(path)
    if (there === null) missing.push(path)
    else if (textOf(there) !== text) different.push(path)
    texts.set(path, there === null ? text : textOf(there))
  }
  await take(config, configurationText(setup))
  const policies = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isPolicy(path))
  if (policies.every(({ path }) => path === POLICY)) await take(POLICY, POLICY_TEXT)
  for (const file of policies) texts.set(file.path, textOf(file))
  const codeOwners = (await codeOwnersFile(files))?.path ?? 'CODEOWNERS'
  await take(codeOwners, codeOwnersText(setup.owners))
  const read = withProposed(files, texts)
  const clusters = await clustersOf(read, config, setup.cluster.name)
  if (clusters === 'other')
    throw failure(
      'CONFIG_CLUSTER_UNKNOWN',
      `${config} has no cluster "${setup.cluster.name}"`,
      `name one of its clusters with --cluster; or, to add this one, run the same command with --export new, and copy its lines below clusters: from new/${config}`,
    )
  const isOpen = [...texts.values()].some(text => text.includes(FILL_IN))
  const digest = isOpen ? null : trustedDigest(await configurationFiles(read, config))
  await take(WORKFLOW, workflowOf(setup, environment, clusters, digest))
  return { texts, missing, different, codeOwners, digest }
}

/**
 * The clusters of the configuration; `other` if `name` is not among them, null while the configuration cannot be read. Throws its first
 * problem if it does not name the cluster either.
 */
async function clustersOf(
  files: RepositoryFiles,
  config: string,
  name: string,
): Promise<Config['clusters'] | 'other' | null> {
  const file = await files.read(config)
  const parsed = file === null ? null : parseConfig(file)
  if (file === null || parsed === null) return null
  const isListed = parsed.ok
    ? parsed.value.clusters.some(each => each.name === name)
    : new RegExp(`^ +["']?${name}["']?:`, 'm').test(textOf(file))
  if (!parsed.ok && !isListed && !textOf(file).includes(FILL_IN))
    throw new CountersignError(parsed.problems[0])
  if (!isListed) return 'other'
  return parsed.ok ? parsed.value.clusters : null
}

/** Warns if a new configuration lacks the CA of the signer. */
export function warnOfSignerCa(
  { options: { config }, terminal }: Pick<Context, 'options' | 'terminal'>,
  { missing }: Pick<SetupFiles, 'missing'>,
  { cluster: { name, clientCa } }: Setup,
): void {
  if (clientCa === null && missing.includes(config))
    terminal.talk(
      `warning: the CA of the signer could not be read, and without it certificates for own keys are refused (SINK_NO_CERTIFICATE). Add it to ${config} as clusters.${name}.signers."${KUBE_APISERVER_CLIENT}".certificateAuthorityData: ${SIGNER_CA}`,
    )
}

const SIGNER_CA = `kubectl get configmap extension-apiserver-authentication -n kube-system -o jsonpath='{.data.client-ca-file}' | base64 | tr -d '\\n'`

function workflowOf(
  { defaultBranch, cluster, isPull }: Setup,
  environment: string,
  clusters: Config['clusters'] | null,
  digest: string | null,
): string {
  if (isPull) return planWorkflowText()
  const logins = clusters?.map(({ auth }) => auth)
  const variables = logins?.flatMap(auth => (auth.kind === 'kubeconfigEnv' ? auth.variable : []))
  return workflowText({
    defaultBranch,
    environment,
    variables: variables ?? [kubeconfigVariable(cluster.name)],
    usesOidc: logins?.some(({ kind }) => kind === 'githubOidc') ?? false,
    digest,
  })
}
