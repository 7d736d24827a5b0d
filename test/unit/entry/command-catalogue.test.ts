// The catalogue of commands: each has flags, a text and examples that can be pasted.
import { describe, expect, test } from '@jest/globals'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from '../../../src/entry/flags/flag-table.ts'
import { COMMAND_GROUPS, commandEntries } from '../../../src/entry/command-catalogue.ts'
import { commandFault } from '../../build/documents.ts'

const entries = commandEntries(new AbortController().signal, () => Promise.reject(new Error('no')))

describe('the catalogue of commands', () => {
  test('the catalogue has each command of the table of flags once', () => {
    const names = entries.map(({ name }) => name)
    expect(names.toSorted()).toEqual(Object.keys(COMMAND_FLAGS).toSorted())
  })

  test('the command of programs and the alias of bootstrap --export are not listed', () => {
    expect([...HIDDEN_COMMANDS]).toEqual(['credential', 'init'])
  })

  test('each group has a text, and each command of two words a group', () => {
    const groups = new Set(entries.flatMap(({ name }) => /^(\w+) /.exec(name)?.[1] ?? []))
    expect([...groups].toSorted()).toEqual(COMMAND_GROUPS.map(({ name }) => name).toSorted())
  })

  test.each(entries.map(entry => [entry.name, entry.examples] as const))(
    'the examples of %s use its own command and flags that exist',
    (name, examples) => {
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        const command = /countersign .*?(?= {2}|$| [|>])/.exec(example)?.[0] ?? ''
        expect(`${command} `).toContain(`countersign ${name} `)
        expect(commandFault(command)).toBeNull()
      }
    },
  )
})
