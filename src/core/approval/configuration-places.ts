// Paths of the configuration in a repository.
import { CODE_OWNERS_PLACES } from './reviews/code-owners.ts'
import { attributesAbove } from './visibility/shown-files.ts'

/** Folder of the policy files. */
export const POLICIES = 'policies'

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
