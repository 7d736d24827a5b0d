// Notes of Events: the API server refuses more than 1024 bytes.
import { expect, test } from '@jest/globals'
import { noteOf } from '../../../../../src/adapters/kubernetes/objects/event-store.ts'

test.each([
  ['a', 1024, 'a'.repeat(1024)],
  ['a', 1025, `${'a'.repeat(1021)}…`],
  ['ü', 513, `${'ü'.repeat(510)}…`],
  ['😀', 300, `${'😀'.repeat(255)}…`],
])('a note has at most 1024 bytes and no broken character: %s %d times', (letter, times, note) => {
  expect(noteOf(letter.repeat(times))).toBe(note)
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
})
