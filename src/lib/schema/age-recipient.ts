// Check of age recipients (age-encryption.org/v1): an X25519 key in Bech32 (BIP 173), with a checksum that detects a lost
// character.
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const PREFIX = 'age'
/** Each bit that is shifted out at the top changes the rest by one of these. */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** `age1` and 58 characters of Bech32. */
export const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/

export function isAgeRecipient(text: string): boolean {
  if (!AGE_RECIPIENT.test(text)) return false
  const data = text
    .slice(PREFIX.length + 1)
    .split('')
    .map(letter => ALPHABET.indexOf(letter))
  const high = PREFIX.split('').map(letter => letter.charCodeAt(0) >> 5)
  const low = PREFIX.split('').map(letter => letter.charCodeAt(0) & 31)
  return remainder([...high, 0, ...low, ...data]) === 1
}

function remainder(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [bit, polynomial] of GENERATOR.entries())
      if (((top >>> bit) & 1) === 1) sum ^= polynomial
  }
  return sum
}
