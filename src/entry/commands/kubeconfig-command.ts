// countersign kubeconfig: joins a requester's own key with its certificate. The key never leaves this machine.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { writeNew } from '../../adapters/system/new-files.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { CountersignError, failure, usageFailure } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { joinKubeconfig } from '../../workflows/setup/join-kubeconfig.ts'
import type { Joined, Joining } from '../../workflows/setup/join-kubeconfig.ts'
import type { Comments } from '../../ports/comments.ts'
import type { GeneratedKey } from '../../ports/keys.ts'
import { ISSUED_MARKER } from '../../output/comment/outcome-comment.ts'
import { certificatesIn } from '../../output/comment/certificates-in-comment.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'
import { openRepository } from './repository-and-token.ts'
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
      'whose key it is cannot be told',
      'name the file of the private key with --key FILE',
    )
  const place = placeOf(flags)
  const key = await readKey(context, flags.key)
  const repository = await openRepository(context, flags)
  const source = await sourceOf(name, place, repository.comments())
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
        ? 'where the certificate is cannot be told'
        : `--pr "${visible(pullRequest)}" is not the number of a pull request`,
      '--pr NUMBER of the pull request that asked for it, or --certificate FILE',
    )
  return { pullRequest: Number(number) }
}

async function sourceOf(
  name: string,
  place: CertificatePlace,
  comments: Comments,
): Promise<Pick<Joining, 'from' | 'certificates'>> {
  if ('file' in place) {
    const pem = await readText(place.file)
    return {
      from: `in ${visible(place.file)}`,
      certificates: [{ request: name, cluster: null, pem }],
    }
  }
  const { pullRequest } = place
  const texts = await comments.byPrograms(pullRequest, ISSUED_MARKER)
  return { from: `in the comments on #${pullRequest}`, certificates: texts.flatMap(certificatesIn) }
}

async function readKey({ keys }: Context, path: string): Promise<GeneratedKey> {
  const pem = new Secret(await readText(path))
  try {
    return keys.load(pem)
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    throw failure(
      'SINK_KEY_UNREADABLE',
      `${visible(path)} holds no private key that can be read`,
      'RSA, ECDSA or Ed25519 in PEM, without a passphrase; openssl pkey -in FILE takes one off',
    )
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw failure('RUN_FILES', `${visible(path)} cannot be read`, null, cause)
  })
}

async function give(
  { terminal, root, paint }: Context,
  name: string,
  out: string | null,
  { kubeconfig: made, cluster, notAfter, warnings }: Joined,
): Promise<void> {
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint))
  const until = `${name} on ${cluster}, until ${notAfter.toISOString()}`
  if (out === null) {
    terminal.result(made.reveal().trimEnd())
    terminal.talk(`${until}; it holds the private key`)
    return
  }
  if (!(await writeNew(resolve(root, out), made.reveal(), 0o600)))
    throw failure(
      'RUN_FILES',
      `${visible(out)} is there already, and stays as it is`,
      'name another file with --out, or remove that one',
    )
  terminal.talk(`${until}: kubectl --kubeconfig ${visible(out)} auth whoami`)
}
