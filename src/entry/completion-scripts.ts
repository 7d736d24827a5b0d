// Completion scripts for bash, zsh and fish, generated from the table of flags. They start countersign only for values in files.
import { FORMATS, GLOBAL_FLAGS } from './flags/global-flags.ts'
import type { CommandEntry } from './command-entry.ts'
import type { Flag } from './flags/global-flags.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** One command of the catalogue: `csr approve`, with its flags. */
export type CompletedCommand = Pick<CommandEntry, 'name' | 'text' | 'flags' | 'formats'>

/** Commands whose arguments are names of requests. */
const OF_REQUESTS = ['plan', 'apply', 'status', 'revoke', 'prove', 'kubeconfig', 'policy explain']
/** What `countersign completion` prints for the scripts. */
export const COMPLETED = ['requests', 'clusters', 'contexts'] as const
export type CompletedValue = (typeof COMPLETED)[number]

/** Global flags with such values. */
const VALUES: ReadonlyMap<string, CompletedValue> = new Map([
  ['cluster', 'clusters'],
  ['context', 'contexts'],
])

interface Item {
  readonly word: string
  readonly text: string
}

/** A command as a tree: the words that may follow it, and its own flags. */
interface Branch extends Item {
  readonly path: readonly string[]
  readonly next: readonly Item[]
  readonly flags: readonly Flag[]
  /** Values of --output. */
  readonly formats: readonly string[]
  readonly takesRequests: boolean
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
  const plain = { next: [], flags: [], formats: FORMATS, takesRequests: false }
  const leaves = commands.map(({ name, text, flags, formats = [] }): Branch => {
    const path = name.split(' ')
    const takesRequests = OF_REQUESTS.includes(name)
    const word = path.at(-1) ?? ''
    return { path, word, text, next: [], flags, formats: [...FORMATS, ...formats], takesRequests }
  })
  const inner = groups.map(({ name, text }): Branch => {
    const next = leaves.filter(({ path }) => path.length === 2 && path[0] === name)
    return { ...plain, path: [name], word: name, text, next }
  })
  const top = [...leaves.filter(({ path }) => path.length === 1), ...inner]
  return [{ ...plain, path: [], word: '', text: '', next: top }, ...inner, ...leaves]
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

/** Assignments of one command, as bash and zsh read them. */
function settings({ formats, takesRequests }: Branch): string {
  return `formats=(${formats.join(' ')}) values=${takesRequests ? 'requests' : ''}`
}

/** Finds the command in the array `typed`, up to the word `last`. */
function namedLoop(branches: readonly Branch[], first: number): string {
  return `  for ((i = ${first}; i < last; i++)); do
    word=\${typed[i]}
    case $word in
      (${valueFlags(branches).join('|')}) ((i++)) ;;
      (-*) ;;
      (*) _countersign_known "\${named:+$named }$word" && named="\${named:+$named }$word" ;;
    esac
  done`
}

// A value is data of others: the shell must not expand it, so bash gets it quoted and never as a word list.
function bashScript(branches: readonly Branch[]): string {
  const words = (items: readonly Item[]): string => items.map(({ word }) => word).join(' ')
  const cases = branches.map(
    branch =>
      `    '${branch.path.join(' ')}') words='${words(branch.next)}' flags='${words(dashes(branch.flags))}' ${settings(branch)} ;;`,
  )
  return `# countersign completion for bash
_countersign() {
  local line=\${COMP_LINE:0:COMP_POINT} named='' words='' flags='' values='' word i
  local -a typed formats
  COMPREPLY=()
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  local last=$((\${#typed[@]} - 1))
  local current=\${typed[last]}
${namedLoop(branches, 1)}
  case $named in
${cases.join('\n')}
  esac
  case \${typed[last-1]} in
    ${valueCases('_countersign_values', 'COMPREPLY=($(compgen -W "${formats[*]}" -- "$current"))')}
    ${valueFlags(branches).join('|')}) return ;;
  esac
  if [[ $current == -* ]]; then words="$flags ${words(dashes(GLOBAL_FLAGS))}"
  elif [[ -n $values ]]; then _countersign_values $values; return; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_countersign_values() {
  # Readline replaces only what follows a colon or =, or begins with @.
  local value marks=\${COMP_WORDBREAKS//[^:=]/} rest cut
  cut=\${current%"\${current##*[$marks]}"}; rest=\${current#"$cut"}
  [[ $COMP_WORDBREAKS == *@* && $rest == *@* ]] && cut+=\${rest%@*}
  while IFS= read -r value; do
    [[ $value == "$current"* ]] && printf -v value %q "$value" && COMPREPLY+=("\${value#"$cut"}")
  done < <(countersign completion "$1" 2>/dev/null)
}
${knownFunction(branches)}
complete -o default -F _countersign countersign
`
}

function zshScript(branches: readonly Branch[]): string {
  const words = (items: readonly Item[]): string => items.map(described).join(' ')
  const cases = branches.map(
    branch =>
      `    ('${branch.path.join(' ')}') words_=(${words(branch.next)}) flags=(${words(dashes(branch.flags))}) ${settings(branch)} ;;`,
  )
  return `#compdef countersign
# countersign completion for zsh
_countersign() {
  local named='' values='' word i last=$CURRENT
  local -a words_ flags formats typed
  typed=("\${words[@]}")
${namedLoop(branches, 2)}
  case $named in
${cases.join('\n')}
  esac
  case $words[CURRENT-1] in
    ${valueCases('_countersign_values', 'compadd -a formats')}
    (${valueFlags(branches).join('|')}) _files; return ;;
  esac
  flags+=(${words(dashes(GLOBAL_FLAGS))})
  if [[ $words[CURRENT] == -* ]]; then _describe flag flags
  elif ((\${#words_})); then _describe command words_
  elif [[ -n $values ]]; then _countersign_values $values || _files
  else _files; fi
}
_countersign_values() {
  local -a found
  found=("\${(@f)$(countersign completion $1 2>/dev/null)}")
  compadd -a found
}
${knownFunction(branches)}
compdef _countersign countersign
`
}

/** The cases of flags with known values. */
function valueCases(read: string, formats: string): string {
  const flags = [...VALUES].map(([flag, what]) => `(--${flag}) ${read} ${what}; return ;;`)
  return [...flags, `(-o|--output) ${formats}; return ;;`].join('\n    ')
}

function fishScript(branches: readonly Branch[]): string {
  const lines = branches.flatMap(({ path, next, flags, formats, takesRequests }) => {
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
      ...[
        ...(takesRequests ? [`-a ${fishValues('requests')}`] : []),
        ...formats.slice(FORMATS.length).map(format => `-l output -s o -x -a ${format}`),
      ].map(values => `complete -c countersign -n '${isHere}' ${values}`),
    ]
  })
  const globals = GLOBAL_FLAGS.map(flag => `complete -c countersign ${fishFlag(flag)}`)
  return `# countersign completion for fish\n${[...lines, ...globals].join('\n')}\n`
}

function fishFlag({ name, short, value, text }: Flag): string {
  const what = VALUES.get(name)
  const values = name === 'output' ? `'${FORMATS.join(' ')}'` : what && fishValues(what)
  const taken = values === undefined ? (value === undefined ? '' : ' -r') : ` -x -a ${values}`
  return `-l ${name}${short === undefined ? '' : ` -s ${short}`}${taken} -d ${quoted(text)}`
}

function fishValues(what: string): string {
  return `'(countersign completion ${what} 2>/dev/null)'`
}

/** Whether the words are those of a command, for bash and zsh. */
function knownFunction(branches: readonly Branch[]): string {
  const paths = branches.flatMap(({ path }) => (path.length > 0 ? `'${path.join(' ')}'` : []))
  return `_countersign_known() { case $1 in (${paths.join('|')}) ;; (*) return 1 ;; esac; }`
}

/** `word:text` as _describe reads it. */
function described({ word, text }: Item): string {
  return quoted(`${word}:${text}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
