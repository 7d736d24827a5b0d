// countersign kubeconfig: a kubeconfig for a requester's own key. kubectl runs `countersign credential` with it, or it contains the key.
// The key never leaves this machine.
import { accessSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { certificateCacheFile } from '../../../adapters/system/certificate-cache-file.ts'
import { editPrivateFile } from '../../../adapters/system/edited-file.ts'
import { readNamedText } from '../../../adapters/system/named-file.ts'
import { writeNew } from '../../../adapters/system/new-files.ts'
import { isLast } from '../../../core/plan/access-end.ts'
import type { ExitCode } from '../../../domain/cluster/outcome.ts'
import { failure, refuse, usageFailure } from '../../../domain/problem.ts'
import { placeOfSink, sinkTarget } from '../../../domain/request/sink.ts'
import { joinCertificate } from '../../../workflows/setup/join-certificate.ts'
import type { JoinedCertificate } from '../../../workflows/setup/join-certificate.ts'
import { store } from '../../../workflows/setup/current-credential.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { isOwnUser, loginProgram, personKubeconfig } from '../../../setup/person-kubeconfig.ts'
import { kubeconfigText } from '../../../lib/source/kubeconfig-text.ts'
import type { KubeconfigLogin } from '../../../lib/source/kubeconfig-text.ts'
import { mergeKubeconfig } from '../../../lib/source/merge-kubeconfig.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import type { Switches, Texts } from '../../flags/flag-values.ts'
import { serverVariable } from '../../github-app.ts'
import { certificateSource, placeIn } from './certificate-source.ts'
import type { SourceFlags } from './certificate-source.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import { checkOutsideRepository } from './new-key-path.ts'
import { checkRequestName, ownFolder, ownKeyPath, oldKeyThat, readOwnKey } from './own-key-file.ts'
import { clusterFlag, shellWord } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

type KubeconfigFlags = SourceFlags &
  Texts<'key' | 'out'> &
  Switches<'embedKey'> & {
    /** A kubeconfig to add the entries to, true for the default one. */
    readonly merge: string | boolean
  }

export async function kubeconfig(
  context: Context,
  [name = '']: readonly string[],
  flags: KubeconfigFlags,
): Promise<Answer> {
  checkRequestName(name)
  await checkFlags(context, flags)
  const place = placeIn(flags)
  const keyPath = ownKeyPath(context, name, flags.key)
  if (flags.key === null && !existsSync(keyPath)) await refuseStoredKey(context, name)
  const key = await readOwnKey(context, keyPath)
  const own = { name, keyPath, key, flags }
  const { clock, options } = context
  const { config, cluster } = options
  const whose = { name, spki: key.spki }
  const { source, ...ports } = await certificateSource(context, whose, place, flags)
  const joining = { config, cluster, name, ...source }
  const join = ({ spki }: Pick<GeneratedKey, 'spki'>) =>
    joinCertificate({ ...ports, clock }, { ...joining, spki })
  const joined = await join(key)
  if (!joined.ok) {
    const [problem] = joined.problems
    if (problem.code !== 'SINK_KEY_DIFFERS') return joined
    const old = await oldKeyThat(async each => (await join(each)).ok, context, keyPath)
    const hint = `an old key fits: add --key ${visible(shellWord(old ?? ''))}`
    return old === null ? joined : refuse({ ...problem, hint })
  }
  const { warnings } = joined.value
  if (warnings.length > 0) context.terminal.talk(problemsText(warnings, context.paint, 'warning'))
  const made = await loginOf(context, own, joined.value)
  return flags.merge === false
    ? write(context, own, made, joined.value)
    : merge(context, own, flags.merge, made, joined.value)
}

/** Throws RUN_USAGE for a request of this checkout with a key that countersign makes: only its sinks have that. */
async function refuseStoredKey(context: Context, name: string): Promise<void> {
  const { requestsInCheckout, unknownName } = await import('../named-requests.ts')
  const requests = await requestsInCheckout(context)
  const all = requests.filter(each => each.name === name)
  if (all.length === 0 && requests.length > 0)
    throw unknownName(name, new Set(requests.map(each => each.name)))
  const isAsked = (each: { readonly cluster: string | null }): boolean =>
    each.cluster === context.options.cluster
  const named = all.some(isAsked) ? all.filter(isAsked) : all
  const stored = named.flatMap(each =>
    'sinks' in each && each.key.kind !== 'own'
      ? each.sinks.map(sink => ({ sink, cluster: each.cluster }))
      : [],
  )
  if (stored.length === 0) return
  const config = await readConfig(context.files, context.options.config)
  const pin = config.ok && config.value.clusters.find(({ name: on }) => on === stored[0]?.cluster)
  const found = pin ? await context.clusters.current(pin).catch(() => null) : null
  const [hint] = stored.flatMap(({ sink, cluster }) => {
    const place = placeOfSink(sink)
    if (place.kind !== 'secret') return []
    const namespace = shellWord(place.namespace)
    const read = `${found?.credential.kubectl ?? 'kubectl'} get secret ${shellWord(place.name)} --namespace ${namespace} --output jsonpath=`
    if (sink !== place) return `(umask 077; ${read}'{.data.kubeconfig}' | base64 --decode > FILE)`
    const key = `(umask 077; ${read}'{.data.tls\\.key}' | base64 --decode > ~/${name}.key)`
    const secret = `${namespace}/${shellWord(place.name)}${clusterFlag(cluster)}`
    return `${key}\ncountersign kubeconfig ${name} --key ~/${name}.key --secret ${secret} --embed-key --out FILE`
  })
  throw usageFailure(
    `countersign makes the private key of ${name}; it is only in ${[...new Set(stored.map(({ sink }) => sinkTarget(sink)))].join(', ')}`,
    hint === undefined ? null : `each renewal has a new key; read it again then:\n${hint}`,
  )
}

async function checkFlags(context: Context, flags: KubeconfigFlags): Promise<void> {
  const { merge: into, out, embedKey } = flags
  if (context.options.output !== 'text' || out === '-' || into === '-')
    throw usageFailure(
      'kubeconfig writes a kubeconfig to stdout or to a file, and has no other format',
      'leave out --output, and name a file other than - with --out or --merge',
    )
  if (into !== false && out !== null)
    throw usageFailure('--merge and --out both name a file', 'use one of them')
  if (embedKey && into === false && out === null && context.terminal.showsResults)
    throw usageFailure(
      '--embed-key would print the private key at the terminal',
      'write it to a file with --out FILE or --merge',
    )
  if (!embedKey) return
  if (into !== false) await checkOutsideRepository(mergePath(context, into), '--merge')
  if (out !== null) await checkOutsideRepository(resolve(context.folder, out), '--out')
}

interface OwnLogin {
  readonly name: string
  readonly keyPath: string
  readonly key: GeneratedKey
  readonly flags: KubeconfigFlags
}

/** The entries of the kubeconfig. The certificate is put into the cache, so the first kubectl command makes no call to GitHub. */
async function loginOf(
  context: Context,
  { name, keyPath, key, flags }: OwnLogin,
  joined: JoinedCertificate,
): Promise<KubeconfigLogin> {
  const { cluster, server, serverCa, certificate, repository } = joined
  const person = { name, cluster, server, serverCa }
  if (flags.embedKey) return personKubeconfig({ ...person, login: { certificate, key: key.pem } })
  const { options, clock } = context
  const cache = certificateCacheFile(ownFolder(context), { name, cluster, repository })
  await store({ cache, clock }, { name, repository, spki: key.spki }, joined, [])
  const login = loginProgram({
    name,
    cluster,
    repository,
    keyPath,
    secret: flags.secret,
    artifact: flags.artifact ?? joined.artifact,
    config: options.isConfigNamed ? options.config : null,
    tokenEnv: flags.tokenEnv,
    env: await serverVariable(context),
  })
  if (!isOnPath(context))
    context.terminal.talk(
      'warning: kubectl runs countersign, which is not on the PATH; run: npm install --global countersign',
    )
  return personKubeconfig({ ...person, login })
}

async function merge(
  context: Context,
  { name, key, flags }: OwnLogin,
  into: string | true,
  made: KubeconfigLogin,
  joined: JoinedCertificate,
): Promise<Answer> {
  const { terminal, clock } = context
  const path = mergePath(context, into)
  const isOwn = (user: Readonly<Record<string, unknown>>): boolean => isOwnUser(user, name, key.pem)
  const suffix = `${clock.now().toISOString().replaceAll(':', '-')}.backup`
  const files = kubeconfigFiles(context)
  const read = files.includes(path) ? files.filter(each => each !== path && existsSync(each)) : []
  const others = await Promise.all(
    read.map(async file => ({ path: visible(file), text: await readNamedText('/', file) })),
  )
  const edited = await editPrivateFile(path, suffix, text =>
    mergeKubeconfig(text, { path: visible(path), others, kubeconfig: made, isOwnUser: isOwn }),
  )
  if (!edited.ok) return edited
  const { isChanged, backup } = edited.value
  const copy = backup === null ? '' : `; backup: ${visible(backup)}`
  terminal.talk(`${isChanged ? 'merged into' : 'unchanged:'} ${visible(path)}${copy}`)
  const kubectl = into === true ? 'kubectl' : `kubectl --kubeconfig ${visible(shellWord(into))}`
  terminal.talk(
    `${validity(name, joined, flags)}: ${kubectl} --context ${made.context} auth whoami`,
  )
  return 0
}

async function write(
  { terminal, folder }: Context,
  { name, flags }: OwnLogin,
  made: KubeconfigLogin,
  joined: JoinedCertificate,
): Promise<ExitCode> {
  const text = kubeconfigText(made).reveal()
  const valid = validity(name, joined, flags)
  if (flags.out === null) {
    terminal.result(text.trimEnd())
    terminal.talk(valid)
    return 0
  }
  if (!(await writeNew(resolve(folder, flags.out), text, 0o600)))
    throw failure(
      'RUN_FILES',
      `${visible(flags.out)} exists and is not overwritten`,
      'name another file with --out FILE, remove that one, or use --merge FILE',
    )
  terminal.talk(`${valid}: kubectl --kubeconfig ${visible(shellWord(flags.out))} auth whoami`)
  return 0
}

function validity(
  name: string,
  { cluster, notAfter, isRequested, ends }: JoinedCertificate,
  { embedKey }: KubeconfigFlags,
): string {
  const end = ends === null ? [] : [`the access ends at ${ends.toISOString()}, as its file says`]
  const isLastOne = isLast({ until: ends }, notAfter)
  const renewals = isRequested
    ? [isLastOne ? 'not renewed' : 'kubectl fetches renewals by itself', ...end].join('; ')
    : 'not renewed, because the default branch does not request it any more'
  const next = embedKey && isRequested ? 'it contains the private key' : renewals
  return `${name} on ${cluster}, until ${notAfter.toISOString()}; ${next}`
}

/** The file that kubectl itself changes by default. */
function mergePath(context: Context, given: string | true): string {
  if (given !== true) return resolve(context.folder, given)
  const home = context.environment['HOME'] ?? homedir()
  return kubeconfigFiles(context)[0] ?? join(home, '.kube', 'config')
}

/** The files of KUBECONFIG. */
function kubeconfigFiles({ environment, folder }: Context): readonly string[] {
  const paths = (environment['KUBECONFIG'] ?? '').split(delimiter)
  return paths.filter(path => path !== '').map(path => resolve(folder, path))
}

function isOnPath({ environment }: Context): boolean {
  const folders = (environment['PATH'] ?? '').split(delimiter)
  return folders.some(folder => {
    try {
      accessSync(join(folder, 'countersign'), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
