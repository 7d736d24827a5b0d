import { describe, expect, test } from '@jest/globals'
import { withUnproved } from '../../../../src/workflows/plan/unproved-changes.ts'
import type { OpenPullRequest } from '../../../../src/workflows/plan/pull-request-facts.ts'
import type { Background, FileOrigin } from '../../../../src/core/approval/proof-facts.ts'
import { standIn } from '../../../build/stand-in.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { move, proofFacts, pullRequest } from '../../../build/proof.ts'

const PATH = 'requests/jane.yaml'
/** The author's pull request landed as m1, and the colleague pushed p2 over it. */
const FACTS = proofFacts({
  commits: `
    root: README=r
    h1 < root: jane=b
    m1 < root h1: jane=b
    p2 < m1: jane=c
  `,
  tip: 'p2',
  pulls: [pullRequest()],
  moves: [
    move('0 branchCreation 0 > root'),
    move('30 pullRequestMerge root > m1 by owner'),
    move('40 push m1 > p2 by colleague'),
  ],
})
const landed = (commit: string, before: string | null, blob: string): FileOrigin => {
  return { path: PATH, blob, landing: { commit, before }, recorded: null }
}
const SINCE = [landed('p2', 'm1', 'c'), landed('m1', 'root', 'b')]

function warningsOf(background: Background | null, blob = 'd'): readonly string[] {
  const brought = landed('h', 'p2', blob)
  const origin = { ...brought, cluster: 'prod', versions: [], origin: 'nothing' } as const
  const opened = standIn<OpenPullRequest>({ fileOrigins: new Map([[PATH, origin]]) })
  const backgrounds = new Map(background === null ? [] : [[PATH, background] as const])
  const step = issueStep(effective({ path: PATH }))
  const steps = withUnproved([step], backgrounds, opened, FACTS)
  return steps.flatMap(each => ('warnings' in each ? each.warnings : [])).map(each => each.message)
}

const PULLED = `${PATH}: an approval here also covers the change of #1 by author, which was not approved`
const PUSHED = `${PATH}: an approval here also covers the change p2 that colleague pushed, which was not approved`

describe('changes that nobody approved', () => {
  test('a plan warns of each unapproved change since the last proved version, oldest first', () => {
    expect(warningsOf({ proved: null, since: SINCE })).toEqual([PULLED, PUSHED])
  })

  test('a plan does not warn of a proved change that only a policy denied', () => {
    const proved = { blob: 'b', commit: 'm1' }
    expect(warningsOf({ proved, since: SINCE })).toEqual([PUSHED])
  })

  test('a plan does not warn where the pull request restores the last proved version', () => {
    const proved = { blob: 'v0', commit: 'root' }
    expect(warningsOf({ proved, since: SINCE }, 'v0')).toEqual([])
  })

  test('a plan does not warn of a new file', () => {
    expect(warningsOf(null)).toEqual([])
  })
})
