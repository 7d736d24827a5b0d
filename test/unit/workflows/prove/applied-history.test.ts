import { expect, test } from '@jest/globals'
import { heldLine } from '../../../../src/workflows/prove/applied-history.ts'
import type { RepositoryFacts } from '../../../../src/domain/proof/repository-facts.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import { standIn } from '../../../build/stand-in.ts'
import { graph, move, pullRequest } from '../../../build/proof.ts'

const ANCESTRY = graph(`
  root: jane=1
  a < root: jane=2
  b < a: jane=3
`)

test.each([
  ['main', ['b', 'a', 'root']],
  ['release', ['b', 'root']],
])(
  'a pull request into %s of the first of two commits leaves the states %j',
  async (base, held) => {
    const source = standIn<ReviewedRepository>({
      pullRequestsOf: async () =>
        new Map([
          ['a', [1, 2]],
          ['b', [1]],
        ]),
      pullRequests: async () => [pullRequest({ number: 1 }), pullRequest({ number: 2, base })],
    })
    const facts = standIn<RepositoryFacts>({ tip: 'b', defaultBranch: 'main' })
    expect(await heldLine(source, ANCESTRY, facts, [move('1 push root > b')])).toEqual(held)
  },
)
