// The double compared with git: ids, histories, merges and the exported repository.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { tipsOf } from '../../../github-double/git/branches.ts'
import { beyond, mergeBases } from '../../../github-double/git/git-history.ts'
import { putTree } from '../../../github-double/git/git-tree.ts'
import { mergeCommits } from '../../../github-double/git/merge.ts'
import { git, tryGit } from '../git.ts'
import { randomHistory } from '../random-history.ts'
import type { RandomHistory } from '../random-history.ts'
import { FILE, scene, text } from '../scene.ts'
import { ASKED_SEED, runs } from '../../../build/extent.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'github-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The same histories each time: they must have enough merges of both kinds. FC_SEED draws others. */
const RUNS = { numRuns: runs(6, 3), seed: ASKED_SEED ?? 1 }
const ROLLS = fc.array(fc.nat({ max: 2 ** 30 }), { minLength: 40, maxLength: 60, size: 'max' })

/** Exports each random history to its own folder, and compares. */
function eachHistory(ask: (history: RandomHistory, repository: string) => void): void {
  fc.assert(
    fc.property(ROLLS, rolls => {
      const history = randomHistory(rolls)
      const repository = mkdtempSync(join(folder, 'history-'))
      history.world.exportTo(history.repository, repository)
      ask(history, repository)
    }),
    RUNS,
  )
}

function pairs<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((one, index) =>
    values.slice(index + 1).map((other): [T, T] => [one, other]),
  )
}

describe('an exported repository', () => {
  test('git accepts the exported repository, and it has the branches', () =>
    eachHistory(({ repository }, at) => {
      expect(tryGit(at, 'fsck', '--strict', '--full', '--no-dangling')).toEqual({
        status: 0,
        text: '',
      })
      const refs = git(
        at,
        'for-each-ref',
        '--format=%(refname:lstrip=2) %(objectname)',
        'refs/heads',
      )
      const expected = [...repository.branches].map(([name, id]) => `${name} ${id}`).sort()
      expect(refs.split('\n').sort()).toEqual(expected)
      expect(git(at, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    }))

  test('git reads author, committer and dates of a commit', () => {
    const { world, repository, author, reviewer } = scene()
    const commit = world.commit({
      repository,
      files: { 'a b/ü.txt': 'x\n' },
      author,
      committer: reviewer,
      date: new Date('2001-02-03T04:05:06Z'),
      message: 'Subject\n\nBody\n',
    })
    world.push({ actor: author, repository, branch: 'topic', commit })
    world.exportTo(repository, folder)
    expect(git(folder, 'log', '-1', '--format=%an|%ae|%at|%cn|%s|%b', 'topic').trim()).toBe(
      `author|${author.id}+author@users.noreply.github.com|981173106|reviewer|Subject|Body`,
    )
    expect(
      git(folder, '-c', 'core.quotepath=false', 'show', '--format=', '--name-only', 'topic'),
    ).toBe('a b/ü.txt')
  })

  test('git gives the same ids for the same content', () => {
    const { world, repository, author } = scene()
    const commit = world.commit({
      repository,
      files: {
        a: 'file a',
        'a.b': 'sorts before the folder a',
        'a0/x': 'sorts after it',
        'run.sh': { bytes: '#!/bin/sh\n', mode: '100755' },
        link: { bytes: 'a', mode: '120000' },
        module: { submodule: '1'.repeat(40) },
      },
      author,
    })
    world.push({ actor: author, repository, branch: 'topic', commit })
    const folderA = world.commit({ parent: commit, files: { 'a/inside': 'x' } })
    world.push({ actor: author, repository, branch: 'topic', commit: folderA })
    world.exportTo(repository, folder)
    expect(git(folder, 'fsck', '--strict', '--full')).toBe('')
    const listed = git(
      folder,
      'ls-tree',
      '-r',
      '--format=%(objectmode) %(objectname) %(path)',
      commit,
    )
    git(folder, 'init', '--quiet', '--bare', 'other')
    const other = join(folder, 'other')
    for (const line of listed.split('\n')) {
      const [mode = '', id = '', path = ''] = line.split(' ')
      git(other, 'update-index', '--add', '--cacheinfo', `${mode},${id},${path}`)
    }
    expect(git(other, 'write-tree', '--missing-ok')).toBe(world.treeAt(commit))
    const raw = git(folder, 'cat-file', 'commit', commit)
    expect(raw.split('\n').slice(0, 1)).toEqual([`tree ${world.treeAt(commit)}`])
  })
})

describe('merges in the double and in git', () => {
  test('git finds the same merge bases and the same commits beyond a base', () =>
    eachHistory(({ world, repository }, at) => {
      const { objects } = world.state
      for (const [one, other] of pairs([...new Set(tipsOf(repository))].slice(0, 8))) {
        const bases = tryGit(at, 'merge-base', '--all', one, other).text.split('\n')
        expect(mergeBases(objects, one, other).sort()).toEqual(bases.filter(Boolean).sort())
        const range = git(at, 'rev-list', '--topo-order', '--reverse', `${one}..${other}`)
        expect([...beyond(objects, one, other)].sort()).toEqual(
          range.split('\n').filter(Boolean).sort(),
        )
      }
    }))

  test('git merges to the same trees, and finds the same conflicts', () => {
    const seen = { clean: 0, conflict: 0 }
    eachHistory(({ world, repository }, at) => {
      const { objects } = world.state
      for (const [one, other] of pairs([...new Set(tipsOf(repository))].slice(0, 8))) {
        if (mergeBases(objects, one, other).length !== 1) continue
        const args = ['-c', 'merge.renames=false', 'merge-tree', '--write-tree', one, other]
        const { status, text } = tryGit(at, ...args)
        const { files, conflicts } = mergeCommits(objects, one, other)
        expect([one, other, conflicts.length > 0]).toEqual([one, other, status !== 0])
        seen[status === 0 ? 'clean' : 'conflict']++
        if (status === 0) expect(putTree(objects, files)).toBe(text.trim())
      }
    })
    expect(Math.min(seen.clean, seen.conflict)).toBeGreaterThan(5)
  })

  test('git makes the same merge as the merge button, with the file edited on both sides', () => {
    const { world, repository, owner, change, propose } = scene()
    const pr = propose('topic', { [FILE]: text({ one: 'uno' }) })
    const base = change('main', { [FILE]: text({ nine: 'nueve' }) })
    const commit = world.merge(pr, owner, 'merge')
    world.exportTo(repository, folder)
    expect(git(folder, 'merge-tree', '--write-tree', base, pr.headCommit)).toBe(
      world.treeAt(commit),
    )
    expect(git(folder, 'log', '--format=%P', '-1', 'main')).toBe(`${base} ${pr.headCommit}`)
    expect(git(folder, 'rev-parse', 'refs/pull/1/head')).toBe(pr.headCommit)
  })
})
