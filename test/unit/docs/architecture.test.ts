// docs/contributing/architecture.md names every folder of src, and only files that exist.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const DOCUMENT = readFileSync(join(ROOT, 'docs/contributing/architecture.md'), 'utf8')
const [LAYOUT = ''] = DOCUMENT.split('\n## One request')
const [, GLOSSARY = ''] = DOCUMENT.split('\n## Glossary\n')

/** Every folder of src with files, with a slash at its end. */
const FOLDERS = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.parentPath !== join(ROOT, 'src'))
  .map(entry => `${entry.parentPath.slice(join(ROOT, 'src').length + 1)}/`)
  .filter((folder, at, all) => all.indexOf(folder) === at)

function quoted(text: string): readonly string[] {
  return text.match(/(?<=`)[^`\n]+(?=`)/g) ?? []
}

function rowsOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line.startsWith('| '))
}

describe('the layout in docs/contributing/architecture.md', () => {
  test.each(FOLDERS)(
    'the layout has a row for %s, or its name in the row of the folder above',
    folder => {
      const [last = ''] = /[^/]+\/$/.exec(folder) ?? []
      const above = folder.slice(0, -last.length)
      const rows = rowsOf(LAYOUT)
      const hasRow = (name: string): boolean => rows.some(row => row.startsWith(`| \`${name}\` |`))
      const isInRowAbove = rows.some(
        row => row.startsWith(`| \`${above}\` |`) && row.includes(`\`${last}\``),
      )
      const holdsOthers = FOLDERS.some(other => other !== folder && other.startsWith(folder))
      expect(hasRow(folder) || isInRowAbove || holdsOthers).toBe(true)
    },
  )

  test('the layout names no folder that does not exist', () => {
    const named = rowsOf(LAYOUT)
      .flatMap(row => quoted(row.split('|')[1] ?? ''))
      .filter(text => text !== ', ')
    expect(named.filter(path => !existsSync(join(ROOT, 'src', path)))).toEqual([])
  })
})

test('docs/contributing/architecture.md names only files that exist', () => {
  const paths = quoted(DOCUMENT)
    .filter(text => /^[a-z0-9-]+(\/[a-z0-9-]+)+(\.ts)?$/.test(text))
    .filter(text => existsSync(join(ROOT, 'src', text.split('/')[0] ?? '')))
  expect(paths.length).toBeGreaterThan(30)
  const isFile = (path: string): boolean =>
    existsSync(join(ROOT, 'src', path.endsWith('.ts') ? path : `${path}.ts`)) ||
    existsSync(join(ROOT, 'src', path))
  expect(paths.filter(path => !isFile(path))).toEqual([])
})

test('the glossary in docs/contributing/architecture.md has each word once, in order, with code that exists', () => {
  const rows = rowsOf(GLOSSARY)
    .map(row => row.split('|').map(cell => cell.trim()))
    .filter(([, word]) => word !== 'word')
  const words = rows.map(([, word = '']) => word.toLowerCase())
  expect(words.length).toBeGreaterThan(20)
  expect(words).toEqual([...new Set(words)].toSorted())
  const paths = rows.map(([, , , code = '']) => quoted(code)[0] ?? '')
  const exists = (path: string): boolean =>
    existsSync(join(ROOT, 'src', path)) || existsSync(join(ROOT, 'src', `${path}.ts`))
  expect(paths.filter(path => path === '' || !exists(path))).toEqual([])
})
