import { describe, expect, test } from '@jest/globals'
import type { AccessEnd } from '../../../../src/domain/cluster/grant.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type {
  BlockedStep,
  KeepStep,
  RenewStep,
  Step,
} from '../../../../src/domain/cluster/plan-step.ts'
import type { IssuedRecord, RecordedApproval } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import {
  recordedApproval,
  recordedCertificate,
} from '../../../../src/core/plan/certificate-history.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { leafOf } from '../../../../src/core/plan/current-certificate.ts'
import { statusRows, stepsLeft } from '../../../../src/output/terminal/status-rows.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective, subject } from '../../../build/effective.ts'
import { evidence } from '../../../build/evidence.ts'
import { NOW, issuedRecord } from '../../../build/issued.ts'
import { inDays } from '../../../build/status-rows.ts'

const REQUEST = effective({ access: [{ clusterRole: 'view', namespaces: ['apps', 'web'] }] })
const PROBLEM: Problem = { code: 'APPROVAL_MISSING', at: null, message: 'no review', hint: null }

function issued(changes: Partial<IssuedRecord> = {}): IssuedRecord {
  return { ...issuedRecord(REQUEST), ...changes }
}

function keep(current: IssuedRecord, warnings: readonly Problem[] = []): KeepStep {
  const dates = { until: inDays(6), renewAt: inDays(4) }
  return { ...issueStep(REQUEST), kind: 'keep', because: 'UpToDate', current, warnings, ...dates }
}

function renew(until = inDays(2), failures = 0): RenewStep {
  const step = issueStep(REQUEST)
  const failed = { count: failures, lastAt: NOW, effective: step.effective }
  const record = { ...newRecord('jane', 'prod'), failures: failures === 0 ? null : failed }
  return { ...step, kind: 'renew', because: 'RenewalDue', current: issued(), until, record }
}

function blocked(current: IssuedRecord | null): BlockedStep {
  const place = { name: 'jane', cluster: 'prod', path: 'requests/jane.yaml' }
  return { kind: 'blocked', because: 'Refused', problems: [PROBLEM], validUntil: null, current, ...place } // prettier-ignore
}

const rowOf = (step: Step) => statusRows({ steps: [step] }, NOW, null)[0]

