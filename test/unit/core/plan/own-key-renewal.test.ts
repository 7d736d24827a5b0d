// Whether a requester has to fetch a certificate that was renewed for their own key, and until when.
import { expect, test } from '@jest/globals'
import type { IssuedRecord } from '../../../../src/domain/cluster/record.ts'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import { withIncompleteDeliveries } from '../../../../src/workflows/plan/incomplete-deliveries.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { fetchReminder } from '../../../../src/core/plan/own-key-renewal.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { DAY, config, effective, secretSink } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'

const ARTIFACT: Sink = { kind: 'artifact', name: 'jane', format: null, recipients: [] }
const OWN = ownKey()
const JANE = effective({ key: OWN, sinks: [secretSink(), ARTIFACT] })
const inDays = (days: number): Date => secondsAfter(NOW, days * DAY)

function ownKey(): EffectiveRequest['key'] {
  const { der } = opensslRequest({ subject: '/O=developers/CN=jane' })
  return { kind: 'own', pkcs10: valueOf(readPkcs10(der)) }
}

/** The step of a request with a certificate that was issued at NOW for seven days. */
function stepOf(
  request: EffectiveRequest,
  changes: Partial<IssuedRecord> = {},
  now = NOW,
  inUse = request,
): Step {
  const plan = planSteps({
    requests: [request],
    refused: [],
    warnings: new Map(),
    config: config(),
    records: new Map([
      ['prod', [requestRecord(request, { issued: issuedRecord(inUse, changes) })]],
    ]),
    now,
  })
  const [step] = withIncompleteDeliveries(plan).steps
  if (step === undefined) throw new Error('no step')
  return step
}

const reminded = (step: Step, now = NOW, isIssued = false): Date | null =>
  fetchReminder(step, { isIssued, pullRequest: 7, isOfSeveral: false, now })?.until ?? null

test('the reminder starts two weeks before the previous certificate ends, and ends with it', () => {
  const step = stepOf(JANE, { beforeUntil: inDays(20) })
  expect(reminded(step, secondsAfter(inDays(6), -1))).toBeNull()
  expect(reminded(step, inDays(6))).toEqual(inDays(20))
  expect(reminded(step, secondsAfter(inDays(20), -1))).toEqual(inDays(20))
  expect(reminded(step, inDays(20))).toBeNull()
})

test('there is no reminder without a previous certificate, for a generated key, or without an artifact', () => {
  expect(reminded(stepOf(JANE))).toBeNull()
  const before = { beforeUntil: inDays(1) }
  expect(reminded(stepOf(JANE, before))).toEqual(inDays(1))
  expect(reminded(stepOf(effective({ key: OWN }), before))).toBeNull()
  expect(reminded(stepOf(effective({ sinks: [ARTIFACT] }), before))).toBeNull()
})

test('after a renewal the reminder names the end of the previous certificate, if it has the same key', () => {
  const now = inDays(6)
  const ends = secondsAfter(inDays(7), -300)
  expect(stepOf(JANE, {}, now).kind).toBe('renew')
  expect(reminded(stepOf(JANE, {}, now), now, true)).toEqual(ends)
  expect(reminded(stepOf(JANE, {}, now), now, false)).toBeNull()
  const replaced = stepOf(effective({ ...JANE, key: ownKey() }), {}, NOW, JANE)
  expect(replaced.kind).toBe('reissue')
  expect(reminded(replaced, NOW, true)).toBeNull()
})

test('a certificate that is only written into a sink again is no renewal', () => {
  const incomplete = ['Secret apps/jane-tls']
  expect(stepOf(JANE, { incomplete }).because).toBe('CertificateMissingFromSink')
  expect(reminded(stepOf(JANE, { incomplete }), NOW, true)).toBeNull()
  const beforeUntil = inDays(1)
  expect(reminded(stepOf(JANE, { incomplete, beforeUntil }), NOW, true)).toEqual(beforeUntil)
})

test('the hint names the comment, or the run without a comment, and the cluster if there are several', () => {
  const step = stepOf(JANE, { beforeUntil: inDays(1) })
  const hintOf = (pullRequest: number | null, its = step, isOfSeveral = false) =>
    fetchReminder(its, { isIssued: false, pullRequest, isOfSeveral, now: NOW })?.problem.hint
  expect(hintOf(7)).toMatch(/comment on #7 .* --pr 7 --merge$/)
  expect(hintOf(7, step, true)).toMatch(/--pr 7 --cluster prod --merge$/)
  expect(hintOf(null)).toMatch(/artifact jane of the run .* --artifact jane /)
  const served = effective({ ...JANE, usages: ['server auth'] })
  expect(hintOf(7, stepOf(served, { beforeUntil: inDays(1) }))).not.toContain('kubeconfig')
})
