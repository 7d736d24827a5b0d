// The check of every certificate that the benchmark counts.
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { certificateFaults } from '../../bench/participants/check-certificates.ts'
import type { IssuedPair } from '../../bench/participants/participant.ts'
import { ROOT } from '../layout/source-files.ts'

// Plain JavaScript without declarations: loaded by name, so its type is any.
const { makeAuthority, makeLeaf } = await import(join(ROOT, 'test/control-plane/pki.mjs'))

describe('the check of issued certificates', () => {
  const ca = makeAuthority('kubernetes-ca')
  const issued = (name: string, organization = 'developers', authority = ca): IssuedPair => {
    const { certPem, keyPem } = makeLeaf(
      authority,
      { commonName: name, organization },
      { purpose: 'clientAuth' },
    )
    return { name, certificatePem: certPem, keyPem }
  }
  const jane = issued('jane')
  const faults = (...pairs: readonly IssuedPair[]): string =>
    certificateFaults(pairs, ['jane'], [ca.certPem]).join('; ')

  test('a good certificate has no fault', () => {
    expect(faults(jane)).toBe('')
  })

  test('a missing, a foreign, a repeated and a surplus certificate, another key and another subject are faults', () => {
    expect(faults()).toBe('jane: no certificate')
    expect(faults(issued('jane', 'developers', makeAuthority('other')))).toContain(
      'did not sign it',
    )
    expect(faults(jane, jane)).toContain('the serial is there twice')
    expect(faults(jane, issued('jane'))).toBe('1 certificates too many')
    expect(faults({ ...jane, keyPem: issued('jane').keyPem })).toBe('jane: the key does not fit')
    expect(faults(issued('jane', 'viewers'))).toBe('jane: the subject is O=viewers, CN=jane')
  })
})
