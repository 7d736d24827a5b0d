// A bare repository of this machine in which tests make commits with git itself, and push them to a server.
import { execFile } from 'node:child_process'
import { devNull } from 'node:os'
import { join } from 'node:path'
import type { ObjectId } from '../../src/domain/proof/git-history.ts'

/** The content of a file, or an object that git has already; null removes it. */
export type MadeFile =
  | { readonly bytes: string | Uint8Array; readonly mode: '100644' | '100755' | '120000' }
  | { readonly blob: ObjectId; readonly mode: string }
  | string
  | null
export type MadeFiles = Readonly<Record<string, MadeFile>>

export interface Signature {
  readonly name: string
  readonly email: string
}

export interface MadeCommit {
  readonly parents: readonly ObjectId[]
  /** Tree that the files are put on; default: that of the first parent. */
  readonly tree?: string
  readonly files: MadeFiles
  readonly author: Signature
  readonly committer?: Signature
  readonly coAuthors?: readonly Signature[]
  readonly message?: string
  /** Of author and committer; default: now. */
  readonly date?: string
}

export class GitWork {
  readonly folder: string
  #made = 0

  constructor(folder: string) {
    this.folder = folder
  }

  async create(): Promise<void> {
    await this.git(['init', '--quiet', '--bare', this.folder])
  }

  async commit(commit: MadeCommit): Promise<ObjectId> {
    const { parents, files, author, committer = author, coAuthors = [] } = commit
    const index = { GIT_INDEX_FILE: join(this.folder, `index-${this.#made++}`) }
    const [first] = parents
    const below = commit.tree ?? (first === undefined ? null : `${first}^{tree}`)
    await this.#here(below === null ? ['read-tree', '--empty'] : ['read-tree', below], '', index)
    const lines: string[] = []
    for (const [path, file] of Object.entries(files)) lines.push(await this.#indexLine(path, file))
    await this.#here(['update-index', '-z', '--index-info'], lines.join(''), index)
    const tree = await this.#here(['write-tree'], '', index)
    const trailers = coAuthors.map(({ name, email }) => `Co-authored-by: ${name} <${email}>\n`)
    const message = `${commit.message ?? `Change ${this.#made}`}\n${trailers.length > 0 ? '\n' : ''}${trailers.join('')}`
    const people = {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      ...(commit.date === undefined
        ? {}
        : { GIT_AUTHOR_DATE: commit.date, GIT_COMMITTER_DATE: commit.date }),
    }
    const from = parents.flatMap(parent => ['-p', parent])
    return this.#here(['commit-tree', tree, ...from], message, people)
  }

  /** The tree of git's own merge; with conflicts, their markers are in the files. */
  async mergedTree(one: ObjectId, other: ObjectId): Promise<string> {
    const out = await this.#here(['merge-tree', '--write-tree', '--', one, other], '', {}, [0, 1])
    return out.split('\n')[0] ?? ''
  }

  /** The tree that undoes a commit on top of another one; with conflicts, their markers are in the files. */
  async mergedTreeFrom(base: ObjectId, one: ObjectId, other: ObjectId): Promise<string> {
    // Two commits without other history, so that their merge base is `base`.
    const root = await this.#bare(base, [])
    const left = await this.#bare(one, [root])
    const right = await this.#bare(other, [root])
    return this.mergedTree(left, right)
  }

  /** Files for a commit that undoes what `to` changed since `from`. */
  async undoing(from: ObjectId, to: ObjectId): Promise<MadeFiles> {
    const out = await this.#here(['diff-tree', '-r', '-z', '--no-renames', to, from])
    const words = out.split('\0')
    const files: Record<string, MadeFile> = {}
    for (let at = 0; at + 1 < words.length; at += 2) {
      const [, mode = '', , blob = ''] = (words[at] ?? '').split(' ')
      files[words[at + 1] ?? ''] = mode === '000000' ? null : { blob, mode }
    }
    return files
  }

  /** Tree, authors and parents of a commit. */
  async read(commit: ObjectId): Promise<{
    readonly parents: readonly ObjectId[]
    readonly author: Signature
    readonly message: string
  }> {
    const out = await this.#here(['show', '--no-patch', '--format=%P%n%an%n%ae%n%B', commit])
    const [parents = '', name = '', email = '', ...message] = out.split('\n')
    return {
      parents: parents === '' ? [] : parents.split(' '),
      author: { name, email },
      message: message.join('\n'),
    }
  }

  async revisions(args: readonly string[]): Promise<readonly ObjectId[]> {
    const out = await this.#here(['rev-list', ...args])
    return out === '' ? [] : out.split('\n')
  }

  /** The object of a revision such as `COMMIT:path`; null if there is none. */
  async object(revision: string): Promise<ObjectId | null> {
    const out = await this.#here(
      ['rev-parse', '--verify', '--quiet', revision],
      '',
      {},
      [0, 1, 128],
    )
    return /^[0-9a-f]{40}$/.test(out) ? out : null
  }

  async bytes(blob: ObjectId): Promise<string> {
    return this.#here(['cat-file', 'blob', blob], '', {}, [0], false)
  }

  /** Throws with git's words if the server refuses. */
  async push(address: string, commit: ObjectId, ref: string, isForced: boolean): Promise<void> {
    const what = `${isForced ? '+' : ''}${commit}:${ref}`
    await this.#here(['push', '--quiet', address, what])
  }

  /** Everything that the server has, so that its commits can be used here. */
  async fetch(address: string): Promise<void> {
    await this.#here(['fetch', '--quiet', '--force', address, '+refs/*:refs/server/*'])
  }

  async #bare(tree: ObjectId, parents: readonly ObjectId[]): Promise<ObjectId> {
    const nobody = { name: 'x', email: 'x@example.com' }
    return this.commit({ parents, tree: `${tree}^{tree}`, files: {}, author: nobody })
  }

  async #indexLine(path: string, file: MadeFile): Promise<string> {
    if (file === null) return `0 ${'0'.repeat(40)}\t${path}\0`
    const { mode, ...content } = typeof file === 'string' ? { bytes: file, mode: '100644' } : file
    const blob =
      'blob' in content
        ? content.blob
        : await this.#here(['hash-object', '-w', '--stdin'], Buffer.from(content.bytes))
    return `${mode} ${blob}\t${path}\0`
  }

  #here(
    args: readonly string[],
    input: string | Buffer = '',
    env: Readonly<Record<string, string>> = {},
    good: readonly number[] = [0],
    trims = true,
  ): Promise<string> {
    return this.git(['-C', this.folder, ...args], input, env, good, trims)
  }

  git(
    args: readonly string[],
    input: string | Buffer = '',
    env: Readonly<Record<string, string>> = {},
    good: readonly number[] = [0],
    trims = true,
  ): Promise<string> {
    const own = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull, GIT_TERMINAL_PROMPT: '0' }
    return new Promise((resolve, reject) => {
      const options = { env: { ...process.env, ...own, LC_ALL: 'C', ...env }, maxBuffer: 2 ** 28 }
      const child = execFile('git', args, options, (error, out, said) => {
        const code = error === null ? 0 : Number(error.code)
        if (good.includes(code)) resolve(trims ? out.trim() : out)
        else reject(new Error(`git ${args[2] ?? args[0]}: ${said.trim()}`))
      })
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input)
    })
  }
}
