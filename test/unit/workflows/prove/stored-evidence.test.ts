import { describe, expect, test } from '@jest/globals'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import type { Config } from '../../../../src/domain/request/config.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { Step, WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { IssuedRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { KUBE_APISERVER_CLIENT } from '../../../../src/domain/request/signer.ts'
import {
  trustedEvidence,
  isOf,
  isWhole,
  recordedEvidence,
} from '../../../../src/workflows/prove/stored-evidence.ts'
import { issueStep } from '../../../build/approved.ts'
import { clusterConfig, config, effective } from '../../../build/effective.ts'
import { authority, issuedRecord, NOW, pemOf, requestRecord } from '../../../build/issued.ts'
import { usualEvidence } from '../../../build/proof.ts'

const OTHER_SIGNER = 'example.com/other'
const REQUEST = effective({ path: 'requests/jane.yaml', blob: 'b' })
const SIGNER = authority('signer')
const EVIDENCE = usualEvidence({ path: REQUEST.path, blob: 'b' })

/** Issued by `SIGNER`, with evidence that fits its digest. */
function issuedWith(changes: Partial<IssuedRecord> = {}, evidence: Evidence | null = EVIDENCE) {
  const digest = evidence === null ? '' : evidenceDigest(evidence)
  return issuedRecord(REQUEST, {
    certificate: pemOf(SIGNER.issue({ request: REQUEST })),
    proof: { kind: 'review', by: 'reviewer', digest, evidence },
    ...changes,
  })
}

function stepWith(issued: IssuedRecord | null = issuedWith(), request = REQUEST): Step {
  return { ...issueStep(request), record: requestRecord(REQUEST, { issued }) }
}

/** The cluster prod with this authority as the CA of its signer. */
function signedBy({ certificate } = SIGNER): Config {
  const signer = {
    name: KUBE_APISERVER_CLIENT,
    certificateAuthority: pemOf(certificate),
    maxDurationSeconds: null,
  }
  return config({ clusters: [clusterConfig({ signers: [signer] })] })
}

describe('the evidence of a record', () => {
  const isRead = (step: Step | null, by: Config = config()): boolean =>
    recordedEvidence(step, by, NOW) !== null

  test('evidence is read if it fits its digest and the signer signed the certificate with it', () => {
    const issued = issuedWith()
    expect(recordedEvidence(stepWith(issued), signedBy(), NOW)).toEqual({
      evidence: EVIDENCE,
      issued,
    })
  })

  test('evidence is not read if another signer signed the certificate with it', () => {
    expect(isRead(stepWith(), signedBy(authority('signer')))).toBe(false)
  })

  test('evidence is read with any certificate if the configuration does not name the CA of the signer', () => {
    expect(isRead(stepWith())).toBe(true)
    const other = [{ ...signedBy().clusters[0]!.signers[0]!, name: OTHER_SIGNER }]
    expect(isRead(stepWith(), config({ clusters: [clusterConfig({ signers: other })] }))).toBe(true)
  })

  test.each<[string, Step | null]>([
    ['without a step', null],
    ['without a record', issueStep(REQUEST)],
    ['before the first issue', stepWith(null)],
    ['where the record holds none', stepWith(issuedWith({}, null))],
    [
      'if it does not fit its digest',
      stepWith(
        issuedWith({
          proof: { kind: 'review', by: 'reviewer', digest: '0'.repeat(64), evidence: EVIDENCE },
        }),
      ),
    ],
    ['if the certificate with it cannot be read', stepWith(issuedWith({ certificate: 'none' }))],
  ])('evidence is not read %s', (_, step) => {
    expect(isRead(step)).toBe(false)
  })

  test('evidence is not read if the CA of the signer cannot be read', () => {
    const signer = { ...signedBy().clusters[0]!.signers[0]!, certificateAuthority: 'none' }
    const by = config({ clusters: [clusterConfig({ signers: [signer] })] })
    expect(isRead(stepWith(), by)).toBe(false)
  })

  test('evidence is not read if the configuration no longer has the cluster', () => {
    const by = config({ clusters: [clusterConfig({ name: 'staging' })] })
    expect(isRead(stepWith(), by)).toBe(false)
  })
})

describe('the evidence of a request', () => {
  const isBelieved = (step: Step, path = REQUEST.path, blob: string | null = 'b'): boolean =>
    trustedEvidence(step, path, blob, config(), NOW) !== null

  test('evidence counts only for the path and the bytes that were issued', () => {
    expect(isBelieved(stepWith())).toBe(true)
    expect(isBelieved(stepWith(), 'requests/joe.yaml')).toBe(false)
    expect(isBelieved(stepWith(), REQUEST.path, 'c')).toBe(false)
    expect(isBelieved(stepWith(), REQUEST.path, null)).toBe(false)
  })

  test('evidence counts only for a request with the names of the certificate', () => {
    expect(isBelieved(stepWith(issuedWith(), effective({ organizations: ['admins'] })))).toBe(false)
  })

  test('evidence counts for a withdrawal, which requests no names', () => {
    const issued = issuedWith()
    const step: WithdrawStep = {
      kind: 'withdraw',
      because: 'WithdrawAsked',
      name: 'jane',
      cluster: 'prod',
      path: REQUEST.path,
      sinks: [],
      record: requestRecord(REQUEST, { issued }),
      bindings: null,
      current: issued,
      until: null,
    }
    expect(isBelieved(step)).toBe(true)
  })
})

describe('the certificate of a request', () => {
  const isOfRequest = (issued: Partial<IssuedRecord>, request = REQUEST): boolean =>
    isOf(issuedWith(issued), request, config())

  test('a certificate belongs to a request with its names and its signer', () => {
    expect(isOfRequest({})).toBe(true)
  })

  test.each<[string, Partial<IssuedRecord>, EffectiveRequest]>([
    ['other names', {}, effective({ organizations: ['admins'] })],
    ['another signer', {}, effective({ signerName: OTHER_SIGNER })],
    ['a certificate of another signer with the same names', { signerName: OTHER_SIGNER }, REQUEST],
    ['a cluster that the configuration does not have', {}, effective({ cluster: 'staging' })],
    ['a certificate that cannot be read', { certificate: 'none' }, REQUEST],
  ])('a certificate does not belong to a request with %s', (_, issued, request) => {
    expect(isOfRequest(issued, request)).toBe(false)
  })
})

describe('evidence and its certificate', () => {
  const issued = issuedWith()
  const whole = { ...EVIDENCE, meaning: issued.effective }

  test('evidence and certificate belong together if both name the same file and the same effective request', () => {
    expect(isWhole({ evidence: whole, issued })).toBe(true)
  })

  test.each<[string, Partial<Evidence>]>([
    ['another path', { path: 'requests/joe.yaml' }],
    ['other bytes', { blob: 'c' }],
    ['another effective request', { meaning: 'other' }],
  ])('evidence does not belong to a certificate if it names %s', (_, changes) => {
    expect(isWhole({ evidence: { ...whole, ...changes }, issued })).toBe(false)
  })
})
