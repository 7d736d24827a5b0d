// The generated parts of the documentation: error codes, flags, inputs, outputs. Not part of either bundle.
import { CODES } from '../domain/problem-codes.ts'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from './flags/flag-table.ts'
import { GLOBAL_FLAGS } from './flags/global-flags.ts'
import type { Flag } from './flags/global-flags.ts'
import { INPUTS, OUTPUTS } from './action/action-inputs.ts'

/** docs/errors.md: every code by room. */
export function errorsMarkdown(): string {
  const rooms = new Map<string, string[]>()
  for (const [code, meaning] of Object.entries(CODES)) {
    const room = code.slice(0, code.indexOf('_'))
    const rows = rooms.get(room) ?? []
    rows.push(`| \`${code}\` | ${meaning} |`)
    rooms.set(room, rows)
  }
  const parts = [...rooms].map(
    ([room, rows]) => `## ${room}\n\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`,
  )
  const head = `# Errors\n\nMade from \`src/domain/problem-codes.ts\` by \`npm run generate\`. The first word is the part that found the problem; a code is never\nrenamed without a line in the changelog.\n`
  return [head, ...parts].join('\n')
}

/** Flags for the README: those of every command, then those of single ones. */
export function flagsMarkdown(): string {
  const row = (command: string, flag: Flag): string => {
    const short = flag.short === undefined ? '' : `-${flag.short}, `
    const value = flag.value === undefined ? '' : ` ${flag.value}`
    return `| ${command} | \`${short}--${flag.name}${value}\` | ${flag.text} |`
  }
  const commands = Object.entries<readonly Flag[]>(COMMAND_FLAGS).filter(
    ([command]) => !HIDDEN_COMMANDS.has(command),
  )
  const rows = [
    ...commands.flatMap(([command, flags]) => flags.map(flag => row(`\`${command}\``, flag))),
    ...GLOBAL_FLAGS.map(flag => row('all', flag)),
  ]
  return `| command | flag | what it does |\n|---|---|---|\n${rows.join('\n')}`
}

/** Inputs and outputs of the action for the README. */
export function inputsMarkdown(): string {
  const inputs = INPUTS.map(
    ({ name, text, default: value }) =>
      `| \`${name}\` | ${text} | ${value === '' ? '' : `\`${value}\``} |`,
  )
  const outputs = OUTPUTS.map(({ name, text }) => `| \`${name}\` | ${text} |`)
  return `| input | what it does | default |\n|---|---|---|\n${inputs.join('\n')}\n\n| output | what it is |\n|---|---|\n${outputs.join('\n')}`
}

/** Puts a generated part between `<!-- table: NAME -->` and the next `<!-- end -->`. */
export function withTable(document: string, name: string, table: string): string {
  const start = `<!-- table: ${name} -->`
  const from = document.indexOf(start)
  const to = document.indexOf('<!-- end -->', from)
  if (from === -1 || to === -1) throw new RangeError(`no table ${name} in the document`)
  return `${document.slice(0, from + start.length)}\n${table}\n${document.slice(to)}`
}
