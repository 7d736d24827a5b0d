// The manifests in one file: each document, and each item of a List, as a text of its own.
import { Composer, isMap, isNode, isScalar, isSeq, Parser } from 'yaml'
import { sourceText } from './text-position.ts'
import { allowedLexemes } from './yaml-syntax.ts'

/**
 * Returns the text of each manifest, in order. What is before it is blank, so places in it are those in the file. A text with one
 * manifest, or with syntax that no reader takes, is returned as it is.
 */
export function manifestTexts(text: string): readonly string[] {
  const lexemes = allowedLexemes(sourceText('', text))
  if (!lexemes.ok) return [text]
  const parser = new Parser()
  const tokens = [...lexemes.value.flatMap(each => [...parser.next(each)]), ...parser.end()]
  const filled = [...new Composer().compose(tokens)].filter(
    ({ contents, errors }) =>
      errors.length > 0 || (isScalar(contents) ? contents.value : contents) !== null,
  )
  const ranges = filled.flatMap(({ contents, errors, range }) => {
    const isList = isMap(contents) && String(contents.get('kind')).endsWith('List')
    const items = isList && errors.length === 0 ? contents.get('items') : null
    if (!isSeq(items)) return filled.length === 1 ? [] : [range]
    return items.items.flatMap(item => (isNode(item) && item.range ? [item.range] : []))
  })
  if (ranges.length === 0) return [text]
  return ranges.map(([start, end]) => {
    const lines = text.slice(0, start).split('\n')
    const column = lines.at(-1)?.length ?? 0
    return '\n'.repeat(lines.length - 1) + ' '.repeat(column) + text.slice(start, end)
  })
}
