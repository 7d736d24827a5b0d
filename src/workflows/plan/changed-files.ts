// Files that differ between the head of a pull request and the commit where it left the default branch.
import type { Ancestry, ObjectId } from '../../domain/proof/git-history.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { isDeciding } from '../../core/approval/configuration-places.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { filesOf } from '../prove/applied-history.ts'
import type { ReviewPorts } from '../prove/trusted-commit.ts'

/** Files that were added, changed or removed, with their state at the head, null if they are removed. */
export async function changedFiles(
  head: RepositoryFiles,
  base: RepositoryFiles,
  folder: string,
): Promise<ReadonlyMap<string, ObjectId | null>> {
  const [now, before] = await Promise.all(
    [head, base].map(async files => {
      const listed = (await files.list(folder)) ?? []
      return new Map(listed.map(({ path, blob }) => [path, blob]))
    }),
  )
  return differing(now ?? new Map(), before ?? new Map())
}

/** Compares the watched objects of both commits. Only a changed policies folder must be listed. */
export async function changedPlaces(
  source: ReviewPorts['repository'],
  ancestry: Ancestry,
  [head, parting]: readonly [ObjectId, ObjectId],
  places: readonly string[],
): Promise<ReadonlyMap<string, ObjectId | null>> {
  const objectsAt = (commit: ObjectId): ReadonlyMap<string, ObjectId> =>
    ancestry.get(commit)?.objects ?? new Map()
  const folders = [head, parting].map(commit => objectsAt(commit).get(POLICIES) ?? null)
  const isListed = folders[0] !== folders[1]
  const listings = await source.listings(isListed ? folders.filter(tree => tree !== null) : [])
  const [now, before] = [head, parting].map((commit, at) => {
    const single = [...objectsAt(commit)].filter(
      ([place]) => place !== POLICIES && places.includes(place),
    )
    const policies = isListed ? filesOf(listings, folders[at] ?? null, POLICIES) : []
    return new Map([...single, ...[...policies].filter(([path]) => isDeciding(path))])
  })
  return differing(now ?? new Map(), before ?? new Map())
}

function differing(
  now: ReadonlyMap<string, ObjectId>,
  before: ReadonlyMap<string, ObjectId>,
): ReadonlyMap<string, ObjectId | null> {
  const paths = new Set([...now.keys(), ...before.keys()])
  const changed = [...paths].filter(path => now.get(path) !== before.get(path))
  return new Map(changed.map(path => [path, now.get(path) ?? null]))
}
