// The client certificates in an audit log, added up line by line. What is kept is bounded, however long the log is.
import type { CredentialUse } from '../../domain/cluster/audit-report.ts'
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import { readAuditEvent } from '../../lib/kubernetes/audit-event.ts'
import type { AuditEvent } from '../../lib/kubernetes/audit-event.ts'

const MOST = { certificates: 10_000, values: 8 }

export class AuditLog {
  /** By SHA-256 and user name: a proxy in front of the API server can give one id several names. */
  readonly uses = new Map<string, CredentialUse>()
  readonly lines = { all: 0, noEvent: 0, firstNoEvent: 0, tooLong: 0 }
  /** Also of requests; `overMost`: of certificates beyond the most that are kept. */
  readonly events = { all: 0, withCertificate: 0, without: 0, overMost: 0 }

  /** Null is a line that was too long. Every event is a sign of use; only the end of a request is counted. */
  add(line: string | null): void {
    const { lines, events, uses } = this
    lines.all++
    const event = readAuditEvent(line ?? '')
    if (event === null) {
      if (line === null) lines.tooLong++
      else if (line.trim() !== '' && ++lines.noEvent === 1) lines.firstNoEvent = lines.all
      return
    }
    events.all++
    if (event.isOver) events[event.certificates.length > 0 ? 'withCertificate' : 'without']++
    for (const sha256 of event.certificates) {
      const key = `${sha256} ${event.username}`
      const use = uses.get(key)
      if (use === undefined && uses.size >= MOST.certificates) events.overMost++
      else uses.set(key, withEvent(use, event, sha256))
    }
  }
}

function withEvent(use: CredentialUse | undefined, event: AuditEvent, sha256: string) {
  const { at, username, groups } = event
  const { first = at, last = at, lastSuccess = null, uses = 0 } = use ?? {}
  // Grants come first: a certificate may have a thousand groups.
  const grants = groups.filter(group => group.startsWith(GRANT_PREFIX))
  return {
    sha256,
    username,
    groups: use?.groups ?? bounded(grants, groups),
    uses: event.isOver ? uses + 1 : uses,
    first: at < first ? at : first,
    last: at > last ? at : last,
    lastSuccess: event.isSuccess && at > (lastSuccess ?? 0) ? at : lastSuccess,
    actions: bounded(use?.actions, [event.action]),
    addresses: bounded(use?.addresses, event.addresses),
  }
}

function bounded(known: readonly string[] = [], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])].slice(0, MOST.values)
}
