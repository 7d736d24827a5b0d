// Writes a repository in git's own form: loose objects, branches, and the heads of pull requests (refs/pull/N/head).
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { tipsOf } from './branches.ts'
import { reachable } from './git-history.ts'
import { commitAt, encode } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import { found } from '../refusal.ts'
import type { GithubState, RepositoryState } from '../state.ts'

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n'

/** Creates a bare repository in the folder. Existing objects stay, so it can be written again. */
export function exportTo(state: GithubState, repository: RepositoryState, folder: string): void {
  const write = (path: string, content: string | Uint8Array) => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  mkdirSync(join(folder, 'refs', 'heads'), { recursive: true })
  for (const id of heldObjects(state.objects, tipsOf(repository))) {
    const object = found(state.objects.get(id), `object ${id}`)
    write(join('objects', id.slice(0, 2), id.slice(2)), deflateSync(encode(object)))
  }
  for (const [branch, commit] of repository.branches)
    write(join('refs', 'heads', branch), `${commit}\n`)
  for (const pr of repository.pullRequests)
    write(join('refs', 'pull', String(pr.number), 'head'), `${pr.headCommit}\n`)
  write('config', CONFIG)
  write('HEAD', `ref: refs/heads/${repository.defaultBranch}\n`)
}

/** Reachable commits, trees and blobs; the commit of a submodule belongs to another repository. */
function heldObjects(objects: Objects, tips: readonly ObjectId[]): Set<ObjectId> {
  const commits = reachable(objects, tips)
  const held = new Set(commits)
  for (const id of commits) held.add(commitAt(objects, id).tree)
  for (const id of held) {
    const object = objects.get(id)
    if (object?.kind !== 'tree') continue
    for (const entry of object.entries) if (entry.mode !== '160000') held.add(entry.id)
  }
  return held
}
