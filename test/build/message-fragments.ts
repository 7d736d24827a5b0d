// The fixed texts that messages of the source consist of: string literals, and the parts of templates between their values.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from '@swc/core'
import { ROOT, walk } from '../unit/layout/source-files.ts'

/** Shorter texts occur in every message. */
const SHORTEST = 4

/** Whether a text may stand on its own: a word at least, or punctuation. */
function isTelling(text: string): boolean {
  return text.length >= SHORTEST || text === 's' || (text !== '' && !/[\p{L}\p{N}]/u.test(text))
}

export function messageFragments(): ReadonlySet<string> {
  const fragments = new Set<string>()
  const source = join(ROOT, 'src')
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.startsWith('sandbox')) continue
    walk(parseSync(readFileSync(join(source, file), 'utf8'), { syntax: 'typescript' }), node => {
      const said = node['type'] === 'StringLiteral' ? node['value'] : node['cooked']
      if (typeof said === 'string' && isTelling(said)) fragments.add(said)
    })
  }
  return fragments
}

/** The part of a text from which on it is not a sequence of whole fragments; null if it is one. */
export function foreignPart(text: string, fragments: ReadonlySet<string>): string | null {
  const reached = new Set([0])
  for (let from = 0; from < text.length; from += 1) {
    if (!reached.has(from)) continue
    for (let to = from + 1; to <= text.length; to += 1)
      if (fragments.has(text.slice(from, to))) reached.add(to)
  }
  if (reached.has(text.length)) return null
  return text.slice(Math.max(...reached))
}

/** The texts outside of the values that `⟨` and `⟩` enclose. */
export function fixedParts(marked: string): readonly string[] {
  return marked.split(/⟨[^⟩]*⟩/)
}
