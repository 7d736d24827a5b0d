import { expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { draft } from '../../../../src/core/cluster/draft-attempt.ts'
import {
  approvalMessage,
  signingRequestManifest,
} from '../../../../src/core/cluster/signing-request-manifest.ts'
import { approvedStep } from '../../../build/approved.ts'
import { evidence, OWNER } from '../../../build/evidence.ts'
import { valueOf } from '../../../build/request.ts'

test('the approval at a terminal names the person and the plan', () => {
  const step = approvedStep()
  expect(approvalMessage(step)).toBe(
    `approved at a terminal by owner as admin; proof sha256:${step.proof.digest}, plan sha256:${'ab'.repeat(32)}`,
  )
})

test('the approval by review names the pull request, the reviewers by id, and the proof', () => {
  const approvals = evidence().approvals.flatMap(one => [one, { ...one, reviewer: OWNER }])
  const proof = {
    kind: 'review',
    evidence: evidence({ approvals }),
    at: new Date(0),
    digest: '7'.repeat(64),
  } as const
  expect(approvalMessage({ ...approvedStep(), proof })).toBe(
    `approved on pull request acme/certs#7 by reviewer (id 1003), owner (id 1002); proof sha256:${'7'.repeat(64)}`,
  )
})

test('the object asks for what was approved: the drafted PKCS#10, signer, usages and lifetime', async () => {
  const step = approvedStep()
  const drafted = valueOf(await draft(step, nodeKeys, null))
  const place = { owner: 'acme', cluster: 'prod', recordNamespace: 'countersign' }
  const { signerName, usages } = step.step.request
  expect(
    signingRequestManifest(step, drafted, place, { name: 'cs-jane-1', seconds: 4000 }),
  ).toMatchObject({
    name: 'cs-jane-1',
    request: drafted.pem,
    signerName,
    usages,
    expirationSeconds: 4000,
  })
})