describe('a row of the status', () => {
  test('a row has serial and SHA-256 of the certificate in use', () => {
    const current = issued()
    const leaf = leafOf(current)
    expect(rowOf(keep(current))).toMatchObject({
      serial: leaf?.serial,
      sha256: leaf?.sha256,
      validFrom: leaf?.notBefore,
    })
  })

  test('nobody approved a certificate whose record was lost, although its file is approved', () => {
    const current = issued({ proof: { ...issued().proof, kind: 'review', evidence: evidence() } })
    const leaf = leafOf(current)
    if (leaf === null) throw new Error('no certificate')
    const of = { n: 1, objectName: 'a', targets: [], proof: '', grant: null }
    const approvers = (approval: RecordedApproval | null) => {
      const history = [recordedCertificate(leaf, { ...of, approval })]
      return rowOf({ ...keep(current), record: { ...newRecord('jane', 'prod'), history } })
    }
    const known = recordedApproval(current, current.proof)
    expect(approvers(known)).toMatchObject({ approvedBy: ['reviewer'], pullRequest: 7 })
    expect(approvers(null)).toMatchObject({ approvedBy: [], pullRequest: null, rule: null })
  })

  test('a file was written, and nothing is said about what it holds now', () => {
    const file = { kind: 'file', path: 'out/jane.pem', format: null } as const
    const secret = REQUEST.sinks
    const stateOf = (sinks: EffectiveRequest['sinks'], warnings: readonly Problem[] = []) =>
      rowOf({ ...keep(issued(), warnings), request: { ...REQUEST, sinks } })?.state
    expect(stateOf([file])).toBe('written to file out/jane.pem')
    expect(stateOf([...secret, file])).toBe(
      'stored in Secret apps/jane-tls; written to file out/jane.pem',
    )
    expect(stateOf([file, ...secret], [{ ...PROBLEM, code: 'SINK_UNKNOWN' }])).toBe(
      'unknown whether stored in Secret apps/jane-tls; written to file out/jane.pem',
    )
  })

  test('only a file on the default branch renews by itself; without a known branch nothing else is said', () => {
    const step = keep(issued())
    const next = (paths: readonly string[] | null) =>
      statusRows({ steps: [step] }, NOW, null, new Map(), paths && new Set(paths))[0]?.next
    const { path } = step.request
    expect([next([path]), next(null)]).toEqual(['renews by itself', 'renews by itself'])
    expect(next([])).toBe(
      'renewed by countersign apply only: the default branch of this checkout lacks its file',
    )
    const due = statusRows({ steps: [renew()] }, NOW, null, new Map(), new Set())
    expect(due[0]?.next).toBe('made by the next apply')
  })

  test('whether a renewal of a changed file is made depends on the approval of the change', () => {
    const step = renew()
    const changed = { ...step, request: { ...step.request, blob: 'e'.repeat(40) } }
    const [row] = statusRows({ steps: [changed] }, NOW, null)
    expect(row?.next).toBe('made by the next apply if it is approved')
  })

  test('a row has who approved, in which pull request, by which rule', () => {
    const proof = { kind: 'review', by: 'x', digest: '0', evidence: evidence() } as const
    expect(rowOf(keep(issued({ proof })))).toMatchObject({
      approvedBy: ['reviewer'],
      pullRequest: 7,
      rule: 'people',
      repository: 'acme/certs',
      commit: 'c'.repeat(40),
    })
  })

  test('a proof at a terminal is by the user of that machine', () => {
    const proof = { kind: 'terminal', by: 'owner', digest: '0', evidence: null } as const
    expect(rowOf(keep(issued({ proof })))).toMatchObject({
      approvedBy: ['owner at a terminal'],
      pullRequest: null,
      rule: null,
      commit: null,
    })
  })

  test('roles are those that were granted, not those that the file asks for now', () => {
    const granted = { places: [{ clusterRole: 'edit', namespace: null }], roles: {}, namespaces: {} } // prettier-ignore
    const place = { name: 'jane', cluster: 'prod', path: 'requests/jane.yaml', sinks: [] }
    const step: Step = { kind: 'withdraw', because: 'FileRemoved', ...place, current: issued({ granted }), until: inDays(1), record: null, bindings: null } // prettier-ignore
    expect(rowOf(step)?.roles).toEqual(['edit in the whole cluster'])
    expect(rowOf(keep(issued({ granted })))?.roles).toEqual(['edit in the whole cluster'])
    expect(rowOf(keep(issued()))?.roles).toEqual([])
  })

  test('a blocked request has the serial of the certificate that is still in use', () => {
    const current = issued()
    expect(rowOf(blocked(current))).toMatchObject({
      serial: leafOf(current)?.serial,
      who: 'CN=jane, O=developers',
      path: 'requests/jane.yaml',
    })
    expect(rowOf(blocked(null))).toMatchObject({ serial: null, who: '-', approvedBy: [] })
  })

  test('a blocked request that was never issued has the subject that it asks for', () => {
    const { subject } = REQUEST
    expect(rowOf({ ...blocked(null), subject })?.who).toBe('CN=jane, O=developers')
    const refused = { kind: 'refused', step: issueStep(REQUEST), problems: [PROBLEM] } as const
    const [left] = stepsLeft([refused])
    expect(left && rowOf(left)?.who).toBe('CN=jane, O=developers')
  })

  test.each([
    ['a kept certificate', keep(issued()), false],
    ['a sink that cannot be read', keep(issued(), [{ ...PROBLEM, code: 'SINK_UNKNOWN' }]), true],
    ['a renewal that is due', renew(), false],
    ['a renewal that failed', renew(inDays(2), 1), true],
    ['a certificate that expired', renew(NOW), true],
    ['a blocked request', blocked(null), true],
  ] as const)('%s needs attention if it does not go on by itself', (_title, step, expected) =>
    expect(rowOf(step)?.needsAttention).toBe(expected),
  )
})

