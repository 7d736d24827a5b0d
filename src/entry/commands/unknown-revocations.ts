// What countersign revoke says of names that nothing is known of, and of a configuration that cannot be read.
import { isNonEmpty, unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { PersonConfig } from '../../domain/request/config.ts'
import { parseConfig } from '../../core/config/parse-config.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { clusterFlag, shellWord } from '../../lib/source/shell-word.ts'
import type { Context } from '../command-context.ts'

/** An incident does not wait for a repaired configuration. */
export async function tellLastConfig({ git, options, terminal }: Context): Promise<void> {
  for (const { blob, mode } of await git.past(options.config).catch(() => [])) {
    const file = { path: options.config, mode, blob, uncommitted: false }
    if (!parseConfig({ ...file, bytes: await git.blob(blob) }).ok) continue
    const read = `git show ${shellWord(blob)} > before.yaml`
    return terminal.talk(
      `to revoke by the newest configuration that can be read: ${read}, and add --config before.yaml`,
    )
  }
}

/** With --yes nobody reads a warning first, and no command takes back the revocation of a mistyped name. Throws RUN_USAGE. */
export function refuseUnknown(
  names: readonly string[],
  written: readonly Readonly<Record<'name' | 'path', string>>[],
  people: readonly PersonConfig[],
  elsewhere: ReadonlyMap<string, string | null>,
): void {
  const requests = new Set(written.map(({ name }) => name))
  const unknown = names.filter(name => !requests.has(name))
  if (!isNonEmpty(unknown)) return
  const file = written.find(({ path }) => nameFromPath(path) === unknown[0])
  const isLogin = people.some(({ login }) => login === unknown[0])
  const there = inOther(unknown[0], elsewhere)
  const near =
    there !== null
      ? `${there} else`
      : file !== undefined
        ? `${visible(file.path)} requests ${visible(file.name)}: countersign revoke ${shellWord(file.name)}; else`
        : isLogin
          ? `the login of a person: countersign revoke --login ${shellWord(unknown[0])}; else`
          : didYouMean(unknown[0], requests)
  throw usageFailure(
    `nothing was revoked: ${unknown.map(visible).join(', ')} has no record, no binding and no request file${there === null ? '' : ' in this cluster'}`,
    `${near === null ? '' : `${near} `}to revoke an unknown name, leave --yes out and answer yes at a terminal`,
  )
}

export function noRequestWarning(
  login: string,
  logins: readonly string[],
  people: readonly PersonConfig[],
  requests: ReadonlySet<string>,
): Problem {
  const names = [login, ...people.flatMap(each => (each.login === login ? [each.name] : []))]
  const own = [...new Set(names)].filter(name => requests.has(name)).map(shellWord)
  const also = own.length === 0 ? '' : `of that name: countersign revoke ${own.join(' ')}; `
  return unplaced(
    'REQUEST_NONE',
    `no record names ${visible(login)} as author or contributor of a request`,
    `${also}${didYouMean(login, logins, 'check the spelling;')} requests that were applied at a terminal are revoked by name: countersign revoke NAME`,
  )
}

export function unknownWarning(
  value: string,
  cluster: string,
  known: ReadonlySet<string>,
  elsewhere: ReadonlyMap<string, string | null>,
): Problem {
  const near = inOther(value, elsewhere) ?? didYouMean(value, known, 'check the spelling;')
  return unplaced(
    'REQUEST_NONE',
    `nothing is known of ${visible(value)} in ${cluster}: no record, no binding, no request file`,
    `${near} ${visible(value)} is revoked all the same`,
  )
}

/** The command for a request of a cluster that was not chosen. */
function inOther(name: string, elsewhere: ReadonlyMap<string, string | null>): string | null {
  const on = elsewhere.get(name) ?? null
  if (on === null) return null
  return `the request is for ${on}: countersign revoke ${shellWord(name)}${clusterFlag(on)};`
}
