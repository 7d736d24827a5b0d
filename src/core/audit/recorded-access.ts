// The certificates of the records: who has or had which access; and those that no recorded approval covers.
import { emergencyText } from '../../domain/cluster/emergency.ts'
import type { AuditedCertificate, AuditReport } from '../../domain/cluster/audit-report.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { EarlierCertificate, RequestRecord } from '../../domain/cluster/record.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import type { PersonConfig, UserRef } from '../../domain/request/config.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { clusterFlag, shellWord } from '../../lib/source/shell-word.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { attribute, formatName } from '../../lib/x509/x500-name.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'

/**
 * `bound`: the roles that each grant has now. If that is unknown (null), a certificate with a grant has those that were granted last,
 * whatever the record says about its end.
 */
export function auditedCertificate(
  { request, cluster, issued }: RequestRecord,
  { ended, ...certificate }: EarlierCertificate,
  now: Date,
  bound: ReadonlyMap<string, readonly string[]> | null,
): AuditedCertificate {
  const isExpired = certificate.notAfter <= now
  const granted = (issued?.granted?.places ?? []).map(roleInPlaceText)
  const roles = rolesNow({ issued }, certificate, now, bound)
  const isWhole = certificate.grant === null || granted.every(each => roles.includes(each))
  const inUse = isExpired ? 'expired' : isWhole ? 'in use' : 'access removed'
  return { request, cluster, ...certificate, roles, state: ended === 'fileGone' ? inUse : ended }
}

/** The roles that a certificate gives: none without a grant or once expired, those that were granted last if `bound` is unknown. */
export function rolesNow(
  { issued }: Pick<RequestRecord, 'issued'>,
  { grant, notAfter }: Pick<EarlierCertificate, 'grant' | 'notAfter'>,
  now: Date,
  bound: ReadonlyMap<string, readonly string[]> | null,
): readonly string[] {
  if (grant === null || notAfter <= now) return []
  if (bound !== null) return bound.get(grant) ?? []
  return (issued?.granted?.places ?? []).map(roleInPlaceText)
}

/** When the history begins, if earlier attempts had certificates: of those that expired, a record keeps the newest. */
export function historyStart(record: RequestRecord): AuditReport['histories'] {
  const { request, abandoned, history } = record
  const first = Math.min(...history.map(({ n }) => n))
  const known = new Set(abandoned.map(({ n }) => n).filter(n => n < first))
  if (known.size === first - 1) return []
  const starts = history.map(({ notBefore }) => notBefore).toSorted((a, b) => Number(a) - Number(b))
  // The last certificate that was dropped may have been used until about the second one that is kept.
  const [oldest, begins = oldest] = starts
  return begins === undefined ? [] : [{ request, begins }]
}

/**
 * Whether the certificate was valid. When the roles of its grant ended does not count: its names may have other roles, and nothing ends a
 * certificate before it expires.
 */
export function validAt({ notBefore, notAfter }: AuditedCertificate, at: Date): boolean {
  return (notBefore ?? at) <= at && at < notAfter
}

/** Whether this login requested or approved it, it is for the person of the configuration with that login, or it has this name. */
export function concerns(
  { request, subject, approval }: AuditedCertificate,
  who: string,
  people: readonly PersonConfig[],
): boolean {
  const isLogin = (each: UserRef): boolean => each.login.toLowerCase() === who.toLowerCase()
  const person = people.find(isLogin)
  const involved = [...(approval?.requestedBy ?? []), ...(approval?.approvedBy ?? [])]
  if (involved.some(each => isLogin(each) || each.id === person?.id)) return true
  const subjects = namesIn(subject)
  const names = person === undefined ? [who] : [who, person.name]
  return names.some(name => name === request || subjects.includes(nameText('CN', name)))
}

/** `CN=jane`, as `namesIn` has it. */
export function nameText(kind: 'CN' | 'O', value: string): string {
  return formatName([[attribute(ATTRIBUTE_OIDS[kind], value)]])
}

/** The parts of a subject as text. */
export function namesIn(subject: string): readonly string[] {
  return subject.split(/(?<=(?<!\\)(?:\\\\)*)(?:, |\+)/)
}

