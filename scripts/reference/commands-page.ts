// docs/reference/commands.md: every command with usage, flags and examples, from the tables that --help prints.
import { commandEntries } from '../../src/entry/command-catalogue.ts'
import type { CommandEntry } from '../../src/entry/command-entry.ts'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from '../../src/entry/flags/flag-table.ts'
import { GLOBAL_FLAGS } from '../../src/entry/flags/global-flags.ts'
import type { Flag } from '../../src/entry/flags/global-flags.ts'
import { cell, code, fromTemplate, sentence, table } from './template.ts'

export function commandsPage(): string {
  const entries = commandEntries(new AbortController().signal, () => {
    throw new RangeError('nothing runs here')
  }).filter(({ name }) => !HIDDEN_COMMANDS.has(name))
  return fromTemplate('commands', {
    index: table(
      ['command', 'what it does'],
      entries.map(({ name, text }) => [`[\`${name}\`](#${anchor(name)})`, cell(text)]),
    ),
    'global-flags': flagTable(GLOBAL_FLAGS),
    commands: entries.map(section).join('\n'),
  })
}

function section(entry: CommandEntry): string {
  const { name, args, text, examples } = entry
  const flags = COMMAND_FLAGS[entry.name]
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
