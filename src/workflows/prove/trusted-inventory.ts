// The inventory of nodes of one cluster at a trusted commit. It is proved like the configuration and by its rules, but apart from it:
// a change of the inventory that was not approved stops nothing else.
import type { KnownInventory } from '../../domain/cluster/pending-request.ts'
import { isNonEmpty, refuse, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { configurationPlaces, inventoryPlaces } from '../../core/approval/configuration-places.ts'
import { changesIn, follow, outcomes } from '../../core/approval/trust-root.ts'
import type { ConfigurationState } from '../../core/approval/trust-root.ts'
import { isPartOfInventory } from '../../core/pending/load-inventory.ts'
import { inventoryOf } from '../validate/inventory-files.ts'
import { configurationStates } from './applied-history.ts'
import type { ReviewPorts, TrustedCommit } from './trusted-commit.ts'
import { inForceBefore } from './rules-at-landings.ts'
import { provedBy } from './trusted-configuration.ts'

/** INVENTORY_ codes, and APPROVAL_ codes of the changes that were not approved. */
export async function trustedInventory(
  ports: ReviewPorts,
  commit: TrustedCommit,
  cluster: ClusterConfig,
): Promise<KnownInventory> {
  const { files, rules } = commit
  const inventory = await inventoryOf(files, cluster, rules.config.places)
  const { nodeInventory: folder } = cluster
  if (folder === null || !inventory.ok) return inventory
  const unapproved = await unapprovedChanges(ports, commit, folder, inventoryPlaces(cluster))
  return isNonEmpty(unapproved) ? refuse(unproved(folder), ...unapproved) : inventory
}

async function unapprovedChanges(
  { repository, clock }: ReviewPorts,
  { history, trusted, approvers }: TrustedCommit,
  folder: string,
  places: readonly string[],
): Promise<readonly Problem[]> {
  const found = await configurationStates(repository, places, history, folder)
  const { config, workflow } = history.frame
  const elsewhere = configurationPlaces(config, workflow)
  const states = found.map(state => ({ ...state, files: inventoryFiles(state, elsewhere) }))
  const [oldest] = states
  if (oldest === undefined) return []
  // The pinned digest does not cover the inventory, so its first version needs an approval, too.
  const nothing = { ...oldest, commit: oldest.before ?? oldest.commit, files: new Map() }
  const since = [nothing, ...states] as const
  const ruling = (state: ConfigurationState): ConfigurationState =>
    inForceBefore(state, history.line, trusted.inForce)
  const barred = approvers.approval.never
  const changing = { states: [...new Set(states.map(ruling))], changes: changesIn(since), barred }
  const { faults } = await provedBy(repository, history, clock, changing, ({ prove }) =>
    outcomes(follow(since, ruling, prove).latest),
  )
  return faults
}

/**
 * Other files of the folder, such as a README, need no approval. `elsewhere`: proved with the configuration, from its pinned digest on. A
 * .gitattributes of the first commit has no approval, and needs none.
 */
function inventoryFiles(
  { files }: ConfigurationState,
  elsewhere: readonly string[],
): ConfigurationState['files'] {
  return new Map(
    [...files].filter(([path]) => isPartOfInventory(path) && !elsewhere.includes(path)),
  )
}

function unproved(folder: string): Problem {
  return unplaced(
    'INVENTORY_UNAPPROVED',
    `not every change of ${folder}/ was approved; no request of a kubelet is approved until it is`,
    'restore the approved version of each named file in a pull request that the owners of the configuration approve, or give the file another name there',
  )
}
