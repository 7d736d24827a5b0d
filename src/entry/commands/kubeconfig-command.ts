// countersign kubeconfig: a requester's own key joined with its certificate. The key never leaves this machine.
import { resolve } from 'node:path'
import { readNamedText } from '../../adapters/system/named-file.ts'
import { writeNew } from '../../adapters/system/new-files.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { CountersignError, failure, usageFailure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { joinKubeconfig } from '../../workflows/setup/join-kubeconfig.ts'
import type { Joined, Joining, JoinWorld } from '../../workflows/setup/join-kubeconfig.ts'
import type { GeneratedKey } from '../../ports/keys.ts'
import { ISSUED_MARKER } from '../../output/comment/outcome-comment.ts'
import { certificatesIn } from '../../output/comment/certificates-in-comment.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'
import { hasToken, openRepository } from './repository-and-token.ts'
import type { GithubFlags } from './repository-and-token.ts'
import { refusedAll } from './plan-command.ts'

export interface KubeconfigFlags extends GithubFlags {
  /** File of the private key. */
  readonly key: string | null
  /** Pull request whose comment has the certificate; null where a file has it. */
  readonly pullRequest: string | null
  readonly certificate: string | null
  /** Null prints it. */
  readonly out: string | null
}

export async function kubeconfig(
  context: Context,
  name: string,
  flags: KubeconfigFlags,
): Promise<ExitCode> {
  if (flags.key === null)
    throw usageFailure(
      'kubeconfig needs your private key',
      `add --key FILE, for example --key ~/.countersign/${visible(name)}.key`,
    )
  const place = placeOf(flags)
  const key = await readKey(context, flags.key)
  const { repository, source } = await sourcesOf(context, name, place, flags)
  const joined = await joinKubeconfig(
    { repository, clock: context.clock },
    { config: context.options.config, name, cluster: context.options.cluster, key, ...source },
  )
  if (!joined.ok) return refusedAll(context, joined.problems)
  await give(context, name, flags.out, joined.value)
  return 0
}

/** Where the certificate is: in a file, or in the comments on a pull request. */
type CertificatePlace = { readonly file: string } | { readonly pullRequest: number }

function placeOf({ pullRequest, certificate }: KubeconfigFlags): CertificatePlace {
  if (certificate !== null) return { file: certificate }
  const number = /^#?([1-9]\d{0,8})$/.exec(pullRequest ?? '')?.[1]
  if (number === undefined)
    throw usageFailure(
      pullRequest === null
        ? 'kubeconfig needs the certificate'
        : `--pr "${visible(pullRequest)}" is not the number of a pull request`,
      'add --pr NUMBER with the pull request of the request, or --certificate FILE',
    )
  return { pullRequest: Number(number) }
}

interface Sources {
  readonly repository: JoinWorld['repository']
  readonly source: Pick<Joining, 'from' | 'certificates'>
}

/** The certificate, and where server and CA are read. With a certificate in a file no token is needed: then the checkout has them. */
async function sourcesOf(
  context: Context,
  name: string,
  place: CertificatePlace,
  flags: GithubFlags,
): Promise<Sources> {
  if ('pullRequest' in place) {
    const { pullRequest } = place
    const repository = await openRepository(context, flags)
    const texts = await repository.comments().byPrograms(pullRequest, ISSUED_MARKER)
    const from = `in the comments on #${pullRequest}`
    return { repository, source: { from, certificates: texts.flatMap(certificatesIn) } }
  }
  const pem = await readNamedText(context.folder, place.file)
  const source = {
    from: `in ${visible(place.file)}`,
    certificates: [{ request: name, cluster: null, pem }],
  }
  if (hasToken(context, flags.tokenEnv))
    return { repository: await openRepository(context, flags), source }
  context.terminal.talk(
    'without a GitHub token, server and CA are taken from this checkout instead of the default branch',
  )
  const facts = { tip: 'HEAD', name: 'this checkout' }
  return { repository: { facts: async () => facts, filesAt: () => context.files }, source }
}

async function readKey({ folder, keys }: Context, path: string): Promise<GeneratedKey> {
  const pem = new Secret(await readNamedText(folder, path))
  try {
    return keys.load(pem)
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    throw failure(
      'SINK_KEY_UNREADABLE',
      `${visible(path)} contains no private key that can be read`,
      `it must be RSA, ECDSA or Ed25519 in PEM without a passphrase; run: openssl pkey -in ${visible(path)} -out NEW-FILE`,
    )
  }
}

async function give(
  { terminal, folder, paint }: Context,
  name: string,
  out: string | null,
  { kubeconfig: made, cluster, notAfter, warnings }: Joined,
): Promise<void> {
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
  const until = `${name} on ${cluster}, until ${notAfter.toISOString()}`
  if (out === null) {
    terminal.result(made.reveal().trimEnd())
    terminal.talk(`${until}; it holds the private key`)
    return
  }
  if (!(await writeNew(resolve(folder, out), made.reveal(), 0o600)))
    throw failure(
      'RUN_FILES',
      `${visible(out)} exists and is not overwritten`,
      'name another file with --out FILE, or remove that one',
    )
  terminal.talk(`${until}: kubectl --kubeconfig ${visible(out)} auth whoami`)
}
