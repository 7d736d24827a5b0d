// Kubeconfig files, merged as kubectl does it: the first mention of a name wins. If several files are named, missing ones are
// skipped (k8s.io/client-go/tools/clientcmd/loader.go).
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { KubeConfig, User } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import type { Secret } from '../../../domain/request/secret-value.ts'
import { viewCommand } from '../../../lib/source/shell-word.ts'
import { errorCode, fileReason } from '../../system/system-error.ts'

/** Where the kubeconfig comes from, first match wins: its text, one path, or kubectl's own rules. */
export interface KubeconfigSource {
  readonly text: Secret<string> | null
  /** The environment variable that has this text. */
  readonly variable?: string
  readonly path: string | null
  readonly context: string | null
  /** Environment, for KUBECONFIG. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False on GitHub: exec and auth-provider entries run programs, and are refused. */
  readonly mayRunPlugins: boolean
}

/** Login settings of a user that @kubernetes/client-node does not read. */
export interface UserExtras {
  /** Absolute path of a file with a bearer token, null if there is none. */
  readonly tokenFile: string | null
  readonly impersonates: boolean
}

export interface ReadKubeconfig {
  readonly config: KubeConfig
  /** By name of the user. */
  readonly extras: ReadonlyMap<string, UserExtras>
}

const EXTRAS = z.object({
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z
          .looseObject({
            tokenFile: z.string().nullish(),
            as: z.unknown().optional(),
            'as-uid': z.unknown().optional(),
            'as-groups': z.unknown().optional(),
          })
          .nullish(),
      }),
    )
    .nullish(),
})

export async function readKubeconfig(source: KubeconfigSource): Promise<ReadKubeconfig> {
  const { text, variable } = source
  const value = variable === undefined ? 'the kubeconfig' : `the environment variable ${variable}`
  if (text !== null) {
    const hint = `the value is the text of a kubeconfig or its base64; at a terminal: export ${variable ?? 'VARIABLE'}="$(cat FILE)"`
    return readText(decoded(text.reveal()), { what: value, hint }, process.cwd())
  }
  const paths = pathsOf(source)
  const read = await Promise.all(
    paths.map(async path => {
      const content = await contentOf(path, paths.length > 1)
      if (content === null) return []
      const from = { what: path, hint: viewCommand(path) }
      return [await readText(content, from, dirname(resolve(path)))]
    }),
  )
  const [first, ...others] = read.flat()
  if (first === undefined)
    throw notReadable(paths.join(delimiter), 'none of these files is there', null)
  const all = others.reduce(merged, first)
  if (all.config.getContexts().length > 0) return all
  throw notReadable(paths.join(delimiter), 'it has no contexts', null)
}

/** An empty file has no entries, as for kubectl. Null if the file is missing and may be missing. */
async function contentOf(path: string, mayBeMissing: boolean): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')) || '{}'
  } catch (cause) {
    if (mayBeMissing && errorCode(cause) === 'ENOENT') return null
    throw notReadable(path, fileReason(cause), cause)
  }
}

function notReadable(path: string, why: string, cause: unknown): CountersignError {
  return kubeconfigProblem(
    `the kubeconfig ${path}: ${why}`,
    'name one with --kubeconfig FILE or KUBECONFIG, or try it all without a cluster: countersign sandbox',
    cause,
  )
}

async function readText(
  content: string,
  { what, hint }: { readonly what: string; readonly hint: string },
  folder: string,
): Promise<ReadKubeconfig> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node')
  const config = new Loader()
  try {
    config.loadFromString(content)
    config.makePathsAbsolute(folder)
    const { users } = EXTRAS.parse(parse(content))
    const extras = (users ?? []).map(({ name, user }) => {
      const tokenFile = user?.tokenFile ? resolve(folder, user.tokenFile) : null
      const asked = [user?.as, user?.['as-uid'], user?.['as-groups']]
      const impersonates = asked.some(value => value !== undefined && value !== null)
      return [name, { tokenFile, impersonates }] as const
    })
    return { config, extras: new Map(extras) }
  } catch {
    // No cause is attached: parsers quote the text where they fail, which may contain a key.
    throw kubeconfigProblem(`${what} is not a kubeconfig`, hint)
  }
}

function merged(first: ReadKubeconfig, second: ReadKubeconfig): ReadKubeconfig {
  const both = [first.config, second.config]
  first.config.loadFromOptions({
    clusters: byName(both.flatMap(config => config.getClusters())),
    users: byName(both.flatMap(config => config.getUsers())),
    contexts: byName(both.flatMap(config => config.getContexts())),
    currentContext: first.config.currentContext || second.config.currentContext,
  })
  return { config: first.config, extras: new Map([...second.extras, ...first.extras]) }
}

function byName<T extends Pick<User, 'name'>>(entries: readonly T[]): readonly T[] {
  return entries.filter(
    (entry, index) => entries.findIndex(({ name }) => name === entry.name) === index,
  )
}

function pathsOf(source: KubeconfigSource): readonly string[] {
  if (source.path !== null) return [source.path]
  const listed = (source.environment['KUBECONFIG'] ?? '').split(delimiter)
  const named = listed.filter(path => path !== '')
  const home = source.environment['HOME'] ?? homedir()
  return named.length === 0 ? [join(home, '.kube', 'config')] : named
}

/** Secrets often hold the file in base64. */
function decoded(content: string): string {
  const compact = content.replaceAll(/\s/g, '')
  const isBase64 = compact.length > 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact)
  return isBase64 ? Buffer.from(compact, 'base64').toString('utf8') : content
}

export function kubeconfigProblem(
  message: string,
  hint: string | null = null,
  cause?: unknown,
): CountersignError {
  return failure('CONFIG_KUBECONFIG', message, hint, cause)
}
