// The fixes and examples of docs/errors.md: each code has them, and the messages are those of the source.
import { describe, expect, test } from '@jest/globals'
import { errorGroups } from '../../../scripts/reference/error-data.ts'
import { printedExample } from '../../../scripts/reference/error-examples.ts'
import { CODES } from '../../../src/domain/problem-codes.ts'
import { fixedParts, foreignPart, messageFragments } from '../../build/message-fragments.ts'

const groups = [...errorGroups()]
const fragments = messageFragments()

describe('the texts of docs/errors.md', () => {
  test('every code has a fix and an example, in the file of its first word', () => {
    const written = groups.flatMap(([word, { codes }]) =>
      Object.keys(codes).map(code => `${word} ${code}`),
    )
    const known = Object.keys(CODES).map(code => `${code.split('_')[0]} ${code}`)
    expect(written.toSorted()).toEqual(known.toSorted())
  })

  test('every fix is a sentence', () => {
    const fixes = groups.flatMap(([, { codes }]) => Object.entries(codes))
    for (const [code, { fix }] of fixes)
      expect([code, fix]).toEqual([code, expect.stringMatching(/^[A-Z`][^]*\.$/)])
  })
})

describe('a message in docs/errors.md', () => {
  const said = groups.flatMap(([, { codes }]) =>
    Object.entries(codes).flatMap(([code, { example }]) =>
      'message' in example ? [[code, example] as const] : [],
    ),
  )

  test.each(said)('the message and the hint of %s are texts of the source', (_, example) => {
    for (const text of [example.message, example.hint ?? ''])
      for (const part of fixedParts(text)) expect(foreignPart(part, fragments)).toBeNull()
  })

  test('a changed word is found', () => {
    expect(foreignPart('nobody said yes, so nothing was applied', fragments)).toBeNull()
    expect(foreignPart('nobody said no, so nothing was applied', fragments)).not.toBeNull()
  })

  test('files that do not have the problem are no example', async () => {
    const example = errorGroups().get('REQUEST')?.codes['REQUEST_DURATION']?.example
    if (example === undefined) throw new Error('there is no example')
    await expect(printedExample('REQUEST_NAME', example)).rejects.toThrow(
      'the example of REQUEST_NAME gives REQUEST_DURATION',
    )
  })
})
