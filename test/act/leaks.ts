// Searches outputs for secrets: as text, line by line, and inside base64 at any offset.
import { createPrivateKey } from 'node:crypto'
import { findKeys } from '../../scripts/no-keys.mjs'

/** Shorter lines are ignored, because they may be ordinary words. */
const SHORTEST = 20

/** Indexes of the secrets that a text holds, and any private key in it. Never the secret itself. */
export function leaks(text: string, secrets: readonly string[]): readonly string[] {
  const told = secrets.flatMap((secret, index) =>
    formsOf(secret).some(form => text.includes(form)) ? [`secret ${index}`] : [],
  )
  return [...told, ...findKeys(text)]
}

function formsOf(secret: string): readonly string[] {
  const lines = secret.includes('PRIVATE KEY') ? secretLines(secret) : secret.split('\n')
  return lines.filter(line => line.length >= SHORTEST).flatMap(line => [line, ...inBase64(line)])
}

/** The private number in base64, and the PEM lines that hold a part of it; the other lines are the public key. */
function secretLines(pem: string): readonly string[] {
  const number = Buffer.from(createPrivateKey(pem).export({ format: 'jwk' }).d ?? '', 'base64url')
  const lines = pem.split('\n').filter(line => line !== '' && !line.includes('-----'))
  const bytes = lines.map(line => Buffer.from(line, 'base64'))
  const first = Buffer.concat(bytes).indexOf(number)
  let at = 0
  const holding = lines.filter((_, index) => {
    const begin = at
    at += bytes[index]?.length ?? 0
    return Math.min(at, first + number.length) - Math.max(begin, first) >= SHORTEST / 2
  })
  return [...holding, ...inBase64(number)]
}

/** Without both ends, which depend on the neighbouring bytes. */
function inBase64(value: string | Uint8Array): readonly string[] {
  return [0, 1, 2].map(before =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
      .toString('base64')
      .slice(4, -4),
  )
}
