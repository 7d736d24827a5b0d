import { describe, expect, test } from '@jest/globals'
import { namedAttempt, objectName } from '../../../../src/core/cluster/signing-request-name.ts'

const ATTEMPT = {
  owner: 'acme-certs',
  cluster: 'prod',
  request: 'jane',
  effective: 'ab'.repeat(32),
  n: 1,
  id: 'abcdefghijklmnopqrst',
}

describe('the object name of an attempt', () => {
  test('the object name has the request, a digest, a random part and the attempt number', () => {
    expect(objectName(ATTEMPT)).toMatch(/^cs-jane-[0-9a-f]{8}-abcdefghij-1$/)
  })

  test('the object name is the same for the same attempt', () => {
    expect(objectName({ ...ATTEMPT })).toBe(objectName(ATTEMPT))
  })

  test.each([
    ['owner', { owner: 'other' }],
    ['cluster', { cluster: 'other' }],
    ['effective request', { effective: 'cd'.repeat(32) }],
    ['attempt', { n: 2 }],
    ['random part', { id: 'b'.repeat(20) }],
    ['boundary of owner and cluster', { owner: 'acme', cluster: 'certs-prod' }],
  ])('the object name changes with another %s', (_, changes) => {
    expect(objectName({ ...ATTEMPT, ...changes })).not.toBe(objectName(ATTEMPT))
  })

  test('the request and the attempt are read from a name, also from one of version 0.1.0', () => {
    expect(namedAttempt(objectName(ATTEMPT))).toEqual({ request: 'jane', n: 1 })
    expect(namedAttempt('cs-jane-1f3c9a02-12')).toEqual({ request: 'jane', n: 12 })
    expect(namedAttempt('cs-jane-12')).toBeNull()
  })

  test('the object name of the longest request is shorter than 253 characters', () => {
    expect(objectName({ ...ATTEMPT, request: 'a'.repeat(52), n: 99999 }).length).toBeLessThan(93)
  })
})
