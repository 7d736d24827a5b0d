// Detection of private keys in files of the repository. It comes before every other check of the text, and never shows a key.
import type { Place, Problem } from '../../domain/problem.ts'
import { containsPrivateKey, privateKeyOffset, searchableText } from './pem.ts'

/** The one problem that is reported for a key: its place, without its text. */
export function privateKeyProblem(at: Place): Problem {
  return {
    code: 'FILE_PRIVATE_KEY',
    at: { ...at, column: 1, length: 1, excerpt: null },
    message: 'the file holds a private key',
    hint: 'remove it and make a new key: treat every pushed key as published',
  }
}

/** The key's problem at its first line, or null. Looks at bytes, so that no encoding fault hides a key. */
export function privateKeyInBytes(file: string, bytes: Uint8Array): Problem | null {
  const text = searchableText(bytes)
  const offset = privateKeyOffset(text)
  if (offset === null) return null
  const line = text.slice(0, offset).split('\n').length
  return privateKeyProblem({ file, line, column: 1, length: 1, excerpt: null })
}

/** True if any text inside a value, decoded as YAML decodes it, contains a private key. */
export function holdsPrivateKey(value: unknown): boolean {
  if (typeof value === 'string') return containsPrivateKey(value)
  if (Array.isArray(value)) return value.some(holdsPrivateKey)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, member]) => containsPrivateKey(key) || holdsPrivateKey(member),
  )
}
