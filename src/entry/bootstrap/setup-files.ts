// The files that a repository needs: those that exist, and new ones for the rest.
import { pinFault } from '../../adapters/kubernetes/login/pinned-server.ts'
import { withProposed } from '../../adapters/system/proposed-files.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { CountersignError, failure, usageFailure } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Setup } from '../../domain/request/initial-setup.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { codeOwnersText } from '../../setup/repository/code-owners-file.ts'
import {
  FILL_IN,
  configurationText,
  kubeconfigVariable,
  withCluster,
} from '../../setup/repository/first-configuration.ts'
import { POLICY_TEXT } from '../../setup/repository/first-policy.ts'
import {
  planWorkflowText,
  withVariable,
  workflowText,
} from '../../setup/repository/workflow-file.ts'
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
  /** Path → the text that a new one replaces: a configuration without the cluster, a workflow without its secret. */
  readonly changed: ReadonlyMap<string, string>
  /** Secrets of the cluster that the workflow does not pass, because it passes none. */
  readonly unpassed: readonly string[]
  /** Path of CODEOWNERS: GitHub reads one of them. */
  readonly codeOwners: string
  /** The digest for trusted-config; null while a file contains FILL-IN. */
  readonly digest: string | null
}

/**
 * `mayAdd`: an existing configuration gets the cluster if it lacks it. Throws CONFIG_CLUSTER_UNKNOWN if it cannot get it, RUN_USAGE if
 * it has the API server under another name, and its first problem if it is broken.
 */
export async function setupFiles(
  { options: { config } }: Pick<Context, 'options'>,
  files: RepositoryFiles,
  setup: Setup,
  environment: string,
  mayAdd = false,
): Promise<SetupFiles> {
  const texts = new Map<string, string>()
  const missing: string[] = []
  const different: string[] = []
  const changed = new Map<string, string>()
  const take = async (path: string, text: string): Promise<void> => {
    const there = await files.read(path)
    if (there === null) missing.push(path)
    else if (textOf(there) !== text) different.push(path)
    texts.set(path, there === null ? text : textOf(there))
  }
  const change = (path: string, text: string): void => {
    const before = texts.get(path) ?? ''
    if (missing.includes(path) || text === before) return
    changed.set(path, before)
    texts.set(path, text)
  }
  await take(config, configurationText(setup))
  const policies = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isPolicy(path))
  if (policies.every(({ path }) => path === POLICY)) await take(POLICY, POLICY_TEXT)
  for (const file of policies) texts.set(file.path, textOf(file))
  const codeOwners = (await codeOwnersFile(files))?.path ?? 'CODEOWNERS'
  await take(codeOwners, codeOwnersText(setup.owners, setup.forge))
  change(config, await listing(withProposed(files, texts), config, setup, mayAdd))
  const read = withProposed(files, texts)
  const file = await read.read(config)
  const parsed = file === null ? null : parseConfig(file)
  const clusters = parsed?.ok === true ? parsed.value.clusters : null
  const isOpen = [...texts.values()].some(text => text.includes(FILL_IN))
  const digest = isOpen ? null : trustedDigest(await configurationFiles(read, config))
  if (setup.forge === null) await take(WORKFLOW, workflowOf(setup, environment, clusters, digest))
  const own = clusters?.filter(({ name }) => name === setup.cluster.name) ?? []
  const workflow = (): string => texts.get(WORKFLOW) ?? ''
  for (const name of variablesOf(own))
    change(WORKFLOW, withVariable(workflow(), variablesOf(clusters ?? []), name))
  const unpassed = setup.isPull ? [] : variablesOf(own).filter(name => !workflow().includes(name))
  return { texts, missing, different, changed, unpassed, codeOwners, digest }
}

/** The configuration with the cluster. */
async function listing(
  files: RepositoryFiles,
  config: string,
  setup: Setup,
  mayAdd: boolean,
): Promise<string> {
  const { name, server, serverCa: ca } = setup.cluster
  const file = await files.read(config)
  if (file === null) return ''
  const [text, parsed] = [textOf(file), parseConfig(file)]
  const isListed = parsed.ok
    ? parsed.value.clusters.some(each => each.name === name)
    : new RegExp(`^ +["']?${name}["']?:`, 'm').test(text)
  if (isListed) return text
  if (!parsed.ok && !text.includes(FILL_IN)) throw new CountersignError(parsed.problems[0])
  const added = mayAdd && parsed.ok ? withCluster(text, setup) : null
  if (!parsed.ok || added === null)
    throw failure(
      'CONFIG_CLUSTER_UNKNOWN',
      `${config} has no cluster "${name}"`,
      mayAdd
        ? `write its clusters below each other and not in braces, then run it again`
        : `name one of its clusters with --cluster; or, to add this one: countersign bootstrap --cluster ${name}`,
    )
  const twin = parsed.value.clusters.find(
    each =>
      server !== null &&
      each.server !== null &&
      pinFault({ server: new URL(server), ca }, each) === null,
  )
  if (twin === undefined) return added
  throw usageFailure(
    `${name} would be ${server}, which ${config} has as ${twin.name}`,
    `choose the context of ${name}: --context NAME`,
  )
}

/** Warns if a new entry of the configuration lacks the CA of the signer, and if the workflow does not pass a secret of the cluster. */
export function warnOfGaps(
  { options: { config }, terminal }: Pick<Context, 'options' | 'terminal'>,
  { missing, changed, unpassed }: Pick<SetupFiles, 'missing' | 'changed' | 'unpassed'>,
  { cluster: { name, clientCa } }: Setup,
): void {
  for (const variable of unpassed)
    terminal.talk(
      `warning: ${WORKFLOW} does not pass ${variable}, so its runs have no login to ${name}. Add ${variable}: \${{ secrets.${variable} }} to the env of the step that applies`,
    )
  if (clientCa === null && (missing.includes(config) || changed.has(config)))
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
  return workflowText({
    defaultBranch,
    environment,
    variables: clusters === null ? [kubeconfigVariable(cluster.name)] : variablesOf(clusters),
    usesOidc: clusters?.some(({ auth }) => auth.kind === 'githubOidc') ?? false,
    digest,
  })
}

function variablesOf(clusters: Config['clusters']): readonly string[] {
  return clusters.flatMap(({ auth }) => (auth.kind === 'kubeconfigEnv' ? auth.variable : []))
}
