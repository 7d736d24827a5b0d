import { describe, expect, test } from '@jest/globals'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import {
  minute,
  purpose,
  relative,
  shortHex,
  sinkWords,
  span,
  subjectWords,
} from '../../../../src/output/terminal/plural-words.ts'
import { effective, kubeconfigSink, secretSink, subject } from '../../../build/effective.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)

describe('words for values', () => {
  test.each([
    [30, '30s'],
    [90, '1m'],
    [3600, '1h'],
    [5400, '1h 30m'],
    [3 * 86_400, '3d'],
    [2 * 86_400 + 14 * 3600, '2d 14h'],
    [40 * 86_400 + 3600, '40d'],
  ])('%i seconds are printed as %s', (seconds, words) => expect(span(seconds)).toBe(words))

  test('a time is printed relative to now, before and after', () => {
    expect([relative(after(7200), NOW), relative(after(-60), NOW)]).toEqual(['in 2h', '1m ago'])
  })

  test('a time is printed to the minute, in UTC', () =>
    expect(minute(NOW)).toBe('2026-03-01 12:00Z'))

  test('a serial is printed by its start', () => expect(shortHex('8070305511')).toBe('80:70:30…'))

  test('a subject is printed by name, then groups, then the rest', () => {
    const request = effective({ subject: subject('C=DE', 'O=viewers', 'O=developers', 'CN=jane') })
    expect(subjectWords(request)).toBe('CN=jane, O=developers, O=viewers, C=DE')
  })

  test.each([
    [effective(), 'client'],
    [effective({ usages: ['server auth', 'client auth'] }), 'server+client'],
    [effective({ usages: ['code signing'] }), 'code signing'],
  ])('a purpose is printed by its usages (case %#)', (request, words) =>
    expect(purpose(request)).toBe(words),
  )

  test.each<[Sink, string]>([
    [secretSink({ namespace: 'apps', name: 'jane-tls' }), 'Secret apps/jane-tls'],
    [{ kind: 'artifact', name: 'jane', format: null, recipients: [] }, 'artifact jane'],
    [{ kind: 'file', path: 'jane.pem', format: null }, 'file jane.pem'],
    [kubeconfigSink({ namespace: 'apps', name: 'k' }), 'kubeconfig in Secret apps/k'],
    [
      {
        kind: 'githubSecret',
        repository: 'acme/shop',
        environment: 'production',
        name: 'TLS',
        format: null,
      },
      'GitHub secret acme/shop (production) TLS',
    ],
  ])('a sink is printed by its place (case %#)', (sink, words) =>
    expect(sinkWords(sink)).toBe(words),
  )
})
