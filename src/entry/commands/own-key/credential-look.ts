// The look of `countersign credential` for a newer certificate at GitHub.
import type { Checked } from '../../../domain/problem.ts'
import type { KnownCertificate, Look } from '../../../workflows/setup/current-credential.ts'
import { lookForCertificate } from '../../../workflows/setup/look-for-certificate.ts'
import type { Context } from '../../command-context.ts'
import { openRepository } from '../repository-and-token.ts'
import type { GithubFlags } from '../repository-and-token.ts'

/** kubectl waits for this. */
const LIMITS = { attemptMs: 8_000, totalMs: 12_000, tries: 2 }

export interface AskedCredential extends GithubFlags {
  readonly repository: string
  readonly name: string
  readonly spki: Uint8Array
}

/** Contract of `lookForCertificate`. */
export async function look(
  context: Context,
  { name, spki, ...flags }: AskedCredential,
  known: KnownCertificate,
): Promise<Checked<Look>> {
  const { options, clock } = context
  const repository = await openRepository(context, flags, LIMITS)
  return lookForCertificate(
    { repository, comments: repository.comments(), clock },
    {
      config: options.config,
      name,
      cluster: options.cluster,
      key: { spki },
      repositoryName: flags.repository,
    },
    known,
  )
}
