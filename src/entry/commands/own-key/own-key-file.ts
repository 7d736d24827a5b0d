// The private key of a requester in a file of this machine, and the folder of countersign there.
import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { readNamedText } from '../../../adapters/system/named-file.ts'
import { CountersignError, failure, usageFailure } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import type { Context } from '../../command-context.ts'
import { nameFromPath, REQUEST_NAME } from '../../../core/request/request-file-name.ts'
import { nearest } from '../../../lib/source/did-you-mean.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

/** Throws RUN_USAGE for a text that cannot be the name of a request, and so must not be part of a path. */
export function checkRequestName(name: string): void {
  if (REQUEST_NAME.pattern.test(name)) return
  const [wrong] = /[^a-z0-9-]/u.exec(name) ?? []
  const isShort = /^.{1,52}$/u.test(name)
  const end = isShort ? 'begins or ends with a dash' : `has ${name.length} characters`
  const plain = nameFromPath(name).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const words = plain.match(/[a-z0-9]+/g)
  const near = words?.join('-').slice(0, 52).replace(/-$/, '') ?? 'jane'
  throw usageFailure(
    `"${visible(name)}" is not a valid request name: it ${wrong === undefined ? end : `has "${visible(wrong)}"`}`,
    `use 1 to 52 lower-case letters, digits and dashes, with no dash at either end, for example ${near}`,
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

/** Throws RUN_USAGE if the key of a request that exists is gone. */
export function checkKeyExists(
  context: Pick<Context, 'environment' | 'folder'>,
  { name, path }: Readonly<Record<'name' | 'path', string>>,
  { key, open }: { readonly key: string | null; readonly open: boolean },
): void {
  const lost = ownKeyPath(context, name, key)
  if (existsSync(lost)) return
  const flags = `${key === null ? '' : ` --key ${shellWord(key)}`}${open ? ' --open' : ''}`
  throw usageFailure(
    `${path} exists, and its private key is not in ${visible(lost)}`,
    `for a new key: countersign new ${name} --own-key --rekey${flags}`,
  )
}

/** The path of a key that `new --rekey` moved aside and that fits; null without one. */
export async function oldKeyThat(
  fits: (key: GeneratedKey) => Promise<boolean>,
  context: Pick<Context, 'keys'>,
  path: string,
): Promise<string | null> {
  for (const name of await readdir(dirname(path))) {
    const old = join(dirname(path), name)
    const isOld = old.startsWith(`${path}.until-`)
    const key = isOld ? await readOwnKey(context, old).catch(() => null) : null
    if (key !== null && (await fits(key))) return old
  }
  return null
}

/** Warns if other users have rights on the file. Throws RUN_FILES, or SINK_KEY_UNREADABLE for a file without a private key. */
export async function readOwnKey(
  { keys, terminal }: Pick<Context, 'keys'> & Partial<Pick<Context, 'terminal'>>,
  path: string,
): Promise<GeneratedKey> {
  const others = existsSync(path) ? [] : await readdir(dirname(path)).catch(() => [])
  const near = nearest(
    basename(path),
    others.filter(name => name.endsWith('.key')),
  )
  const guess = near === null ? '' : `did you mean ${visible(near)}? `
  const hint = `${guess}name the file with --key FILE; countersign new NAME --own-key creates one, with --rekey a new one for a request that exists`
  const pem = new Secret(await readNamedText('/', path, hint))
  try {
    const key = keys.load(pem)
    if ((statSync(path).mode & 0o077) !== 0)
      terminal?.talk(
        `warning: other users may read or change the private key; run: chmod 600 ${visible(shellWord(path))}`,
      )
    return key
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    const { what, isConvertible } = foundKey(pem.reveal())
    const pkey = `in PEM without a passphrase: openssl pkey -in ${visible(shellWord(path))} -out NEW-FILE`
    throw failure(
      'SINK_KEY_UNREADABLE',
      `${visible(path)} contains ${what}`,
      isConvertible ? pkey : hint,
    )
  }
}

/** What a file without a usable key contains, and whether openssl may write the same key in a form that can be read. */
function foundKey(text: string): { readonly what: string; readonly isConvertible: boolean } {
  const [, label = ''] = /^-----BEGIN ([\w ]*KEY)-----/m.exec(text) ?? []
  if (label.endsWith('PUBLIC KEY')) return { what: 'a public key', isConvertible: false }
  if (label.startsWith('OPENSSH')) return { what: 'a key of OpenSSH', isConvertible: false }
  if (label.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(text))
    return { what: 'a private key with a passphrase', isConvertible: true }
  if (label !== '')
    return {
      what: 'a private key of another kind than RSA, ECDSA (P-256, P-384 or P-521) and Ed25519, or a broken one',
      isConvertible: false,
    }
  // DER begins with a SEQUENCE.
  return { what: 'no private key in PEM', isConvertible: text.startsWith('0') }
}
