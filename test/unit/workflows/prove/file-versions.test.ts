import { describe, expect, test } from '@jest/globals'
import { findLandings, findFileVersions } from '../../../../src/workflows/prove/file-versions.ts'
import type { Past, PastOptions } from '../../../../src/workflows/prove/file-versions.ts'
import { branchLine } from '../../../../src/core/approval/merges/branch-history.ts'
import { requestsDigest } from '../../../../src/core/approval/configuration-digest.ts'
import type { BranchMove, ListedFile } from '../../../../src/domain/proof/git-history.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
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

const source = {
  listings: async (trees: readonly string[]) => new Map(trees.map(tree => [tree, listingOf(tree)])),
} as unknown as ReviewedRepository

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

/** Main was put back from c to b by a force push, and then d came. */
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
  const earlier = versions.map(each => `${each.landing.commit}=${each.blob ?? '-'}`)
  return [`${landing.commit} after ${landing.before}`, ...earlier, origin].join(', ')
}

/** Of the commit of a walked history that has this version. */
const baselineOf = (blob: string, commit: string): string =>
  requestsDigest(commit, new Map([[JANE, blob]]))

describe('a file has a past', () => {
  test.each<[string, readonly string[], string]>([
    ['that begins with the commit that brought it', ['', 'a'], 'c1 after c0, nothing'],
    ['of every version before', ['', 'a', 'b', 'c'], 'c3 after c2, c2=b, c1=a, nothing'],
    ['that its removal does not need', ['', 'a', ''], 'c2 after c1, nothing'],
    ['that ends where it was gone', ['a', '', 'b', 'c'], 'c3 after c2, c2=b, nothing'],
    ['with links, which are no file', ['', '@a', 'b'], 'c2 after c1, c1=-, nothing'],
    [
      'though other commits do not change it',
      ['', 'a', 'a', 'b', 'b'],
      'c3 after c2, c1=a, nothing',
    ],
  ])('%s', async (_, versions, expected) => {
    expect(await pastOf(walked(...versions))).toBe(expected)
  })

  test('of versions that a merge may have dropped, where nothing says what the branch held', async () => {
    const swapped = walkedOf(
      `c0: requests=jane~a
       c1 < c0: requests=jane~b
       s1 < c0: README=s requests=jane~a
       m1 < s1 c1: requests=jane~a`,
      'm1',
    )
    expect(await pastOf(swapped)).toBe('m1 after c1, c0=a, nothing')
  })

  test('that is not there for one that never existed', async () => {
    expect(await pastOf(walked('', ''))).toBeNull()
  })

  test('that is not looked for where only landings are asked for', async () => {
    const landings = await findLandings(source, walked('', 'a', 'b'), [JANE])
    expect(landings).toEqual(new Map([[JANE, { commit: 'c2', before: 'c1' }]]))
    expect(await pastOf(walked('', 'a', 'b'), { isDeep: false })).toBe('c2 after c1, nothing')
  })

  test('of all versions, where the landing is still to come', async () => {
    const toCome = { commit: 'h1', before: 'c2' }
    expect(await pastOf(walked('', 'a', 'b'), { toCome })).toBe('h1 after c2, c2=b, c1=a, nothing')
    expect(await pastOf(walked('', ''), { toCome })).toBe('h1 after c2, unknown')
  })
})

