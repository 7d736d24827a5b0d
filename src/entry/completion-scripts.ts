// Completion scripts for bash, zsh and fish, generated from the table of flags. They start no process while the person types.
import { GLOBAL_FLAGS } from './flags/global-flags.ts'
import type { Flag } from './flags/global-flags.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** One command of the catalogue: `csr approve`, with its flags. */
export interface CompletedCommand {
  readonly name: string
  readonly text: string
  readonly flags: readonly Flag[]
}

interface Item {
  readonly word: string
  readonly text: string
}

/** A command as a tree: the words that may follow it, and its own flags. */
interface Branch extends Item {
  readonly path: readonly string[]
  readonly next: readonly Item[]
  readonly flags: readonly Flag[]
}

/** The script for a shell. `groups` gives the text of commands that only have subcommands. */
export function completionScript(
  shell: Shell,
  commands: readonly CompletedCommand[],
  groups: readonly { readonly name: string; readonly text: string }[],
): string {
  const branches = branchesOf(commands, groups)
  if (shell === 'fish') return fishScript(branches)
  return shell === 'bash' ? bashScript(branches) : zshScript(branches)
}

function branchesOf(
  commands: readonly CompletedCommand[],
  groups: readonly { readonly name: string; readonly text: string }[],
): readonly Branch[] {
  const leaves = commands.map(({ name, text, flags }): Branch => {
    const path = name.split(' ')
    return { path, word: path.at(-1) ?? '', text, next: [], flags }
  })
  const inner = groups.map(({ name, text }): Branch => {
    const next = leaves.filter(({ path }) => path.length === 2 && path[0] === name)
    return { path: [name], word: name, text, next, flags: [] }
  })
  const top = [...leaves.filter(({ path }) => path.length === 1), ...inner]
  return [{ path: [], word: '', text: '', next: top, flags: [] }, ...inner, ...leaves]
}

function dashes(flags: readonly Flag[]): readonly Item[] {
  return flags.map(({ name, text }) => ({ word: `--${name}`, text }))
}

/** Flags that take the next word. */
function valueFlags(branches: readonly Branch[]): readonly string[] {
  const flags: readonly Flag[] = [...GLOBAL_FLAGS, ...branches.flatMap(branch => branch.flags)]
  const taking = flags.filter(({ value }) => value !== undefined)
  return [...new Set(['-o', ...taking.map(({ name }) => `--${name}`)])].toSorted()
}

function bashScript(branches: readonly Branch[]): string {
  const cases = branches.map(({ path, next, flags }) => {
    const words = next.map(({ word }) => word).join(' ')
    const own = dashes(flags).map(({ word }) => word)
    return `    '${path.join(' ')}') words='${words}' flags='${own.join(' ')}' ;;`
  })
  return `# countersign completion for bash
_countersign() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local named='' words='' flags='' word i
  COMPREPLY=()
  case $previous in ${valueFlags(branches).join('|')}) return ;; esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${valueFlags(branches).join('|')}) ((i++)) ;;
      -*) ;;
      *) _countersign_known "\${named:+$named }$word" && named="\${named:+$named }$word" ;;
    esac
  done
  case $named in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then words="$flags ${globalWords()}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_countersign_known() {
  case $1 in ${knownPattern(branches)}) return 0 ;; esac
  return 1
}
complete -o default -F _countersign countersign
`
}

function zshScript(branches: readonly Branch[]): string {
  const cases = branches.map(({ path, next, flags }) => {
    const words = next.map(described).join(' ')
    return `    ('${path.join(' ')}') words_=(${words}) flags=(${dashes(flags).map(described).join(' ')}) ;;`
  })
  return `#compdef countersign
# countersign completion for zsh
_countersign() {
  local named='' word i
  local -a words_ flags
  case $words[CURRENT-1] in (${valueFlags(branches).join('|')}) _files; return ;; esac
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      (${valueFlags(branches).join('|')}) ((i++)) ;;
      (-*) ;;
      (*) _countersign_known "\${named:+$named }$word" && named="\${named:+$named }$word" ;;
    esac
  done
  case $named in
${cases.join('\n')}
  esac
  flags+=(${dashes(GLOBAL_FLAGS).map(described).join(' ')})
  if [[ $words[CURRENT] == -* ]]; then _describe flag flags
  elif ((\${#words_})); then _describe command words_
  else _files; fi
}
_countersign_known() {
  case $1 in (${knownPattern(branches)}) return 0 ;; esac
  return 1
}
compdef _countersign countersign
`
}

function fishScript(branches: readonly Branch[]): string {
  const lines = branches.flatMap(({ path, next, flags }) => {
    const [first, second] = path
    const others = next.map(({ word }) => word).join(' ')
    const isHere =
      first === undefined
        ? '__fish_use_subcommand'
        : second === undefined
          ? `__fish_seen_subcommand_from ${first}${others === '' ? '' : `; and not __fish_seen_subcommand_from ${others}`}`
          : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`
    return [
      ...next.map(
        ({ word, text }) =>
          `complete -c countersign -f -n '${isHere}' -a ${word} -d ${quoted(text)}`,
      ),
      ...flags.map(flag => `complete -c countersign -n '${isHere}' ${fishFlag(flag)}`),
    ]
  })
  const globals = GLOBAL_FLAGS.map(flag => `complete -c countersign ${fishFlag(flag)}`)
  return `# countersign completion for fish\n${[...lines, ...globals].join('\n')}\n`
}

function fishFlag({ name, value, text }: Flag): string {
  return `-l ${name}${value === undefined ? '' : ' -r'} -d ${quoted(text)}`
}

function knownPattern(branches: readonly Branch[]): string {
  const paths = branches.filter(({ path }) => path.length > 0)
  return paths.map(({ path }) => `'${path.join(' ')}'`).join('|')
}

function globalWords(): string {
  return dashes(GLOBAL_FLAGS)
    .map(({ word }) => word)
    .join(' ')
}

/** `word:text` as _describe reads it. */
function described({ word, text }: Item): string {
  return quoted(`${word}:${text}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
