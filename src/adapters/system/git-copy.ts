// Facts of commits and files from a local clone, to check evidence without asking GitHub.
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { GONE } from '../../domain/proof/git-history.ts'
import type { BlobAt, ObjectId } from '../../domain/proof/git-history.ts'

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

export function gitCopy(root: string) {
  return {
    blobAt(commit: ObjectId, path: string): BlobAt {
      if (!has(commit)) return GONE
      const out = run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`])
      return out === null ? null : out.toString('utf8').trim()
    },

    sha256Of(blob: ObjectId): string | null {
      const bytes = run(['cat-file', 'blob', blob])
      return bytes === null ? null : hash('sha256', bytes)
    },

    isAncestor(older: ObjectId, newer: ObjectId): boolean | null {
      if (!has(older) || !has(newer)) return null
      return run(['merge-base', '--is-ancestor', older, newer]) !== null
    },
  }

  function has(commit: ObjectId): boolean {
    return run(['cat-file', '-e', `${commit}^{commit}`]) !== null
  }

  function run(args: readonly string[]): Buffer | null {
    const options = ['--no-replace-objects', '-c', 'core.quotePath=false', '-C', root]
    try {
      return execFileSync('git', [...options, ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: MAX_OUTPUT_BYTES,
      })
    } catch {
      return null
    }
  }
}
