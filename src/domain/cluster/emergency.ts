// Emergency access: two people ask with their own cluster logins, and the controller issues without the server of the repository.

/** Label of every ask: the owner. */
export const EMERGENCY_LABEL = 'countersign.dev/emergency'

/** The shortest ask, as the API server signs nothing shorter. */
export const LEAST_SECONDS = 600

/** How much longer than the asked time a certificate may end after the ask was made: the second person and the controller need time. */
export const MARGIN_SECONDS = 900

/** The API servers of a cluster have a changed guard after this, and their clocks differ by less. */
export const GUARD_SECONDS = 60

/** Bounds of the guard, in characters. */
export const LONGEST_REASON = 300

/** Names of the ConfigMaps that hold the asks of an owner begin with this. */
export function askPrefix(owner: string): string {
  return `countersign.emergency.${owner}.`
}

export function askName(owner: string, request: string): string {
  return `${askPrefix(owner)}${request}`
}

/** Name of the ConfigMap in which a controller keeps the trusted configuration. No request can have this name, because of the dot. */
export function keptName(owner: string): string {
  return `countersign-${owner}-trusted.files`
}

/** One request that people of the emergency ask for; as the API server stores it. */
export interface EmergencyAsk {
  readonly request: string
  /** How long the certificate is to live. */
  readonly seconds: number
  readonly reason: string
  /** Users by the names of their logins; the guard compares each with its writer. */
  readonly first: string
  /** Null until the second person has asked. */
  readonly second: string | null
  /** creationTimestamp, by the API server's clock. */
  readonly at: Date
  readonly uid: string
  /** resourceVersion. */
  readonly version: string
}

/** As statuses, audits and comments name it. */
export function emergencyText({ people, reason }: RecordedEmergency): string {
  return `EMERGENCY: ${people.join(' and ')} (${reason})`
}

/** Who approved without a review; null for a review. */
export function approvedElsewhere({
  terminalUser,
  emergency,
}: {
  readonly terminalUser: string | null
  readonly emergency?: RecordedEmergency | undefined
}): string | null {
  if (emergency !== undefined) return emergencyText(emergency)
  return terminalUser && `${terminalUser} at a terminal`
}

/** What the record of a certificate says about the ask that it was issued for. */
export interface RecordedEmergency {
  readonly people: readonly [string, string]
  readonly reason: string
  /** uid of the ask: it issues nothing a second time. */
  readonly ask: string
  readonly askedAt: Date
  /** Digest of the effective request of the approved file, which asks for another life. */
  readonly effective: string
}
