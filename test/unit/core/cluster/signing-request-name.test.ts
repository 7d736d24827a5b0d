import { describe, expect, test } from '@jest/globals'
import { objectName } from '../../../../src/core/cluster/signing-request-name.ts'

const ATTEMPT = {
  owner: 'acme-certs',
  cluster: 'prod',
  request: 'jane',
  effective: 'ab'.repeat(32),
  n: 1,
}

describe('the object name of an attempt', () => {
  test('the object name has the request, a digest and the attempt number', () => {
    expect(objectName(ATTEMPT)).toMatch(/^cs-jane-[0-9a-f]{8}-1$/)
  })

  test('the object name is the same for the same attempt', () => {
    expect(objectName({ ...ATTEMPT })).toBe(objectName(ATTEMPT))
  })

  test.each([
    ['owner', { owner: 'other' }],
    ['cluster', { cluster: 'other' }],
    ['effective request', { effective: 'cd'.repeat(32) }],
    ['attempt', { n: 2 }],
    ['boundary of owner and cluster', { owner: 'acme', cluster: 'certs-prod' }],
  ])('the object name changes with another %s', (_, changes) => {
    expect(objectName({ ...ATTEMPT, ...changes })).not.toBe(objectName(ATTEMPT))
  })

  test('the object name of the longest request is shorter than 253 characters', () => {
    expect(objectName({ ...ATTEMPT, request: 'a'.repeat(52), n: 99999 }).length).toBeLessThan(253)
  })
})
