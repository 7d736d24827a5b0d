// docs/dependencies.md answers for every package that package.json asks for, once, and for no other.
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

describe('docs/dependencies.md', () => {
  const listed = read('docs/dependencies.md')
    .split('\n')
    .map(line => /^\| `([^`]+)` \|/.exec(line)?.[1])
    .filter(name => name !== undefined)

  test('has exactly one line for each dependency', () =>
    expect(listed.toSorted()).toEqual(Object.keys(wanted).toSorted()))
})

describe('a dependency', () => {
  test.each(Object.entries(wanted))('%s is pinned to the locked version', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(locked[`node_modules/${name}`]?.version).toBe(version)
  })

  // .npmrc has ignore-scripts: whatever a script would have made is not there. @swc/core's only warns about platforms.
  test('runs no script at its installation, but for one that is not needed', () => {
    const scripted = Object.keys(wanted).filter(
      name => locked[`node_modules/${name}`]?.hasInstallScript,
    )
    expect(scripted).toEqual(['@swc/core'])
  })
})
