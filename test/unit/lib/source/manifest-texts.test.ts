// The manifests of one file are read as if each were in a file of its own, with the places of the whole file.
import { describe, expect, test } from '@jest/globals'
import { manifestTexts } from '../../../../src/lib/source/manifest-texts.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'
import { keyPlace } from '../../../../src/lib/source/located-values.ts'
import { sourceText } from '../../../../src/lib/source/text-position.ts'

function readings(text: string) {
  return manifestTexts(text).map(part => {
    const tree = readYaml(sourceText('all.yaml', part))
    if (!tree.ok) return tree.problems.map(({ message }) => message)
    const { line, column } = keyPlace(tree.value, ['name']) ?? {}
    return [tree.value.root.value, line, column]
  })
}

describe('the manifests of one file', () => {
  test('each document is a manifest, with its places; empty documents are none', () => {
    expect(readings('---\n# notes\nname: a\n---\n\n---\nname: b\nof:\n- 1\n---\n')).toEqual([
      [{ name: 'a' }, 3, 1],
      [{ name: 'b', of: [1] }, 7, 1],
    ])
  })

  test.each([
    [
      'YAML',
      'kind: List\nitems:\n- kind: A\n  name: a\n-\n  name: b # last\nmore: 1\n',
      [4, 3],
      [6, 3],
    ],
    [
      'JSON',
      '{"kind": "AList",\n "items": [{"kind": "A", "name": "a"},\n {"name": "b"}]}',
      [2, 26],
      [3, 3],
    ],
  ])('each item of a List is a manifest, in %s', (_, text, first, second) => {
    expect(readings(text)).toEqual([
      [{ kind: 'A', name: 'a' }, ...first],
      [{ name: 'b' }, ...second],
    ])
  })

  test('documents and Lists may follow each other, and block texts stay whole', () => {
    expect(readings('name: |\n  a\n\n---\nkind: List\nitems: [{name: b}]\n')).toEqual([
      [{ name: 'a\n' }, 1, 1],
      [{ name: 'b' }, 6, 10],
    ])
  })

  test.each([
    'name: a # only one\n',
    '',
    '# notes\n',
    '{',
    'a: &x 1\n---\nb: *x\n',
    'kind: List\nitems: []\n',
  ])(
    'a text without several manifests, or with syntax that is refused, is left as it is: %j',
    text => expect(manifestTexts(text)).toEqual([text]),
  )

  test('a document with a fault is left to its reader, whole', () => {
    expect(readings('name: a\nname: b\n---\nname: c\n')).toEqual([
      ['"name" is given twice in one mapping'],
      [{ name: 'c' }, 4, 1],
    ])
    const list = 'kind: List\nitems:\n- name: a\nkind: List\n---\nname: c\n'
    expect(readings(list)[0]).toEqual(['"kind" is given twice in one mapping'])
  })
})
