// A page of limited size, made of sections. A section is cut between its items, never inside one: a row, a folded block, a fence.
import { sum } from '../../domain/lists.ts'
import { FEW } from '../terminal/row-groups.ts'
import { NOTHING } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'

/** Items one below the other, for example the rows of a table. */
export interface Block {
  /** Text above the items: a heading, the head of a table. Ends without a line end. */
  readonly above: Markdown
  /** Separator between `above` and the items, and between the items. */
  readonly between: '\n' | '\n\n'
  readonly items: readonly Markdown[]
  /** Closes what `above` opened. */
  readonly below?: Markdown
  /** The text that replaces the items that are left out. */
  readonly left: (count: number) => Markdown
  /** The share of the free space that the section may use if others need space too, from 0 to 1. */
  readonly share: number
}

/** Rows of a table or entries of a list, below `above`. `left` has # for the number of those that are left out. */
export function rows(
  above: Markdown,
  items: readonly Markdown[],
  left: string,
  share: number,
): Block {
  const rest = (count: number): Markdown => ({ markdown: `*${left.replace('#', `${count}`)}*` })
  return { above, between: '\n', items, left: rest, share }
}

/** Blocks of text without a heading. Many of them are folded together. */
export function blocks(items: readonly Markdown[], left: string, share: number): Block {
  const block = { ...rows(NOTHING, items, left, share), between: '\n\n' as const }
  if (items.length <= FEW) return block
  const title = left.replace('# more', `${items.length}`)
  const above = { markdown: `<details><summary>${title}</summary>` }
  return { ...block, above, below: { markdown: '\n\n</details>' } }
}

export interface Page {
  readonly text: string
  /** False if a part was left out. */
  readonly isWhole: boolean
}

export interface PageLimit {
  readonly most: number
  readonly sizeOf: (text: string) => number
}

/** GitHub accepts 65,536 characters in a comment. It refuses longer ones instead of cutting them. */
export const COMMENT: PageLimit = { most: 60_000, sizeOf: text => text.length }
/** GitHub drops a job summary of more than 1 MiB. */
export const SUMMARY: PageLimit = {
  most: 1_000_000,
  sizeOf: text => new TextEncoder().encode(text).length,
}

const GAP = '\n\n'

/**
 * `top` and `bottom` are always on the page; `top` gets whether the page is whole. The sections share the remaining space. Space
 * that one section does not need goes to the first section that does.
 */
export function fitPage(
  top: (isWhole: boolean) => Markdown,
  sections: readonly Block[],
  bottom: Markdown,
  limit: PageLimit,
): Page {
  const filled = sections.filter(({ items }) => items.length > 0)
  const all = pageOf(
    top(true),
    filled.map(section => ({ section, count: section.items.length })),
    bottom,
  )
  if (limit.sizeOf(all) <= limit.most) return { text: all, isWhole: true }
  const bare = filled.map(section => ({ section, count: 0 }))
  const heads = filled.map(
    ({ above, below = NOTHING }) => limit.sizeOf(`${above.markdown}${below.markdown}`) + GAP.length,
  )
  const fixed = limit.sizeOf(pageOf(top(false), bare, bottom)) + sum(heads)
  const room = limit.most - fixed
  const parts = share(filled, Math.max(0, room), limit)
  return { text: pageOf(top(false), parts, bottom), isWhole: false }
}

interface Part {
  readonly section: Block
  /** How many of its items are on the page. */
  readonly count: number
}

/** First each section within its share, then, in order, with the free space. */
function share(sections: readonly Block[], room: number, limit: PageLimit): readonly Part[] {
  let over = room
  const first = sections.map(section => {
    const fits = fitting(section, 0, Math.floor(room * section.share), limit)
    over -= fits.size
    return fits.count
  })
  return sections.map((section, index) => {
    const start = first[index] ?? 0
    const more = fitting(section, start, over, limit)
    over -= more.size
    return { section, count: start + more.count }
  })
}

function fitting(
  { items, between }: Block,
  start: number,
  room: number,
  { sizeOf }: PageLimit,
): { readonly count: number; readonly size: number } {
  let [count, size] = [0, 0]
  for (const { markdown } of items.slice(start)) {
    const next = size + between.length + sizeOf(markdown)
    if (next > room) break
    size = next
    count += 1
  }
  return { count, size }
}

function pageOf(top: Markdown, parts: readonly Part[], bottom: Markdown): string {
  const told = [top.markdown, ...parts.flatMap(partText), bottom.markdown]
  return told.filter(text => text !== '').join(GAP)
}

/** The sentence about omitted items is a paragraph of its own, so that it never becomes part of a table. */
function partText({ section, count }: Part): readonly string[] {
  const { above, between, items, left, below = NOTHING } = section
  const shown = items.slice(0, count).map(({ markdown }) => markdown)
  const lines = [above.markdown, ...shown]
  const rest = items.length - count
  return [
    count === 0 ? '' : lines.filter(text => text !== '').join(between) + below.markdown,
    rest === 0 ? '' : left(rest).markdown,
  ]
}
