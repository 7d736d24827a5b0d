import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { expect, test } from '@jest/globals'
import { isAgeRecipient } from '../../../../src/lib/schema/age-recipient.ts'

test('what age makes is a recipient, and with any one character changed it is none', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity())
  expect([recipient, isAgeRecipient(recipient)]).toEqual([recipient, true])
  for (let at = 4; at < recipient.length; at++) {
    const other = recipient[at] === 'q' ? 'p' : 'q'
    const changed = `${recipient.slice(0, at)}${other}${recipient.slice(at + 1)}`
    expect([changed, isAgeRecipient(changed)]).toEqual([changed, false])
  }
})

test.each(['', 'age1', `AGE1${'Q'.repeat(58)}`, 'ssh-ed25519 AAAA'])('"%s" is none', text =>
  expect(isAgeRecipient(text)).toBe(false),
)
