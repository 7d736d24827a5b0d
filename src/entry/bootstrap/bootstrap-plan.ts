// The plan of bootstrap: files, cluster and repository, looked at; nothing is changed.
import { TOKEN_DAYS } from '../../domain/cluster/installation.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { SetupTask } from '../../domain/cluster/setup-step.ts'
import { caughtProblem, ok, usageFailure } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { OwnerSetup, Setup } from '../../domain/request/initial-setup.ts'
import { withPersonalLogin } from '../../adapters/kubernetes/login/cluster-logins.ts'
import type { KubernetesCluster } from '../../adapters/kubernetes/objects/cluster-client.ts'
import { withProposed } from '../../adapters/system/proposed-files.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { secretCommand } from '../../setup/repository/gh-commands.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { missingIn } from '../../setup/repository/first-configuration.ts'
import { planGiteaRepository } from '../../workflows/bootstrap/gitea-setup.ts'
import { planRepository } from '../../workflows/bootstrap/repository-setup.ts'
import { stepOf } from '../../workflows/bootstrap/repository-step.ts'
import type { WantedCredential } from '../../workflows/bootstrap/repository-step.ts'
import { stepFor } from '../../workflows/bootstrap/cluster-step.ts'
import type { ClusterStep } from '../../workflows/bootstrap/cluster-step.ts'
import { clusterNamed } from '../../workflows/validate/selected-names.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import type { Context } from '../command-context.ts'
import type { Switches } from '../flags/flag-values.ts'
import { requireInCluster } from '../printed-chart-values.ts'
import { setupOf } from './setup-discovery.ts'
import type { SetupFlags } from './setup-discovery.ts'
import { unknownRepository } from '../repository-name.ts'
import { installationAt } from '../commands/manifests-command.ts'
import { issueKubeconfig, credentialSecretName } from '../commands/manifests-kubeconfig-command.ts'
import { hasToken, openRepository } from '../commands/repository-and-token.ts'
import { openRepositorySetup } from '../commands/repository-setup-ports.ts'
import { setupFiles, warnOfGaps } from './setup-files.ts'
import type { SetupFiles } from './setup-files.ts'

/** The clocks of GitHub and of the API server may differ by this much. */
const SKEW_MS = 30_000

export type BootstrapFlags = SetupFlags &
  GuardOptions &
  Switches<'dryRun' | 'uninstall' | 'controller' | 'yes'>

/** What bootstrap works with. `context` reads the proposed files as if they existed. */
export interface Bootstrap {
  readonly context: Context
  readonly setup: Setup
  readonly made: SetupFiles
  readonly rules: Rules
  readonly installation: Installation
}

/** Completes a configuration that only says what to remove. It is not written. */
const NOBODY: OwnerSetup = { login: 'nobody', id: 1 }

/** Throws RUN_USAGE for a value that is not known; a configuration that cannot be used is refused. */
export async function prepare(
  context: Context,
  flags: BootstrapFlags,
): Promise<Checked<Bootstrap>> {
  const { options } = context
  const found = await setupOf(context, flags)
  const { files, ...repository } = await startingFiles(context, flags, found)
  const { uninstall } = flags
  const setup = { ...found, ...repository, owners: uninstall ? [NOBODY] : found.owners }
  const made = await setupFiles(context, files, setup, flags.environment, !uninstall)
  const isFirst = made.missing.includes(options.config)
  // Without a configuration the repository names the owner of the objects.
  if (isFirst && uninstall && setup.repository === null) throw unknownRepository(context)
  const isAdded = made.changed.has(options.config)
  const open = isFirst ? missingIn(setup) : isAdded ? missingIn({ ...setup, owners: [NOBODY] }) : []
  if (open.length > 0)
    throw usageFailure(
      `the ${isFirst ? 'first configuration' : 'configuration of a cluster'} needs ${open.join('; ')}`,
      'add --owners LOGIN=ID,LOGIN=ID and --kubeconfig FILE; GITHUB_TOKEN looks up ids',
    )
  if (!uninstall) warnOfGaps(context, made, setup)
  const proposed = { ...context, files: withProposed(files, made.texts) }
  const rules = await readRules(proposed.files, options.config, null)
  if (!rules.ok) return rules
  if (flags.owners.length > 0 && !uninstall) checkOwners(rules.value.config, setup)
  const cluster = clusterNamed(rules.value.config, options.cluster)
  const installation = installationAt(rules.value, cluster, null, context.clock.now())
  if (!installation.ok) return installation
  if (flags.controller && !uninstall) requireInCluster(installation.value)
  const server = cluster.server?.replace(/\/$/, '') ?? null
  // What was found belongs to the kubeconfig and the files here, which may be older.
  if (server !== null && found.cluster.server !== null && server !== found.cluster.server)
    context.terminal.talk(
      `but ${options.config} of the default branch has ${cluster.name} at ${visible(server)}: that is used`,
    )
  return ok({
    context: proposed,
    setup,
    made,
    rules: rules.value,
    installation: installation.value,
  })
}

/** A configuration that somebody pushed before the rules of the branch existed must not name other owners without a word. */
function checkOwners({ path, approval }: Config, { owners }: Setup): void {
  const { users } = approval.configuration
  const isSame = ({ login, id }: OwnerSetup): boolean =>
    users.some(
      user => user.login.toLowerCase() === login.toLowerCase() && (id === null || user.id === id),
    )
  if (owners.length === users.length && owners.every(isSame)) return
  const shown = (people: readonly OwnerSetup[]): string =>
    people.map(({ login, id }) => (id === null ? login : `${login} (id ${id})`)).join(', ')
  throw usageFailure(
    `${path} exists and names other owners: got ${shown(users)}, expected ${shown(owners)}`,
    'read it and its history; if it is right, leave out --owners',
  )
}

