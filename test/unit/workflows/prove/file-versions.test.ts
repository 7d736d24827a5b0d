import { describe, expect, test } from '@jest/globals'
import { findFileVersions } from '../../../../src/workflows/prove/file-versions.ts'
import type { Past, PastOptions } from '../../../../src/workflows/prove/file-versions.ts'
import { branchLine } from '../../../../src/core/approval/merges/branch-history.ts'
import { requestsDigest } from '../../../../src/core/approval/configuration-digest.ts'
import type { BranchMove, ListedFile } from '../../../../src/domain/proof/git-history.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { standIn } from '../../../build/stand-in.ts'
import { graph, move } from '../../../build/proof.ts'

const JANE = 'requests/jane.yaml'

/** A tree is named after its files: `jane~a,joe~b`, with `@` for a link. */
function listingOf(tree: string): readonly ListedFile[] {
  return tree.split(',').map(word => {
    const [name = '', blob = ''] = word.split('~')
    const isLink = blob.startsWith('@')
    return { path: `${name}.yaml`, mode: isLink ? '120000' : '100644', blob: blob.replace('@', '') }
  })
}

const source = standIn<ReviewedRepository>({
  listings: async (trees: readonly string[]) => new Map(trees.map(tree => [tree, listingOf(tree)])),
  blobs: async () => new Map(),
})

/** Versions of jane, oldest first, each with a commit of its own: c0, c1, … */
function walked(...versions: readonly string[]) {
  const commits = versions.map((version, at) => {
    const tree = version === '' ? 'requests=joe~x' : `requests=jane~${version}`
    return `c${at}${at === 0 ? '' : ` < c${at - 1}`}: ${tree}`
  })
  return walkedOf(commits.join('\n'), `c${versions.length - 1}`)
}

function walkedOf(commits: string, tip: string, moves: readonly BranchMove[] | null = null) {
  const ancestry = graph(commits)
  return { ancestry, line: branchLine(ancestry, tip, moves), moves, requests: 'requests' }
}

/** Main was restored from c to b by a force push, and then d came. */
const PUT_BACK = walkedOf(
  `c0: requests=jane~a
   c1 < c0: requests=jane~b
   c2 < c1: requests=jane~c
   c3 < c1: requests=jane~d`,
  'c3',
  [move('10 forcePush c2 > c1 by owner'), move('20 push c1 > c3')],
)

async function pastOf(
  history: ReturnType<typeof walkedOf>,
  options: PastOptions = {},
): Promise<string | null> {
  const past = (await findFileVersions(source, history, [JANE], options)).get(JANE)
  return past === undefined ? null : told(past)
}

/** The landing, the versions before it with their blobs, and what was before those. */
function told({ landing, versions, origin }: Past): string {
  const recorded = versions.map(each => `${each.landing.commit}=${each.blob ?? '-'}`)
  return [`${landing.commit} after ${landing.before}`, ...recorded, origin].join(', ')
}

/** Of the commit of a walked history that has this version. */
const baselineOf = (blob: string, commit: string): string =>
  requestsDigest(commit, new Map([[JANE, blob]]))

describe('the earlier versions of a file', () => {
  test.each<[string, readonly string[], string]>([
    ['end at the commit that added the file', ['', 'a'], 'c1 after c0, nothing'],
    ['are all versions before', ['', 'a', 'b', 'c'], 'c3 after c2, c2=b, c1=a, nothing'],
    ['are not needed for its removal', ['', 'a', ''], 'c2 after c1, nothing'],
    ['end where the file was removed', ['a', '', 'b', 'c'], 'c3 after c2, c2=b, nothing'],
    ['include links as removals', ['', '@a', 'b'], 'c2 after c1, c1=-, nothing'],
    [
      'skip commits that do not change the file',
      ['', 'a', 'a', 'b', 'b'],
      'c3 after c2, c1=a, nothing',
    ],
  ])('the earlier versions %s', async (_, versions, expected) => {
    expect(await pastOf(walked(...versions))).toBe(expected)
  })

  test('the versions end at a merge that may have dropped one where moves cannot be read', async () => {
    const swapped = walkedOf(
      `c0: requests=jane~a
       c1 < c0: requests=jane~b
       s1 < c0: README=s requests=jane~a
       m1 < s1 c1: requests=jane~a`,
      'm1',
    )
    expect(await pastOf(swapped)).toBe('m1 after c1, unknown')
  })

  test('a file that never existed has no versions', async () => {
    expect(await pastOf(walked('', ''))).toBeNull()
  })

  test('all versions are read where the landing is still open', async () => {
    const toCome = { commit: 'h1', before: 'c2' }
    expect(await pastOf(walked('', 'a', 'b'), { toCome })).toBe('h1 after c2, c2=b, c1=a, nothing')
    expect(await pastOf(walked('', ''), { toCome })).toBe('h1 after c2, unknown')
  })
})