/** Reasons of the approver in kube-controller-manager, and of countersign. */
const KUBELET_REASON = /^(?:AutoApproved|CountersignPolicy)$/
/** As the signer of kubelets signs it. Who can write a status can put any certificate there. */
const KUBELET_SUBJECT = /^O=system:nodes, CN=system:node:[^ +\\]+$/

/**
 * A problem for each client certificate that works and that is not known, and one for all of another owner; and the SHA-256 of those
 * of kubelets.
 */
export function unprovedRequests(
  objects: readonly (SigningRequest & { readonly cluster: string })[],
  owner: string,
  isKnown: (object: SigningRequest, sha256: string) => boolean,
  now: Date,
): { readonly unproved: readonly Problem[]; readonly kubelets: readonly string[] } {
  const unproved: Problem[] = []
  const others = new Map<string, number>()
  const kubelets: string[] = []
  for (const object of objects) {
    const { name, username, usages, signerName, conditions, certificate, labels, cluster } = object
    const leaf = leafIn(certificate)
    if (leaf === null || leaf.notAfter <= now || !usages.includes('client auth')) continue
    const reason = conditions.find(({ type }) => type === 'Approved')?.reason ?? ''
    const subject = formatName(leaf.subject)
    const what = `${subject}, until ${leaf.notAfter.toISOString()}, SHA-256 ${leaf.sha256}`
    const message = `no record has the certificate of ${quoted(name)}: ${what}; requested by ${quoted(username)}, approved with the reason ${quoted(reason)}`
    const hint = `countersign csr describe ${shellWord(name)}${clusterFlag(cluster)} shows it; the guard (countersign manifests guard${clusterFlag(cluster)}) keeps others from approving`
    const isOfKubelet =
      signerName === KUBE_APISERVER_CLIENT_KUBELET && KUBELET_SUBJECT.test(subject)
    if (isOfKubelet && KUBELET_REASON.test(reason)) kubelets.push(leaf.sha256)
    else if (isKnown(object, leaf.sha256)) continue
    else {
      const other = labels[OWNER_LABEL] ?? owner
      if (other === owner) unproved.push(unplaced('AUDIT_UNPROVED', message, hint))
      else others.set(other, (others.get(other) ?? 0) + 1)
    }
  }
  return { unproved: [...unproved, ...[...others].map(ofOther)], kubelets }
}

/** The creator of a request chooses its labels. */
function ofOther([owner, count]: readonly [string, number]): Problem {
  const message = `no record has the certificates of ${count} requests with the label of the owner ${quoted(owner)}`
  const hint = `run countersign audit in the repository of that owner; without one: kubectl get csr -l ${shellWord(`${OWNER_LABEL}=${owner}`)}`
  return unplaced('AUDIT_UNPROVED', message, hint)
}

/** A problem for each certificate that works, and that was issued in an emergency, or found in a sink after its record was lost. */
export function unknownApprovals(certificates: readonly AuditedCertificate[], now: Date) {
  return certificates.flatMap(({ request, cluster, approval, serial, notAfter, n }) => {
    if (serial === null || notAfter <= now) return []
    if (approval?.emergency !== undefined) {
      const same = certificates.filter(each => each.request === request && each.cluster === cluster)
      const pulls = (isLater: boolean) =>
        same.flatMap(each => (each.n > n === isLater ? (each.approval?.pullRequest ?? []) : []))
      // A renewal by an earlier pull request is no review of it.
      const isReviewed = pulls(true).some(each => !pulls(false).includes(each))
      if (isReviewed) return []
      const what = `the certificate ${serial} of ${request} in ${cluster} works, and no pull request approved it: ${emergencyText(approval.emergency)}`
      return [unplaced('AUDIT_EMERGENCY', what, 'have its file approved, in a pull request')]
    }
    if (approval !== null) return []
    const message = `the record of ${request} in ${cluster} does not say who approved the certificate ${serial}`
    const hint =
      'its record was lost, and revocations may be lost, too: revoke again what was revoked. For a certificate with an approval raise reissue in the file, or wait until it expires'
    return [unplaced('AUDIT_UNPROVED', message, hint)]
  })
}
