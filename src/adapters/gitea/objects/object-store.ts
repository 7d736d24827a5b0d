// A bare copy of a Gitea repository in a temporary folder: git fetches it over HTTP, and checks each object against its id. Gitea's
// API gives neither many objects at once nor the diff of two commits. The folder is removed when the process ends.
import { execFile, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from '../../../domain/problem.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { readBatch } from '../../system/git-command.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024
const NOT_THERE = /not our ref|couldn't find remote ref|no such remote ref/i
/** No settings, hooks or attributes of this machine, and no redirect that could get the token. */
const SETTINGS = {
  'http.followRedirects': 'false',
  'protocol.allow': 'never',
  'protocol.http.allow': 'always',
  'protocol.https.allow': 'always',
  'core.hooksPath': devNull,
  'core.quotePath': 'false',
  'gc.auto': '0',
}

/** Folders of this process, removed when it ends. */
const FOLDERS = new Set<string>()

function removeFolders(): void {
  for (const folder of FOLDERS) rmSync(folder, { recursive: true, force: true })
}

export class ObjectStore {
  readonly #connection: GiteaConnection
  readonly #address: string
  #folder: Promise<string> | null = null
  #lastFetch: Promise<boolean> = Promise.resolve(true)
  /** Objects that Gitea did not have when they were asked for: it does not get them later. */
  readonly #absent = new Set<ObjectId>()

  /** `repository`: owner/name. Fetches nothing. */
  constructor(connection: GiteaConnection, repository: string) {
    this.#connection = connection
    this.#address = `${connection.url}/${repository}.git`
  }

  /** Fetches all branches, tags and heads of pull requests as they are now. Throws GITHUB_UNREACHABLE or RUN_GIT. */
  async refresh(): Promise<void> {
    await this.#fetch('+refs/*:refs/copy/*')
  }

  /** Those of the objects that are there, with their type. A missing one is asked for by its id, too: Gitea keeps some without a branch. */
  async types(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    const wanted = [...new Set(ids)]
    const missing = (found: ReadonlyMap<ObjectId, string>): readonly ObjectId[] =>
      wanted.filter(id => !found.has(id) && !this.#absent.has(id))
    let found = await this.#check(wanted)
    if (missing(found).length === 0) return found
    await this.refresh()
    found = await this.#check(wanted)
    const rest = missing(found)
    for (const id of rest) if (!(await this.#fetch(id))) this.#absent.add(id)
    return rest.length === 0 ? found : this.#check(wanted)
  }

  /** The tree of each commit that is there. */
  async roots(commits: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, ObjectId>> {
    const types = await this.types(commits)
    const there = [...types].flatMap(([id, type]) => (type === 'commit' ? [id] : []))
    const lines = await this.#names(there.map(id => `${id}^{tree}`))
    return new Map(there.map((id, at) => [id, lines[at]?.[0] ?? '']))
  }

  /** The objects by id, each cut to `limit` bytes. They have to be there. */
  async contents(
    ids: readonly ObjectId[],
    limit: number,
  ): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    if (ids.length === 0) return new Map()
    const folder = await this.#open()
    const child = spawn('git', ['--no-replace-objects', '-C', folder, 'cat-file', '--batch'], {
      env: this.#environment(null),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.on('error', () => undefined)
    // git may end before it has read all input. Its output decides.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${[...new Set(ids)].join('\n')}\n`)
    return readBatch(child.stdout, limit)
  }

  /** The output of a git command that reads. Throws RUN_GIT. */
  async run(args: readonly string[], input = ''): Promise<string> {
    const { out, error } = await this.#git(args, input, null)
    if (error !== null) throw failure('RUN_GIT', `git ${args[0]} did not work: ${error}`)
    return out
  }

  /** True if the first commit is an ancestor of the second, or the same. False if one of them is gone. */
  async isAncestor(older: ObjectId, newer: ObjectId): Promise<boolean> {
    if ((await this.roots([older, newer])).size < new Set([older, newer]).size) return false
    const { error } = await this.#git(['merge-base', '--is-ancestor', older, newer], '', null)
    return error === null
  }

  /** The commits of refs such as `pull/7/head` at the last `refresh`; null if there was none. */
  async refsAt(names: readonly string[]): Promise<readonly (ObjectId | null)[]> {
    const found = await this.#names(names.map(name => `refs/copy/${name}`))
    return names.map((_, at) => found[at]?.[0] ?? null)
  }

  async #check(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    const lines = await this.#names(ids)
    return new Map(ids.flatMap((id, at) => (lines[at]?.[0] === id ? [[id, lines[at][1]]] : [])))
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

  /** False if Gitea does not have what was asked for. Two fetches at once would not get the locks of git. */
  #fetch(what: string): Promise<boolean> {
    const fetched = this.#lastFetch.then(() => this.#fetchNow(what))
    this.#lastFetch = fetched.catch(() => false)
    return fetched
  }

  async #fetchNow(what: string): Promise<boolean> {
    const token = (await this.#connection.token()).reveal()
    const fetching = ['fetch', '--quiet', '--no-tags', '--no-auto-maintenance', '--force']
    const { error } = await this.#git([...fetching, '--', this.#address, what], '', token)
    if (error === null) return true
    if (NOT_THERE.test(error)) return false
    throw failure(
      'GITHUB_UNREACHABLE',
      `could not fetch ${this.#address}: ${error}`,
      'check the address and the network; the token needs read:repository; nothing is lost, run it again',
    )
  }

  #open(): Promise<string> {
    this.#folder ??= this.#create()
    return this.#folder
  }

  async #create(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-gitea-'))
    if (FOLDERS.size === 0) process.once('exit', removeFolders)
    FOLDERS.add(folder)
    const { error } = await this.#gitIn(folder, ['init', '--quiet', '--bare'], '', null)
    if (error !== null)
      throw failure('RUN_GIT', `git init did not work: ${error}`, 'is git installed?')
    return folder
  }

  async #git(args: readonly string[], input: string, token: string | null) {
    return this.#gitIn(await this.#open(), args, input, token)
  }

  #gitIn(
    folder: string,
    args: readonly string[],
    input: string,
    token: string | null,
  ): Promise<{ readonly out: string; readonly error: string | null }> {
    const options = { env: this.#environment(token), maxBuffer: MAX_OUTPUT_BYTES }
    return new Promise(resolve => {
      const child = execFile(
        'git',
        ['--no-replace-objects', '-C', folder, ...args],
        options,
        (error, out, said) =>
          resolve({ out, error: error === null ? null : lastLine(said || error.message) }),
      )
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input)
    })
  }

  /** The token is in the environment of git, since arguments are visible to other users of the machine. */
  #environment(token: string | null): NodeJS.ProcessEnv {
    const basic = Buffer.from(`countersign:${token ?? ''}`).toString('base64')
    const settings = Object.entries({
      ...SETTINGS,
      ...(token === null ? {} : { 'http.extraHeader': `Authorization: Basic ${basic}` }),
    })
    return {
      ...process.env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(
        settings.flatMap(([name, value], at) => [
          [`GIT_CONFIG_KEY_${at}`, name],
          [`GIT_CONFIG_VALUE_${at}`, value],
        ]),
      ),
    }
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
