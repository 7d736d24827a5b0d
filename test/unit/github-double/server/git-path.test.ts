// Revisions as GitHub reads them, and history as `git log` prints it: git itself is the reference.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { logBetween, logOf } from '../../../github-double/server/git-log.ts'
import { listingOf, resolve } from '../../../github-double/server/git-path.ts'
import { makeStage, PATH } from '../../../build/github-stage.ts'

const stage = makeStage()
const { world, repository, people, merge } = stage
const place = [world.state, repository] as const
const folder = mkdtempSync(join(tmpdir(), 'git-path-'))
world.exportTo(repository, folder)

afterAll(() => rmSync(folder, { recursive: true }))

function git(...words: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim()
}

describe('a revision', () => {
  test.each([
    'main',
    'refs/heads/main',
    'main~1',
    'main^',
    'main^2',
    'main^2~1',
    'main^2^',
    'main^2~3',
    'main^0',
    `main:${PATH}`,
    'main:requests',
    'main:',
    merge,
    `${merge.slice(0, 12)}^2:${PATH}`,
  ])('git resolves %s to the same object', expression => {
    expect(resolve(place, expression)?.id).toBe(git('rev-parse', expression))
  })

  test.each([
    'nowhere',
    'main~2',
    'main^3',
    'main:nowhere',
    `main:${PATH}/x`,
    '0'.repeat(40),
    'abc',
  ])('%s resolves to no object', expression => {
    expect(resolve(place, expression)).toBeNull()
  })

  test('a revision is unknown where the repository no longer serves its commit', () => {
    const collected = new Set([stage.second])
    const poorer = [world.state, { ...repository, collected }] as const
    expect(resolve(poorer, stage.second)).toBeNull()
    expect(resolve(poorer, 'main^2~1')).toBeNull()
    expect(resolve(place, 'main^2~1')?.id).toBe(stage.second)
  })
})

describe('a log', () => {
  test('a log has all commits in the order of git', () => {
    expect(logOf(place, merge, null)).toEqual(git('log', '--format=%H', merge).split('\n'))
  })

  test.each([PATH, 'README.md', 'requests', 'nowhere'])(
    'git shows the same commits for %s',
    path => {
      const shown = git('log', '--format=%H', merge, '--', path)
      expect(logOf(place, merge, path)).toEqual(shown === '' ? [] : shown.split('\n'))
    },
  )

  test('the log of a file follows the side of a merge that has the file', () => {
    const base = world.tipOf(repository)
    world.tick(60)
    const side = world.commit({ parent: base, files: { a: 'side' }, author: people.owner })
    world.tick(60)
    const main = world.commit({ parent: base, files: { b: 'main' }, author: people.owner })
    world.tick(60)
    const files = { a: 'side', b: 'main' }
    const both = world.commit({ parents: [main, side], files, author: people.owner })
    expect(logOf(place, both, 'a')).toEqual([side])
    expect(logOf(place, both, 'b')).toEqual([main])
    expect(logBetween(place, base, both)).toEqual([side, main, both])
  })
})

test('the log of a file excludes a side of a merge that changed it and changed it back', () => {
  const base = world.tipOf(repository)
  const author = people.owner
  const make = (parents: readonly string[], a: string) => {
    world.tick(60)
    return world.commit({ parents, files: { a, [`at-${world.state.now.getTime()}`]: 'x' }, author })
  }
  const first = make([base], 'one')
  const side = make([make([first], 'two')], 'one')
  const both = make([make([first], 'one'), side], 'one')
  expect(logOf(place, both, 'a')).toEqual([first])
})

test('git lists the same entries', () => {
  const listed = listingOf(place, world.treeAt(merge), true).map(({ path }) => path)
  expect(listed).toEqual(git('ls-tree', '-r', '-t', '--name-only', merge).split('\n'))
})
