// The certificate for a requester's own key. Its source proves nothing: the certificate must be for this key, from the signer's CA,
// valid now, and for logging in. Server and CAs come from the default branch.
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { ok, refuse, unplaced, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { isNewerForKey, newestCertificate } from '../../core/certificate/newest-certificate.ts'
import { secondsToAsk } from '../../core/plan/access-end.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { pemsOfRequest } from '../../output/comment/certificates-in-comment.ts'
import type { FoundCertificates } from '../../output/comment/certificates-in-comment.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import { parseRequests } from '../validate/read-requests.ts'
import type { CredentialCertificate, CredentialOwner } from './current-credential.ts'

/** A whole repository may have certificates of hundreds of people. */
const MOST_SHOWN = 5

/** The files that give server and CA. */
export interface ConfiguredFiles {
  /** Name of the repository. */
  readonly repository: string
  readonly files: RepositoryFiles
}

export interface JoinPorts {
  /** Throws GITHUB_ codes, and RUN_USAGE if there is no token. */
  readonly configuration: () => Promise<ConfiguredFiles>
  /** Certificates in an artifact; absent if only the given certificates count. */
  readonly artifact?: (name: string) => Promise<FoundCertificates>
  readonly clock: Clock
}

export interface Joining extends FoundCertificates, Pick<CredentialOwner, 'name' | 'spki'> {
  /** Path of the configuration. */
  readonly config: string
  /** Null if the request names it. */
  readonly cluster: string | null
}

/** A certificate with everything that a kubeconfig and later looks need. */
export interface JoinedCertificate extends CredentialCertificate {
  /** owner/name */
  readonly repository: string
  readonly server: string
  /** PEM of the API server's CA, null for the system's roots. */
  readonly serverCa: string | null
  /** The artifact that was looked at because the given certificates had none for the key. */
  readonly artifact: string | null
  /** Whether a readable file of the default branch requests it, without `withdraw: true`. */
  readonly isRequested: boolean
  /** When the request ends, null if it has no end. */
  readonly ends: Date | null
  readonly warnings: readonly Problem[]
}

/**
 * Returns the newest certificate that can be used with the key, from the given ones or else from the artifact that the request names.
 * Refuses with CONFIG_ codes, RUN_USAGE (several clusters), SINK_NO_CERTIFICATE, SINK_KEY_DIFFERS, and the codes of
 * `newestCertificate`. Throws GITHUB_ codes.
 */
export async function joinCertificate(
  { configuration, artifact: inArtifact, clock }: JoinPorts,
  joining: Joining,
): Promise<Checked<JoinedCertificate>> {
  const { repository, files } = await configuration()
  const file = await files.read(joining.config)
  if (file === null)
    return refuseAs(
      'CONFIG_MISSING',
      `there is no ${joining.config} on the default branch of ${repository}`,
      'name the configuration with --config',
    )
  const config = parseConfig(file)
  if (!config.ok) return config
  const rules = { config: config.value, policies: null }
  const parsed = await parseRequests(files, { rules, folder: config.value.requests })
  const own = parsed.requests.filter(request => request.name === joining.name)
  const unread = parsed.refused.map(each => each.name ?? nameFromPath(each.path))
  const isGone = own.length === 0 && !unread.includes(joining.name)
  if (isGone && !joining.certificates.some(({ request }) => request === joining.name))
    return refuseAs(
      'SINK_NO_CERTIFICATE',
      `there is no request ${joining.name} on the default branch of ${repository}`,
      'its pull request is not merged yet; or its file was removed, which withdraws it',
    )
  const clusters = own.map(({ cluster }) => cluster)
  const cluster = chosenCluster(config.value, clusters, joining)
  if (!cluster.ok) return cluster
  const request = own.find(each => each.cluster === cluster.value.name) ?? null
  const artifact = hasForKey(joining, cluster.value) ? null : plainArtifact(request)
  const more = artifact === null ? undefined : await inArtifact?.(artifact)
  const target = { repository, cluster: cluster.value, request }
  if (more === undefined)
    return checkedCertificate({ ...target, artifact: null }, joining, clock.now())
  const from = `${joining.from} or ${more.from}`
  const certificates = [...joining.certificates, ...more.certificates]
  return checkedCertificate(
    { ...target, artifact },
    { ...joining, from, certificates },
    clock.now(),
  )
}

function hasForKey({ certificates, name, spki }: Joining, cluster: ClusterConfig): boolean {
  const own = pemsOfRequest(certificates, name, cluster.name)
  return own.some(pem => isNewerForKey(pem, spki, null))
}

/** The artifact with the certificate as it is; null if the request names none. */
function plainArtifact(request: EffectiveRequest | null): string | null {
  const found = request?.sinks.find(
    sink => sink.kind === 'artifact' && sink.recipients.length === 0,
  )
  return found?.kind === 'artifact' ? found.name : null
}

interface Target {
  readonly repository: string
  readonly cluster: ClusterConfig
  /** Null if the request is gone. */
  readonly request: EffectiveRequest | null
  readonly artifact: string | null
}

function checkedCertificate(
  { repository, cluster, request, artifact }: Target,
  { name, spki, from, certificates }: Joining,
  now: Date,
): Checked<JoinedCertificate> {
  const { name: chosen, server, certificateAuthority: serverCa } = cluster
  const signerCa = signerCaOf(cluster, request?.signerName ?? null)
  const cas = signerCa === null ? ok(null) : readCertificates(signerCa)
  if (!cas.ok) return cas
  const known = certificates.filter(({ isTrusted }) => isTrusted || cas.value !== null)
  if (known.length === 0 && certificates.length > 0)
    return refuseAs(
      'SINK_NO_CERTIFICATE',
      `no certificate ${from} counts, because the configuration of the default branch does not name the CA of the signer`,
      `add signers with certificateAuthorityData to the cluster ${chosen} in countersign.yaml`,
    )
  const own = pemsOfRequest(known, name, chosen)
  if (own.length === 0 && request?.withdraw === true)
    return refuseAs(
      'SINK_NO_CERTIFICATE',
      `${name} is withdrawn: ${request.path} on the default branch of ${repository} sets withdraw: true`,
      'to request it again, remove that line in a pull request',
    )
  if (own.length === 0)
    return refuse(noCertificate(`${name} on ${chosen}`, { from, certificates: known }, request))
  const newest = newestCertificate(own, { name, spki, signerCa: cas.value, now })
  if (newest === null)
    return refuseAs(
      'SINK_KEY_DIFFERS',
      `the key is not that of the certificate of ${name} ${from}`,
      'name the key that the request was made with: --key FILE; new --rekey keeps the old key next to the new one, as FILE.until-TIME',
    )
  const ends = request?.until ?? null
  if (!newest.ok && request !== null && ends !== null && secondsToAsk(request, now) === null)
    return refuseAs(
      'CERTIFICATE_DATES',
      `${name} has no valid certificate any more: ${request.path} ends the access at ${ends.toISOString()}`,
      `for more, set a later until in ${request.path} in a pull request`,
    )
  if (!newest.ok) return newest
  if (server === null)
    return refuseAs(
      'CONFIG_CLUSTER_UNPINNED',
      `the configuration of the default branch names no server for ${chosen}`,
      'add server and certificateAuthorityData to the cluster in countersign.yaml',
    )
  const { chain, warnings } = newest.value
  const { notBefore, notAfter } = chain.leaf
  const renewBefore = request?.renewBefore ?? null
  const certificate = { certificate: chainPem(chain), notBefore, notAfter, renewBefore, signerCa }
  const isRequested = request !== null && !request.withdraw
  const place = { repository, cluster: chosen, server, serverCa, artifact }
  return ok({ ...place, ...certificate, isRequested, ends, warnings })
}

/** If the request is gone, any signer of the cluster may have signed. */
function signerCaOf({ signers }: ClusterConfig, signerName: string | null): string | null {
  const possible = signers.filter(({ name }) => signerName === null || name === signerName)
  const pem = possible.flatMap(({ certificateAuthority: ca }) => ca ?? []).join('\n')
  return pem === '' ? null : pem
}

function noCertificate(
  whose: string,
  { from, certificates }: FoundCertificates,
  request: EffectiveRequest | null,
): Problem {
  const told = certificates.map(({ request, cluster }) =>
    cluster === null ? request : `${request} on ${cluster}`,
  )
  const all = [...new Set(told)].toSorted()
  const others = all.length > MOST_SHOWN ? [...all.slice(0, MOST_SHOWN), 'others'] : all
  return unplaced(
    'SINK_NO_CERTIFICATE',
    others.length === 0
      ? `there is no certificate of ${whose} ${from}`
      : `there is no certificate of ${whose} ${from}, only of ${others.join(', ')}`,
    request === null
      ? `the default branch does not request ${whose}; check the name and --cluster`
      : from.startsWith('in Secret ')
        ? 'check namespace and name in the sinks of the request; apply writes the Secret after the merge. Without --secret the certificate is read from a comment on the pull request'
        : `apply writes it after the merge. ${otherPlace(request)}`,
  )
}

function otherPlace(request: EffectiveRequest | null): string {
  for (const sink of request?.sinks ?? [])
    if (sink.kind === 'secret')
      return `In the cluster it is in a Secret: add --secret ${sink.namespace}/${sink.name}`
  return 'Comments of a public repository have certificates only if the configuration says certificatesInPublicComments: true. For a Secret add --secret NAMESPACE/NAME, for an artifact --artifact NAME'
}

function chosenCluster(
  { clusters, defaultCluster }: Config,
  asked: readonly string[],
  { name, cluster }: Joining,
): Checked<ClusterConfig> {
  const choices = cluster === null ? asked : [cluster]
  const [chosen = defaultCluster, second] = choices
  if (second !== undefined)
    return refuseAs(
      'RUN_USAGE',
      `${name} has requests for ${asked.join(' and ')}`,
      `choose one: --cluster ${asked.join(' | ')}`,
    )
  const found = clusters.find(each => each.name === chosen)
  if (found !== undefined) return ok(found)
  const names = clusters.map(each => each.name).join(' | ')
  return refuseAs(
    'CONFIG_CLUSTER_UNKNOWN',
    chosen === null
      ? `no cluster is named for ${name}`
      : `the configuration of the default branch has no cluster ${chosen}`,
    `choose one: --cluster ${names}`,
  )
}
