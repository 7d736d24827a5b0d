// The digests that an installation pins: `trusted-config` over the configuration, `trusted-requests` over the request files.
import { createHash } from 'node:crypto'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { ACTIONS_LOCK } from './configuration-places.ts'

/** Path → blob of every configuration file of a commit. */
export type ConfigurationFiles = ReadonlyMap<string, string>

/**
 * `sha256:` and the lower-case hex digest over paths and blobs, sorted by path. `actions.lock` is left out, since a tool writes it.
 * Leave the workflow file out of `files`, since it contains the digest.
 */
export function trustedDigest(files: ConfigurationFiles): string {
  return digestOf([...files].filter(([path]) => path !== ACTIONS_LOCK))
}

/**
 * The digest that `trusted-requests` names: over a commit and its files below the request folder (path → blob). The commit is part of
 * it, so that the same files do not match if they are pushed again later.
 */
export function requestsDigest(commit: ObjectId, files: ReadonlyMap<string, ObjectId>): string {
  return digestOf([...files, ['', commit]])
}

function digestOf(files: readonly (readonly [string, string])[]): string {
  const lines = files
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, blob]) => `${blob} ${path.includes('\n') ? JSON.stringify(path) : path}\n`)
  return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`
}
