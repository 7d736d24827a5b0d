import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import {
  checkExecInfo,
  execCluster,
  execCredential,
} from '../../../../src/lib/kubernetes/exec-credential.ts'

function infoProblem(text: string | null): string | null {
  const answer = checkExecInfo(text)
  return answer.ok ? null : `${answer.problems[0].code}: ${answer.problems[0].message}`
}

const info = (apiVersion: string, kind = 'ExecCredential'): string =>
  JSON.stringify({ apiVersion, kind, spec: { interactive: false } })

describe('KUBERNETES_EXEC_INFO', () => {
  test('the question of a client of version v1 is accepted, and so is none', () =>
    expect([infoProblem(info('client.authentication.k8s.io/v1')), infoProblem(null)]).toEqual([
      null,
      null,
    ]))

  test('a question of another version is refused with both versions', () =>
    expect(infoProblem(info('client.authentication.k8s.io/v1beta1'))).toBe(
      'RUN_USAGE: KUBERNETES_EXEC_INFO asks for another version: got "client.authentication.k8s.io/v1beta1", expected "client.authentication.k8s.io/v1"',
    ))

  test.each(['', 'hello', 'null', '[]', '1', info('client.authentication.k8s.io/v1', 'Pod')])(
    'the text %j is not an ExecCredential',
    text =>
      expect(infoProblem(text)).toBe('RUN_USAGE: KUBERNETES_EXEC_INFO is not an ExecCredential'),
  )
})

test('the cluster of the question has its server and CA, and is null if kubectl gives none', () => {
  const asked = (cluster: object): string => JSON.stringify({ spec: { cluster } })
  const server = 'https://10.0.0.1:6443'
  const data = Buffer.from('the CA').toString('base64')
  expect(execCluster(asked({ server, 'certificate-authority-data': data }))).toEqual({
    server,
    certificateAuthority: 'the CA',
  })
  expect(execCluster(asked({ server }))).toEqual({ server, certificateAuthority: null })
  for (const text of [null, 'hello', 'null', '{"spec":1}', asked({ server: 1 })])
    expect(execCluster(text)).toBeNull()
})

test('the answer has certificate, key and expiration in whole seconds, and reveals nothing when it is printed', () => {
  const answer = execCredential({
    certificate: 'the certificate',
    key: new Secret('the key'),
    expiration: new Date('2026-03-01T12:00:00.999Z'),
  })
  expect(JSON.parse(answer.reveal())).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: {
      expirationTimestamp: '2026-03-01T12:00:00Z',
      clientCertificateData: 'the certificate',
      clientKeyData: 'the key',
    },
  })
  expect(`${String(answer)} ${inspect(answer)}`).not.toContain('the key')
})
