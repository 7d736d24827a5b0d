// Completion: every command and flag is offered where it can be typed.
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { completionScript } from '../../../src/entry/completion-scripts.ts'
import { GLOBAL_FLAGS } from '../../../src/entry/flags/global-flags.ts'
import { COMMANDS, COMMAND_GROUPS } from '../../../src/entry/table/command-table.ts'

const script = (shell: 'bash' | 'zsh' | 'fish') => completionScript(shell, COMMANDS, COMMAND_GROUPS)

/** What bash offers for the last word of a line. `values`: what countersign completion prints. */
function offered(line: string, values: readonly string[] = []): readonly string[] {
  const ask = `countersign() { printf '%s\\n' ${values.map(value => `'${value}'`).join(' ')}; }
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _countersign; printf '%s\\n' "\${COMPREPLY[@]}"`
  const ran = spawnSync('bash', ['--norc', '-c', `${script('bash')}\n${ask}`], { encoding: 'utf8' })
  expect([ran.status, ran.stderr]).toEqual([0, ''])
  return ran.stdout.split('\n').filter(word => word !== '')
}

const globals = GLOBAL_FLAGS.map(({ name }) => `--${name}`)

describe('completion for bash', () => {
  test('the first word is a command', () => {
    expect(offered('countersign p')).toEqual(['plan', 'prove', 'policy'])
    const top = new Set(COMMANDS.map(({ name }) => name.split(' ')[0]))
    expect(new Set(offered('countersign '))).toEqual(top)
  })

  test('the second word of a group is one of its commands', () => {
    expect(offered('countersign csr ')).toEqual([
      'list',
      'describe',
      'approve',
      'deny',
      'get',
      'delete',
    ])
    expect(offered('countersign --cluster prod csr a')).toEqual(['approve'])
    expect(offered('countersign csr approve ')).toEqual([])
  })

  test.each(COMMANDS)('after $name come its flags and the global ones', ({ name, flags }) => {
    const own = flags.map(flag => `--${flag.name}`)
    expect(new Set(offered(`countersign ${name} --`))).toEqual(new Set([...own, ...globals]))
  })

  test('a value is not completed as a command, and flags are found after arguments', () => {
    expect(offered('countersign plan --base ')).toEqual([])
    expect(offered('countersign plan -o ')).toEqual(['text', 'json', 'yaml'])
    expect(offered('countersign status --output ')).toEqual(['text', 'json', 'yaml', 'wide'])
    expect(offered('countersign csr approve web-1 --re')).toEqual(['--reason', '--requests'])
  })

  test('a name in a file is offered as one quoted word, without what readline keeps of it', () => {
    const contexts = ['arn:aws:eks:eu-1:12:cluster/prod', 'jane@prod', '$(touch pwned)']
    expect(offered('countersign plan --context ', contexts)).toEqual([
      'arn:aws:eks:eu-1:12:cluster/prod',
      'jane@prod',
      String.raw`\$\(touch\ pwned\)`,
    ])
    expect(offered('countersign plan --context arn:aws:e', contexts)).toEqual([
      'eks:eu-1:12:cluster/prod',
    ])
    expect(offered('countersign plan --context jane@p', contexts)).toEqual(['@prod'])
    expect(offered('countersign plan le', ['jane', 'lee'])).toEqual(['lee'])
  })
})

test.each(['zsh', 'fish'] as const)('the script for %s names every command and flag', shell => {
  const text = script(shell)
  for (const { name, flags } of COMMANDS) {
    for (const word of name.split(' ')) expect(text).toContain(word)
    for (const flag of flags) expect(text).toMatch(new RegExp(`(?:--|-l )${flag.name}\\b`))
  }
  for (const flag of GLOBAL_FLAGS) expect(text).toMatch(new RegExp(`(?:--|-l )${flag.name}\\b`))
})
