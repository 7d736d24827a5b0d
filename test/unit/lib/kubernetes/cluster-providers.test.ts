import { describe, expect, test } from '@jest/globals'
import {
  MANAGED,
  providerOf,
  providerProblems,
} from '../../../../src/lib/kubernetes/cluster-providers.ts'
import { readFileSync } from 'node:fs'
import { effective } from '../../../build/effective.ts'

describe('a client certificate on a managed cluster', () => {
  test('a client certificate is refused on EKS, which signs none', () => {
    expect(providerProblems(effective(), { name: 'prod', provider: 'eks' })).toMatchObject([
      { code: 'CLUSTER_NO_CLIENT_SIGNER' },
    ])
  })

  test.each(['auto', 'kubeadm', 'gke', 'aks', 'other'] as const)(
    'a client certificate is accepted on %s',
    provider => {
      expect(providerProblems(effective(), { name: 'prod', provider })).toEqual([])
    },
  )

  test('a client certificate of another signer is accepted on EKS', () => {
    const request = effective({ signerName: 'example.com/team' })
    expect(providerProblems(request, { name: 'prod', provider: 'eks' })).toEqual([])
  })
})

describe('the provider of a cluster', () => {
  test.each([
    ['v1.33.1-eks-1a2b3c4', 'https://10.0.0.1', 'eks'],
    [null, 'https://abc.gr7.eu-west-1.eks.amazonaws.com', 'eks'],
    ['v1.33.1-gke.1200', 'https://10.0.0.1', 'gke'],
    ['v1.33.1', 'https://acme-dns-1a2b.hcp.westeurope.azmk8s.io:443', 'aks'],
    ['v1.33.1', 'https://acme-dns-1a2b.hcp.usgovvirginia.azmk8s.us:443', 'aks'],
    [
      'v1.33.1',
      'https://acme-dns-1a2b.hcp.usgovvirginia.cx.aks.containerservice.azure.us:443',
      'aks',
    ],
    ['v1.33.1', 'https://acme-dns-1a2b.hcp.chinaeast2.cx.prod.service.azk8s.cn:443', 'aks'],
    ['v1.36.3', 'https://10.0.0.1:6443', 'other'],
    ['v1.36.3', 'https://azmk8s.io.example.com', 'other'],
    [null, 'https://10.0.0.1:6443', 'auto'],
  ])('a cluster of version %s at %s runs on %s', (version, server, provider) => {
    expect(providerOf(version, server)).toBe(provider)
  })
})

describe('the table of managed control planes', () => {
  const page = readFileSync(new URL('../../../../docs/compatibility.md', import.meta.url), 'utf8')

  test.each(Object.values(MANAGED))(
    'docs/compatibility.md lists $title',
    ({ title, how, source }) => {
      expect(page).toContain(`| ${title} | ${how} | ${source} |`)
    },
  )
})
