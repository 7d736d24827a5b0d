import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { expect, test } from '@jest/globals'
import { isAgeRecipient } from '../../../../src/lib/schema/sinks-schema.ts'

test('a recipient of age is valid, and it is invalid with any character changed', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity())
  expect([recipient, isAgeRecipient(recipient)]).toEqual([recipient, true])
  for (let at = 4; at < recipient.length; at++) {
    const other = recipient[at] === 'q' ? 'p' : 'q'
    const changed = `${recipient.slice(0, at)}${other}${recipient.slice(at + 1)}`
    expect([changed, isAgeRecipient(changed)]).toEqual([changed, false])
  }
})

test.each(['', 'age1', `AGE1${'Q'.repeat(58)}`, 'ssh-ed25519 AAAA'])(
  '"%s" is not a recipient',
  text => expect(isAgeRecipient(text)).toBe(false),
)
