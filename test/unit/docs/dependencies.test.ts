// docs/contributing/dependencies.md explains every package in package.json, once, and no other.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

interface LockedPackage {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const manifest: LockedPackage = JSON.parse(read('package.json'))
const locked: Readonly<Record<string, LockedPackage>> = JSON.parse(
  read('package-lock.json'),
).packages
const wanted = { ...manifest.dependencies, ...manifest.devDependencies }

describe('docs/contributing/dependencies.md', () => {
  const listed = read('docs/contributing/dependencies.md')
    .split('\n')
    .map(line => /^\| `([^`]+)` \|/.exec(line)?.[1])
    .filter(name => name !== undefined)

  test('docs/contributing/dependencies.md has exactly one line for each dependency', () =>
    expect(listed.toSorted()).toEqual(Object.keys(wanted).toSorted()))
})

describe('a dependency in package.json', () => {
  test.each(Object.entries(wanted))('%s is pinned to the locked version', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(locked[`node_modules/${name}`]?.version).toBe(version)
  })

  // .npmrc has ignore-scripts: install scripts do not run. The script of @swc/core only warns about platforms.
  test('only one dependency has an install script, and that is not needed', () => {
    const scripted = Object.keys(wanted).filter(
      name => locked[`node_modules/${name}`]?.hasInstallScript,
    )
    expect(scripted).toEqual(['@swc/core'])
  })
})
