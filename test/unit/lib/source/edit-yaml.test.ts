import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { withMember, withoutItems } from '../../../../src/lib/source/edit-yaml.ts'

const withdrawn = (text: string): string | null => withMember(text, ['spec'], 'withdraw', true)

describe('a member of a map', () => {
  test.each([
    [
      'first in a block',
      'spec:\n  commonName: jane # it\n',
      'spec:\n  withdraw: true\n  commonName: jane # it\n',
    ],
    ['first in braces', 'spec: {commonName: jane}\n', 'spec: {withdraw: true, commonName: jane}\n'],
    [
      'over its old value',
      'spec:\n  a: 1\n  withdraw: false # yet\n',
      'spec:\n  a: 1\n  withdraw: true # yet\n',
    ],
    [
      'with the line ends of the file',
      'spec:\r\n  a: 1\r\n',
      'spec:\r\n  withdraw: true\r\n  a: 1\r\n',
    ],
  ])('is set %s', (_, before, after) => expect(withdrawn(before)).toBe(after))

  test.each([
    ['there is no map', 'metadata: {name: jane}\n'],
    ['the map is empty', 'spec: {}\n'],
    ['its value is no scalar', 'spec:\n  withdraw: [true]\n'],
  ])('is not set if %s', (_, text) => expect(withdrawn(text)).toBeNull())
})

describe('a member with lines below its name', () => {
  const added = (text: string) => withMember(text, ['clusters'], 'lab', '\n  a: 1\n  b:\n    c: 2')

  test.each([
    ['\n', '  '],
    ['\r\n', '    '],
  ])('has the line ends %j and the indent %j of its map', (end, indent) => {
    const lines = ['clusters:', `${indent}prod: {a: 1}`, '# end', '']
    const below = ['lab:', '  a: 1', '  b:', '    c: 2'].map(line => `${indent}${line}`)
    expect(added(lines.join(end))).toBe([lines[0], ...below, ...lines.slice(1)].join(end))
  })

  test('is not set in braces', () => {
    expect(added('clusters: {prod: {a: 1}}\n')).toBeNull()
  })
})

describe('items taken out of lists', () => {
  const isJane = (item: unknown): boolean => (item as { readonly login: string }).login === 'jane'
  const BLOCKS = 'people:\n- login: jane\n  id: 1\n# kept\n- {login: owner, id: 2}\n'

  test.each([
    ['the first of a block', BLOCKS, 'people:\n# kept\n- {login: owner, id: 2}\n'],
    [
      'the last of a block, before an empty line',
      'a:\n  - {login: owner}\n  - login: jane # left\n    id: 1\n\nb: 1\n',
      'a:\n  - {login: owner}\n\nb: 1\n',
    ],
    [
      'several of a list in brackets',
      'a: [{login: jane}, {login: owner}, {login: jane, id: 2}] # them\n',
      'a: [{login: owner}] # them\n',
    ],
    ['the only one in brackets', 'a: [{login: jane}]\n', 'a: []\n'],
    ['none', 'a: [jane]\nb:\n- {login: owner}\n', 'a: [jane]\nb:\n- {login: owner}\n'],
  ])('%s', (_, before, after) => expect(withoutItems(before, isJane)).toBe(after))

  test.each([
    ['without an indent', 'a:\n- {login: jane}\n- login: jane\n  id: 2\nb: 1\n'],
    ['below other members', 'x:\n  a:\n    - login: jane\n      id: 1\n  b: 1'],
    ['at the end of the text', 'b: 1\na:\n- login: jane'],
  ])('all of a block %s leave an empty list', (_, text) => {
    const after = parse(withoutItems(text, isJane))
    expect((after.x ?? after).a).toEqual([])
    expect((after.x ?? after).b).toBe(1)
  })

  test('a list that the caller excludes stays', () =>
    expect(withoutItems(BLOCKS, (item, list) => list !== 'people' && isJane(item))).toBe(BLOCKS))
})
