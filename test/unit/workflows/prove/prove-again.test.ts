import { describe, expect, test } from '@jest/globals'
import { FreshProofs } from '../../../../src/workflows/prove/prove-again.ts'
import type { Reviewed } from '../../../../src/workflows/prove/review-steps.ts'
import { ok } from '../../../../src/domain/problem.ts'
import type { IssuingStep } from '../../../../src/domain/cluster/plan-step.ts'
import { standIn } from '../../../build/stand-in.ts'
import type { BlockedStep, Plan } from '../../../../src/domain/cluster/plan-step.ts'
import { approvedStep, issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { NOW } from '../../../build/issued.ts'

const STEP: IssuingStep = issueStep()

/** The result of a review, as far as proofs read it. */
function reviewed(isApproved: boolean): Reviewed {
  const approved = isApproved ? [approvedStep()] : []
  return standIn<Reviewed>({ approved, refused: [], plan: standIn<Plan>({ steps: [] }) })
}

describe('the age of a proof', () => {
  test.each([
    ['a moment', 1, 0],
    ['half a minute', 30, 1],
    ['minutes', 300, 1],
  ])('a proof is repeated if its first query was %s ago', async (_, seconds, times) => {
    let asked = 0
    const again = async () => {
      asked += 1
      return ok(reviewed(false))
    }
    const since = new Date(NOW.getTime() - seconds * 1000)
    const clock = { now: () => NOW, sleep: async () => undefined }
    const proofs = new FreshProofs({ reviewed: reviewed(true), since }, [STEP], again, clock)
    expect((await proofs.approve(STEP)).ok).toBe(times === 0)
    expect(asked).toBe(times)
  })
})

test('old proofs of steps that wait are repeated together', async () => {
  const names = ['jane', 'lee', 'mark']
  const steps = names.map(name => issueStep(effective({ name })))
  const found = standIn<Reviewed>({
    approved: names.map(name => approvedStep(effective({ name }))),
    refused: [],
    plan: standIn<Plan>({ steps: [] }),
  })
  const asked: (readonly string[])[] = []
  const again = async (paths: ReadonlySet<string>) => {
    asked.push([...paths])
    return ok(found)
  }
  const clock = { now: () => NOW, sleep: async () => undefined }
  const proofs = new FreshProofs({ reviewed: found, since: new Date(0) }, steps, again, clock)
  for (const step of steps) expect((await proofs.approve(step)).ok).toBe(true)
  expect(asked).toEqual([names.map(name => `requests/${name}.yaml`)])
})

test('a repeated proof ends a step that is blocked since, and not another one', async () => {
  const problem = { code: 'POLICY_DURATION', at: null, message: 'no policy', hint: null } as const
  const other = issueStep(effective({ name: 'mark', path: 'requests/mark.yaml' }))
  const { name, cluster, path } = other.request
  const blocked: BlockedStep = {
    kind: 'blocked',
    because: 'Refused',
    name,
    cluster,
    path,
    problems: [problem],
    validUntil: null,
  }
  const found = standIn<Reviewed>({
    approved: [approvedStep()],
    refused: [],
    plan: standIn<Plan>({ steps: [blocked] }),
  })
  const clock = { now: () => NOW, sleep: async () => undefined }
  const first = { reviewed: reviewed(true), since: new Date(0) }
  const proofs = new FreshProofs(first, [STEP, other], async () => ok(found), clock)
  expect((await proofs.approve(STEP)).ok).toBe(true)
  expect(await proofs.approve(other)).toEqual({ ok: false, problems: [problem] })
})
