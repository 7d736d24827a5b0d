// Where configuration is in a repository.
import { CODE_OWNERS_PLACES } from './reviews/code-owners.ts'
import { attributesAbove } from './visibility/shown-files.ts'

export const POLICIES = 'policies'

/** Decides which commit of an action runs, like the `uses:` lines of workflows. */
export const ACTIONS_LOCK = '.github/workflows/actions.lock'

/**
 * Configuration files: they decide on requests, on who may approve, and on how GitHub shows their changes.
 * `policies` is a folder. Attributes below the folder of requests are judged with the requests themselves.
 */
export function configurationPlaces(config: string, workflow: string | null): readonly string[] {
  const attributes = ['', '.github/', '.github/workflows/', 'docs/'].map(
    folder => `${folder}.gitattributes`,
  )
  const hiding = new Set([...attributes, ...attributesAbove(config)])
  const places = [config, POLICIES, ...CODE_OWNERS_PLACES, ...hiding, ACTIONS_LOCK]
  return workflow === null ? places : [...places, workflow]
}
