// The port Locks: unpredictable bytes, and encryption with age. The library is loaded with the first artifact that needs it.
import { randomBytes } from 'node:crypto'
import { failure } from '../../domain/problem.ts'
import type { Locks } from '../../ports/locks.ts'

export const locks: Locks = {
  random: length => new Uint8Array(randomBytes(length)),
  async encryptTo(recipients, plain) {
    const { Encrypter } = await import('age-encryption')
    const encrypter = new Encrypter()
    for (const recipient of recipients) add(encrypter, recipient)
    return encrypter.encrypt(plain.reveal())
  },
}

/** The sink schema checks form and checksum of recipients first, so this failure is not expected. */
function add(encrypter: { addRecipient(recipient: string): void }, recipient: string): void {
  try {
    encrypter.addRecipient(recipient)
  } catch {
    throw failure(
      'SINK_RECIPIENTS',
      `${recipient} is not an age recipient: its checksum does not fit`,
      'copy it again from age-keygen -y; one character was lost or changed',
    )
  }
}