test('a row of a changed file has the names of the certificate in use, not those of the file', () => {
  const current = issued()
  const request = effective({ subject: subject('CN=joe'), access: [] })
  const step = { ...issueStep(request), kind: 'reissue', current, until: inDays(6) } as Step
  expect(rowOf(step)).toMatchObject({
    who: expect.stringContaining('CN=jane'),
    state: 'to reissue',
    next: 'made by the next apply if it is approved',
  })
})

describe('the steps that a run left', () => {
  const left = (outcome: StepOutcome) => stepsLeft([outcome])
  const step = renew()

  test('a step that was carried out is not left', () => {
    const kinds = [
      { kind: 'withdrawn', step, emptied: [], notAfter: null, bindings: null, warnings: [] },
      { kind: 'issued', step, serial: '', sha256: '', notAfter: NOW, certificate: '', stored: [], logsInAs: null, roles: [], warnings: [] },
    ] as const // prettier-ignore
    expect(stepsLeft(kinds)).toEqual([])
  })

  test('a kept step and a step that was blocked before are left as they are', () => {
    expect(left({ kind: 'kept', step })).toEqual([step])
    const stopped = blocked(null)
    expect(left({ kind: 'refused', step: stopped, problems: [PROBLEM] })).toEqual([stopped])
  })

  test('a refused, waiting or failed step is blocked, with its certificate', () => {
    for (const outcome of [
      { kind: 'refused', step, problems: [PROBLEM] },
      { kind: 'waiting', step, problem: PROBLEM },
      { kind: 'failed', step, problems: [PROBLEM] },
    ] as const)
      expect(left(outcome)).toMatchObject([
        { kind: 'blocked', name: 'jane', problems: [PROBLEM], validUntil: step.until, current: step.current }, // prettier-ignore
      ])
    expect(left({ kind: 'refused', step: issueStep(), problems: [PROBLEM] })).toMatchObject([
      { kind: 'blocked', validUntil: null, current: null },
    ])
  })
})

