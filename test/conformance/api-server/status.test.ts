import { expect, test } from '@jest/globals'
import type { ApiObject } from '../../build/api-object.ts'
import { APPLY_PATCH } from '../../build/api-client.ts'
import { base64, opensslRequest } from '../../build/openssl-request.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Subject } from '../../build/subjects.ts'
import {
  condition,
  createRequest,
  invalidText,
  plainRequest,
  SIGNING_REQUESTS,
  withConditions,
} from '../../build/signing-requests.ts'

const SET = 'status.certificate: Forbidden: updates may not modify existing certificate content'

describeSubjects('/status and the main endpoint of a CertificateSigningRequest', subject => {
  const pathOf = (object: ApiObject): string => `${SIGNING_REQUESTS}/${object.metadata.name}`
  const putStatus = (object: ApiObject, status: object) =>
    subject().admin.put(`${pathOf(object)}/status`, { ...object, status })
  /** Any certificate: the server does not compare it with the request. */
  const someCertificate = (given: Subject): string => given.backend.caPem

  const BLOCK = '-----BEGIN CERTIFICATE-----\n'
  test.each([
    ['text without a block', () => 'hello', 'must contain at least one CERTIFICATE PEM block'],
    [
      'a request',
      () => opensslRequest().pem,
      'only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"',
    ],
    [
      'a key after the certificate',
      (given: Subject) => someCertificate(given) + opensslRequest().keyPem,
      'only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"',
    ],
    [
      'headers',
      (given: Subject) => someCertificate(given).replace(BLOCK, `${BLOCK}A: b\n\n`),
      'no PEM block headers are permitted',
    ],
    [
      'an empty block',
      () => `${BLOCK}-----END CERTIFICATE-----\n`,
      'found CERTIFICATE PEM block containing 0 certificates',
    ],
    [
      'a block of something else',
      () => `${BLOCK}YWJj\n-----END CERTIFICATE-----\n`,
      'x509: malformed certificate',
    ],
  ])('a status with a certificate that is %s is refused', async (what, text, fault) => {
    const object = await createRequest(subject(), `bad-${what.replaceAll(' ', '-')}`)
    const answer = await putStatus(object, { certificate: base64(text(subject())) })
    const expected = `status.certificate: Invalid value: "<certificate data>": ${fault}`
    expect([answer.code, answer.body.message]).toEqual([
      422,
      invalidText(object.metadata.name, expected),
    ])
  })

  test('a status accepts any certificate without approval, with text around it and several blocks', async () => {
    const object = await createRequest(subject(), 'any')
    const pem = someCertificate(subject())
    const certificate = base64(`first\n${pem}between\n${pem}last\n`)
    const answer = await putStatus(object, { certificate })
    expect([answer.code, answer.body.status]).toEqual([200, { certificate }])
  })

  test('a certificate in the status is immutable', async () => {
    const object = await createRequest(subject(), 'once')
    const certificate = base64(someCertificate(subject()))
    const set = await putStatus(object, { certificate })
    for (const status of [{}, { certificate: base64(`x\n${someCertificate(subject())}`) }]) {
      const answer = await putStatus(set.body, status)
      expect([answer.code, answer.body.message]).toEqual([
        422,
        invalidText(object.metadata.name, SET),
      ])
    }
  })

  test('a status update neither adds nor removes Approved and Denied', async () => {
    const object = await createRequest(subject(), 'decisions')
    const added = await putStatus(object, { conditions: [condition('Approved')] })
    expect(added.body.message).toBe(
      invalidText(
        object.metadata.name,
        'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
      ),
    )
    const approved = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Approved')),
    )
    const removed = await putStatus(approved.body, {})
    expect(removed.body.message).toBe(
      invalidText(
        object.metadata.name,
        'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
      ),
    )
    const both = await putStatus(approved.body, {
      conditions: [...approved.body.status.conditions, condition('Denied')],
    })
    expect(both.body.message).toBe(
      invalidText(
        object.metadata.name,
        '[status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive, status.conditions: Forbidden: updates may not add a condition of type "Denied"]',
      ),
    )
  })

  test('a status update keeps Approved unchanged without an error, and adds Failed', async () => {
    const object = await createRequest(subject(), 'failed')
    const approved = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Approved', { reason: 'R' })),
    )
    const conditions = [
      { ...approved.body.status.conditions[0], reason: 'Other' },
      condition('Failed', { reason: 'SignerValidationFailure', message: 'no' }),
    ]
    const answer = await putStatus(approved.body, { conditions })
    expect(answer.body.status.conditions[0]).toEqual(approved.body.status.conditions[0])
    expect(answer.body.status.conditions[1]).toMatchObject({ type: 'Failed', message: 'no' })
    const certificate = base64(someCertificate(subject()))
    const signed = await putStatus(answer.body, { ...answer.body.status, certificate })
    expect(signed.code).toBe(200)
  })

  test('an update of the object keeps spec and status unchanged without an error', async () => {
    const object = await createRequest(subject(), 'main')
    const answer = await subject().admin.put(pathOf(object), {
      ...object,
      metadata: { ...object.metadata, annotations: { seen: 'yes' } },
      spec: { ...object.spec, signerName: 'other.example/x', usages: ['server auth'] },
      status: { conditions: [condition('Approved')], certificate: 'YQ==' },
    })
    expect([answer.code, answer.body.spec, answer.body.status]).toEqual([200, object.spec, {}])
    expect(answer.body.metadata.annotations).toEqual({ seen: 'yes' })
    expect(answer.body.metadata.resourceVersion).not.toBe(object.metadata.resourceVersion)
  })

  test('an apply of another spec is a 200 without effect, and needs a field manager', async () => {
    const object = await createRequest(subject(), 'apply')
    const { apiVersion, kind } = object
    const metadata = { name: object.metadata.name }
    const applied = { apiVersion, kind, metadata, spec: { ...object.spec, usages: ['any'] } }
    const answer = await subject().admin.patch(
      `${pathOf(object)}?fieldManager=test`,
      applied,
      APPLY_PATCH,
    )
    expect([answer.code, answer.body.spec]).toEqual([200, object.spec])
    const anonymous = await subject().admin.patch(pathOf(object), applied, APPLY_PATCH)
    expect(anonymous.body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
  })

  test('an apply creates a CertificateSigningRequest', async () => {
    const name = subject().name('applied')
    subject().later(`${SIGNING_REQUESTS}/${name}`)
    const object = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: { request: plainRequest(), signerName: 'example.com/nobody', usages: ['any'] },
    }
    const answer = await subject().admin.patch(
      `${SIGNING_REQUESTS}/${name}?fieldManager=test`,
      object,
      APPLY_PATCH,
    )
    expect([answer.code, answer.body.spec.username]).toEqual([201, 'admin'])
  })

  test('a delete with another uid is a conflict, and the answer names what was deleted', async () => {
    const object = await createRequest(subject(), 'delete')
    const { name, uid } = object.metadata
    const wrong = await subject().admin.delete(pathOf(object), { preconditions: { uid: 'abc' } })
    expect([wrong.code, wrong.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on CertificateSigningRequest.certificates.k8s.io "${name}": the UID in the precondition (abc) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    ])
    const right = await subject().admin.delete(pathOf(object), { preconditions: { uid } })
    expect([right.code, right.body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name, group: 'certificates.k8s.io', kind: 'certificatesigningrequests', uid },
      },
    ])
    expect((await subject().admin.get(pathOf(object))).code).toBe(404)
  })
})
