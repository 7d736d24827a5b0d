// What every REST handler is given: the world, who asks, and where URLs begin.
import type { WorldFacts } from '../../world-facts.ts'
import type { RepositoryState } from '../../state.ts'
import type { Caller } from '../tokens.ts'

export interface Site {
  readonly world: WorldFacts
  /** Where the API answers, without a slash at the end. */
  readonly api: string
  /** Where people look. */
  readonly html: string
}

export interface RestRequest {
  readonly site: Site
  readonly caller: Caller
  readonly url: URL
  /** Values of the path's placeholders. */
  readonly parameters: Readonly<Record<string, string>>
  /** What was sent along, parsed; null for nothing. */
  readonly body: unknown
}

export interface RepositoryRequest extends RestRequest {
  readonly repository: RepositoryState
}

/** Opaque, and stable for the same thing. */
export function nodeId(kind: string, id: string | number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`
}

/** A time as REST writes it: seconds, UTC. */
export function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}
