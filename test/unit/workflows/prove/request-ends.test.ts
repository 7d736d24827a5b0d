import { describe, expect, test } from '@jest/globals'
import { withEnds } from '../../../../src/workflows/prove/request-ends.ts'
import { branchLine } from '../../../../src/core/approval/merges/branch-history.ts'
import type { WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { History } from '../../../../src/workflows/prove/applied-history.ts'
import type { TrustedCommit } from '../../../../src/workflows/prove/trusted-commit.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { standIn } from '../../../build/stand-in.ts'
import { graph } from '../../../build/proof.ts'
import { ownYaml } from '../../../build/request.ts'

/**
 * A blob is named after the request in it and its version: `jane1`; in another cluster: `jane1@stage`; in the default one: `jane1@`. No
 * blob `bad1` can be read.
 */
function textOf(blob: string): string {
  const [file = '', cluster = 'prod'] = blob.split('@')
  const name = file.replace(/\d+$/, '')
  if (name === 'bad') return 'broken: [\n'
  const clusters = cluster === '' ? [] : [`clusters: [${cluster}]`]
  return ownYaml(`commonName: ${name}`, ...clusters).replace(
    'spec:',
    `metadata: {name: ${name}}\nspec:`,
  )
}

const source = standIn<ReviewedRepository>({
  listings: async (trees: readonly string[]) =>
    new Map(
      trees.map(tree => [
        tree,
        tree
          .split(',')
          .map(word => word.split('~'))
          .map(([name = '', blob = '']) => ({ path: `${name}.yaml`, mode: '100644', blob })),
      ]),
    ),
  filesAt: () => standIn<RepositoryFiles>({ read: async () => null }),
  blobs: async (ids: readonly string[]) =>
    new Map(ids.map(id => [id, new TextEncoder().encode(textOf(id))])),
})

describe('the last path of a removed file', () => {
  /** With the commit that ended the request: `requests/a.yaml by c1`; `by none` if none did. */
  const lastPath = async (...trees: readonly string[]): Promise<string | undefined> => {
    const commits = trees.map((tree, at) => `c${at}${at === 0 ? '' : ` < c${at - 1}`}: ${tree}`)
    const ancestry = graph(commits.map(each => each.replace(': ', ': requests=')).join('\n'))
    const line = branchLine(ancestry, `c${trees.length - 1}`, null)
    const frame = standIn<History['frame']>({ config: 'countersign.yaml' })
    const history = standIn<History>({ ancestry, line, moves: null, requests: 'requests', frame })
    const anchor = { commit: 'c0', before: null, files: new Map() }
    const trusted = standIn<TrustedCommit['trusted']>({ inForce: [anchor] })
    const step = standIn<WithdrawStep>({
      kind: 'withdraw',
      because: 'FileRemoved',
      name: 'jane',
      cluster: 'prod',
      path: 'requests/recorded.yaml',
    })
    const plan = { steps: [{ ...step }], warnings: [], notes: [] }
    const { steps } = await withEnds(plan as never, source, { history, trusted })
    const [last] = steps
    if (last?.kind !== 'withdraw') return undefined
    return last.ended === undefined ? last.path : `${last.path} by ${last.ended?.commit ?? 'none'}`
  }

  test.each<[string, readonly string[], string]>([
    ['is where it was', ['a~jane1', 'x~joe1'], 'requests/a.yaml by c1'],
    ['is where it moved to', ['a~jane1', 'b~jane1', 'x~joe1'], 'requests/b.yaml by c2'],
    [
      'is that of the newest file of the name',
      ['a~jane1', 'x~joe1', 'c~jane2', 'x~joe1'],
      'requests/c.yaml by c3',
    ],
    ['is where its name was changed', ['a~jane1', 'a~joe1'], 'requests/a.yaml by c1'],
    [
      'is not that of a file for another cluster',
      ['a~jane1,b~jane1@stage', 'b~jane1@stage', 'x~joe1'],
      'requests/a.yaml by c1',
    ],
    [
      'is that of a file that went on asking for the name, until the configuration ended it',
      ['a~jane1', 'a~jane2', 'a~jane2'],
      'requests/a.yaml by c1',
    ],
    [
      'is that of a removed file, and not of a new one whose cluster no configuration gave yet',
      ['b~jane1', 'a~jane2@'],
      'requests/b.yaml by c1',
    ],
    [
      'is that of a file that was removed when it could not be read any more',
      ['a~jane1', 'a~bad1', 'x~joe1'],
      'requests/a.yaml by c2',
    ],
    [
      'is that of a file that was removed unreadable, even if another unreadable one came in between',
      ['a~jane1', 'a~bad1,b~bad2', 'x~joe1'],
      'requests/a.yaml by c2',
    ],
    [
      'is that of a file that was removed when another request became unreadable',
      ['a~jane1,b~joe1', 'b~bad1', 'x~joe1'],
      'requests/a.yaml by c1',
    ],
    [
      'is that of the file that became unreadable last, if two were removed',
      ['a~jane1,b~jane2', 'a~jane1,b~bad1', 'a~bad2,b~bad1', 'x~joe1'],
      'requests/a.yaml by c3',
    ],
    [
      'is where its name was changed, even if the other request was mended later',
      ['a~jane1', 'a~joe1', 'a~bad1', 'a~joe2'],
      'requests/a.yaml by c1',
    ],
    [
      'is that of a removed file, even if another request was mended at its path later',
      ['a~jane1', 'x~joe1', 'a~bad1', 'a~joe2'],
      'requests/a.yaml by c1',
    ],
    [
      'has no change that ended it if another request replaced a version that cannot be read',
      ['a~jane1', 'a~bad1', 'a~joe1'],
      'requests/a.yaml by none',
    ],
    [
      'has no change that ended it if it moved unreadable, and another request replaced that version',
      ['a~jane1', 'b~bad1', 'b~joe1'],
      'requests/a.yaml by none',
    ],
    [
      'is that of a file that became unreadable and was removed, even if another request replaced an unreadable file that came with it',
      ['a~jane1', 'a~bad1,b~bad2', 'a~bad1,b~joe1', 'b~joe1'],
      'requests/a.yaml by c3',
    ],
    [
      'is that of a removed file if an unreadable one came with the removal and stays',
      ['a~jane1', 'b~bad1', 'b~bad1,x~joe1'],
      'requests/a.yaml by c1',
    ],
    [
      'is that of a file that moved unreadable and was removed after the other file of the name',
      ['a~jane1,y~jane2', 'b~bad1,y~jane2', 'b~bad1', 'x~joe1'],
      'requests/a.yaml by none',
    ],
    [
      'is that of a file that became unreadable before it moved, and was removed after the other file of the name',
      ['a~jane1,y~jane2', 'a~bad1,y~jane2', 'b~bad1,y~jane2', 'b~bad1', 'x~joe1'],
      'requests/a.yaml by none',
    ],
    [
      'is not that of an older file if the unreadable one that was removed later was no request before',
      ['a~jane1,y~jane2,b~bad1', 'y~jane2,b~bad1', 'b~bad1', 'x~joe1'],
      'requests/y.yaml by c2',
    ],
    [
      'is not that of an unreadable file that was removed before the newest file of the name',
      ['a~jane1,y~jane2,b~bad1', 'a~bad2,y~jane2,b~bad1', 'y~jane2,b~bad1', 'b~bad1', 'x~joe1'],
      'requests/y.yaml by c3',
    ],
    [
      'is not that of a file that moved to an unreadable one, if that one was removed and another came to its path',
      ['a~jane1,y~jane2', 'b~bad1,y~jane2', 'y~jane2', 'b~bad2,y~jane2', 'b~bad2', 'x~joe1'],
      'requests/y.yaml by c4',
    ],
    ['is the recorded one if no file had the name', ['x~joe1', 'x~joe2'], 'requests/recorded.yaml'],
  ])('the last path %s', async (_, trees, expected) => {
    expect(await lastPath(...trees)).toBe(expected)
  })
})
