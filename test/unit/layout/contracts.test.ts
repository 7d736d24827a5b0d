// Contracts: exported functions of the core and of the libraries, and methods of ports, have a doc comment right above them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DOCUMENTED_FOLDERS, undocumentedFunctions, undocumentedMethods } from './contracts.ts'
import { readSource, ROOT } from './source-files.ts'

const paths = readSource().map(({ path }) => path)
const textOf = (path: string): string => readFileSync(join(ROOT, 'src', path), 'utf8')

describe('the contract of a function', () => {
  test.each(DOCUMENTED_FOLDERS)('every exported function in %s has a doc comment', folder => {
    const files = paths.filter(path => path.startsWith(folder))
    expect(files.length).toBeGreaterThan(5)
    const missing = files.flatMap(path =>
      undocumentedFunctions(textOf(path)).map(name => `${path}: ${name}`),
    )
    expect(missing).toEqual([])
  })

  test('every method of a port has a doc comment', () => {
    const files = paths.filter(path => path.startsWith('ports/'))
    expect(files.length).toBeGreaterThan(5)
    const missing = files.flatMap(path =>
      undocumentedMethods(textOf(path)).map(name => `${path}: ${name}`),
    )
    expect(missing).toEqual([])
  })
})

describe('a doc comment', () => {
  test('a missing doc comment is found at functions, asynchronous functions, generators and function constants', () => {
    const names = undocumentedFunctions(
      [
        'export function one() {}',
        'export async function two() {}',
        'export function* three() {}',
        'export const four: Rule = () => []',
        'export const list = [1]',
        'function own() {}',
      ].join('\n\n'),
    )
    expect(names).toEqual(['one', 'two', 'three', 'four'])
  })

  test('a doc comment must be right above the function', () => {
    const of = (above: string): readonly string[] =>
      undocumentedFunctions(`${above}export function one() {}\n`)
    expect(of('/** The number 1. */\n')).toEqual([])
    expect(of('/**\n * The number 1.\n */\n')).toEqual([])
    expect(of('/** The number 1. */\n\n')).toEqual(['one'])
    expect(of('// The number 1.\n')).toEqual(['one'])
    expect(of('/* The number 1. */\n')).toEqual(['one'])
    expect(of('/** The number 2. */\nconst two = 2\n')).toEqual(['one'])
  })

  test('a missing doc comment is found at methods and members with a function type', () => {
    const names = undocumentedMethods(
      [
        'export interface Other {\n  /** The text. */\n  read(): string\n}',
        'export interface Files<T> {',
        '  readonly name: string',
        '  read(path: string): T',
        '  /** Writes it. */\n  write(path: string): void',
        '  readonly remove?: (path: string) => void',
        '}',
      ].join('\n'),
    )
    expect(names).toEqual(['Files.read', 'Files.remove'])
  })
})