describe('the end of the search for earlier versions', () => {
  test('the search goes on at the path that the file had before it moved', async () => {
    const moved = walkedOf(
      `c0: requests=joe~a
       c1 < c0: requests=joe~b
       c2 < c1: requests=jane~b
       c3 < c2: requests=jane~c`,
      'c3',
    )
    const joe = JANE.replace('jane', 'joe')
    const past = (await findFileVersions(source, moved, [JANE])).get(JANE)
    expect(past?.versions.map(({ path }) => path)).toEqual([JANE, joe, joe])
  })

  test('the search ends after 300 versions', async () => {
    const history = walked(...Array.from({ length: 320 }, (_, at) => `v${at}`))
    const past = (await findFileVersions(source, history, [JANE])).get(JANE)
    expect(past?.versions).toHaveLength(300)
    expect(past?.origin).toBe('unknown')
  })

  test('the search ends after 2,000 commits that changed any request', async () => {
    const others = (count: number): string =>
      Array.from({ length: count }, (_, at) => `c${at + 2} < c${at + 1}: requests=jane~b,joe~${at}`)
        .concat(`last < c${count + 1}: requests=jane~c`)
        .join('\n')
    const history = (count: number) =>
      walkedOf(`c0: requests=jane~a\n c1 < c0: requests=jane~b\n${others(count)}`, 'last')
    expect(await pastOf(history(1998))).toBe('last after c1999, c1=b, c0=a, nothing')
    expect(await pastOf(history(1999))).toBe('last after c2000, c1=b, unknown')
    expect(await pastOf(history(2000))).toBe('last after c2001, unknown')
  })
})

describe('the baseline of files that the owners accepted', () => {
  test.each<[string, readonly string[], string, string]>([
    ['ends the search', ['', 'a', 'b', 'c'], 'b', 'c3 after c2, c2=b, baseline'],
    [
      'counts at the version of its time',
      ['', 'a', 'b', 'c', 'd'],
      'b',
      'c4 after c3, c3=c, c2=b, baseline',
    ],
    [
      'does not count for the version in question',
      ['', 'a', 'b'],
      'b',
      'c2 after c1, c1=a, nothing',
    ],
    [
      'does not reach before the commit that added the file',
      ['a', '', 'b', 'c'],
      'a',
      'c3 after c2, c2=b, nothing',
    ],
    [
      'does not count with another digest',
      ['', 'a', 'b', 'c'],
      'z',
      'c3 after c2, c2=b, c1=a, nothing',
    ],
    [
      'may be the files of the commit that added the file',
      ['', 'a', 'b'],
      'a',
      'c2 after c1, c1=a, baseline',
    ],
  ])('the baseline %s', async (_, versions, blob, expected) => {
    const baseline = baselineOf(blob, `c${versions.lastIndexOf(blob)}`)
    expect(await pastOf(walked(...versions), { baseline })).toBe(expected)
  })

  test('the baseline is that of its commit, and not of a later one with the same files', async () => {
    const history = walked('', 'a', 'b', 'a', 'c')
    expect(await pastOf(history, { baseline: baselineOf('a', 'c1') })).toBe(
      'c4 after c3, c3=a, c2=b, c1=a, baseline',
    )
    expect(await pastOf(history, { baseline: baselineOf('a', 'c0') })).toBe(
      'c4 after c3, c3=a, c2=b, c1=a, nothing',
    )
  })

  test('the baseline does not count after a force push restored its commit', async () => {
    expect(await pastOf(PUT_BACK, { baseline: baselineOf('b', 'c1') })).toBe(
      'c3 after c1, c1=b, c2=c, c1=b, baseline',
    )
  })

  test('the baseline may be a commit that changed no request', async () => {
    const history = walkedOf(
      `c0: requests=jane~a
       c1 < c0: README=r
       c2 < c1: README=s
       c3 < c2: requests=jane~b`,
      'c3',
    )
    for (const commit of ['c0', 'c1', 'c2'])
      expect(await pastOf(history, { baseline: baselineOf('a', commit) })).toBe(
        'c3 after c2, c0=a, baseline',
      )
  })

  test('the baseline may be a commit that changed only another file', async () => {
    const history = walkedOf(
      `c0: requests=joe~x
       c1 < c0: requests=jane~a,joe~x
       c2 < c1: requests=jane~a,joe~y
       c3 < c2: requests=jane~b,joe~y`,
      'c3',
    )
    const files = new Map([
      [JANE, 'a'],
      ['requests/joe.yaml', 'y'],
    ])
    expect(await pastOf(history, { baseline: requestsDigest('c2', files) })).toBe(
      'c3 after c2, c2=a, baseline',
    )
  })
})
