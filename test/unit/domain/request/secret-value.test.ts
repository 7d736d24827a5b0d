import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'

describe('a secret value', () => {
  const secret = new Secret('the key')

  test('a secret is not in the text, the JSON or the inspection of its wrapper', () => {
    expect(
      [secret.toString(), JSON.stringify({ secret }), inspect({ secret })].join('\n'),
    ).not.toContain('the key')
  })

  test('a secret is returned by reveal', () => {
    expect(secret.reveal()).toBe('the key')
  })
})
