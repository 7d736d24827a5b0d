// Decoder for text files: UTF-8 without a byte order mark and without characters that hide or reorder others.
import type { Code } from '../../domain/problem-codes.ts'
import type { Checked, Place, Problem } from '../../domain/problem.ts'
import { checked, refuse } from '../../domain/problem.ts'
import { characterName, hiddenOffsets } from './hidden-characters.ts'
import type { SourceText } from './text-position.ts'
import { placeAt, sourceText } from './text-position.ts'

const MOST_REPORTED = 20

export interface TextRules {
  readonly maxBytes: number
  readonly tooLarge: Code
  readonly encoding: Code
}

/** Reads text. Every hidden character is a problem of its own, up to twenty. */
export function readText(file: string, bytes: Uint8Array, rules: TextRules): Checked<SourceText> {
  if (bytes.length > rules.maxBytes) {
    // Of a large file only the beginning was read, so its size is not known here.
    const message = `the file has more than ${rules.maxBytes} bytes, the most that is read`
    return refuse({ code: rules.tooLarge, at: unseen(file, 1, 1), message, hint: null })
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const broken = firstDifference(bytes, new TextEncoder().encode(text))
  if (broken !== null) return refuse(notUtf8(file, bytes, broken, rules.encoding))
  const source = sourceText(file, text)
  const conflict = text.search(/^<{7}(?: |\r?$)/m)
  if (conflict !== -1) return refuse(mergeConflict(source, conflict, rules.encoding))
  return checked(hiddenCharacters(source, rules.encoding), () => source)
}

/** One problem instead of one for each line of the conflict. */
function mergeConflict(source: SourceText, offset: number, code: Code): Problem {
  const message = 'the file has an unresolved merge conflict, which begins here'
  const hint = 'keep one of both versions and remove the lines with <<<<<<<, ======= and >>>>>>>'
  return { code, at: placeAt(source, offset), message, hint }
}

function hiddenCharacters(source: SourceText, code: Code): readonly Problem[] {
  const problems: Problem[] = []
  for (const offset of hiddenOffsets(source.text)) {
    if (problems.length === MOST_REPORTED) break
    const name = characterName(source.text, offset)
    problems.push({
      code,
      at: placeAt(source, offset),
      message: `the character ${name} cannot be seen, or changes how others are seen`,
      hint: hintFor(name, offset),
    })
  }
  return problems
}

function hintFor(name: string, offset: number): string {
  if (name === 'U+FEFF' && offset === 0) return 'save the file as UTF-8 without a byte order mark'
  return name === 'U+000D' ? 'end lines with LF or CR LF' : 'remove it'
}

function notUtf8(file: string, bytes: Uint8Array, offset: number, code: Code): Problem {
  const lines = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n')
  return {
    code,
    at: unseen(file, lines.length, Array.from(lines.at(-1) ?? '').length + 1),
    message: `byte ${offset} is not part of UTF-8 text`,
    hint: 'save the file as UTF-8',
  }
}

/** The decoder writes U+FFFD for unreadable bytes. Encoded again, the bytes differ from there on. */
function firstDifference(bytes: Uint8Array, again: Uint8Array): number | null {
  const length = Math.min(bytes.length, again.length)
  for (let at = 0; at < length; at++) if (bytes[at] !== again[at]) return at
  return bytes.length === again.length ? null : length
}

/** A place without its line, since bytes that are not text are not shown. */
function unseen(file: string, line: number, column: number): Place {
  return { file, line, column, length: 1, excerpt: null }
}