/**
 * The files of the default branch at GitHub, because a checkout may be old or contain changes that nobody approved. Without a token,
 * or before a configuration is merged, those of the checkout.
 */
async function startingFiles(
  context: Context,
  { tokenEnv }: BootstrapFlags,
  { repository: name, repositoryId, defaultBranch, isPublic }: Setup,
) {
  const local = { files: context.files, repositoryId, defaultBranch, isPublic }
  if (name === null || !(await hasToken(context, tokenEnv))) return local
  const repository = await openRepository(context, { repository: name, tokenEnv })
  const facts = await repository.facts().catch((cause: unknown) => {
    if (caughtProblem(cause).code === 'GITHUB_NOT_FOUND') return null
    throw cause
  })
  if (facts === null) return local
  const merged = repository.filesAt(facts.tip)
  const isSetUp = (await merged.read(context.options.config)) !== null
  return {
    files: isSetUp ? merged : context.files,
    repositoryId: facts.id,
    defaultBranch: facts.defaultBranch,
    isPublic: facts.visibility === 'public',
  }
}

/** The cluster, with the login of this machine. The caller closes it. */
export function openCluster({ context, installation }: Bootstrap): Promise<KubernetesCluster> {
  return context.clusters.open(withPersonalLogin(installation.cluster), installation.owner)
}

/** `inCluster`: the steps of the same run in the cluster. */
export async function planGithub(
  made: Bootstrap,
  flags: BootstrapFlags,
  cluster: KubernetesCluster,
  inCluster: readonly ClusterStep[],
): Promise<readonly SetupTask[]> {
  const { context, setup, installation } = made
  const { repository, defaultBranch } = setup
  if (repository === null) throw unknownRepository(context)
  if (!(await hasToken(context, flags.tokenEnv))) {
    const why = `was not checked, because there is no token: ${setup.forge === null ? 'run gh auth login, or set GITHUB_TOKEN' : 'set GITEA_SERVER_TOKEN'}`
    return [blockedStep(`repository ${repository}`, why, null)]
  }
  const isKept = setup.forge === null && installation.cluster.auth.kind === 'kubeconfigEnv'
  const credential = isKept ? await credentialOf(made, cluster, inCluster) : null
  const ports = await openRepositorySetup(context, { repository, tokenEnv: flags.tokenEnv })
  const wanted = {
    repository,
    defaultBranch,
    cluster: installation.cluster.name,
    environment: isKept ? flags.environment : null,
    credential,
    files: made.made.texts,
    changed: made.made.changed,
  }
  if (ports.secrets === undefined)
    return planGiteaRepository(ports.proposals, ports.settings, wanted, made.rules.config)
  const steps = await planRepository(ports, wanted)
  return isKept && credential === null ? [...steps, credentialStep(made, flags, inCluster)] : steps
}

/** Null if the cluster is not set up by this run, or this login cannot create a token of the service account. */
async function credentialOf(
  { context, installation }: Bootstrap,
  cluster: KubernetesCluster,
  inCluster: readonly ClusterStep[],
): Promise<WantedCredential | null> {
  const { subject } = installation
  if (subject.kind !== 'ServiceAccount') return null
  const { namespace, name } = subject
  const account = { kind: subject.kind, metadata: { namespace, name } }
  const live = await cluster.setupObjects.read(account)
  const isNew = inCluster.some(({ id, writes }) => id === stepFor(account).id && writes.length > 0)
  const token = { group: '', resource: 'serviceaccounts', subresource: 'token', verb: 'create' }
  const mayIssue =
    live !== 'hidden' &&
    inCluster.every(({ state }) => state !== 'blocked') &&
    (await cluster.may({ ...token, namespace, name })) &&
    // The guard asks for this right.
    (await cluster.may({ group: 'certificates.k8s.io', resource: 'signers', verb: 'approve' }))
  if (!mayIssue) return null
  return {
    secretName: credentialSecretName(installation.cluster),
    create: async () => (await issueKubeconfig(cluster, subject, TOKEN_DAYS * 86_400)).kubeconfig,
    notBefore:
      live === null || isNew
        ? context.clock.now()
        : new Date(Date.parse(live.metadata.creationTimestamp) - SKEW_MS),
  }
}

function credentialStep(
  { setup, installation }: Bootstrap,
  flags: BootstrapFlags,
  inCluster: readonly ClusterStep[],
): SetupTask {
  const isWaiting = inCluster.some(({ state }) => state === 'blocked')
  const { cluster } = installation
  const [name, at] = [credentialSecretName(cluster), flags.environment]
  return blockedStep(
    `secret ${name} of the environment ${at}`,
    isWaiting
      ? 'needs a token of the service account, after the blocked steps of the cluster'
      : 'needs a token of the service account, which this login cannot create',
    secretCommand({
      repository: setup.repository ?? 'OWNER/NAME',
      environment: at,
      name,
      cluster: cluster.name,
    }),
  )
}

function blockedStep(what: string, why: string, command: string | null): SetupTask {
  const id = `repository/${what.replaceAll(' ', '/')}`
  return stepOf({ id, what }, 'blocked', [why], { command })
}
