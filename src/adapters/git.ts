// The git command, without a shell: objects of one repository. Only reading.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { failure } from '../domain/problem.ts'

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

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

  /** The commit a revision names, null where there is no repository or no such revision. */
  async resolve(revision: string): Promise<string | null> {
    const out = await this.#run(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]).catch(
      () => null,
    )
    return out === null ? null : out.toString('utf8').trim()
  }

  /** The commit two others last had in common, null where this checkout does not hold it. */
  async mergeBase(one: string, other: string): Promise<string | null> {
    const out = await this.#run(['merge-base', one, other]).catch(() => null)
    return out === null ? null : out.toString('utf8').trim()
  }

  /** The files of a commit at or below `path`, by path. */
  async tree(commit: string, path: string): Promise<readonly TreeEntry[]> {
    const out = await this.#run(['ls-tree', '-r', '-z', '--full-tree', commit, '--', path])
    const lines = out.toString('utf8').split('\0')
    return lines.filter(line => line !== '').map(entry)
  }

  async blob(id: string): Promise<Uint8Array> {
    return new Uint8Array(await this.#run(['cat-file', 'blob', id]))
  }

  #run(args: readonly string[]): Promise<Buffer> {
    // quotePath and replace refs would show other names or other objects than the commit holds.
    const options = ['--no-replace-objects', '-c', 'core.quotePath=false', '-C', this.#root]
    return new Promise((resolve, reject) => {
      execFile(
        'git',
        [...options, ...args],
        { encoding: 'buffer', maxBuffer: MAX_OUTPUT_BYTES },
        (error, stdout) => {
          if (error === null) resolve(stdout)
          else
            reject(
              failure(
                'RUN_GIT',
                `git ${args[0] ?? ''} did not work`,
                'is this folder a git checkout?',
                error,
              ),
            )
        },
      )
    })
  }
}

/** The object id git gives to a blob of these bytes. */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function entry(line: string): TreeEntry {
  const [meta = '', path = ''] = line.split('\t')
  const [mode = '', , blob = ''] = meta.split(' ')
  return { path, mode, blob }
}
