import { describe, expect, test } from '@jest/globals'
import { failedBySigner, notSigned, occupied } from '../../../../src/core/cluster/signing-errors.ts'
import type {
  SigningRequest,
  SigningRequestManifest,
} from '../../../../src/domain/cluster/signing-request.ts'

const REQUEST = {
  name: 'cs-jane-00000000-1',
  labels: {},
  annotations: {},
  request: '',
  signerName: 'issuers.cert-manager.io/apps.team-ca',
  usages: ['client auth'],
  expirationSeconds: 3600,
  version: { uid: 'u', resourceVersion: '1' },
  createdAt: new Date(0),
  username: 'countersign',
  groups: [],
  conditions: [],
  certificate: null,
} satisfies SigningRequest & SigningRequestManifest

describe('the problem of a request that gets no certificate', () => {
  test.each([
    ['DeniedReference', 'countersign manifests identity --cluster lab | kubectl apply -f -'],
    ['SigningError', 'change the request file'],
  ])('a request that failed with %s has a hint for that reason', (reason, hint) => {
    const failed = { type: 'Failed', status: 'True', reason, message: 'no' } as const
    expect(failedBySigner(REQUEST, failed, 'lab')).toMatchObject({
      code: 'CLUSTER_FAILED',
      hint: expect.stringContaining(hint),
    })
  })

  test('a request that nobody signed has the command that shows the events of its signer', () => {
    const { hint } = notSigned(REQUEST, 60)
    expect(hint).toContain(`kubectl describe csr ${REQUEST.name} `)
    const own = { ...REQUEST, signerName: 'kubernetes.io/kube-apiserver-client' }
    expect(notSigned(own, 60).hint).toContain('--cluster-signing-cert-file')
  })

  test('occupied names are reported with the user who created the objects', () =>
    expect(occupied(['cs-jane-1', 'cs-jane-2'], 'hubot')).toMatchObject({
      code: 'CLUSTER_NAME_OCCUPIED',
      message: 'cs-jane-1, cs-jane-2 exist already with other content; they were created by hubot',
    }))
})
