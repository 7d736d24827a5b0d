// Rows of a large run in groups: those that differ only by the name of their request are one row, with NAME in place of the name.
import { grouped } from '../../domain/lists.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { inLines } from './plural-words.ts'
import { table } from './text-table.ts'

/** Up to so many requests, each has a row of its own. */
export const FEW = 20
export const NAME = 'NAME'

const WIDTH = 94
const BETWEEN = '\u0000'

/** The row of one request, or of none if the name is empty. Its cells have no control characters. */
export interface NamedRow {
  readonly name: string
  readonly cells: readonly string[]
  /** Grouped with equal ones also if there are few. */
  readonly isShared?: boolean
  /** The names of its group are not listed with it. */
  readonly isUnnamed?: boolean
}

/** `cells` of several rows have NAME in place of each name. The names give back the cells of each row. */
export interface RowGroup<Row extends NamedRow> {
  readonly rows: NonEmpty<Row>
  readonly cells: readonly string[]
}

/** In the order of the first row of each group. */
export function rowGroups<Row extends NamedRow>(rows: readonly Row[]): readonly RowGroup<Row>[] {
  const groups = grouped(
    rows.map((row, index) => {
      const isAlone = rows.length <= FEW && row.isShared !== true
      return [(isAlone ? null : template(row)) ?? `${index}`, row] as const
    }),
  )
  return [...groups].map(([key, same]) => {
    const [{ cells }, second] = same
    return { rows: same, cells: second === undefined ? cells : key.split(BETWEEN) }
  })
}

/**
 * In a large run: a text of several rows that names the first of them, with which it was tried, has in each row the name of its own. A
 * later name in it may be that of something else.
 */
export function withOwnNames(rows: readonly NamedRow[]): readonly NamedRow[] {
  if (rows.length <= FEW) return rows
  const naming = new Map<string, string | null>()
  for (const row of rows)
    if (!naming.has(textOf(row))) naming.set(textOf(row), template(row, SPACE))
  return rows.map(row => {
    const cells = naming.get(textOf(row))?.replaceAll(NAME, () => row.name)
    return cells === undefined ? row : { ...row, cells: cells.split(BETWEEN) }
  })
}

/** Around a name that is of no namespace: that may be the same. */
const SPACE = [String.raw`(?<!(?:\bnamespaces?|\bin|-n) (?:[\w-]+, )*)`, '(?!/)']

/** Null for a row that has the word NAME itself: it is equal to no other row, or it could be misread. */
function template(row: NamedRow, [before, after]: readonly string[] = ['', '']): string | null {
  const { name } = row
  const text = textOf(row)
  const word = name.replaceAll(/[^a-z0-9]/gi, String.raw`\$&`)
  const alone = new RegExp(`${before}(?<![a-z0-9])${word}(?![a-z0-9])${after}`, 'g')
  return name === '' || text.includes(NAME) ? null : text.replaceAll(alone, NAME)
}

function textOf({ cells }: NamedRow): string {
  return cells.join(BETWEEN)
}

/** The rows as a table. Their second cell is the name; for several it is their number, and the names are below. */
export function groupTable(rows: readonly NamedRow[]): readonly string[] {
  const groups = rowGroups(rows)
  const cells = groups.map(({ rows: { length }, cells: [mark = '', name = '', ...others] }) => [
    mark,
    length === 1 ? name : `${length} requests`,
    ...others,
  ])
  return table(cells).flatMap((line, index) => [line, ...namesOf(groups[index])])
}

/** The only name of an RBAC rule, with NAME in it: a pasted rule needs every name. */
const RULE_NAME = /(?<=resourceNames: \[)"([^"\]]*)NAME([^"\]]*)"(?=\])/g

/** The names of a group of several, unless they are long and the table `above` has them, then its cells, one below the other. */
export function groupText(group: RowGroup<NamedRow>, above = '', things = 'requests'): string {
  const names = namesOf(group)
  const count = `${group.rows.length} ${things}`
  const isLong = names.length > 1 && above.includes(count)
  const isAbove = isLong && `${above}\n`.includes(`  ${names.join('\n  ')}\n`)
  const each = group.cells.some(cell => cell.includes(NAME)) ? `${NAME} is each of` : 'for each of'
  const title = `${each} ${count}${isAbove ? ' above' : ''}:`
  const head = names.length === 0 ? [] : [title, ...(isAbove ? [] : names)]
  const rule = (_: string, before: string, after: string): string =>
    group.rows.map(({ name }) => `"${before}${name}${after}"`).join(', ')
  const cells = group.cells.map(cell => cell.replaceAll(RULE_NAME, rule))
  return [...head, ...cells].join('\n')
}

/** Lines with the names of a group; none for a single row, and for rows that are unnamed. */
export function namesOf(group: RowGroup<NamedRow> | undefined): readonly string[] {
  const names = group?.rows.map(({ name }) => visible(name)) ?? []
  return names.length < 2 || group?.rows[0].isUnnamed === true
    ? []
    : inLines(names, WIDTH).map(line => `    ${line}`)
}
