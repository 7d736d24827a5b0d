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

/** A blob is named after the request in it and its version: `jane1`; in another cluster: `jane1@stage`. */
function textOf(blob: string): string {
  const [file = '', cluster = 'prod'] = blob.split('@')
  const name = file.replace(/\d+$/, '')
  return ownYaml(`commonName: ${name}`, `clusters: [${cluster}]`).replace(
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
    return last?.kind === 'withdraw' ? last.path : undefined
  }

  test.each<[string, readonly string[], string]>([
    ['is where it was', ['a~jane1', 'x~joe1'], 'requests/a.yaml'],
    ['is where it moved to', ['a~jane1', 'b~jane1', 'x~joe1'], 'requests/b.yaml'],
    [
      'is that of the newest file of the name',
      ['a~jane1', 'x~joe1', 'c~jane2', 'x~joe1'],
      'requests/c.yaml',
    ],
    ['is where its name was changed', ['a~jane1', 'a~joe1'], 'requests/a.yaml'],
    [
      'is not that of a file for another cluster',
      ['a~jane1,b~jane1@stage', 'b~jane1@stage', 'x~joe1'],
      'requests/a.yaml',
    ],
    [
      'is that of a file that went on asking for the name, until the configuration ended it',
      ['a~jane1', 'a~jane2', 'a~jane2'],
      'requests/a.yaml',
    ],
    ['is the recorded one if no file had the name', ['x~joe1', 'x~joe2'], 'requests/recorded.yaml'],
  ])('the last path %s', async (_, trees, expected) => {
    expect(await lastPath(...trees)).toBe(expected)
  })
})
