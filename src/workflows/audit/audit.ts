// An audit: the certificates in the records of the clusters, what no approval covers, and the uses in an audit log.
import { AuditLog } from '../../core/audit/audit-log.ts'
import { judgeCredential } from '../../core/audit/audit-findings.ts'
import * as access from '../../core/audit/recorded-access.ts'
import { isUnderClaim } from '../../core/plan/claim-rules.ts'
import { earlierCertificates } from '../../core/plan/certificate-history.ts'
import type { AuditReport } from '../../domain/cluster/audit-report.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { failure, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import { tooLargeProblems } from '../../lib/source/too-large-objects.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { readBoundRoles, revokedRecords } from '../plan/revoked-records.ts'
import type { Planned } from '../plan/plan.ts'
import { clusterNamed } from '../validate/selected-names.ts'
import { denyOrphans } from '../withdraw/deny-orphans.ts'

type Lines = AsyncIterable<readonly (string | null)[]>

/** `log`: its lines, null for one that is too long. `cluster`: that of the log, null if there is only one. */
export async function audit(
  { rules: { config }, judgedRequests, observed, failures }: Planned,
  log: Lines | null,
  cluster: string | null,
  now: Date,
): Promise<AuditReport> {
  const logged = log === null ? null : clusterNamed(config, cluster)
  const isThere = observed.some(each => each.cluster.name === logged?.name)
  // The log is read before the records: what is issued meanwhile is in the records then.
  const { lines, events, uses } = log !== null && isThere ? await readLog(log) : new AuditLog()
  const facts = await Promise.all(observed.map(each => factsOf(each, now)))
  const certificates = facts.flatMap(each => each.certificates)
  const histories = facts.flatMap(each => each.histories)
  const own = config.clusters.flatMap(({ signers }) => signers.map(({ name }) => name))
  const isForClients = (signer: string): boolean =>
    signer.startsWith(KUBE_APISERVER_CLIENT) || own.includes(signer)
  const objects = facts.flatMap(({ objects: all }, index) => {
    const cluster = observed[index]?.cluster.name ?? ''
    return all.flatMap(each => (isForClients(each.signerName) ? [{ ...each, cluster }] : []))
  })
  const isKnown = (object: SigningRequest, sha256: string): boolean =>
    facts.some(({ claims }) => claims.some(claim => isUnderClaim(object, claim))) ||
    certificates.some(each => each.sha256 === sha256)
  const { unproved, kubelets } = access.unprovedRequests(objects, config.owner, isKnown, now)
  const others = await denyOrphans(judgedRequests, observed, config, false)
  const isOrphan = ({ code }: Problem): boolean => code === 'CLUSTER_ORPHAN'
  const { name = '', knownCredentials = [] } = logged ?? {}
  const known = { owner: config.owner, certificates, histories, kubelets, name, knownCredentials }
  const unread = `of the audit log ${lines.tooLong} lines above 4 MiB and ${events.overMost} events of too many certificates were not read`
  const findings = [...unproved, ...access.unknownApprovals(certificates, now)]
  return {
    certificates,
    histories,
    findings: [...findings, ...others.filter(isOrphan)],
    log: { lines, events },
    credentials: [...uses.values()].map(use => judgeCredential(use, known)),
    problems: [
      ...failures,
      ...facts.flatMap(({ broken }) => broken),
      // A list of all has shown these.
      ...others.filter(each => !isOrphan(each) && each.code !== 'CLUSTER_TOO_LARGE'),
      ...(lines.tooLong + events.overMost > 0 ? [unplaced('AUDIT_LOG', unread)] : []),
    ],
  }
}

async function readLog(lines: Lines): Promise<AuditLog> {
  const log = new AuditLog()
  for await (const part of lines) for (const line of part) log.add(line)
  // Without the end of a request, no success is known.
  if (log.events.withCertificate + log.events.without > 0) return log
  const none = 'has no event of audit.k8s.io/v1 with the stage ResponseComplete'
  const what = log.lines.all === 0 ? 'is empty' : none
  const hint = 'the flags --audit-policy-file and --audit-log-path of kube-apiserver write one'
  throw failure('AUDIT_LOG', `the audit log ${what}`, hint)
}

async function factsOf({ cluster }: Observed, now: Date) {
  // Requests are listed before the records: each of ours has a claim before it is made.
  const { items: objects, tooLarge } = await cluster.signingRequests.list(null)
  const { records, broken } = await cluster.records.list()
  const { records: ended, unread } = await revokedRecords(records, cluster)
  const { bound, unread: unlisted } = await readBoundRoles(ended, cluster)
  const certificates = ended.map(record =>
    earlierCertificates(record, new Date(0), false).map(each =>
      access.auditedCertificate(record, each, now, bound),
    ),
  )
  return {
    objects,
    certificates: certificates.flat(),
    histories: ended.flatMap(access.historyStart),
    claims: ended.flatMap(({ claim }) => claim ?? []),
    broken: [...broken.map(({ problem }) => problem), ...unread, ...unlisted].concat(
      tooLargeProblems('CertificateSigningRequest', tooLarge),
    ),
  }
}
