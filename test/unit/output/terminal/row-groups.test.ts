import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  FEW,
  groupTable,
  groupText,
  NAME,
  rowGroups,
  withOwnNames,
} from '../../../../src/output/terminal/row-groups.ts'

const rowOf = (name: string, ...told: readonly string[]) => ({ name, cells: ['+', name, ...told] })
const many = Array.from({ length: FEW + 5 }, (_, index) => `u${index + 1}`)

describe('the rows of a large run', () => {
  test('25 rows that are equal but for their name are one, with all names below', () => {
    const text = groupTable(many.map(name => rowOf(name, `Secret apps/${name}-tls`))).join('\n')
    expect(text).toMatch(/^\+ {2}25 requests {2}Secret apps\/NAME-tls\n {4}u1, u2, u3, /)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(many.join(', '))
  })

  test('20 rows are not grouped', () => {
    const few = many.slice(0, FEW).map(name => rowOf(name, 'issue'))
    expect(groupTable(few)).toHaveLength(FEW)
  })

  test('rows of a cluster that did not answer are one also if there are few', () => {
    const two = ['a', 'b'].map(name => ({ ...rowOf(name, 'refused'), isShared: true }))
    expect(groupTable([...two, rowOf('c', 'refused')])).toEqual([
      '+  2 requests  refused',
      '    a, b',
      '+  c           refused',
    ])
  })

  test('a row that differs in one value keeps a line of its own', () => {
    const rows = [...many.map(name => rowOf(name, 'viewers')), rowOf('root', 'admins')]
    expect(groupTable(rows).at(-1)).toMatch(/^\+ {2}root +admins$/)
  })

  test('a value that contains the name inside a word is not replaced', () => {
    const rows = many.map(name => rowOf(name, `x${name}`))
    expect(rowGroups(rows)).toHaveLength(many.length)
  })

  test('a row that has the word NAME itself is never grouped', () => {
    const rows = many.map(name => rowOf(name, `O=${NAME}`))
    expect(rowGroups(rows)).toHaveLength(many.length)
  })

  test('the text of a group says for which requests NAME is', () => {
    const [group] = rowGroups(many.map(name => rowOf(name)))
    if (group === undefined) throw new Error('no group')
    expect(groupText(group)).toMatch(
      /^NAME is each of 25 requests:\n {4}u1, u2, [^]*u25\n\+\nNAME$/,
    )
  })

  test('a text that names the first of its requests is one for all of them', () => {
    const tried = 'cannot write Secret u1-tls'
    const groups = rowGroups(withOwnNames(many.map(name => ({ name, cells: [tried] }))))
    expect(groups).toMatchObject([{ cells: ['cannot write Secret NAME-tls'] }])
  })

  test('a text that names a later request keeps this name, which may be that of something else', () => {
    const rows = [...many, 'apps'].map(name => ({ name, cells: ['the namespace apps is missing'] }))
    expect(withOwnNames(rows)).toEqual(rows)
  })

  test('a namespace with the name of the first request is not the name of the request', () => {
    const cells = [
      'there is no namespace shop, apps; user may not create secrets in apps: kubectl -n apps, Secret apps/apps-tls',
    ]
    const rows = ['apps', ...many].map(name => ({ name, cells }))
    expect(withOwnNames(rows)[1]?.cells).toEqual([cells[0]?.replace('apps-tls', 'u1-tls')])
  })

  test('a rule to paste has each name of the group', () => {
    const rule = (name: string) => `resourceNames: ["${name}-tls"], verbs: [get]`
    const rows = ['a', 'b'].map(name => ({ ...rowOf(name, rule(name)), isShared: true }))
    const [group] = rowGroups(rows)
    if (group === undefined) throw new Error('no group')
    expect(groupText(group)).toContain('resourceNames: ["a-tls", "b-tls"], verbs: [get]')
    expect(groupText(group)).toContain('NAME is each of 2 requests:')
  })

  test('the names of a group give back the cells of each of its rows', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,3}$/)
    const rows = fc.array(fc.tuple(word, fc.array(fc.oneof(word, fc.constant(NAME)))), {
      minLength: FEW + 1,
    })
    fc.assert(
      fc.property(rows, made => {
        const all = made.map(([name, told]) => rowOf(name, ...told))
        const back = rowGroups(all).flatMap(({ rows: same, cells }) =>
          same.map(({ name }) =>
            same.length === 1 ? cells : cells.map(cell => cell.replaceAll(NAME, () => name)),
          ),
        )
        const texts = (list: readonly (readonly string[])[]) =>
          list.map(each => each.join(' ')).toSorted()
        expect(texts(back)).toEqual(texts(all.map(({ cells }) => cells)))
      }),
    )
  })
})
