// The index of the documents.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT, textOf } from '../../build/documents.ts'

const INDEX = 'docs/README.md'

test('docs/README.md lists each page below docs/ exactly once', () => {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
  const listed = [...textOf(INDEX).matchAll(/\]\((?!\.\.|https?:)([^)#]+)\)/g)].map(
    ([, target = '']) => target,
  )
  expect(listed.toSorted()).toEqual(pages)
})

test('docs/README.md lists a page under its own title', () => {
  for (const [, label = '', target = ''] of textOf(INDEX).matchAll(
    /^- \[([^\]]+)\]\((how-to\/[^)]+)\)/gm,
  ))
    expect(textOf(`docs/${target}`)).toContain(`\n# ${label}\n`.replace(/^\n(?=# )/, ''))
})
