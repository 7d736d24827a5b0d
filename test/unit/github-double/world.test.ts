// The double stays consistent for any actions.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { isAncestor } from '../../github-double/git/git-history.ts'
import { idOf } from '../../github-double/git/git-objects.ts'
import type { ActivityState } from '../../github-double/state.ts'
import { randomHistory } from './random-history.ts'
import type { RandomHistory } from './random-history.ts'
import { ASKED_SEED, runs } from '../../build/extent.ts'

const ROLLS = fc.array(fc.nat({ max: 2 ** 30 }), { minLength: 20, maxLength: 40, size: 'max' })

/** Rows of a branch follow each other, and the last names its tip. */
function checkActivity({ repository }: RandomHistory): void {
  const last = new Map<string, ActivityState>()
  for (const row of repository.activity) {
    expect(row.before).toBe(last.get(row.branch)?.after ?? null)
    expect(row.after).not.toBe(row.before)
    last.set(row.branch, row)
  }
  const tips = [...last.values()].filter(row => row.after !== null)
  expect(new Map(tips.map(row => [row.branch, row.after]))).toEqual(new Map(repository.branches))
}

/** A force push loses commits, and no other push does. */
function checkForce({ world, repository }: RandomHistory): void {
  for (const { kind, before, after } of repository.activity) {
    if (before === null || after === null) continue
    expect(isAncestor(world.state.objects, before, after)).toBe(kind !== 'force_push')
  }
}

function checkPullRequests({ world, repository }: RandomHistory): void {
  for (const pr of repository.pullRequests) {
    const head = world.headOf(pr)
    expect(pr.headCommit).toBe(head)
    if (pr.state === 'open') {
      expect(world.commitsOf(pr).at(-1)).toBe(head)
      expect(world.isAncestor(head, world.tipOf(repository, pr.base))).toBe(false)
    }
    expect([pr.mergedAt, pr.mergedById, pr.mergeCommit].map(part => part !== null)).toEqual(
      Array.from({ length: 3 }, () => pr.state === 'merged'),
    )
    if (pr.state !== 'merged') continue
    expect(pr.timeline.filter(({ kind }) => kind === 'merged')).toHaveLength(1)
    const moved = repository.activity.filter(
      row =>
        row.branch === pr.base &&
        row.at === pr.mergedAt &&
        row.actorId === pr.mergedById &&
        row.after !== null &&
        world.isAncestor(pr.mergeCommit ?? '', row.after),
    )
    expect(moved.length).toBeGreaterThan(0)
    expect(world.associatedPullRequests(repository, pr.mergeCommit ?? '')).toContain(pr)
  }
}

describe('any history of the double', () => {
  test('activity, branches and pull requests are consistent in any history', () => {
    let steps = 0
    fc.assert(
      fc.property(ROLLS, rolls => {
        steps += randomHistory(rolls, history => {
          checkActivity(history)
          checkPullRequests(history)
        }).done
      }),
      { numRuns: runs(40, 10), seed: ASKED_SEED ?? 1 },
    )
    expect(steps).toBeGreaterThan(40)
  })

  test('a push is forced exactly where it loses commits', () =>
    fc.assert(
      fc.property(ROLLS, rolls => checkForce(randomHistory(rolls))),
      { numRuns: runs(40) },
    ))

  test('objects are stored under their own ids', () =>
    fc.assert(
      fc.property(ROLLS, rolls => {
        const { world } = randomHistory(rolls)
        for (const [id, object] of world.state.objects) expect(idOf(object)).toBe(id)
      }),
      { numRuns: runs(20, 5) },
    ))
})
