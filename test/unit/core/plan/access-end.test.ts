// Requests with an end: which lifetime is asked for, and when nothing more is.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { secondsToAsk, withUntil } from '../../../../src/core/plan/access-end.ts'
import { issuingFacts, planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { withScheduleWarnings } from '../../../../src/core/plan/schedule-warnings.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { withIncompleteDeliveries } from '../../../../src/workflows/plan/incomplete-deliveries.ts'
import { DAY, config, effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

/** The certificate of issuedRecord. */
const EXPIRY = secondsAfter(NOW, 7 * DAY - 300)
const HOUR = 3600

function endingIn(seconds: number): EffectiveRequest {
  return effective({ until: secondsAfter(NOW, seconds) })
}

const DESIRED = { requests: [], refused: [], warnings: new Map(), config: config(), now: NOW }

interface State {
  readonly isIssued?: boolean
  readonly now?: Date
  readonly incomplete?: readonly string[]
  /** The request of the certificate in use, if it is another. */
  readonly inUse?: EffectiveRequest
}

function stepOf(request: EffectiveRequest, state: State = {}) {
  const { isIssued = false, now = NOW, incomplete = [], inUse = request } = state
  const record = requestRecord(request, { issued: issuedRecord(inUse, { incomplete }) })
  const plan = planSteps({
    requests: [request],
    refused: [],
    warnings: new Map(),
    config: config(),
    records: new Map([['prod', isIssued ? [record] : []]]),
    now,
  })
  const [step] = withUntil(withIncompleteDeliveries(plan).steps, now)
  return step
}

describe('the lifetime that is asked for', () => {
  test('without an end it is the duration', () => {
    expect(secondsToAsk(effective(), NOW)).toBe(7 * DAY)
  })

  test('it is the duration where the request ends later', () => {
    expect(secondsToAsk(endingIn(8 * DAY), NOW)).toBe(7 * DAY)
  })

  test('else it leaves the signer a minute before the end', () => {
    expect(secondsToAsk(endingIn(4 * HOUR), NOW)).toBe(4 * HOUR - 60)
  })

  test('eleven minutes before the end it is the shortest that the API server takes, and then none', () => {
    expect(secondsToAsk(endingIn(660), NOW)).toBe(600)
    expect(secondsToAsk(endingIn(659), NOW)).toBeNull()
    expect(secondsToAsk(endingIn(-DAY), NOW)).toBeNull()
  })

  test('a certificate that is signed within the minute never ends after its request', () => {
    const times = fc.integer({ min: 0, max: 40 * DAY })
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 60 }), (left, lag) => {
        const asked = secondsToAsk(endingIn(left), NOW)
        expect(asked === null || asked + lag <= left).toBe(true)
      }),
    )
  })
})

describe('the step of a request with an end', () => {
  test('its certificate is predicted to end before it', () => {
    expect(stepOf(endingIn(4 * HOUR))).toMatchObject({
      kind: 'issue',
      prediction: { lifetimeSeconds: 4 * HOUR - 60 },
    })
  })

  test('a first certificate that would be too short is refused at its until', () => {
    expect(stepOf(endingIn(600))).toMatchObject({
      kind: 'blocked',
      problems: [{ code: 'REQUEST_UNTIL', message: expect.stringContaining('needs 11m until') }],
    })
  })

  test('a certificate that lasts until the end is kept, and no renewal is due', () => {
    const request = effective({ until: secondsAfter(EXPIRY, 659) })
    const kept = { kind: 'keep', because: 'LastCertificate', renewAt: null }
    expect(stepOf(request, { isIssued: true })).toMatchObject(kept)
    expect(stepOf(request, { isIssued: true, now: secondsAfter(EXPIRY, -HOUR) })).toMatchObject(
      kept,
    )
  })

  test('a certificate that ends earlier is renewed', () => {
    const request = effective({ until: secondsAfter(EXPIRY, 660) })
    expect(stepOf(request, { isIssued: true })).toMatchObject({ kind: 'keep', because: 'UpToDate' })
    expect(stepOf(request, { isIssued: true, now: secondsAfter(EXPIRY, -HOUR) })).toMatchObject({
      kind: 'renew',
      prediction: { lifetimeSeconds: HOUR + 600 },
    })
  })

  test('after its end nothing is renewed, and a lost Secret is not written again', () => {
    const request = effective({ until: secondsAfter(EXPIRY, 100) })
    for (const now of [EXPIRY, secondsAfter(EXPIRY, DAY)])
      for (const incomplete of [[], ['Secret apps/jane-tls']])
        expect(stepOf(request, { isIssued: true, now, incomplete })).toMatchObject({
          kind: 'keep',
          because: 'Ended',
          renewAt: null,
        })
  })

  test('until then a Secret that lost its certificate gets it again', () => {
    const request = effective({ until: secondsAfter(EXPIRY, 100) })
    expect(stepOf(request, { isIssued: true, incomplete: ['Secret apps/jane-tls'] })).toMatchObject(
      { kind: 'renew', because: 'CertificateMissingFromSink' },
    )
  })
})

test('a request whose only certificate ends with it is not warned of a late renewal', () => {
  const step = stepOf(endingIn(HOUR))
  const [warned] = withScheduleWarnings(step === undefined ? [] : [step])
  expect(warned).toMatchObject({ kind: 'issue', warnings: [] })
})

describe('an end that was lowered below that of the certificate in use', () => {
  const inUse = effective()
  const lowered = endingIn(HOUR)

  test('until then another certificate is issued', () => {
    expect(stepOf(lowered, { isIssued: true, inUse })).toMatchObject({ kind: 'reissue' })
  })

  test('in the last eleven minutes that is refused', () => {
    const now = secondsAfter(NOW, HOUR - 659)
    expect(stepOf(lowered, { isIssued: true, inUse, now })).toMatchObject({ kind: 'blocked' })
  })

  test('after the end the certificate in use is withdrawn, because it would work longer', () => {
    for (const now of [secondsAfter(NOW, HOUR), secondsAfter(NOW, DAY)])
      expect(stepOf(lowered, { isIssued: true, inUse, now })).toMatchObject({
        kind: 'withdraw',
        because: 'Ended',
        end: lowered.until,
      })
  })

  test('a certificate that has ended by then is not withdrawn', () => {
    const now = secondsAfter(EXPIRY, DAY)
    const request = effective({ until: secondsAfter(EXPIRY, 10) })
    expect(stepOf(request, { isIssued: true, inUse, now })).toMatchObject({ kind: 'blocked' })
  })

  test('a request that ended and was withdrawn asks for nothing', () => {
    const request = effective({ until: NOW })
    const withdrawn = requestRecord(request, { issued: null })
    const issue = {
      kind: 'issue',
      because: 'NoCertificateYet',
      ...issuingFacts(request, withdrawn, DESIRED),
    } as const
    expect(withUntil([issue], NOW)).toEqual([])
    expect(withUntil([{ ...issue, record: null }], NOW)).toMatchObject([{ kind: 'blocked' }])
  })
})
