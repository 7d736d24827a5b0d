// The git command, run without a shell. It only reads objects of one repository.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { uniqueBy } from '../../domain/lists.ts'
import { failure } from '../../domain/problem.ts'

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** `https://HOST/OWNER/NAME.git`, `ssh://git@HOST:22/OWNER/NAME` or `git@HOST:OWNER/NAME`. */
const ADDRESS =
  /^(?:\w+:\/\/)?(?:[^@/]+@)?(?:ssh\.)?([\w.-]+)(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/

/** One line of a tree: a path with its mode and object. */
export interface TreeEntry {
  readonly path: string
  readonly mode: string
  readonly blob: string
}

export class Git {
  readonly #root: string

  /** `root`: a folder inside the work tree; paths are relative to it. */
  constructor(root: string) {
    this.#root = root
  }

  /** The commit that a revision names, null if there is no repository or no such revision. */
  resolve(revision: string): Promise<string | null> {
    const named = `${revision}^{commit}`
    return this.#text(['rev-parse', '--verify', '--quiet', '--end-of-options', named])
  }

  /** owner/name of the remote `origin` if it is the address of a repository at one of the hosts, otherwise null. */
  async origin(hosts: readonly string[]): Promise<string | null> {
    const [, host = '', name = null] = ADDRESS.exec(await this.remote()) ?? []
    return hosts.includes(host.toLowerCase()) ? name : null
  }

  /** The address of the remote `origin`; empty if there is none. */
  async remote(): Promise<string> {
    return (await this.#text(['remote', 'get-url', 'origin'])) ?? ''
  }

  /** The merge base of two commits, null if this checkout does not have it. */
  mergeBase(one: string, other: string): Promise<string | null> {
    return this.#text(['merge-base', '--', one, other])
  }

  /** Whether the clone lacks older commits. */
  async isShallow(): Promise<boolean> {
    return (await this.#text(['rev-parse', '--is-shallow-repository'])) === 'true'
  }

  /** The path of the root relative to the top of its work tree, with a slash at its end; empty for the top, and outside of one. */
  async prefix(): Promise<string> {
    return (await this.#text(['rev-parse', '--show-prefix'])) ?? ''
  }

  /** The default branch of origin, otherwise the branch that is checked out; null if neither is known. */
  async defaultBranch(): Promise<string | null> {
    const origin = await this.#text(['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])
    return origin?.replace(/^origin\//, '') ?? this.#text(['symbolic-ref', '--short', 'HEAD'])
  }

  /** The files of a commit at or below `path`, by path. */
  async tree(commit: string, path: string): Promise<readonly TreeEntry[]> {
    const out = await this.#run(['ls-tree', '-r', '-z', commit, '--', path])
    const lines = out.toString('utf8').split('\0')
    return lines.filter(line => line !== '').map(entry)
  }

  /** Blobs at a path in the history of HEAD, newest first, with their modes; at most some hundred changes back. */
  async past(path: string): Promise<readonly Omit<TreeEntry, 'path'>[]> {
    const history = ['log', '--first-parent', '-m', '--raw', '--no-abbrev', '--no-renames', '-z']
    const out = await this.#run([...history, '--format=', '-n', '200', 'HEAD', '--', path])
    const changes = /:(\d{6}) (\d{6}) ([0-9a-f]{40}) ([0-9a-f]{40})/g
    const states = [...out.toString('utf8').matchAll(changes)].flatMap(
      ([, before = '', after = '', old = '', blob = '']) => [
        { mode: after, blob },
        { mode: before, blob: old },
      ],
    )
    const there = states.filter(({ mode }) => mode !== '000000')
    return uniqueBy(there, ({ blob }) => blob)
  }

  /** The first parent of the newest change of a path up to a commit; null without one, or in a checkout that lacks it. */
  async beforeChange(path: string, commit: string): Promise<string | null> {
    const change = await this.#text(['rev-list', '--first-parent', '-1', commit, '--', path])
    return change === null || change === '' ? null : this.resolve(`${change}^`)
  }

  async blob(id: string): Promise<Uint8Array> {
    return new Uint8Array(await this.#run(['cat-file', 'blob', id]))
  }

  /** Many blobs by id from one process, at most `limit` bytes of each, so that memory stays bounded. */
  async blobs(ids: readonly string[], limit: number): Promise<ReadonlyMap<string, Uint8Array>> {
    if (ids.length === 0) return new Map()
    const wanted = [...new Set(ids)]
    const child = spawn('git', [...this.#options(), 'cat-file', '--batch'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const ended = once(child, 'close').catch((cause: unknown) => cause)
    // git may end before it has read all input. Its output decides.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${wanted.join('\n')}\n`)
    const found = await readBatch(child.stdout, limit).catch(() => new Map<string, Uint8Array>())
    await ended
    if (wanted.every(id => found.has(id))) return found
    throw notWorking('cat-file', null)
  }

  /** Null if git fails. */
  async #text(args: readonly string[]): Promise<string | null> {
    const out = await this.#run(args).catch(() => null)
    return out?.toString('utf8').trim() ?? null
  }

  #run(args: readonly string[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      execFile(
        'git',
        [...this.#options(), ...args],
        { encoding: 'buffer', maxBuffer: MAX_OUTPUT_BYTES },
        (error, stdout) => {
          if (error === null) resolve(stdout)
          else reject(notWorking(args[0] ?? '', error))
        },
      )
    })
  }

  /** quotePath and replace refs would show other names or objects than the commit holds. Paths are not patterns. */
  #options(): readonly string[] {
    const reading = ['--no-replace-objects', '--literal-pathspecs', '-c', 'core.quotePath=false']
    return [...reading, '-C', this.#root]
  }
}

/** The object id git gives to a blob of these bytes. */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function notWorking(command: string, cause: unknown): Error {
  return failure('RUN_GIT', `git ${command} did not work`, 'is this folder a git checkout?', cause)
}

function entry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , blob = ''] = line.slice(0, tab).split(' ')
  return { path: line.slice(tab + 1), mode, blob }
}

// Output of `git cat-file --batch`: `ID TYPE SIZE`, a line end, the bytes, a line end; `ID missing` for a missing object.
// https://git-scm.com/docs/git-cat-file#_batch_output

/** The objects by id, each cut to `limit` bytes. Missing objects are left out. Throws if the output breaks off. */
export async function readBatch(
  output: Readable,
  limit: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>()
  const reader = new Pulled(output)
  for (let head = await reader.line(); head !== null; head = await reader.line()) {
    const [id = '', type = '', size = ''] = head.split(' ')
    if (type === 'missing') continue
    objects.set(id, await reader.bytes(Number(size), limit))
    await reader.bytes(1, 1)
  }
  return objects
}

/** A stream that is read in portions of the requested size. */
class Pulled {
  readonly #chunks: AsyncIterator<unknown>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Text up to a line end, which is consumed and not returned; null at the end of the stream. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf(0x0a)
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString('utf8')
        this.#rest = this.#rest.subarray(end + 1)
        return line
      }
      const more = await this.#more()
      if (more === null) return null
      this.#rest = Buffer.concat([this.#rest, more])
    }
  }

  /** Consumes `size` bytes and returns the first `limit` of them. */
  async bytes(size: number, limit: number): Promise<Uint8Array> {
    const kept: Buffer[] = []
    let left = size
    let room = limit
    for (;;) {
      const taken = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(taken.length)
      left -= taken.length
      kept.push(taken.subarray(0, room))
      room -= Math.min(room, taken.length)
      if (left === 0) return new Uint8Array(Buffer.concat(kept))
      const more = await this.#more()
      if (more === null) throw new Error('the output of git breaks off')
      this.#rest = more
    }
  }

  async #more(): Promise<Buffer | null> {
    const next = await this.#chunks.next()
    return next.done !== true && Buffer.isBuffer(next.value) ? next.value : null
  }
}
