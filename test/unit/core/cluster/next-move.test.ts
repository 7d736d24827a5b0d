import { describe, expect, test } from '@jest/globals'
import type {
  Condition,
  SigningRequest,
  SigningRequestManifest,
} from '../../../../src/domain/cluster/signing-request.ts'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { isOurs, nextMove } from '../../../../src/core/cluster/create-approve-wait.ts'
import type { GeneratedKey } from '../../../../src/ports/keys.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { writePkcs10 } from '../../../../src/lib/x509/pkcs10-write.ts'

const APPROVED: Condition = {
  type: 'Approved',
  status: 'True',
  reason: 'CountersignApproved',
  message: 'by a person',
}
const DENIED: Condition = { type: 'Denied', status: 'True', reason: 'KubectlDeny', message: 'no' }
const FAILED: Condition = {
  type: 'Failed',
  status: 'True',
  reason: 'SignerValidationFailure',
  message: 'bad usage',
}

const MANIFEST: SigningRequestManifest = {
  name: 'cs-jane-00000000-1',
  labels: {},
  annotations: {},
  request: 'the request',
  signerName: 'kubernetes.io/kube-apiserver-client',
  usages: ['digital signature', 'client auth'],
  expirationSeconds: 3600,
}

const ECDSA = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Never' } as const

function requestBy(key: GeneratedKey): string {
  const asked = { subject: [], sans: [], keyUsage: [], extendedKeyUsage: [] }
  return encodePem(
    'CERTIFICATE REQUEST',
    writePkcs10({ ...asked, spki: key.spki, sign: data => key.sign(data) }),
  )
}

function seen(changes: Partial<SigningRequest> = {}): SigningRequest {
  return {
    ...MANIFEST,
    version: { uid: 'u', resourceVersion: '1' },
    createdAt: new Date(0),
    username: 'countersign',
    groups: [],
    conditions: [],
    certificate: null,
    ...changes,
  }
}

describe('the next move for a CertificateSigningRequest', () => {
  test.each([
    ['without conditions is approved', [], null, 'approve'],
    ['with an approval is waited for', [APPROVED], null, 'wait'],
    ['with an approval and a certificate is collected', [APPROVED], 'pem', 'collect'],
    ['with a certificate and no approval is approved first', [], 'pem', 'approve'],
    ['with a denial stops the step', [DENIED], null, 'stop'],
    ['with a failure after approval stops the step', [APPROVED, FAILED], null, 'stop'],
    ['with a failure and a certificate stops the step', [APPROVED, FAILED], 'pem', 'stop'],
    [
      'with a Failed condition that is not true is waited for',
      [APPROVED, { ...FAILED, status: 'False' }],
      null,
      'wait',
    ],
  ])('a CertificateSigningRequest %s', (_, conditions, certificate, move) => {
    expect(nextMove(seen({ conditions, certificate }), 'lab').move).toBe(move)
  })

  test('the problem quotes the message of the denial', () => {
    const move = nextMove(seen({ conditions: [DENIED] }), 'lab')
    expect(move).toMatchObject({
      problem: { code: 'CLUSTER_DENIED', message: expect.stringContaining('KubectlDeny: no') },
    })
  })
})

const REQUESTED = { durationSeconds: 3600, until: null }

describe('an object with our name', () => {
  test('an object is ours with the same spec, our user and no decision', () => {
    expect(isOurs(seen(), MANIFEST, 'countersign', REQUESTED)).toBe(true)
  })

  test('an object is ours with our own approval', () => {
    expect(isOurs(seen({ conditions: [APPROVED] }), MANIFEST, 'countersign', REQUESTED)).toBe(true)
  })

  test('an object is ours with another signature by the same key', async () => {
    const key = await nodeKeys.generate(ECDSA)
    const [first, again] = [requestBy(key), requestBy(key)]
    expect(first).not.toBe(again)
    expect(
      isOurs(seen({ request: first }), { ...MANIFEST, request: again }, 'countersign', REQUESTED),
    ).toBe(true)
  })

  test('an object is not ours with the same names for another key', async () => {
    const [sent, found] = [
      requestBy(await nodeKeys.generate(ECDSA)),
      requestBy(await nodeKeys.generate(ECDSA)),
    ]
    expect(
      isOurs(seen({ request: found }), { ...MANIFEST, request: sent }, 'countersign', REQUESTED),
    ).toBe(false)
  })

  test.each([
    ['another request', { request: 'theirs' }],
    ['another signer', { signerName: 'example.com/team' }],
    ['other usages', { usages: ['client auth'] }],
    ['the usages in another order', { usages: ['client auth', 'digital signature'] }],
    ['a longer lifetime', { expirationSeconds: 7200 }],
    ['a shorter lifetime', { expirationSeconds: 600 }],
    ['no lifetime', { expirationSeconds: null }],
    ['another creator', { username: 'intruder' }],
    ['another approval', { conditions: [{ ...APPROVED, reason: 'KubectlApprove' }] }],
    ['a denial', { conditions: [DENIED] }],
  ] satisfies [string, Partial<SigningRequest>][])(
    'an object is not ours with %s',
    (_, changes) => {
      expect(isOurs(seen(changes), MANIFEST, 'countersign', REQUESTED)).toBe(false)
    },
  )
})

describe('an object with our name, for a request with an end', () => {
  const ENDING = { durationSeconds: 4 * 3600, until: new Date() }
  const asked = { ...MANIFEST, expirationSeconds: 3600 }

  test('an object of an earlier run, which asked for less, is ours', () => {
    expect(isOurs(seen({ expirationSeconds: 3599 }), asked, 'countersign', ENDING)).toBe(true)
  })

  test('an object that would end later than the request is ours only after its approval', () => {
    const later = { expirationSeconds: 3660 }
    expect(isOurs(seen(later), asked, 'countersign', ENDING)).toBe(false)
    const approved = { ...later, conditions: [APPROVED] }
    expect(isOurs(seen(approved), asked, 'countersign', ENDING)).toBe(true)
  })

  test('an approved object is not ours beyond the duration, or without a lifetime', () => {
    for (const expirationSeconds of [4 * 3600 + 1, null]) {
      const found = seen({ expirationSeconds, conditions: [APPROVED] })
      expect(isOurs(found, asked, 'countersign', ENDING)).toBe(false)
    }
  })
})
