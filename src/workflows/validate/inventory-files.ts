// The inventories of nodes in the files of one state of the repository, proved or not.
import type { KnownInventory } from '../../domain/cluster/pending-request.ts'
import { isNonEmpty, refuse } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { placeOf } from '../../domain/request/request.ts'
import { isInventory, loadInventory } from '../../core/pending/load-inventory.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

/** INVENTORY_ codes. */
export async function inventoryOf(
  files: RepositoryFiles,
  { name, nodeInventory: folder }: ClusterConfig,
  places: Config['places'],
): Promise<KnownInventory> {
  const at = placeOf(places, `clusters.${name}.nodeInventory`)
  const code = 'INVENTORY_MISSING'
  if (folder === null) {
    const message = `the cluster ${name} has no nodeInventory, so no request of a kubelet can be approved`
    const hint = `write nodeInventory: nodes/${name} below clusters.${name}, and add the files: countersign import --nodes --cluster ${name}`
    return refuse({ code, at, message, hint })
  }
  const found = ((await files.list(folder)) ?? []).filter(({ path }) => isInventory(path))
  if (isNonEmpty(found)) return loadInventory(found)
  const message = `there is no inventory of nodes in ${folder}/`
  const hint = `countersign import --nodes --cluster ${name} > ${shellWord(`${folder}/nodes.yaml`)}, and add it in a pull request`
  return refuse({ code, at, message, hint })
}

/** Of all clusters that name one: every problem, and the number of files. */
export async function checkInventories(
  files: RepositoryFiles,
  { clusters, places }: Config,
): Promise<{ readonly problems: readonly Problem[]; readonly files: number }> {
  const named = clusters.filter(({ nodeInventory }) => nodeInventory !== null)
  const read = await Promise.all(named.map(cluster => inventoryOf(files, cluster, places)))
  const listed = await Promise.all(named.map(each => files.list(each.nodeInventory ?? '')))
  return {
    problems: read.flatMap(each => (each.ok ? [] : each.problems)),
    files: listed.flatMap(each => each ?? []).filter(({ path }) => isInventory(path)).length,
  }
}
