// One client certificate of an audit log, compared with the records.
import type {
  AuditedCertificate,
  AuditReport,
  CredentialUse,
  JudgedUse,
} from '../../domain/cluster/audit-report.ts'
import { isGrantOf } from '../../domain/cluster/grant.ts'
import type { Code } from '../../domain/problem-codes.ts'
import { unplaced } from '../../domain/problem.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { clusterFlag } from '../../lib/source/shell-word.ts'
import { namesIn, nameText } from './recorded-access.ts'

/** `kubelets`: SHA-256 of certificates that the approver of kubelets approved. `name`: the cluster. */
type Known = Pick<AuditReport, 'certificates' | 'histories'> &
  Pick<ClusterConfig, 'name' | 'knownCredentials'> & {
    readonly owner: string
    readonly kubelets: readonly string[]
  }

/** A binding is deleted a moment after the end was stored. */
const GRACE_MS = 60_000
/** A certificate that was renewed or reissued is used until its sinks are read again. */
const ENDS: ReadonlySet<string> = new Set(['withdrawn', 'revoked', 'abandoned'])
const COPY = 'it is a copy of a certificate with other bytes, or signed with a stolen CA key'

export function judgeCredential(use: CredentialUse, known: Known): JudgedUse {
  const { sha256, username, groups, first, last, actions, addresses } = use
  const issued = known.certificates.find(each => each.sha256 === sha256)
  const grant = groups.find(group => isGrantOf(known.owner, group))
  const granted = known.certificates.find(each => grant !== undefined && each.grant === grant)
  const sharing = (...names: readonly string[]) =>
    known.certificates.filter(each => namesIn(each.subject).some(name => names.includes(name)))
  const named = sharing(nameText('CN', username))
  const [alike = null] = [...named, ...sharing(...groups.map(group => nameText('O', group)))]
  const request = (issued ?? granted ?? alike)?.request ?? null
  const judged = (state: JudgedUse['state']) => ({ ...use, request, state, alarm: null })
  const alarm = (code: Code, what: string, hint: string): JudgedUse => {
    const times = `first ${first.toISOString()}, last ${last.toISOString()}`
    const message = `a certificate that ${what} was used: user ${quoted(username)}, groups ${groups.map(quoted).join(', ')}; requests: ${use.uses}, ${times}: ${actions.join(', ')}; from ${addresses.join(', ')}; SHA-256 ${sha256}`
    return { ...judged('alarm'), alarm: unplaced(code, message, hint) }
  }
  if (issued !== undefined) {
    if (issued.subject !== '' && !namesIn(issued.subject).includes(nameText('CN', username))) {
      const hint =
        'a proxy in front of the API server wrote that name: replace its client certificate, which --requestheader-client-ca-file trusts'
      return alarm('AUDIT_NEVER_ISSUED', `request ${request} has, with another user name,`, hint)
    }
    // A withdrawal also ends the use of renewed certificates that still work.
    const isWithdrawn = (each: AuditedCertificate): boolean =>
      each.request === request && each.n > issued.n && each.state === 'withdrawn'
    const ended = ENDS.has(issued.state) ? issued : known.certificates.find(isWithdrawn)
    // The key of a lost attempt exists nowhere. Only countersign itself logged in with it, once.
    const end = ended?.endedAt ?? first
    if (ended === undefined || Number(use.lastSuccess) < Number(end) + GRACE_MS)
      return judged('known')
    const when = ended.endedAt === null ? '' : ` at ${end.toISOString()}`
    const what = `was ${ended.state}${when}, of request ${request},`
    const hint = `its key is still in use: delete the bindings of this user and these groups. If the request has access: countersign revoke ${request}${clusterFlag(known.name)}`
    return alarm('AUDIT_USED_AFTER_END', what, hint)
  }
  // Only countersign gives grants, so no list excuses one.
  if (grant === undefined) {
    if (known.knownCredentials.some(each => each.sha256 === sha256)) return judged('listed')
    if (known.kubelets.includes(sha256)) return judged('kubelet')
  }
  const earlier = known.histories.filter(({ begins }) => last < begins).map(each => each.request)
  if (granted === undefined && named.some(each => earlier.includes(each.request)))
    return judged('earlier')
  if (grant !== undefined) {
    const whose = granted === undefined ? ', which no record has,' : ` of request ${request}`
    const hint = `${COPY}. End the access: countersign revoke --grant ${grant}${clusterFlag(known.name)}`
    return alarm('AUDIT_NEVER_ISSUED', `has the grant ${grant}${whose}`, hint)
  }
  const line = `- {sha256: ${sha256}, note: ${JSON.stringify(username)}}`
  const list = `if you know it, add it below clusters.${known.name} in countersign.yaml by a pull request:\n    knownCredentials:\n    ${line}`
  if (alike === null) {
    const hint = `${list}\nelse it is signed with a stolen CA key: replace the CA`
    return alarm('AUDIT_UNKNOWN_CREDENTIAL', 'no record and no knownCredentials have', hint)
  }
  const what = `has the ${named.length === 0 ? 'group' : 'user name'} of request ${request}`
  const hint = `${list}\nelse ${COPY}: delete the bindings of this user and these groups`
  return alarm('AUDIT_NEVER_ISSUED', what, hint)
}
