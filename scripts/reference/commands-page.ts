// docs/reference/commands.md: every command with usage, flags and examples, from the tables that --help prints.
import type { CommandEntry } from '../../src/entry/command-entry.ts'
import { GLOBAL_FLAGS } from '../../src/entry/flags/global-flags.ts'
import type { Flag } from '../../src/entry/flags/global-flags.ts'
import { LISTED_COMMANDS } from '../../src/entry/table/command-table.ts'
import { cell, code, fromTemplate, sentence, table } from './template.ts'

export function commandsPage(): string {
  return fromTemplate('commands', {
    index: table(
      ['command', 'what it does'],
      LISTED_COMMANDS.map(({ name, text }) => [`[\`${name}\`](#${anchor(name)})`, cell(text)]),
    ),
    'global-flags': flagTable(GLOBAL_FLAGS),
    commands: LISTED_COMMANDS.map(section).join('\n'),
  })
}

function section({ name, args, text, flags, examples }: CommandEntry): string {
  const usage = ['countersign', name, args, flags.length === 0 ? '' : '[flags]']
  const parts = [
    `## ${name}`,
    sentence(text),
    `Usage: ${code(usage.filter(part => part !== '').join(' '))}`,
    ...(flags.length === 0 ? [] : [flagTable(flags)]),
    `${NOT_RUN}\n\`\`\`sh\n${examples.map(shell).join('\n')}\n\`\`\``,
  ]
  return `${parts.join('\n\n')}\n`
}

const NOT_RUN = '<!-- not run: examples of --help, for different places -->'

/** The comment after the spaces of an example, as the shell writes it. */
function shell(example: string): string {
  const [, command = example, comment] = /^(.*?\S) {2,}(\S.*)$/.exec(example) ?? []
  return comment === undefined ? command : `${command.padEnd(44)}  # ${comment}`
}

function flagTable(flags: readonly Flag[]): string {
  const rows = flags.map(flag => {
    const [meaning, fallback] = splitDefault(flag.text)
    return [code(spelled(flag)), cell(meaning), fallback === null ? '' : cell(fallback)]
  })
  return table(['flag', 'meaning', 'default'], rows)
}

function spelled({ name, short, value, isOptional }: Flag): string {
  const dashes = short === undefined ? `--${name}` : `-${short}, --${name}`
  if (value === undefined) return dashes
  return isOptional === true ? `${dashes} [${value}]` : `${dashes} ${value}`
}

/** `lifetime of the token (default 90d; the server may limit it)` has the default `90d; the server may limit it`. */
function splitDefault(text: string): readonly [string, string | null] {
  const [, first, others] = /^(\w+) \(default\), (.*)$/.exec(text) ?? []
  if (first !== undefined) return [`${first}, ${others}`, first]
  const [, meaning, fallback] = /^(.*) \(default:? ([^()]*)\)$/.exec(text) ?? []
  return meaning === undefined || fallback === undefined ? [text, null] : [meaning, fallback]
}

function anchor(name: string): string {
  return name.replaceAll(' ', '-')
}
