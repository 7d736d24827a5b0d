// A bare copy of a Gitea repository in a temporary folder: git fetches it over HTTP, and checks each object against its id. Gitea's
// API gives neither many objects at once nor the diff of two commits. The folder is removed when the process ends.
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from '../../../domain/problem.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { Git } from '../../system/git-command.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024
const NOT_THERE = /not our ref|couldn't find remote ref/i
/** They lead git to another repository, other objects or other settings; those of TLS stay. */
const OF_CALLER = /^GIT_(?!SSL_)/
/** No settings, hooks or attributes of this machine, and no redirect that could get the token. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['http.followRedirects', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.http.allow', 'always'],
  ['protocol.https.allow', 'always'],
  ['core.hooksPath', devNull],
  ['core.quotePath', 'false'],
  ['gc.auto', '0'],
  ['advice.pushUpdateRejected', 'false'],
]
const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
  LC_ALL: 'C',
}

/** A copy of this process: a controller opens its repository for each pass. */
interface Copy {
  /** Null before it is made. */
  folder: Promise<string> | null
  lastFetch: Promise<boolean>
}

/** By folder above it and address. */
const COPIES = new Map<string, Copy>()
/** Removed when this process ends. */
const FOLDERS = new Set<string>()

interface Ended {
  readonly out: string
  /** The last line of what git said; null if it worked. */
  readonly error: string | null
}

export class FetchedObjects {
  readonly #connection: GiteaConnection
  readonly #address: string
  readonly #parent: string
  readonly #copy: Copy
  /** Objects that Gitea did not have when they were asked for. */
  readonly #absent = new Set<ObjectId>()

