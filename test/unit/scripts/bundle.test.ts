// The committed dist: one bundle that two short files start, each file small, with the licences of its content.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const DIST = join(ROOT, 'dist')
const MEGABYTE = 1_000_000
const STUBS = ['cli/index.js', 'index.js']

const files = readdirSync(DIST, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name).slice(DIST.length + 1))
const parts = files.filter(name => name.endsWith('.js') && !STUBS.includes(name))
const text = (name: string): string => readFileSync(join(DIST, name), 'utf8')

describe('the bundle in dist', () => {
  test('dist has at most 14 MB', () => {
    const bytes = files.reduce((sum, name) => sum + statSync(join(DIST, name)).size, 0)
    expect(bytes).toBeLessThanOrEqual(14 * MEGABYTE)
  })

  test('dist has the Kubernetes client once', () =>
    expect(parts.filter(name => text(name).includes('class OpenIDConnectAuth'))).toHaveLength(1))

  // ncc writes a comment before each module.
  test.each(parts)('the bundle file %s is minified', name =>
    expect(text(name).includes('/***/')).toBe(false),
  )

  test.each([
    ['index.js', 'runAction', './countersign.js'],
    ['cli/index.js', 'runCommandLine', '../countersign.js'],
  ])('the file %s only starts its part of the bundle', (name, start, bundle) => {
    const [shebang, ...lines] = text(name).split('\n')
    const all = name === 'index.js' ? [shebang, ...lines] : lines
    expect(all).toEqual([`import { ${start} } from '${bundle}'`, `await ${start}()`, ''])
  })

  test('dist has a program that a shell can start', () => {
    expect(text('cli/index.js')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(join(DIST, 'cli/index.js')).mode & 0o111).not.toBe(0)
  })

  test('dist lists the licence of every package in package.json', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const lines = new Set(text('licenses.txt').split('\n'))
    expect(Object.keys(dependencies).filter(name => !lines.has(name))).toEqual([])
  })
})
