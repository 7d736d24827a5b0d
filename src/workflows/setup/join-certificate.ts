// A kubeconfig from a requester's own key and the certificate for it. The source of the certificate proves nothing: it must be for
// this key, from the signer's CA, valid now, and for logging in. Server and CA come from the default branch.
import type { Chain } from '../../domain/cluster/certificate.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { isNonEmpty, ok, refuse, unplaced, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import { credentialProblems } from '../../core/certificate/login-certificate.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { GeneratedKey } from '../../ports/keys.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { CommentedCertificate } from '../../output/comment/certificates-in-comment.ts'
import { clientKubeconfig } from '../../core/sink/kubeconfig-content.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import { parseRequests } from '../validate/read-requests.ts'

export interface JoinWorld {
  readonly repository: {
    /** Name of the repository, and the commit whose configuration gives server and CA. */
    readonly facts: () => Promise<Pick<RepositoryFacts, 'tip' | 'name'>>
    readonly filesAt: (commit: string) => RepositoryFiles
  }
  readonly clock: Clock
}

export interface Joining {
  /** Path of the configuration. */
  readonly config: string
  /** Name of the request. */
  readonly name: string
  /** Null if the request names it. */
  readonly cluster: string | null
  readonly key: Pick<GeneratedKey, 'pem' | 'spki'>
  /** Source of the certificates, as text for people. */
  readonly from: string
  readonly certificates: readonly CommentedCertificate[]
}

export interface Joined {
  readonly kubeconfig: Secret<string>
  readonly cluster: string
  readonly notAfter: Date
  readonly warnings: readonly Problem[]
}

export async function joinKubeconfig(
  { repository, clock }: JoinWorld,
  joining: Joining,
): Promise<Checked<Joined>> {
  const { tip, name } = await repository.facts()
  const files = repository.filesAt(tip)
  const file = await files.read(joining.config)
  if (file === null)
    return refuseAs(
      'CONFIG_MISSING',
      `there is no ${joining.config} on the default branch of ${name}`,
      'name the configuration with --config',
    )
  const config = parseConfig(file)
  if (!config.ok) return config
  const rules = { config: config.value, policies: null }
  const parsed = await parseRequests(files, { rules, folder: config.value.requests })
  const own = parsed.requests.filter(request => request.name === joining.name)
  const clusters = own.map(({ cluster }) => cluster)
  const cluster = chosenCluster(config.value, clusters, joining)
  if (!cluster.ok) return cluster
  const chain = certificateOf(joining, cluster.value.name)
  if (!chain.ok) return chain
  const signer = own.find(request => request.cluster === cluster.value.name)?.signerName ?? null
  return layOut(chain.value, cluster.value, signer, joining, clock.now())
}

/** The certificate of the request on the cluster with the public key of this private key. */
function certificateOf({ name, key, from, certificates }: Joining, chosen: string): Checked<Chain> {
  const own = certificates.filter(
    ({ request, cluster }) => request === name && (cluster === null || cluster === chosen),
  )
  if (!isNonEmpty(own)) return refuse(noCertificate(`${name} on ${chosen}`, from, certificates))
  const chains = own.map(({ pem }) => orderChain(pem))
  for (const chain of chains)
    if (chain.ok && Buffer.compare(chain.value.leaf.publicKey.spki, key.spki) === 0) return chain
  const [first] = chains
  if (first?.ok === false) return first
  return refuseAs(
    'SINK_KEY_DIFFERS',
    `the key is not that of the certificate of ${name} ${from}`,
    'name the key of the request: --key FILE; countersign new --own-key writes it to ~/.countersign/NAME.key',
  )
}

function noCertificate(
  whose: string,
  from: string,
  certificates: readonly CommentedCertificate[],
): Problem {
  const told = certificates.map(({ request, cluster }) =>
    cluster === null ? request : `${request} on ${cluster}`,
  )
  const others = [...new Set(told)].toSorted()
  return unplaced(
    'SINK_NO_CERTIFICATE',
    others.length === 0
      ? `there is no certificate ${from}`
      : `there is no certificate of ${whose} ${from}, only of ${others.join(', ')}`,
    'the comment is written after the pull request is merged and applied, and never in a public repository; with a certificate from an artifact or a Secret use --certificate FILE',
  )
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
      `${name} is asked for on ${asked.join(' and ')}`,
      `say which: --cluster ${asked.join(' | ')}`,
    )
  const found = clusters.find(each => each.name === chosen)
  if (found !== undefined) return ok(found)
  const names = clusters.map(each => each.name).join(' | ')
  return refuseAs(
    'CONFIG_CLUSTER_UNKNOWN',
    chosen === null
      ? `nothing says which cluster ${name} is for`
      : `the configuration of the default branch has no cluster ${chosen}`,
    `say which: --cluster ${names}`,
  )
}

function layOut(
  chain: Chain,
  { name: cluster, server, certificateAuthority, signers }: ClusterConfig,
  signerName: string | null,
  { name: user, key }: Joining,
  now: Date,
): Checked<Joined> {
  if (server === null)
    return refuseAs(
      'CONFIG_CLUSTER_UNPINNED',
      `the configuration of the default branch names no server for ${cluster}`,
      'server and certificateAuthorityData belong to the cluster in countersign.yaml',
    )
  // If the request is gone, any signer of the cluster may have signed.
  const possible = signers.filter(({ name }) => signerName === null || name === signerName)
  const pem = possible.flatMap(({ certificateAuthority: ca }) => ca ?? []).join('\n')
  const cas = pem === '' ? ok(null) : readCertificates(pem)
  if (!cas.ok) return cas
  const { problems, warnings } = credentialProblems(chain, user, cas.value, now)
  if (isNonEmpty(problems)) return { ok: false, problems }
  const certificate = chainPem(chain)
  const login = { cluster, server, serverCa: certificateAuthority, user, certificate, key: key.pem }
  return ok({
    kubeconfig: clientKubeconfig(login),
    cluster,
    notAfter: chain.leaf.notAfter,
    warnings,
  })
}
