import { describe, expect, test } from '@jest/globals'
import { providerProblems } from '../../../src/kubernetes/providers.ts'
import { effective } from '../../build/effective.ts'

describe('providerProblems: a client certificate', () => {
  test('is refused where the cluster is EKS, which signs none', () => {
    expect(providerProblems(effective(), { name: 'prod', provider: 'eks' })).toMatchObject([
      { code: 'CLUSTER_NO_CLIENT_SIGNER' },
    ])
  })

  test.each(['auto', 'kubeadm', 'gke', 'aks', 'other'] as const)('is fine on %s', provider => {
    expect(providerProblems(effective(), { name: 'prod', provider })).toEqual([])
  })

  test('of a signer of their own is fine on EKS', () => {
    const request = effective({ signerName: 'example.com/team' })
    expect(providerProblems(request, { name: 'prod', provider: 'eks' })).toEqual([])
  })
})
