// Paths of the configuration in a repository.
import type { ClusterConfig } from '../../domain/request/config.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { CODE_OWNERS_PLACES } from './reviews/code-owners.ts'
import { attributesAbove } from './visibility/shown-files.ts'

/** Whether a file in the folder of the policies or of an inventory decides anything: it is YAML, or hides others. A README does not. */
export function isDeciding(path: string): boolean {
  return /\.ya?ml$/.test(path) || path.endsWith('/.gitattributes')
}

/** Everything that decides what the inventory of a cluster's nodes says, and how GitHub shows it; empty if it has none. */
export function inventoryPlaces({ nodeInventory: folder }: ClusterConfig): readonly string[] {
  if (folder === null) return []
  const inside = `${folder}/.gitattributes`
  return [folder, ...attributesAbove(inside).filter(place => place !== inside)]
}

/** Whether users chose the name of a file that is approved as configuration: policies and inventories of nodes. */
export function isNamedFreely(path: string, places: readonly string[]): boolean {
  return !places.includes(path) && !path.endsWith('/.gitattributes')
}

/** Lock file of actions. It decides which commit of an action runs, like the `uses:` lines of workflows. */
export const ACTIONS_LOCK = '.github/workflows/actions.lock'

/**
 * Paths of everything that decides on requests, on who may approve, and on how GitHub shows changes. Each is a file, except the
 * folder `policies`. `workflow` is the path of the running workflow file; null adds none. Attributes files below the request folder
 * are not among them: they are judged with the requests.
 */
export function configurationPlaces(config: string, workflow: string | null): readonly string[] {
  const attributes = ['', '.github/', '.github/workflows/', 'docs/'].map(
    folder => `${folder}.gitattributes`,
  )
  const hiding = new Set([...attributes, ...attributesAbove(config)])
  const places = [config, POLICIES, ...CODE_OWNERS_PLACES, ...hiding, ACTIONS_LOCK]
  return workflow === null ? places : [...places, workflow]
}