describe('the end of access', () => {
  const current = issued()
  const sha256 = leafOf(current)?.sha256 ?? ''
  const shown = (step: Step, of: string, end: AccessEnd = 'access revoked') =>
    statusRows({ steps: [step] }, NOW, null, new Map([[of, end]]))

  test('a certificate with revoked access is not renewed by itself', () => {
    expect(shown(keep(current), sha256)).toMatchObject([
      {
        state: 'access revoked',
        renewAt: null,
        needsAttention: true,
        next: 'still logs in until it expires; to grant access again, raise reissue in its file; to end it, set withdraw: true',
      },
    ])
  })

  test.each([
    [
      'a new key after a revocation',
      'access revoked',
      'again, run: countersign new jane --own-key --rekey; ',
    ],
    [
      'a reissue after somebody deleted its binding',
      'access removed',
      'again, raise reissue in its file; ',
    ],
  ] as const)('a certificate for an own key gets access again by %s', (_title, end, next) => {
    const step = { ...keep(current), renewAt: null }
    const key = { ...step.request.key, kind: 'own' }
    const request = { ...step.request, key } as EffectiveRequest
    expect(shown({ ...step, request }, sha256, end)).toMatchObject([
      { next: expect.stringContaining(next) },
    ])
  })

  test.each([
    ['revoked, but still bound', 'still has access by its bindings'],
    ['revoked, bindings unknown', 'may still have access by bindings'],
  ] as const)('a certificate that is %s has to be revoked once more', (end, says) => {
    const next = `${says}: countersign revoke jane --cluster prod`
    expect(shown(keep(current), sha256, end)).toMatchObject([{ state: end, renewAt: null, next }])
  })

  test.each([
    ['the time of its renewal', keep(current), inDays(4)],
    ['that its renewal is due', { ...renew(), current }, NOW],
  ])('a certificate without a binding shows %s, which grants access again', (_title, step, at) => {
    const next =
      'still logs in, and its renewal grants access again if role and namespace exist; to end it: countersign revoke jane --cluster prod'
    const row = { state: 'access removed', renewAt: at, next, needsAttention: true }
    expect(shown(step, sha256, 'access removed')).toMatchObject([row])
  })

  test('a certificate without a binding that no run renews says how to grant access again', () => {
    const [row] = shown({ ...keep(current), renewAt: null }, sha256, 'access removed')
    expect(row).toMatchObject({ renewAt: null, next: expect.stringContaining('raise reissue') })
  })

  test('a certificate without a binding whose namespace was made again has no renewal, which apply would refuse', () => {
    const changed = { ...PROBLEM, code: 'ACCESS_NAMESPACE_CHANGED' } as const
    const [row] = shown(keep(current, [changed]), sha256, 'access removed')
    expect(row).toMatchObject({ renewAt: null, next: expect.stringContaining('raise reissue') })
  })

  test('a revoked certificate without access keeps its groups, and its renewal is shown', () => {
    const [row] = shown(keep(current), sha256, 'revoked, without access')
    const next = expect.stringContaining('keeps the rights of its name and groups')
    expect(row).toMatchObject({ state: 'revoked, without access', renewAt: inDays(4), next })
  })

  test.each([
    [
      'a file',
      false,
      'access revoked: issued only if approved and merged after that; needs a new key',
    ],
    ['an own key', true, 'access revoked: needs a new key'],
  ])(
    'a changed request of %s that was revoked does not promise the next apply',
    (_, isOwn, next) => {
      const step = renew()
      const problem = {
        code: 'ACCESS_REVOKED',
        at: null,
        message: '',
        hint: 'needs a new key',
      } as const
      const key = isOwn ? { kind: 'own' } : step.request.key
      const revoked = { ...step, request: { ...step.request, key }, warnings: [problem] } as Step
      expect(shown(revoked, '')).toMatchObject([{ next, needsAttention: true }])
    },
  )

  test('the revocation of another certificate changes nothing', () => {
    expect(shown(keep(current), '0'.repeat(64))).toEqual([rowOf(keep(current))])
  })

  test('a certificate with revoked access that is due is not renewed by itself', () => {
    expect(shown({ ...renew(), current }, sha256)).toMatchObject([
      { state: 'access revoked', renewAt: null },
    ])
  })

  test('a withdrawal that is asked for stays a withdrawal', () => {
    const place = { name: 'jane', cluster: 'prod', path: 'requests/jane.yaml', sinks: [] }
    const step: Step = { kind: 'withdraw', because: 'WithdrawAsked', ...place, current, until: inDays(1), record: null, bindings: null } // prettier-ignore
    expect(shown(step, sha256)).toEqual([rowOf(step)])
  })

  test('a blocked request keeps its problem', () => {
    expect(shown(blocked(current), sha256)).toEqual([rowOf(blocked(current))])
  })
})

describe('a certificate of a request with an end', () => {
  const ending = (seconds: number, because: KeepStep['because']): KeepStep => {
    const request = effective({ until: new Date(NOW.getTime() + seconds * 1000) })
    const until = new Date(NOW.getTime() + (seconds - 60) * 1000)
    const current = issuedRecord(request)
    return { ...issueStep(request), kind: 'keep', because, current, warnings: [], until, renewAt: null } // prettier-ignore
  }

  test('in its last eleven minutes it still works, and the row says when it ends', () => {
    const next = 'ends at 2026-03-01 12:05Z, as its file says'
    expect(rowOf(ending(300, 'Ended'))).toMatchObject({ next })
  })

  test('while it is renewed the row says when the access ends', () => {
    const step = { ...ending(7200, 'UpToDate'), renewAt: inDays(0.01) }
    const { request } = step
    expect(rowOf(step)).toMatchObject({
      accessUntil: request.until,
      next: 'renews by itself; the access ends at 2026-03-01 14:00Z, as its file says',
    })
  })

  test('a removed binding does not make one that has expired log in', () => {
    const step = ending(-300, 'Ended')
    const ended = new Map<string, AccessEnd>([[rowOf(step)?.sha256 ?? '', 'access removed']])
    const [row] = statusRows({ steps: [step] }, NOW, null, ended)
    expect(row).toMatchObject({
      next: expect.stringMatching(/^ended at 2026-03-01 11:55Z/),
      needsAttention: false,
    })
  })
})
