// The look of `countersign credential` for a newer certificate: in the comments or artifacts at GitHub, or in a Secret.
import type { Checked } from '../../../domain/problem.ts'
import type { ExecCluster } from '../../../lib/kubernetes/exec-credential.ts'
import { execCluster } from '../../../lib/kubernetes/exec-credential.ts'
import type { HostedRepository } from '../../../ports/hosted-repository.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import type { KnownCertificate, Look } from '../../../workflows/setup/current-credential.ts'
import {
  artifactCertificates,
  lookForCertificate,
  recentCertificates,
} from '../../../workflows/setup/look-for-certificate.ts'
import type { RecentCertificates } from '../../../workflows/setup/look-for-certificate.ts'
import type { Context } from '../../command-context.ts'
import { defaultBranchFiles, openRepository } from '../repository-and-token.ts'
import type { GithubFlags, Texts } from '../../flags/flag-values.ts'
import { certificatesInSecret, ownCluster, readSecretName } from './secret-source.ts'

/** kubectl waits for this: shorter if it can go on with the cached certificate. */
export function limitsOf({ notBefore }: Pick<KnownCertificate, 'notBefore'>) {
  return notBefore === null
    ? { attemptMs: 8_000, totalMs: 12_000, tries: 2 }
    : { attemptMs: 4_000, totalMs: 4_000, tries: 1 }
}

export interface AskedCredential extends GithubFlags, Texts<'secret' | 'artifact'> {
  readonly repository: string
  readonly name: string
  readonly key: GeneratedKey
}

/** Contract of `lookForCertificate`. */
export async function look(
  context: Context,
  { name, key, secret, artifact, ...flags }: AskedCredential,
  known: KnownCertificate,
): Promise<Checked<Look>> {
  const { options, clock, environment } = context
  const { spki } = key
  const at = execCluster(environment['KUBERNETES_EXEC_INFO'] ?? null)
  const open = (): Promise<HostedRepository> => openRepository(context, flags, limitsOf(known))
  const question = { name, spki, repository: flags.repository, now: clock.now() }
  const source = async (): Promise<RecentCertificates | null> => {
    if (secret !== null) return inSecret(context, { name, key, secret, at }, known)
    const repository = await open()
    return artifact === null
      ? recentCertificates(repository.comments(), question, known)
      : artifactCertificates(repository.artifacts(), artifact, question, known)
  }
  return lookForCertificate(
    { source, configuration: async () => defaultBranchFiles(await open()), clock },
    { config: options.config, name, cluster: options.cluster, spki },
    known,
  )
}

interface AskedSecret extends Pick<AskedCredential, 'name' | 'key'> {
  readonly secret: string
  readonly at: ExecCluster | null
}

async function inSecret(
  context: Context,
  { name, key, secret, at }: AskedSecret,
  { certificate, cluster: known, notBefore }: KnownCertificate,
): Promise<RecentCertificates> {
  const isUsable = certificate !== null && notBefore !== null
  const login = isUsable ? { certificate, key: key.pem } : null
  const cluster = await ownCluster(context, known ?? name, at, login)
  try {
    const certificates = await certificatesInSecret(cluster, readSecretName(secret), name)
    return { certificates, from: `in Secret ${secret}`, etag: null }
  } finally {
    await cluster.close()
  }
}
