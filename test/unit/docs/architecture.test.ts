// The tables of docs/architecture.md name every file of the folder that they are about, and no others.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../house/source-files.ts'

const DOCUMENT = `\n${readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')}`

/** What the first column holds in backquotes, below a heading. */
function rowsBelow(heading: string): readonly string[] {
  const [, below = ''] = DOCUMENT.split(`\n${heading}\n`)
  const [section = ''] = below.split('\n## ')
  return section
    .split('\n')
    .flatMap(line => (/^\| (`[^|]*)\|/.exec(line)?.[1] ?? '').match(/(?<=`)[^`, ]+(?=`)/g) ?? [])
    .toSorted()
}

/** Files without .ts, folders with a slash. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, 'src', folder), { withFileTypes: true })
    .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .map(name => (folder === '' ? name : name.replace(/\.ts$/, '')))
    .toSorted()
}

describe('docs/architecture.md', () => {
  test.each([
    ['src', '# The house', ''],
    ['src/flow', '## flow/', 'flow'],
    ['src/approval', '## approval/', 'approval'],
  ])('has each file of %s in its table, once', (_, heading, folder) =>
    expect(rowsBelow(heading)).toEqual(filesOf(folder)),
  )
})
