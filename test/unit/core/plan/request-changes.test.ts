import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { changesBetween } from '../../../../src/core/plan/request-changes.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { effectiveJson } from '../../../../src/core/plan/plan-digests.ts'
import { clusterConfig, effective, secretSink, subject } from '../../../build/effective.ts'

const json = (request: EffectiveRequest): string => effectiveJson(request, clusterConfig())

/** `member: from → to`, as the plan prints it. */
function words(before: string, after: string): readonly string[] {
  return changesBetween(before, after).map(({ member, from, to }) => `${member}: ${from} → ${to}`)
}

describe('the changes between two requests', () => {
  test.each<[string, EffectiveRequest, EffectiveRequest, readonly string[]]>([
    ['no difference', effective(), effective(), []],
    [
      'one more group',
      effective(),
      effective({ organizations: ['developers', 'admins'] }),
      ['O: developers → admins, developers'],
    ],
    ['another common name', effective(), effective({ commonName: 'june' }), ['CN: jane → june']],
    [
      'an attribute without a short name',
      effective({ subject: subject('1.2.3=x') }),
      effective({ subject: subject('1.2.3=y') }),
      ['1.2.3: x → y'],
    ],
    [
      'a first alternative name',
      effective(),
      effective({ dnsNames: ['a.test'] }),
      ['subjectAltNames: - → DNS:a.test'],
    ],
    [
      'a longer lifetime',
      effective(),
      effective({ durationSeconds: 86400 }),
      ['duration: 168h → 24h'],
    ],
    [
      'one usage fewer',
      effective(),
      effective({ usages: ['client auth'] }),
      ['usages: client auth, digital signature → client auth'],
    ],
    [
      'a sink in another namespace',
      effective(),
      effective({ sinks: [secretSink({ namespace: 'ops' })] }),
      ['sinks[0].namespace: apps → ops'],
    ],
    [
      'no sink any more',
      effective({ sinks: [{ kind: 'file', path: 'a', format: null }] }),
      effective({ sinks: [] }),
      ['sinks[0].kind: file → -', 'sinks[0].path: a → -'],
    ],
    [
      'several differences, sorted by member',
      effective(),
      effective({ commonName: null, reissue: 2 }),
      ['CN: jane → -', 'reissue: 0 → 2'],
    ],
  ])('the plan lists %s', (_, before, after, expected) => {
    expect(words(json(before), json(after))).toEqual(expected)
  })

  test('the plan lists another server of a cluster', () => {
    const server = 'https://127.0.0.1:7443'
    expect(words(json(effective()), effectiveJson(effective(), clusterConfig({ server })))).toEqual(
      ['cluster.server: https://127.0.0.1:6443 → https://127.0.0.1:7443'],
    )
  })

  test('the plan shows a PKCS#10 of an own key by its SHA-256, in one short line', () => {
    const [before = '', after = ''] = ['one', 'two'].map(der => {
      const pem = encodePem('CERTIFICATE REQUEST', Buffer.from(der.repeat(200)))
      return JSON.stringify({ key: { request: pem } })
    })
    const [line = '', ...more] = words(before, after)
    expect(line).toMatch(/^key\.request: PEM with SHA-256 [0-9a-f]{16}… → PEM with SHA-256 [0-9a-f]{16}…$/)
    expect(more).toEqual([])
  }) // prettier-ignore

  test.each([
    ['looks like two', ['a', 'b'], ['a, b'], 'O: a, b → "a, b"'],
    ['looks like none', [], ['-'], 'O: - → "-"'],
    ['ends in a space', ['a'], ['a '], 'O: a → "a "'],
  ])('a value that %s is printed in quotes', (_, before, after, expected) => {
    const [from, to] = [effective({ organizations: before }), effective({ organizations: after })]
    expect(words(json(from), json(to))).toEqual([expected])
  })

  test.each(['', 'not JSON', '[]', '"x"', 'null'])(
    'every member is a change where the earlier JSON is %j',
    before => {
      const members = changesBetween(before, json(effective())).map(({ member }) => member)
      expect(members).toEqual(
        expect.arrayContaining(['CN', 'O', 'name', 'signerName', 'usages', 'duration']),
      )
    },
  )
})

test('two different lists of groups always print differently', () => {
  const groups = fc.uniqueArray(
    fc.string({ minLength: 1, unit: fc.constantFrom('a', ',', ' ', '-', '"') }),
  )
  fc.assert(
    fc.property(groups, groups, (one, other) => {
      const [before, after] = [one, other].map(organizations => json(effective({ organizations })))
      return (changesBetween(before ?? '', after ?? '').length === 0) === (before === after)
    }),
  )
})
