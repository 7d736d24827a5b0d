// The source of a certificate for `countersign kubeconfig`: a file, a Secret, an artifact, the comments on a pull request, or the newest
// comment.
import { readNamedText } from '../../../adapters/system/named-file.ts'
import { CountersignError, caughtProblem, usageFailure } from '../../../domain/problem.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import type { JoinPorts } from '../../../workflows/setup/join-certificate.ts'
import {
  artifactCertificates,
  recentCertificates,
} from '../../../workflows/setup/look-for-certificate.ts'
import { NOTHING_KNOWN } from '../../../workflows/setup/current-credential.ts'
import type { CredentialOwner } from '../../../workflows/setup/current-credential.ts'
import { ISSUED_MARKER } from '../../../output/comment/outcome-comment.ts'
import { certificatesIn } from '../../../output/comment/certificates-in-comment.ts'
import type { FoundCertificates } from '../../../output/comment/certificates-in-comment.ts'
import { clusterNamed } from '../../../workflows/validate/selected-names.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import type { Context } from '../../command-context.ts'
import { githubHosts, repositoryName } from '../../repository-name.ts'
import { certificatesInSecret, readSecretName } from './secret-source.ts'
import type { SecretName } from './secret-source.ts'
import { defaultBranchFiles, hasToken, openRepository } from '../repository-and-token.ts'
import type { GithubFlags, Texts } from '../../flags/flag-values.ts'

/** Without a look before there is always an answer. */
const NONE: FoundCertificates = { from: '', certificates: [] }
const CURRENT = { kind: 'currentKubeconfig' } as const

/** Without any of them, the newest comment of the repository or an artifact has the certificate. */
export type SourceFlags = GithubFlags & Texts<'pr' | 'certificate' | 'secret' | 'artifact'>

/** Where the certificate is. */
export type CertificatePlace =
  | { readonly file: string }
  | { readonly secret: SecretName }
  | { readonly artifact: string }
  | { readonly pullRequest: number }
  | { readonly newest: true }

/** Throws RUN_USAGE for two places, and for names and numbers that cannot be used. */
export function placeIn({ pr, certificate, secret, artifact }: SourceFlags): CertificatePlace {
  const given = Object.entries({ secret, artifact, certificate, pr })
    .filter(([, value]) => value !== null)
    .map(([flag]) => `--${flag}`)
  if (given.length > 1)
    throw usageFailure(
      `${given.join(' and ')} name different places of the certificate`,
      'keep one of them',
    )
  if (secret !== null) return { secret: readSecretName(secret) }
  if (artifact !== null) return { artifact }
  if (certificate !== null) return { file: certificate }
  if (pr === null) return { newest: true }
  const number = /^#?([1-9]\d{0,8})$/.exec(pr)?.[1]
  if (number !== undefined) return { pullRequest: Number(number) }
  throw usageFailure(
    `--pr "${visible(pr)}" is not the number of a pull request`,
    'add --pr NUMBER with the pull request of the request, or --certificate FILE',
  )
}

export interface CertificateSource extends Pick<JoinPorts, 'configuration' | 'artifact'> {
  readonly source: FoundCertificates
}

/** The certificate, and where server and CA are read. Throws RUN_FILES and GITHUB_ codes. */
export async function certificateSource(
  context: Context,
  { name, spki }: Pick<CredentialOwner, 'name' | 'spki'>,
  place: CertificatePlace,
  flags: GithubFlags,
): Promise<CertificateSource> {
  if ('file' in place) return fileSource(context, name, place.file, flags)
  if ('secret' in place) return secretSource(context, name, place.secret, flags)
  const repository = await openRepository(context, flags)
  const configuration = () => defaultBranchFiles(repository)
  const comments = repository.comments()
  if ('newest' in place || 'artifact' in place) {
    const shown = await repositoryName(context, flags.repository)
    const question = { name, spki, repository: shown, now: context.clock.now() }
    const artifact = async (named: string): Promise<FoundCertificates> =>
      (await artifactCertificates(repository.artifacts(), named, question, NOTHING_KNOWN)) ?? NONE
    if ('artifact' in place) return { configuration, source: await artifact(place.artifact) }
    const recent = await recentCertificates(comments, question, NOTHING_KNOWN)
    const orReason = (named: string): Promise<FoundCertificates> =>
      artifact(named).catch((cause: unknown) => {
        const { message, hint } = caughtProblem(cause)
        const why = hint === null ? message : `${message}; ${hint}`
        return { from: `in artifact ${named} (${why})`, certificates: [] }
      })
    return { configuration, artifact: orReason, source: recent ?? NONE }
  }
  const marked = await comments.marked(place.pullRequest, ISSUED_MARKER)
  const from = `in the comments on #${place.pullRequest}`
  return { configuration, source: { from, certificates: marked.flatMap(certificatesIn) } }
}

async function fileSource(
  context: Context,
  name: string,
  file: string,
  flags: GithubFlags,
): Promise<CertificateSource> {
  const pem = await readNamedText(context.folder, file)
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw usageFailure(
      `${visible(file)} holds no certificate in PEM`,
      'name the file of the issued certificate, or leave --certificate out: the newest comment has it',
    )
  const certificates = [{ request: name, cluster: null, pem, isTrusted: true }]
  const source = { from: `in ${visible(file)}`, certificates }
  return { configuration: await configurationOf(context, flags), source }
}

/** Reads the Secret with the current login. */
async function secretSource(
  context: Context,
  name: string,
  secret: SecretName,
  flags: GithubFlags,
): Promise<CertificateSource> {
  const rules = await readRules(context.files, context.options.config, null)
  if (!rules.ok) throw new CountersignError(rules.problems[0])
  const { config } = rules.value
  const current = { ...clusterNamed(config, context.options.cluster), auth: CURRENT }
  const cluster = await context.clusters.open(current, config.owner)
  try {
    const certificates = await certificatesInSecret(cluster, secret, name)
    const from = `in Secret ${secret.namespace}/${secret.name}`
    return { configuration: await configurationOf(context, flags), source: { from, certificates } }
  } finally {
    await cluster.close()
  }
}

/** Without a GitHub token the checkout has server and CA. */
async function configurationOf(
  context: Context,
  flags: GithubFlags,
): Promise<JoinPorts['configuration']> {
  if (await hasToken(context, flags.tokenEnv)) {
    const repository = await openRepository(context, flags)
    return () => defaultBranchFiles(repository)
  }
  context.terminal.talk(
    'without a GitHub token, server and CA are taken from this checkout instead of the default branch',
  )
  const repository =
    flags.repository ??
    (await context.git.origin(githubHosts(context.environment))) ??
    'this checkout'
  return async () => ({ repository, files: context.files })
}
