import { expect, test } from '@jest/globals'
import type { ApiObject } from '../../build/api-object.ts'
import { APPLY_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from '../../build/api-client.ts'
import { describeSubjects } from '../../build/subjects.ts'
import {
  condition,
  createRequest,
  invalidText,
  SIGNING_REQUESTS,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

const EXCLUSIVE = 'Approved and Denied conditions are mutually exclusive'

const APPROVED_REMOVED =
  'status.conditions: Forbidden: updates may not remove a condition of type "Approved"'

describeSubjects('/approval of a CertificateSigningRequest', subject => {
  const pathOf = (object: ApiObject): string => `${SIGNING_REQUESTS}/${object.metadata.name}`
  const approve = async (base: string, ...conditions: readonly object[]): Promise<ApiObject> => {
    const object = await createRequest(subject(), base)
    const wanted = conditions.length === 0 ? [condition('Approved')] : conditions
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, ...wanted),
    )
    expect([answer.code, answer.body.message]).toEqual([200, undefined])
    return answer.body
  }

  test.each([
    [
      'a condition without status',
      [{ type: 'Approved' }],
      'status.conditions[0].status: Required value',
    ],
    [
      'Approved that is False',
      [{ type: 'Approved', status: 'False' }],
      'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
    ],
    [
      'Denied that is Unknown',
      [{ type: 'Denied', status: 'Unknown' }],
      'status.conditions[0].status: Unsupported value: "Unknown": supported values: "True"',
    ],
    [
      'a custom condition that is Maybe',
      [{ type: 'Custom', status: 'Maybe' }],
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    ],
    ['a condition without type', [{ status: 'True' }], 'status.conditions[0].type: Required value'],
    [
      'Approved and Denied',
      [condition('Approved'), condition('Denied')],
      `status.conditions: Invalid value: "Denied": ${EXCLUSIVE}`,
    ],
    [
      'Denied and Approved',
      [condition('Denied'), condition('Approved')],
      `status.conditions: Invalid value: "Approved": ${EXCLUSIVE}`,
    ],
    [
      'Approved twice',
      [condition('Approved'), condition('Approved')],
      'status.conditions[1].type: Duplicate value: "Approved"',
    ],
  ])('an approval with %s is refused', async (what, conditions, text) => {
    const object = await createRequest(subject(), `refuse-${what.replaceAll(' ', '-')}`)
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, ...conditions),
    )
    expect([answer.code, answer.body.message]).toEqual([
      422,
      invalidText(object.metadata.name, text),
    ])
  })

  test('the server sets the times of a condition', async () => {
    const object = await approve('times', condition('Approved', { reason: 'R', message: 'M' }))
    const [only] = object.status.conditions
    expect(only).toMatchObject({ type: 'Approved', status: 'True', reason: 'R', message: 'M' })
    expect(only?.lastUpdateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(only?.lastTransitionTime).toBe(only?.lastUpdateTime)
  })

  test('the server accepts the times that a client sets', async () => {
    const lastUpdateTime = '2030-01-01T00:00:00Z'
    const object = await approve('future', condition('Approved', { lastUpdateTime }))
    expect(object.status.conditions[0]?.lastUpdateTime).toBe(lastUpdateTime)
    expect(object.status.conditions[0]?.lastTransitionTime).not.toBe(lastUpdateTime)
  })

  test('an approval may change the reason of Approved and add conditions of any type', async () => {
    const object = await approve('rewrite')
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(
        object,
        condition('Approved', { reason: 'Other' }),
        condition('Failed'),
        condition('Custom', { status: 'Unknown' }),
      ),
    )
    expect(answer.code).toBe(200)
    expect(answer.body.status.conditions.map(one => [one.type, one.reason])).toEqual([
      ['Approved', 'Other'],
      ['Failed', undefined],
      ['Custom', undefined],
    ])
  })

  test('an approval may remove a custom condition, and never Approved', async () => {
    const object = await approve('remove', condition('Approved'), condition('Custom'))
    const without = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Approved')),
    )
    expect(without.body.status.conditions).toHaveLength(1)
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(without.body),
    )
    expect([answer.code, answer.body.message]).toEqual([
      422,
      invalidText(object.metadata.name, APPROVED_REMOVED),
    ])
  })

  test('an approval never turns Denied into Approved', async () => {
    const object = await approve('flip', condition('Denied'))
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Approved')),
    )
    const text = 'status.conditions: Forbidden: updates may not remove a condition of type "Denied"'
    expect(answer.body.message).toBe(invalidText(object.metadata.name, text))
  })

  test('an approval ignores spec and certificate, and applies metadata', async () => {
    const object = await createRequest(subject(), 'keep')
    const answer = await subject().admin.put(`${pathOf(object)}/approval`, {
      ...object,
      metadata: { ...object.metadata, labels: { seen: 'yes' } },
      spec: { ...object.spec, signerName: 'other.example/x', username: 'evil' },
      status: { conditions: [condition('Approved')], certificate: 'YQ==' },
    })
    expect(answer.code).toBe(200)
    expect(answer.body.spec).toEqual(object.spec)
    expect(answer.body.status).not.toHaveProperty('certificate')
    expect(answer.body.metadata.labels).toEqual({ seen: 'yes' })
  })

  test('an approval with a stale resourceVersion is a conflict', async () => {
    const object = await createRequest(subject(), 'stale')
    await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Custom')),
    )
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval`,
      withConditions(object, condition('Approved')),
    )
    expect([answer.code, answer.body.reason, answer.body.message]).toEqual([
      409,
      'Conflict',
      `Operation cannot be fulfilled on certificatesigningrequests.certificates.k8s.io "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
    ])
    expect(answer.body.details).toEqual({
      name: object.metadata.name,
      group: 'certificates.k8s.io',
      kind: 'certificatesigningrequests',
    })
  })

  test('an approval with the uid of another object is a conflict', async () => {
    const object = await createRequest(subject(), 'uid')
    const metadata = { ...object.metadata, uid: 'abc' }
    const answer = await subject().admin.put(`${pathOf(object)}/approval`, {
      ...object,
      metadata,
      status: { conditions: [condition('Approved')] },
    })
    expect([answer.code, answer.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on certificatesigningrequests.certificates.k8s.io "${object.metadata.name}": StorageError: invalid object, Code: 4, Key: /registry/certificatesigningrequests/${object.metadata.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: abc, UID in object meta: ${object.metadata.uid}`,
    ])
  })

  test('an approval without a resourceVersion is accepted', async () => {
    const object = await createRequest(subject(), 'unconditional')
    const metadata = { name: object.metadata.name }
    const answer = await subject().admin.put(`${pathOf(object)}/approval`, {
      ...object,
      metadata,
      status: { conditions: [condition('Approved')] },
    })
    expect(answer.code).toBe(200)
    expect(answer.body.metadata.uid).toBe(object.metadata.uid)
  })

  test('an approval without a change keeps the resourceVersion', async () => {
    const object = await approve('noop')
    const again = await subject().admin.put(`${pathOf(object)}/approval`, object)
    expect(again.body.metadata.resourceVersion).toBe(object.metadata.resourceVersion)
  })

  test('a dry run of an approval stores nothing', async () => {
    const object = await createRequest(subject(), 'dry')
    const answer = await subject().admin.put(
      `${pathOf(object)}/approval?dryRun=All`,
      withConditions(object, condition('Approved')),
    )
    expect(answer.body.status.conditions).toHaveLength(1)
    const now = await subject().admin.get(pathOf(object))
    expect(now.body.status).toEqual({})
  })

  test.each([
    ['merge', MERGE_PATCH],
    ['strategic merge', STRATEGIC_PATCH],
  ])(
    'a %s patch replaces all conditions, so it is refused if it omits Approved',
    async (_what, type) => {
      const object = await approve(`patch-${type.length}`)
      const patch = { status: { conditions: [condition('Custom')] } }
      const answer = await subject().admin.patch(`${pathOf(object)}/approval`, patch, type)
      expect([answer.code, answer.body.message]).toEqual([
        422,
        invalidText(object.metadata.name, APPROVED_REMOVED),
      ])
    },
  )

  test('an apply merges conditions by their type', async () => {
    const object = await approve('apply')
    const { apiVersion, kind } = object
    const metadata = { name: object.metadata.name }
    const status = { conditions: [condition('Custom')] }
    const answer = await subject().admin.patch(
      `${pathOf(object)}/approval?fieldManager=test`,
      { apiVersion, kind, metadata, status },
      APPLY_PATCH,
    )
    expect(answer.body.status.conditions.map(one => one.type)).toEqual(['Approved', 'Custom'])
  })

  test('/approval rejects POST, reads like the object, and is 404 for a missing object', async () => {
    const object = await createRequest(subject(), 'verbs')
    const created = await subject().admin.post(`${pathOf(object)}/approval`, object)
    expect([created.code, created.body.reason]).toEqual([405, 'MethodNotAllowed'])
    expect((await subject().admin.get(`${pathOf(object)}/approval`)).body).toEqual(object)
    const missing = subject().name('missing')
    const answer = await subject().admin.put(
      `${SIGNING_REQUESTS}/${missing}/approval`,
      signingRequest(missing),
    )
    expect([answer.code, answer.body.message]).toEqual([
      404,
      `certificatesigningrequests.certificates.k8s.io "${missing}" not found`,
    ])
  })

  test('a CertificateSigningRequest has no other subresource', async () => {
    const answer = await subject().admin.get(`${SIGNING_REQUESTS}/x/other`)
    expect([answer.code, answer.body.message]).toEqual([
      404,
      'the server could not find the requested resource',
    ])
  })
})
