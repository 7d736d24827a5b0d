import { describe, expect, test } from '@jest/globals'
import { objectName } from '../../../../src/core/cluster/signing-request-name.ts'

const ATTEMPT = {
  owner: 'acme-certs',
  cluster: 'prod',
  request: 'jane',
  effective: 'ab'.repeat(32),
  n: 1,
}

describe('objectName: the name of an attempt', () => {
  test('carries request, digest and count', () => {
    expect(objectName(ATTEMPT)).toMatch(/^cs-jane-[0-9a-f]{8}-1$/)
  })

  test('is the same for the same attempt', () => {
    expect(objectName({ ...ATTEMPT })).toBe(objectName(ATTEMPT))
  })

  test.each([
    ['owner', { owner: 'other' }],
    ['cluster', { cluster: 'other' }],
    ['meaning', { effective: 'cd'.repeat(32) }],
    ['attempt', { n: 2 }],
    ['split between owner and cluster', { owner: 'acme', cluster: 'certs-prod' }],
  ])('differs with another %s', (_, changes) => {
    expect(objectName({ ...ATTEMPT, ...changes })).not.toBe(objectName(ATTEMPT))
  })

  test('fits the 253 characters of an object name for the longest request', () => {
    expect(objectName({ ...ATTEMPT, request: 'a'.repeat(52), n: 99999 }).length).toBeLessThan(253)
  })
})
