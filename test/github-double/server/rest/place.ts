// The input of every REST handler: the world, the caller, and base addresses.
import type { ArtifactService } from '../../artifacts/artifact-service.ts'
import type { WorldFacts } from '../../world-facts.ts'
import type { RepositoryState } from '../../state.ts'
import type { Caller } from '../tokens.ts'

export interface Site {
  readonly world: WorldFacts
  /** Address of the API, without a trailing slash. */
  readonly api: string
  /** Address of the web pages. */
  readonly html: string
  /** Artifacts of the workflow runs; null if no test asks for any. */
  readonly artifacts: ArtifactService | null
}

export interface RestRequest {
  readonly site: Site
  readonly caller: Caller
  readonly url: URL
  /** Values of the path's placeholders. */
  readonly parameters: Readonly<Record<string, string>>
  /** The parsed body; null for none. */
  readonly body: unknown
}

export interface RepositoryRequest extends RestRequest {
  readonly repository: RepositoryState
}

/** Opaque, and equal for the same object. */
export function nodeId(kind: string, id: string | number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`
}

/** A time in REST: seconds, UTC. */
export function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}
