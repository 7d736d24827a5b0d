// One line of an audit log is read, and nothing of it that could hold a Secret.
import { expect, test } from '@jest/globals'
import { readAuditEvent } from '../../../../src/lib/kubernetes/audit-event.ts'
import { auditLine } from '../../../build/audit-lines.ts'
import { NOW } from '../../../build/issued.ts'

test('an event has the user, the certificate, the action, the addresses and the time of the request', () =>
  expect(readAuditEvent(`${auditLine()}\r`)).toEqual({
    at: NOW,
    isOver: true,
    isSuccess: true,
    username: 'jane',
    groups: ['developers', 'system:authenticated'],
    certificates: ['1'.repeat(64)],
    action: 'list secrets in apps',
    addresses: ['10.0.0.7'],
  }))

test('nothing of the bodies, the annotations and the user agent is kept', () => {
  const body = { data: { password: 'c2VjcmV0' } }
  const more = { requestObject: body, responseObject: body, annotations: body }
  const read = JSON.stringify(readAuditEvent(auditLine({ more })))
  expect(read).not.toMatch(/c2VjcmV0|password|kubectl|limit=500/)
})

test('only the last stage ends a request, and only a code below 300 is a success', () => {
  const of = (stage: string, code: number) => readAuditEvent(auditLine({ stage, code }))
  expect(of('ResponseStarted', 200)).toMatchObject({ isOver: false, isSuccess: true })
  expect(of('Panic', 500)).toMatchObject({ isOver: true, isSuccess: false })
  expect(of('ResponseComplete', 101)).toMatchObject({ isOver: true, isSuccess: true })
  expect(of('ResponseComplete', 403)).toMatchObject({ isSuccess: false })
  const more = { stage: 'RequestReceived', responseStatus: undefined, objectRef: undefined }
  expect(readAuditEvent(auditLine({ more }))).toMatchObject({ isSuccess: false, action: 'list' })
})

test('a request that was allowed is a success whatever code a backend gave, and one that was forbidden is none', () => {
  const decided = (decision: string) =>
    readAuditEvent(
      auditLine({
        code: 404,
        more: { annotations: { 'authorization.k8s.io/decision': decision } },
      }),
    )?.isSuccess
  expect(['allow', 'forbid'].map(decided)).toEqual([true, false])
})

test('a token, another kind of id and an anonymous user have no certificate', () => {
  const ofUser = (user: object) => readAuditEvent(auditLine({ more: { user } }))?.certificates
  const id = (text: string) => ({
    extra: { 'authentication.kubernetes.io/credential-id': [text] },
  })
  expect(ofUser(id('JTI=3a1de262'))).toEqual([])
  expect(ofUser(id(`X509SHA256=${'A'.repeat(64)}`))).toEqual([])
  expect(ofUser(id(`X509SHA256=${'a'.repeat(65)}`))).toEqual([])
  expect(ofUser({})).toEqual([])
})

test('a user name of 30,000 characters is cut', () =>
  expect(readAuditEvent(auditLine({ user: 'j'.repeat(30_000) }))?.username).toHaveLength(256))

test.each([
  ['', 'an empty line'],
  ['I1127 10:00:00 server.go:1] started', 'a line of another log'],
  ['null', 'null'],
  ['[1]', 'a list'],
  ['{"kind":"Event","apiVersion":"v1"}', 'an Event of Kubernetes'],
  [auditLine({ more: { apiVersion: 'audit.k8s.io/v1beta1' } }), 'an event of an older version'],
  [auditLine({ more: { requestReceivedTimestamp: 'yesterday' } }), 'an event without a time'],
  [auditLine().slice(0, 100), 'half of an event'],
])('the line %.40s is no event: %s', line => expect(readAuditEvent(line)).toBeNull())