describe('the search for earlier versions ends', () => {
  const recordedAt = (commit: string): PastOptions => ({
    recorded: new Map([[JANE, new Set([commit])]]),
  })

  test('at the version that the record has a proof of', async () => {
    const history = walked('', 'a', 'b', 'c')
    expect(await pastOf(history, recordedAt('c2'))).toBe('c3 after c2, c2=b, recorded')
    // Its evidence says what came before.
    expect(await pastOf(history, recordedAt('c3'))).toBe('c3 after c2, recorded')
    // Nothing is older than what brought the file.
    expect(await pastOf(history, recordedAt('c1'))).toBe('c3 after c2, c2=b, c1=a, nothing')
  })

  test('at the oldest of the versions that records of several clusters have a proof of', async () => {
    const history = walked('', 'a', 'b', 'c', 'd')
    const recorded = new Map([[JANE, new Set(['c3', 'c2'])]])
    expect(await pastOf(history, { recorded })).toBe('c4 after c3, c3=c, c2=b, recorded')
    const partly = new Map([[JANE, new Set(['c3', null])]])
    expect(await pastOf(history, { recorded: partly })).toBe(
      'c4 after c3, c3=c, c2=b, c1=a, nothing',
    )
    const own = new Map([[JANE, new Set(['c4', 'c2'])]])
    expect(await pastOf(history, { recorded: own })).toBe('c4 after c3, c3=c, c2=b, recorded')
  })

  test('not at a commit with a recorded proof that a force push brought back', async () => {
    expect(await pastOf(PUT_BACK, recordedAt('c1'))).toBe('c3 after c1, c1=b, c2=c, c1=b, recorded')
  })

  test('after 50 versions', async () => {
    const history = walked(...Array.from({ length: 60 }, (_, at) => `v${at}`))
    const past = (await findFileVersions(source, history, [JANE])).get(JANE)
    expect(past?.versions).toHaveLength(50)
    expect(past?.origin).toBe('unknown')
  })

  test('after 200 commits that changed some request', async () => {
    const others = (count: number): string =>
      Array.from({ length: count }, (_, at) => `c${at + 2} < c${at + 1}: requests=jane~b,joe~${at}`)
        .concat(`last < c${count + 1}: requests=jane~c`)
        .join('\n')
    const history = (count: number) =>
      walkedOf(`c0: requests=jane~a\n c1 < c0: requests=jane~b\n${others(count)}`, 'last')
    expect(await pastOf(history(198))).toBe('last after c199, c1=b, c0=a, nothing')
    expect(await pastOf(history(199))).toBe('last after c200, c1=b, unknown')
    expect(await pastOf(history(200))).toBe('last after c201, unknown')
  })
})

describe('files that the owners took as read', () => {
  test.each<[string, readonly string[], string, string]>([
    ['are where the search ends', ['', 'a', 'b', 'c'], 'b', 'c3 after c2, c2=b, baseline'],
    [
      'count at the version that was there then',
      ['', 'a', 'b', 'c', 'd'],
      'b',
      'c4 after c3, c3=c, c2=b, baseline',
    ],
    [
      'do not say anything of the version that is looked into',
      ['', 'a', 'b'],
      'b',
      'c2 after c1, c1=a, nothing',
    ],
    [
      'do not reach past the commit that brought the file',
      ['a', '', 'b', 'c'],
      'a',
      'c3 after c2, c2=b, nothing',
    ],
    ['are none of another digest', ['', 'a', 'b', 'c'], 'z', 'c3 after c2, c2=b, c1=a, nothing'],
    [
      'may be those of the commit that brought the file',
      ['', 'a', 'b'],
      'a',
      'c2 after c1, c1=a, baseline',
    ],
  ])('%s', async (_, versions, blob, expected) => {
    const baseline = baselineOf(blob, `c${versions.lastIndexOf(blob)}`)
    expect(await pastOf(walked(...versions), { baseline })).toBe(expected)
  })

  test('are those of their commit, and not of a later one that has the same files again', async () => {
    const history = walked('', 'a', 'b', 'a', 'c')
    expect(await pastOf(history, { baseline: baselineOf('a', 'c1') })).toBe(
      'c4 after c3, c3=a, c2=b, c1=a, baseline',
    )
    expect(await pastOf(history, { baseline: baselineOf('a', 'c0') })).toBe(
      'c4 after c3, c3=a, c2=b, c1=a, nothing',
    )
  })

  test('are not those of their commit once a force push brought it back', async () => {
    expect(await pastOf(PUT_BACK, { baseline: baselineOf('b', 'c1') })).toBe(
      'c3 after c1, c1=b, c2=c, c1=b, baseline',
    )
  })

  test('may be those of a commit that changed no request', async () => {
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

  test('may be those of a commit that changed another file only', async () => {
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
