import { describe, expect, test } from '@jest/globals'
import { certificateName, foundCertificates } from '../../../../src/core/plan/certificate-lookup.ts'
import { withIssued } from '../../../../src/core/plan/record-state.ts'
import { effective } from '../../../build/effective.ts'
import { codesOf } from '../../../build/request.ts'
import {
  NOW,
  authority,
  issuedRecord,
  pemOf,
  requestRecord,
  secondsAfter,
} from '../../../build/issued.ts'

const JANE = effective({ name: 'jane' })
const AUTHORITY = authority()
const SHA256 = 'ab'.repeat(32)
const PAIRS = 'AB:'.repeat(32).slice(0, -1)
const GRANT = 'countersign:acme:abcdefghijklmnopqrst'

describe('an argument of prove', () => {
  test.each([
    ['a path', 'requests/people/jane.yaml', 'path', 'requests/people/jane.yaml'],
    ['a path that begins like hex', 'cafe.yaml', 'path', 'cafe.yaml'],
    ['a path of hex digits with a folder', './cafe', 'path', './cafe'],
    ['a serial number', '0a1b', 'serial', 'a1b'],
    ['a serial number in upper case', '0A1B', 'serial', 'a1b'],
    ['a serial number with colons', '00:0A:1B', 'serial', 'a1b'],
    ['a serial number as openssl prints it', 'serial=0A1B', 'serial', 'a1b'],
    ['a serial number as openssl x509 -text prints it', '0x0A1B', 'serial', 'a1b'],
    ['a serial number as apply shortens it', '0A:1B…', 'serial', 'a1b'],
    ['a SHA-256', SHA256, 'sha256', SHA256],
    ['a SHA-256 with colons', PAIRS, 'sha256', SHA256],
    ['a SHA-256 as audit logs have it', `X509SHA256=${SHA256}`, 'sha256', SHA256],
    ['a SHA-256 as openssl prints it', `sha256 Fingerprint=${PAIRS}`, 'sha256', SHA256],
    ['a grant', GRANT, 'grant', GRANT],
  ] as const)('%s is understood: %s is a %s, %s', (_, typed, by, value) =>
    expect(certificateName(typed, null)).toMatchObject({ ok: true, value: { by, value } }),
  )

  test.each(['0a1b', SHA256, GRANT])('a file named %s is a path', typed =>
    expect(certificateName(typed, 'kind: x')).toEqual({
      ok: true,
      value: { by: 'path', value: typed },
    }),
  )

  test('a file with certificates names the first of them', () => {
    const leaf = AUTHORITY.issue({ request: JANE })
    const text = `subject=CN=jane\n${pemOf(leaf, AUTHORITY.certificate)}`
    expect(certificateName('jane.pem', text)).toEqual({
      ok: true,
      value: { by: 'sha256', value: leaf.sha256 },
    })
  })

  test('a broken certificate in a file is refused', () => {
    const text = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(codesOf(certificateName('jane.pem', text))[0]).toMatch(/^X509_/)
  })

  test('a file with a request in PEM is a path', () => {
    const text = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'
    expect(certificateName('jane.csr', text)).toMatchObject({ value: { by: 'path' } })
  })
})

describe('a certificate in a record', () => {
  const first = requestRecord(JANE, { issued: issuedRecord(JANE) })
  const order = { notBefore: secondsAfter(NOW, 60), notAfter: secondsAfter(NOW, 6000) }
  const second = issuedRecord(JANE, { n: 2, issuedAt: secondsAfter(NOW, 60), order })
  const granted = withIssued(first, second)
  const record = {
    ...granted,
    history: granted.history.map(each => (each.n === 1 ? each : { ...each, grant: GRANT })),
  }
  const [old, current] = record.history
  const foundBy = (by: 'sha256' | 'serial' | 'grant' | 'path', value: string) =>
    foundCertificates([record], { by, value }).map(({ n, request, newest }) => [
      n,
      request,
      newest !== null,
    ])

  test('an earlier certificate is found without the record of the newest one', () => {
    expect(foundBy('sha256', old?.sha256 ?? '')).toEqual([[1, 'jane', false]])
  })

  test('a certificate is found by serial number without leading zeros, by grant and by path', () => {
    const newest = [[2, 'jane', true]]
    expect(foundBy('serial', (current?.serial ?? '').replace(/^0+/, ''))).toEqual(newest)
    expect(foundBy('grant', GRANT)).toEqual(newest)
    expect(foundBy('path', JANE.path)).toEqual(newest)
  })

  test('a certificate is found by the first five digits of its serial number, or by fewer as they are shown, if no other has exactly these', () => {
    const found = (serials: readonly string[], value: string) => {
      const history = serials.flatMap(serial => (current ? [{ ...current, serial }] : []))
      const name = { by: 'serial', value } as const
      return foundCertificates([{ ...record, history }], name).map(({ serial }) => serial)
    }
    expect(found(['0a1b2c3d', 'ffa1b2c3'], 'a1b2c')).toEqual(['0a1b2c3d'])
    expect(found(['0a1b2c3d', '0a1b2c'], 'a1b2c')).toEqual(['0a1b2c'])
    expect(found(['0a1b2c3d'], 'a1b2')).toEqual([])
    const shown = (typed: string) => {
      const name = certificateName(typed, null)
      const history = ['0a1b2c3d', 'a1b2c3d4'].flatMap(serial =>
        current ? [{ ...current, serial }] : [],
      )
      return name.ok
        ? foundCertificates([{ ...record, history }], name.value).map(({ serial }) => serial)
        : null
    }
    expect([shown('0a:1b'), shown('a1:…'), shown('a1'), shown('X509SHA256=0a1b2')]).toEqual([
      ['0a1b2c3d'],
      ['a1b2c3d4'],
      [],
      [],
    ])
    expect(foundBy('sha256', (current?.sha256 ?? '').slice(0, 10))).toEqual([])
  })

  test('an unknown certificate is not found', () => {
    expect(foundBy('sha256', SHA256)).toEqual([])
    expect(foundBy('serial', SHA256)).toEqual([])
  })
})
