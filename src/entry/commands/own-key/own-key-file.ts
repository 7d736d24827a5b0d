// The private key of a requester in a file of this machine, and the folder of countersign there.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { readNamedText } from '../../../adapters/system/named-file.ts'
import { CountersignError, failure, usageFailure } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import type { Context } from '../../command-context.ts'
import { nearest } from '../../../lib/source/did-you-mean.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/

/** Throws RUN_USAGE for a text that cannot be the name of a request, and so must not be part of a path. */
export function checkRequestName(name: string): void {
  if (NAME.test(name)) return
  throw usageFailure(
    `"${visible(name)}" is not a valid request name`,
    'use at most 52 lower-case letters, digits and hyphens, for example jane',
  )
}

/** ~/.countersign */
export function ownFolder({ environment }: Pick<Context, 'environment'>): string {
  return join(environment['HOME'] ?? homedir(), '.countersign')
}

/** The absolute path of the key of a request: as given, else ~/.countersign/NAME.key. */
export function ownKeyPath(
  context: Pick<Context, 'environment' | 'folder'>,
  name: string,
  given: string | null,
): string {
  return given === null ? join(ownFolder(context), `${name}.key`) : resolve(context.folder, given)
}

/** Throws RUN_FILES, or SINK_KEY_UNREADABLE for a file without a private key. */
export async function readOwnKey(
  { keys }: Pick<Context, 'keys'>,
  path: string,
): Promise<GeneratedKey> {
  const others = existsSync(path) ? [] : await readdir(dirname(path)).catch(() => [])
  const near = nearest(
    basename(path),
    others.filter(name => name.endsWith('.key')),
  )
  const guess = near === null ? '' : `did you mean ${visible(near)}? `
  const hint = `${guess}name the file with --key FILE; countersign new NAME --own-key creates one`
  const pem = new Secret(await readNamedText('/', path, hint))
  try {
    return keys.load(pem)
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    throw failure(
      'SINK_KEY_UNREADABLE',
      `${visible(path)} contains no private key that countersign can use`,
      `it must be RSA, ECDSA (P-256, P-384 or P-521) or Ed25519 in PEM without a passphrase; run: openssl pkey -in ${visible(shellWord(path))} -out NEW-FILE`,
    )
  }
}
