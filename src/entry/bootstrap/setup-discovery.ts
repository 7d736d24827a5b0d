// What bootstrap and init find out by themselves: the cluster of the kubeconfig, and the ids of people. What does not answer is left
// open and reported.
import { withPersonalLogin } from '../../adapters/kubernetes/login/cluster-logins.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { attempting, caughtProblem, usageFailure } from '../../domain/problem.ts'
import type { ClusterSetup, OwnerSetup, Setup } from '../../domain/request/initial-setup.ts'
import { providerOf } from '../../lib/kubernetes/cluster-providers.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Context } from '../command-context.ts'
import { giteaServer } from '../gitea-server.ts'
import { githubHosts } from '../repository-name.ts'
import { hasToken, openSettings } from '../commands/repository-and-token.ts'
import type { GithubFlags } from '../flags/flag-values.ts'

const OWNER_LENGTH = 30
const LOGIN = /^(?<login>[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)(?:=(?<id>[1-9]\d{0,14}))?$/

export interface SetupFlags extends GithubFlags {
  readonly command: 'init' | 'bootstrap'
  /** Logins, or LOGIN=ID. */
  readonly owners: readonly string[]
  readonly isPull: boolean
  readonly environment: string
}

/** Throws RUN_USAGE for a flag that cannot be used. */
export async function setupOf(context: Context, flags: SetupFlags): Promise<Setup> {
  const { git, root, options, environment } = context
  const name = options.cluster
  if (name === null || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw usageFailure(
      name === null
        ? `${flags.command} needs a name for the cluster`
        : `"${visible(name)}" is not a name for a cluster: lower-case letters, digits and hyphens`,
      `countersign ${flags.command} --cluster ${clusterNameLike(name)}`,
    )
  const gitea = await giteaServer(context)
  const origin = gitea === null ? await git.origin(githubHosts(environment)) : gitea.origin
  const repository = flags.repository ?? origin
  if (repository !== null && !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw usageFailure(
      `${visible(repository)} is not the name of a repository`,
      'write it as OWNER/NAME',
    )
  const defaultBranch = (await git.defaultBranch()) ?? 'main'
  const [cluster, owners] = await Promise.all([
    clusterSetup(context, name),
    ownersSetup(context, { ...flags, repository }),
  ])
  const [isPull, forge] = [flags.isPull || gitea !== null, gitea?.url ?? null]
  const owner = ownerName(repository ?? root)
  const asked = { repositoryId: null, isPublic: false }
  return { owner, forge, repository, defaultBranch, cluster, isPull, owners, ...asked }
}

/** `Lab_1` is lab-1. */
function clusterNameLike(text: string | null): string {
  const plain = (text ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return plain.slice(0, 63).replaceAll(/^-+|-+$/g, '') || 'prod'
}

/** `acme/certs` is acme-certs; without a repository the name of the folder. */
function ownerName(text: string): string {
  const said = text.split('/').slice(-2).join('-').toLowerCase()
  const plain = said.replaceAll(/[^a-z0-9]+/g, '-').slice(-OWNER_LENGTH)
  return plain.replaceAll(/^-+|-+$/g, '') || 'certificates'
}

/** Server and CA by the kubeconfig, in the context of the cluster if the configuration has it; provider and the CA of clients by asking. */
async function clusterSetup(context: Context, name: string): Promise<ClusterSetup> {
  const nothing = { name, server: null, serverCa: null, provider: 'auto', clientCa: null } as const
  const { files, options } = context
  const file = await files.read(options.config)
  const parsed = file === null ? null : parseConfig(file)
  const listed = parsed?.ok === true ? parsed.value.clusters : []
  const pin = listed.find(each => each.name === name) ?? null
  const loaded = await currentKubeconfig(context, pin)
  if (loaded === null) return nothing
  const { server, ca } = loaded.credential
  const address = server.href.replace(/\/$/, '')
  context.terminal.talk(
    `${visible(name)} is ${visible(address)}, the context ${visible(loaded.context)}`,
  )
  const asked = await attemptAt(context)(`${visible(address)} cannot be asked`, () =>
    ask(context, name, pin),
  )
  return {
    name,
    server: address,
    serverCa: ca,
    provider: providerOf(asked?.version ?? null, address),
    clientCa: asked?.clientCa ?? null,
  }
}

/** Null without a kubeconfig. Throws RUN_USAGE if the one that flags name cannot be used. */
async function currentKubeconfig(
  context: Context,
  pin: ClusterConfig | null,
): Promise<Awaited<ReturnType<Context['clusters']['current']>> | null> {
  const { kubeconfig, context: name } = context.options
  const flags = [
    ...(kubeconfig === null ? [] : [`--kubeconfig ${kubeconfig}`]),
    ...(name === null ? [] : [`--context ${name}`]),
  ]
  const load = () => context.clusters.current(pin)
  if (flags.length === 0) return attemptAt(context)('no kubeconfig', load)
  return load().catch((cause: unknown) => {
    const { message, hint } = caughtProblem(cause)
    throw usageFailure(`${flags.join(' ')} cannot be used: ${message}`, hint, cause)
  })
}

async function ask({ clusters }: Context, name: string, pin: ClusterConfig | null) {
  const unknown: ClusterConfig = {
    name,
    provider: 'auto',
    server: null,
    certificateAuthority: null,
    auth: { kind: 'currentKubeconfig' },
    recordNamespace: 'countersign',
    signers: [],
    nodeInventory: null,
    knownCredentials: [],
  }
  const cluster = await clusters.open(withPersonalLogin(pin ?? unknown), 'init')
  try {
    return { version: await cluster.version(), clientCa: await cluster.clientCa() }
  } finally {
    await cluster.close()
  }
}

/** Those that were named, else whoever the token belongs to. */
async function ownersSetup(
  context: Context,
  flags: GithubFlags & { readonly owners: readonly string[] },
): Promise<readonly OwnerSetup[]> {
  const named = flags.owners.map(readOwner)
  const isKnown = named.length > 0 && named.every(({ id }) => id !== null)
  if (isKnown || flags.repository === null || !(await hasToken(context, flags.tokenEnv)))
    return named
  const settings = await openSettings(context, flags)
  const found = await attemptAt(context)('the ids of the owners were not found', async () => {
    if (named.length === 0) return [await settings.viewer()]
    return Promise.all(
      named.map(async owner =>
        owner.id === null ? settings.account({ login: owner.login }) : owner,
      ),
    )
  })
  if (found === null) return named
  return named.length === 0
    ? found.flatMap(one => (one === null ? [] : [{ login: one.login, id: one.id }]))
    : named.map((owner, index) => ({ ...owner, id: found[index]?.id ?? owner.id }))
}

function readOwner(text: string): OwnerSetup {
  const { login, id } = LOGIN.exec(text)?.groups ?? {}
  if (login === undefined)
    throw usageFailure(
      `"${visible(text)}" is not a login at GitHub`,
      'for example --owners octo,hubot=1001',
    )
  return { login, id: id === undefined ? null : Number(id) }
}

/** Null, with a line at the terminal, if the question failed. */
function attemptAt({ terminal }: Context) {
  return attempting((what, { message }) => terminal.talk(`${what}: ${visible(message)}`))
}