  /** `repository`: owner/name. `parent`: the folder in which its copy is made. Fetches nothing. */
  constructor(connection: GiteaConnection, repository: string, parent: string = tmpdir()) {
    this.#connection = connection
    this.#parent = parent
    this.#address = `${connection.url}/${repository}.git`
    const key = `${parent} ${this.#address}`
    this.#copy = COPIES.get(key) ?? { folder: null, lastFetch: Promise.resolve(true) }
    COPIES.set(key, this.#copy)
  }

  /** Fetches all branches, tags and heads of pull requests as they are now. Throws GITHUB_UNREACHABLE or RUN_GIT. */
  async refresh(): Promise<void> {
    await this.#fetch('+refs/*:refs/copy/*')
  }

  /** Those of the objects that are there, with their type. A missing one is asked for by its id, too: Gitea keeps some without a branch. */
  async types(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    const wanted = [...new Set(ids)].filter(id => !this.#absent.has(id))
    const ways = [() => this.refresh(), (missing: readonly ObjectId[]) => this.#fetchEach(missing)]
    for (const fetch of ways) {
      const found = await this.#check(wanted)
      const missing = wanted.filter(id => !found.has(id))
      if (missing.length === 0) return found
      await fetch(missing)
    }
    return this.#check(wanted)
  }

  /** The tree of each commit that is there. */
  async roots(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, ObjectId>> {
    const types = await this.types(commits)
    const there = [...types].flatMap(([id, type]) => (type === 'commit' ? [id] : []))
    const trees = await this.#names(there.map(id => `${id}^{tree}`))
    return new Map(there.map((id, at) => [id, trees[at]?.[0] ?? '']))
  }

  /** The bytes of blobs, each cut to `limit` bytes. They have to be there. */
  async contents(
    ids: readonly ObjectId[],
    limit: number,
  ): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    return new Git(await this.#open()).blobs(ids, limit)
  }

  /** The output of a git command that reads, or adds objects. Throws RUN_GIT. */
  async run(args: readonly string[], input = ''): Promise<string> {
    const { out, error } = await this.#git(args, input)
    if (error !== null)
      throw failure('RUN_GIT', `the copy of ${this.#address} cannot be read: ${error}`)
    return out
  }

  /** True if the first commit is an ancestor of the second, or the same. False if one of them is gone. */
  async isAncestor(older: ObjectId, newer: ObjectId): Promise<boolean> {
    if ((await this.roots([older, newer])).size < new Set([older, newer]).size) return false
    return (await this.#git(['merge-base', '--is-ancestor', older, newer])).error === null
  }

  /** The commits of refs such as `pull/7/head` at the last `refresh`; null if there was none. */
  async refsAt(names: readonly string[]): Promise<readonly (ObjectId | null)[]> {
    const found = await this.#names(names.map(name => `refs/copy/${name}`))
    return names.map((_, at) => found[at]?.[0] ?? null)
  }

  async #check(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    const found = await this.#names(ids)
    return new Map(ids.flatMap((_, at) => (found[at] ? [found[at]] : [])))
  }

  /** Id and type of each name, null for a name that is not there. */
  async #names(names: readonly string[]): Promise<readonly (readonly [string, string] | null)[]> {
    if (names.length === 0) return []
    const out = await this.run(['cat-file', '--batch-check'], `${names.join('\n')}\n`)
    return out.split('\n').map(line => {
      const [, id = '', type = ''] = /^([0-9a-f]{40}) (\w+) \d+$/.exec(line) ?? []
      return id === '' ? null : [id, type]
    })
  }

  async #fetchEach(ids: readonly ObjectId[]): Promise<void> {
    for (const id of ids) if (!(await this.#fetch(id))) this.#absent.add(id)
  }

  /** False if Gitea does not have what was asked for. Two fetches at once would not get the locks of git. */
  #fetch(what: string): Promise<boolean> {
    const fetched = this.#copy.lastFetch.then(() => this.#fetchNow(what))
    this.#copy.lastFetch = fetched.catch(() => false)
    return fetched
  }

  async #fetchNow(what: string): Promise<boolean> {
    const fetching = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-auto-maintenance',
      '--force',
      '--prune',
      '--',
    ]
    const { error } = await this.#git([...fetching, this.#address, what], '', await this.#login())
    if (error === null) return true
    if (NOT_THERE.test(error)) return false
    throw failure(
      'GITHUB_UNREACHABLE',
      `could not fetch ${this.#address}: ${error}`,
      'check the address and the network; the token needs read:repository; nothing is lost, run it again',
    )
  }

  /** Pushes a commit to a new branch, or forward. False if the server or the branch refuses. Throws GITHUB_FORBIDDEN. */
  async push(commit: ObjectId, branch: string, isNew: boolean): Promise<boolean> {
    const ref = `refs/heads/${branch}`
    const lease = isNew ? [`--force-with-lease=${ref}:`] : []
    const pushing = ['push', '--quiet', ...lease, '--', this.#address, `${commit}:${ref}`]
    const { error } = await this.#git(pushing, '', await this.#login())
    if (error === null) return true
    if (error.includes('failed to push')) return false
    const message = `could not push to ${this.#address}: ${error}`
    throw failure('GITHUB_FORBIDDEN', message, 'the token needs write:repository')
  }

  async #login(): Promise<typeof SETTINGS> {
    const token = (await this.#connection.token()).reveal()
    const basic = Buffer.from(`countersign:${token}`).toString('base64')
    return [['http.extraHeader', `Authorization: Basic ${basic}`]]
  }

  #open(): Promise<string> {
    return (this.#copy.folder ??= this.#create())
  }

  async #create(): Promise<string> {
    const folder = await mkdtemp(join(this.#parent, 'countersign-gitea-'))
    if (FOLDERS.size === 0) process.once('exit', removeFolders)
    FOLDERS.add(folder)
    const { error } = await gitIn(folder, ['init', '--quiet', '--bare'])
    if (error === null) return folder
    throw failure('RUN_GIT', `there is no copy of the repository: ${error}`, 'is git installed?')
  }

  async #git(...args: readonly [readonly string[], string?, typeof SETTINGS?]): Promise<Ended> {
    return gitIn(await this.#open(), ...args)
  }
}

function removeFolders(): void {
  for (const folder of FOLDERS) rmSync(folder, { recursive: true, force: true })
}

/** Settings are in the environment of git, since arguments are visible to other users of the machine. */
function gitIn(
  folder: string,
  args: readonly string[],
  input = '',
  more: typeof SETTINGS = [],
): Promise<Ended> {
  const settings = [...SETTINGS, ...more].flatMap(([name, value], at): [string, string][] => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ])
  const count = { GIT_CONFIG_COUNT: String(SETTINGS.length + more.length) }
  const kept = Object.entries(process.env).filter(([name]) => !OF_CALLER.test(name))
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(kept), ...ENVIRONMENT, ...count }
  for (const [name, value] of settings) env[name] = value
  const options = ['--no-replace-objects', '-C', folder]
  return new Promise(resolve => {
    const maxBuffer = MAX_OUTPUT_BYTES
    const child = execFile('git', [...options, ...args], { env, maxBuffer }, (error, out, said) =>
      resolve({ out, error: error && lastLine(said || error.message) }),
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
