// The outcomes of countersign revoke for a person: one line per request or grant, what is left below.
import type { Revoked } from '../../domain/cluster/revocation.ts'
import type { Problem } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { minute } from './plural-words.ts'
import type { Paint } from './terminal-colours.ts'
import { problemsText } from './problem-text.ts'
import { table } from './text-table.ts'

/** What no revocation stops. */
export const NOT_STOPPED = [
  'watches, and sessions of exec, attach, port-forward and proxy that are open, until they end',
  'tokens, certificates and bindings that the holder made, or reads from Secrets',
  'logins, and reads by other bindings of its groups, until it expires',
  'writes by other bindings, unless a line above says that the guard refuses them',
  'calls to kubelets and aggregated API servers by other bindings, until it expires',
  'changes of admission policies, and writes as another user whom it may impersonate',
  'caches of kubelets and aggregated API servers, for some minutes',
  'what every authenticated user may do (system:authenticated)',
]

const STORED =
  'no grant gave access here; the revocation is stored, and later access needs a newer approval'
const keptText = ({ username, until }: NonNullable<Revoked['kept']>): string =>
  `. Its certificate has no known grant, and keeps its rights until ${minute(until)}; to end renewals, set withdraw: true in its file${denial(username)}`

/** Only an administrator of the API servers can use it, and nobody should for a user of the control plane. */
function denial(username: string): string {
  if (username.startsWith('system:')) return ''
  return `; to end its rights on API servers of your own: countersign manifests authorization --user ${shellWord(username)}`
}

const WRITES = {
  refused: '; the guard refuses all its writes',
  unguarded:
    '; the guard that refuses its writes is missing or changed: countersign doctor says how to install it',
  unknown: '',
}

/** `silent`: what failed in each cluster that was not asked. */
export function revokedText(
  all: readonly Revoked[],
  silent: ReadonlyMap<string, readonly Problem[]>,
  paint: Paint,
): string {
  const outcomes = {
    revoked: [paint.good('✓'), 'revoked', accessText([])],
    alreadyRevoked: [paint.good('='), 'already revoked', accessText([])],
    noGrant: [paint.warn('!'), 'nothing to end', STORED],
    incomplete: [paint.bad('✗'), 'not ended completely', 'no access ended'],
  } as const
  const rows = all.map(({ cluster, value, outcome, ended, kept, writes }) => {
    const [seen, word, none] = outcomes[outcome]
    const sign = outcome === 'revoked' && writes === 'unguarded' ? paint.warn('!') : seen
    const isNone = outcome === 'incomplete' && ended.length === 0 && writes !== 'refused'
    const left = kept === null ? '' : keptText(kept)
    const access = ended[0] ? accessText(ended) : none + left
    const what = `${visible(value)} in ${cluster}`
    return [sign, isNone ? 'not ended' : word, what, access + WRITES[writes]]
  })
  for (const [cluster, failed] of silent) {
    const causes = failed.map(({ code, message }) => `${code} ${visible(message)}`)
    rows.push([paint.bad('✗'), 'not asked', cluster, causes.join(', ')])
  }
  const problems = all.flatMap(each => each.problems)
  const isNothing = all.every(
    ({ outcome, ended, writes }) =>
      outcome === 'incomplete' && ended.length === 0 && writes !== 'refused',
  )
  const notStopped = isNothing
    ? ''
    : ['This does not stop:', ...NOT_STOPPED.map(each => `- ${each}`)].join('\n')
  const parts = [table(rows).join('\n'), problemsText(problems, paint), notStopped]
  return parts.filter(part => part !== '').join('\n\n')
}

/** `view in apps, cs-reader in the whole cluster`. */
export function accessText(access: readonly string[]): string {
  return access.length === 0 ? 'no bindings' : visible(access.join(', '))
}
