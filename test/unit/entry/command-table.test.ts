// The table of commands: each has a text and examples that can be pasted.
import { describe, expect, test } from '@jest/globals'
import {
  COMMANDS,
  COMMAND_GROUPS,
  LISTED_COMMANDS,
} from '../../../src/entry/table/command-table.ts'
import { commandFault } from '../../build/documents.ts'

describe('the table of commands', () => {
  test('the table has each command once', () => {
    const names = COMMANDS.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })

  test('the command of programs and the alias of bootstrap --export are not listed', () => {
    const listed = new Set(LISTED_COMMANDS)
    const hidden = COMMANDS.filter(entry => !listed.has(entry))
    expect(hidden.map(({ name }) => name)).toEqual(['credential', 'init'])
  })

  test('each group has a text, and each command of two words a group', () => {
    const groups = new Set(COMMANDS.flatMap(({ name }) => /^(\w+) /.exec(name)?.[1] ?? []))
    expect([...groups].toSorted()).toEqual(COMMAND_GROUPS.map(({ name }) => name).toSorted())
  })

  test('the text of csr names only commands that csr has', () => {
    const text = COMMAND_GROUPS.find(({ name }) => name === 'csr')?.text ?? ''
    const verbs = text.split(' CertificateSigningRequests')[0]?.split(/, | or /) ?? []
    const names = COMMANDS.map(({ name }) => name)
    expect(verbs).toHaveLength(4)
    expect(names).toEqual(expect.arrayContaining(verbs.map(verb => `csr ${verb}`)))
  })

  test.each(COMMANDS.map(entry => [entry.name, entry.examples] as const))(
    'the examples of %s use its own command and flags that exist',
    (name, examples) => {
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        const commands = example.match(/countersign .*?(?= {2}|$| [|>])/g) ?? []
        expect(commands.map(each => `${each} `).join('|')).toContain(`countersign ${name} `)
        expect(commands.map(commandFault)).toEqual(commands.map(() => null))
      }
    },
  )
})
