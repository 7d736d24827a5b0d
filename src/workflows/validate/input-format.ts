// The format of a request file without a name: standard input.

/** Endings of request files, one for each reader. */
export const INPUT_FORMATS = ['yaml', 'json', 'cnf', 'pem'] as const

export type InputFormat = (typeof INPUT_FORMATS)[number]

export function isInputFormat(text: string): text is InputFormat {
  return INPUT_FORMATS.some(format => format === text)
}

/** By the content: PEM begins with dashes, JSON with a brace, and only an OpenSSL configuration has sections in brackets. */
export function inputFormat(bytes: Uint8Array): InputFormat {
  const text = new TextDecoder().decode(bytes).trimStart()
  if (/^-----BEGIN /m.test(text) && !/^\w+:/m.test(text)) return 'pem'
  if (text.startsWith('{')) return 'json'
  return /^\s*\[\s*\w+\s*\]\s*(?:#.*)?$/m.test(text) ? 'cnf' : 'yaml'
}
