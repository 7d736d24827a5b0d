// Commits of an object store: everything that can be reached from given tips, and the commits of a pull request.
import { objectIn } from '../../../domain/proof/git-history.ts'
import type { Ancestry, Commit, ObjectId } from '../../../domain/proof/git-history.ts'
import type { ObjectStore } from './object-store.ts'
import type { StoredTrees } from './stored-trees.ts'

/** A tip that Gitea does not have is absent. */
export async function storedAncestry(
  store: ObjectStore,
  trees: StoredTrees,
  tips: readonly ObjectId[],
  watched: readonly string[],
  known: Ancestry,
): Promise<Ancestry> {
  const there = await store.roots(tips.filter(tip => !known.has(tip)))
  const found = new Map(known)
  const lines = await walk(store, ['--format=%H %T %P'], [...there.keys()])
  const commits = lines
    .map(line => line.trim().split(' '))
    .filter(([id = '']) => !known.has(id))
    .map(([id = '', tree = '', ...parents]) => ({ id, tree, parents }))
  const places = commits.flatMap(({ tree }) => watched.map(path => ({ tree, path })))
  const entries = await trees.entriesAt(places)
  for (const [index, { id, parents }] of commits.entries()) {
    const objects = new Map<string, ObjectId>()
    for (const [at, path] of watched.entries()) {
      const entry = entries[index * watched.length + at] ?? null
      if (entry !== null) objects.set(path, objectIn(entry))
    }
    const commit: Commit = { id, parents, objects }
    found.set(id, commit)
  }
  return found
}

/** The commits that a head has and a base does not, oldest first; empty if one of them is gone. */
export async function commitsBetween(
  store: ObjectStore,
  base: ObjectId,
  head: ObjectId,
): Promise<readonly ObjectId[]> {
  const there = await store.roots([base, head])
  if (!there.has(base) || !there.has(head)) return []
  const lines = await walk(store, ['--format=%H', '--reverse', '--topo-order'], [`^${base}`, head])
  return lines
}

/** The commit and its first parents, newest first, at most `length`. Empty if it is gone. */
export async function firstParents(
  store: ObjectStore,
  commit: ObjectId,
  length: number,
): Promise<readonly ObjectId[]> {
  if (!(await store.roots([commit])).has(commit)) return []
  return walk(store, ['--format=%H', '--first-parent', `--max-count=${length}`], [commit])
}

async function walk(
  store: ObjectStore,
  options: readonly string[],
  revisions: readonly string[],
): Promise<readonly string[]> {
  if (revisions.length === 0) return []
  const out = await store.run(['log', '--stdin', ...options], `${revisions.join('\n')}\n`)
  return out.split('\n').filter(line => line !== '')
}
