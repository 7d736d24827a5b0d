// The configuration that was in force when something landed, on a line that a force push set back.
import { expect, test } from '@jest/globals'
import { trustedBefore } from '../../../../src/workflows/prove/rules-at-landings.ts'

/** Newest first: b was taken away by a force push to a, and came back. */
const LINE = ['c', 'b', 'a', 'b', 'a', 'root']

const state = (commit: string, before: string | null) => ({ commit, before, files: new Map() })
const IN_FORCE = [state('root', null), state('b', 'a')] as const

test.each([
  ['a landing below it has the one before', { commit: 'a', before: 'root' }, 'root'],
  ['its own landing has the one before', { commit: 'b', before: 'a' }, 'root'],
  ['a landing above it has it', { commit: 'c', before: 'b' }, 'b'],
  [
    'a landing between both has it, since it was in force from its first place on',
    { commit: 'a', before: 'b' },
    'b',
  ],
])('%s', (_, landing, expected) => {
  expect(trustedBefore(landing, LINE, IN_FORCE)?.commit).toBe(expected)
})

test('with its own landing it is in force there', () => {
  expect(trustedBefore({ commit: 'b', before: 'a' }, LINE, IN_FORCE, true)?.commit).toBe('b')
})

test('nothing is in force before the first one', () => {
  expect(trustedBefore({ commit: 'root', before: null }, LINE, IN_FORCE)).toBeNull()
})
