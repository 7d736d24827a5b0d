// The source of a certificate for `countersign kubeconfig`: a file, the comments on a pull request, or the newest comment.
import { readNamedText } from '../../../adapters/system/named-file.ts'
import { usageFailure } from '../../../domain/problem.ts'
import type { Joining, JoinWorld } from '../../../workflows/setup/join-certificate.ts'
import { recentCertificates } from '../../../workflows/setup/look-for-certificate.ts'
import { ISSUED_MARKER } from '../../../output/comment/outcome-comment.ts'
import { certificatesIn } from '../../../output/comment/certificates-in-comment.ts'
import { visible } from '../../../output/terminal/plural-words.ts'
import type { Context } from '../../command-context.ts'
import { repositoryName } from '../../repository-name.ts'
import { hasToken, openRepository } from '../repository-and-token.ts'
import type { GithubFlags } from '../repository-and-token.ts'

export interface SourceFlags extends GithubFlags {
  /** Pull request whose comment has the certificate; null for the newest comment of the repository. */
  readonly pullRequest: string | null
  /** File of the certificate, null for the comments. */
  readonly certificate: string | null
}

/** Where the certificate is. */
export type CertificatePlace =
  { readonly file: string } | { readonly pullRequest: number } | { readonly newest: true }

export function placeOf({ pullRequest, certificate }: SourceFlags): CertificatePlace {
  if (certificate !== null) return { file: certificate }
  if (pullRequest === null) return { newest: true }
  const number = /^#?([1-9]\d{0,8})$/.exec(pullRequest)?.[1]
  if (number !== undefined) return { pullRequest: Number(number) }
  throw usageFailure(
    `--pr "${visible(pullRequest)}" is not the number of a pull request`,
    'add --pr NUMBER with the pull request of the request, or --certificate FILE',
  )
}

export interface CertificateSource {
  readonly repository: JoinWorld['repository']
  readonly source: Pick<Joining, 'from' | 'certificates'>
}

/** The certificate, and where server and CA are read. Throws RUN_FILES and GITHUB_ codes. */
export async function certificateSource(
  context: Context,
  { name, spki }: { readonly name: string; readonly spki: Uint8Array },
  place: CertificatePlace,
  flags: GithubFlags,
): Promise<CertificateSource> {
  if ('file' in place) return fileSource(context, name, place.file, flags)
  const repository = await openRepository(context, flags)
  const comments = repository.comments()
  if ('newest' in place) {
    const shown = await repositoryName(context, flags.repository)
    const question = { name, spki, repositoryName: shown }
    const recent = await recentCertificates(comments, question, { notBefore: null, etag: null })
    return { repository, source: recent ?? { from: '', certificates: [] } }
  }
  const marked = await comments.marked(place.pullRequest, ISSUED_MARKER)
  const from = `in the comments on #${place.pullRequest}`
  return { repository, source: { from, certificates: marked.flatMap(certificatesIn) } }
}

/** With a certificate in a file no token is needed: then the checkout has server and CA. */
async function fileSource(
  context: Context,
  name: string,
  file: string,
  flags: GithubFlags,
): Promise<CertificateSource> {
  const pem = await readNamedText(context.folder, file)
  const certificates = [{ request: name, cluster: null, pem, isTrusted: true }]
  const source = { from: `in ${visible(file)}`, certificates }
  if (await hasToken(context, flags.tokenEnv))
    return { repository: await openRepository(context, flags), source }
  context.terminal.talk(
    'without a GitHub token, server and CA are taken from this checkout instead of the default branch',
  )
  const shown = flags.repository ?? (await context.git.origin()) ?? 'this checkout'
  const facts = { tip: 'HEAD', name: shown }
  return { repository: { facts: async () => facts, filesAt: () => context.files }, source }
}
