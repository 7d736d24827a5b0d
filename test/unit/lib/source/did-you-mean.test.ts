import { describe, expect, test } from '@jest/globals'
import { didYouMean, nearest } from '../../../../src/lib/source/did-you-mean.ts'
import { USAGES } from '../../../../src/domain/request/usage.ts'

describe('the nearest word', () => {
  test.each([
    ['serverauth', 'server auth'],
    ['client-auth', 'client auth'],
    ['clinet auth', 'client auth'],
    ['Digital_Signature', 'digital signature'],
    ['digitalSignature', 'digital signature'],
    ['key enciphermnt', 'key encipherment'],
    ['webhook', null],
    ['', null],
  ])('the nearest word to %p is %p', (text, expected) =>
    expect(nearest(text, USAGES)).toBe(expected),
  )

  test('the hint suggests the nearest word, or the given alternative', () => {
    expect(didYouMean('serverauth', USAGES)).toBe('did you mean "server auth"?')
    expect(didYouMean('webhook', USAGES)).toBeNull()
    expect(didYouMean('webhook', USAGES, 'look it up')).toBe('look it up')
  })
})
