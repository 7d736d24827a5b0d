// A mistake in the arguments that commander found, as a problem of ours.
import type { CommanderError } from 'commander'
import { usageFailure } from '../domain/problem.ts'
import type { CountersignError } from '../domain/problem.ts'
import { shellWord } from '../lib/source/shell-word.ts'
import { visible } from '../lib/source/hidden-characters.ts'
import { COMMAND_GROUPS, COMMANDS } from './table/command-table.ts'

const SUGGESTION = /\n\((Did you mean .*)\)$/

/** RUN_USAGE with what commander says; the hint is its suggestion, otherwise the help of the named command. */
export function usageError(cause: CommanderError, args: readonly string[]): CountersignError {
  const text = cause.message.replace(/^error: /, '')
  const said = SUGGESTION.exec(text)?.[1]
  const suggestion = said === undefined ? helpHint(args) : `d${said.slice(1)}`
  const hint = otherVerbHint(text, args) ?? suggestion
  return usageFailure(text.replace(SUGGESTION, ''), hint)
}

/** Verbs of other programs, with what does the same here. NAME stands for the word after the verb. */
const OTHER_VERBS = new Map(
  [
    ['version', 'run: countersign --version'],
    [
      'list ls get',
      'run: countersign status\nfor CertificateSigningRequests run: countersign csr list',
    ],
    ['edit', 'edit its file below requests/, then run: countersign validate'],
    ['approve', 'review its pull request at GitHub; for a CSR run: countersign csr approve NAME'],
    ['-f', 'run: countersign import NAME\napply takes names of requests, never files'],
    ['describe show', 'run: countersign status NAME'],
    ['diff', 'run: countersign plan NAME'],
    ['add create', 'run: countersign new NAME'],
    ['check', 'run: countersign validate\nfor GitHub and the cluster run: countersign doctor'],
    ['verify', 'run: countersign prove NAME\nfor files run: countersign validate'],
    ['issue', 'run: countersign apply NAME'],
    [
      'renew',
      'run: countersign apply NAME\nit renews what is due; for more raise reissue in its file',
    ],
    [
      'rotate',
      'raise reissue in its file; for an own key run: countersign new NAME --own-key --rekey',
    ],
    [
      'withdraw delete rm',
      'set withdraw: true in its file, in a pull request; to end access at once run: countersign revoke NAME',
    ],
  ].flatMap(([verbs = '', hint]) => verbs.split(' ').map(verb => [verb, hint])),
)

/** Null for an unknown verb, and for a command of a group. */
function otherVerbHint(message: string, args: readonly string[]): string | null {
  const said = args.includes('apply') ? /^unknown option '(-f)'/ : /^unknown command '(\w+)'/
  const verb = said.exec(message)?.[1] ?? ''
  const before = args.slice(0, args.indexOf(verb))
  if (COMMAND_GROUPS.some(({ name }) => before.includes(name))) return null
  const next = args[args.indexOf(verb) + 1] ?? '-'
  const name = next.startsWith('-') ? 'NAME' : shellWord(visible(next))
  return OTHER_VERBS.get(verb)?.replaceAll('NAME', () => name) ?? null
}

/** `run countersign csr approve --help`, with as much of the command as can be recognized. */
function helpHint(args: readonly string[]): string {
  const words = args.filter(word => !word.startsWith('-'))
  const known = COMMANDS.map(({ name }) => name)
  const named =
    known.find(name => ` ${words.join(' ')} `.includes(` ${name} `)) ??
    words.find(word => known.some(name => name.startsWith(`${word} `)))
  return `run: countersign ${named === undefined ? '' : `${named} `}--help`
}
