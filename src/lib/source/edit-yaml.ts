// Small edits of YAML text: every other byte stays as it is. The text is one document without anchors, as read-yaml accepts it.
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { YAMLSeq } from 'yaml'

/** A part of a text, and what replaces it. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Sets a member of the map at `path`; a new one becomes the first. A text is YAML, and may go on in lines below the name, each with two
 * spaces.
 * Null if there is no such map, an empty one, or one in braces for such lines.
 */
export function withMember(
  text: string,
  path: readonly string[],
  name: string,
  value: boolean | string,
): string | null {
  const map = parseDocument(text).getIn(path, true)
  if (!isMap(map)) return null
  const old = map.items.find(({ key }) => isScalar(key) && key.value === name)?.value
  if (isScalar(old) && old.range)
    return edited(text, [{ from: old.range[0], to: old.range[1], text: String(value) }])
  const first = map.items[0]?.key
  if (old !== undefined || !isScalar(first) || !first.range) return null
  const [from] = first.range
  const indent = ' '.repeat(from - lineStart(text, from))
  const newline = `${newlineOf(text)}${indent}`
  const separator = map.flow === true ? ', ' : newline
  const below = String(value).split('\n')
  if (map.flow === true && below.length > 1) return null
  const member = `${name}: ${below.join(newline)}`.replace(/: (?=\r?\n)/, ':')
  return edited(text, [{ from, to: from, text: `${member}${separator}` }])
}

/** The text without the items of lists that `isGone` accepts; `list`: the member that has the list. */
export function withoutItems(
  text: string,
  isGone: (item: unknown, list: string) => boolean,
): string {
  const document = parseDocument(text)
  const edits: Edit[] = []
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isSeq(value)) return
      const gone = value.items.map(
        item => isMap(item) && isGone(item.toJS(document), String(key.value)),
      )
      edits.push(...(value.flow === true ? flowEdits : blockEdits)(text, value, gone))
    },
  })
  return edited(text, edits)
}

/** Whole lines; the last item leaves an empty list. */
function blockEdits(text: string, list: YAMLSeq, gone: readonly boolean[]): readonly Edit[] {
  const starts = list.items.map(item => lineStart(text, rangeOf(item)[0]))
  const isLast = !gone.includes(false)
  return gone.flatMap((isGone, index) => {
    if (!isGone) return []
    const from = starts[index] ?? 0
    const end = text.indexOf('\n', Math.max(rangeOf(list.items[index])[1] - 1, from))
    const to = end === -1 ? text.length : end + 1
    const indent = /^ */.exec(text.slice(from))?.[0] ?? ''
    const rest = isLast && index === 0 ? `${indent}  []${newlineOf(text)}` : ''
    return [{ from, to, text: rest }]
  })
}

/** Each item with the comma after it; the items at the end with the comma before them. */
function flowEdits(_: string, list: YAMLSeq, gone: readonly boolean[]): readonly Edit[] {
  const lastKept = gone.lastIndexOf(false)
  return gone.flatMap((isGone, index) => {
    if (!isGone) return []
    const [from, to] = rangeOf(list.items[index])
    if (index < lastKept) return [{ from, to: rangeOf(list.items[index + 1])[0], text: '' }]
    const before = index === 0 ? from : rangeOf(list.items[index - 1])[1]
    return [{ from: before, to, text: '' }]
  })
}

function rangeOf(item: unknown): readonly [number, number] {
  if (!isMap(item) || !item.range) return [0, 0]
  return [item.range[0], item.range[1]]
}

/** Of several edits at one place the first one comes last in the text. Edits do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const { from, to, text: by } of edits.toSorted((one, other) => other.from - one.from))
    result = result.slice(0, from) + by + result.slice(to)
  return result
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
