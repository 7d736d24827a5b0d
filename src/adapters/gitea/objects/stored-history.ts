// Commits of an object store: everything that can be reached from given tips, and the commits of a pull request.
import { objectIn } from '../../../domain/proof/git-history.ts'
import type { Ancestry, Commit, ObjectId } from '../../../domain/proof/git-history.ts'
import { inPortions } from '../../system/in-portions.ts'
import type { FetchedObjects } from './fetched-objects.ts'
import { entriesAt } from './stored-trees.ts'

const AT_ONCE = 4

/** A tip that Gitea does not have is absent. */
export async function storedAncestry(
  store: FetchedObjects,
  tips: readonly ObjectId[],
  watched: readonly string[],
  known: Ancestry,
): Promise<Ancestry> {
  const there = await store.roots(tips.filter(tip => !known.has(tip)))
  const lines = await walk(store, ['--format=%H %T %P'], [...there.keys()])
  const commits = lines.map(line => line.trim().split(' ')).filter(([id = '']) => !known.has(id))
  const trees = [...new Set(commits.map(([, tree = '']) => tree))]
  const objects = new Map(
    await inPortions(trees, AT_ONCE, async tree => {
      const entries = await entriesAt(store, tree, watched)
      const found = entries.flatMap(each =>
        each === null ? [] : [[each.path, objectIn(each)] as const],
      )
      return [tree, new Map(found)] as const
    }),
  )
  const found = commits.map(([id = '', tree = '', ...parents]): Commit => {
    return { id, parents, objects: objects.get(tree) ?? new Map() }
  })
  return new Map([...known, ...found.map(commit => [commit.id, commit] as const)])
}

/** The commits that a head has and a base does not (null: all), oldest first; empty if one of them is gone. */
export async function commitsBetween(
  store: FetchedObjects,
  base: ObjectId | null,
  head: ObjectId,
): Promise<readonly ObjectId[]> {
  const asked = base === null ? [head] : [base, head]
  const there = await store.roots(asked)
  if (asked.some(id => !there.has(id))) return []
  const lines = await walk(
    store,
    ['--format=%H', '--reverse', '--topo-order'],
    base === null ? [head] : [`^${base}`, head],
  )
  return lines
}

/** The commit and its first parents, newest first, at most `length`. Empty if it is gone. */
export async function firstParents(
  store: FetchedObjects,
  commit: ObjectId,
  length: number,
): Promise<readonly ObjectId[]> {
  if (!(await store.roots([commit])).has(commit)) return []
  return walk(store, ['--format=%H', '--first-parent', `--max-count=${length}`], [commit])
}

async function walk(
  store: FetchedObjects,
  options: readonly string[],
  revisions: readonly string[],
): Promise<readonly string[]> {
  if (revisions.length === 0) return []
  const out = await store.run(['log', '--stdin', ...options], `${revisions.join('\n')}\n`)
  return out.split('\n').filter(line => line !== '')
}
