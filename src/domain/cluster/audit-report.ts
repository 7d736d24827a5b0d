// The report of an audit: the certificates of the records, their uses in an audit log, and what no approval covers.
import type { Problem } from '../problem.ts'
import type { EarlierCertificate } from './record.ts'

export interface AuditedCertificate extends Omit<EarlierCertificate, 'ended'> {
  readonly request: string
  readonly cluster: string
  /** `access removed`: in use, and a role that it was granted has no binding. */
  readonly state: EarlierCertificate['ended'] | 'in use' | 'expired' | 'access removed'
  /** `view in apps`: what bindings give it now, whatever its state. */
  readonly roles: readonly string[]
}

/** One client certificate in an audit log. Nothing else of the log is kept. */
export interface CredentialUse {
  readonly sha256: string
  readonly username: string
  readonly groups: readonly string[]
  readonly uses: number
  readonly first: Date
  readonly last: Date
  readonly lastSuccess: Date | null
  /** `get secrets in apps`; not all of them, as of the addresses. */
  readonly actions: readonly string[]
  readonly addresses: readonly string[]
}

export interface JudgedUse extends CredentialUse {
  /** `earlier`: before the history of its request begins. */
  readonly state: 'known' | 'listed' | 'kubelet' | 'earlier' | 'alarm'
  /** Its request, or the one with the same grant, user name or group. */
  readonly request: string | null
  readonly alarm: Problem | null
}

export interface AuditReport {
  readonly certificates: readonly AuditedCertificate[]
  /** Requests whose records no longer have their first certificates. */
  readonly histories: readonly { readonly request: string; readonly begins: Date }[]
  readonly findings: readonly Problem[]
  readonly log: Readonly<Record<'lines' | 'events', Readonly<Record<string, number>>>>
  readonly credentials: readonly JudgedUse[]
  readonly problems: readonly Problem[]
}
